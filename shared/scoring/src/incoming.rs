//! The event format at the door: one JSON object in, a typed [`Incoming`] out, or the field that is wrong.
//!
//! Every field is looked up by name and checked by hand, so that an answer names the field and the rule it broke and
//! never repeats a value.

use jiff::{Timestamp, civil::Date};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tone::{Format, Language};

use crate::event::{Currency, Direction, Event, InvoiceState, Key, Kind, Money, TicketState};

/// The longest id, reference or name we take, in bytes.
const LONGEST_NAME: usize = 512;
/// The largest amount we take, in hundredths: a hundred thousand million.
const LARGEST_AMOUNT: f64 = 1e13;
/// A payment or delivery is counted at most this many days early or late.
const DAYS_LATE_BOUND: i32 = 365;

/// An event as it arrived, still with its text and its names. Not stored and not logged.
#[derive(Clone, PartialEq)]
pub struct Incoming {
    /// The source's own id.
    pub id: String,
    /// The source instance; only a history file names it per line.
    pub source: Option<String>,
    /// Whom it is about.
    pub customer: CustomerRef,
    /// When it arrived, if later than it happened.
    pub received_at: Option<Timestamp>,
    /// The person's address or name at the customer.
    pub contact: Option<String>,
    /// What is kept of it: everything but the text; `contact` and `reading` are still empty.
    pub event: Event,
    /// What was written, to be read once.
    pub text: Option<Text>,
}

/// How the sender names the customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the event format describes them")]
pub enum CustomerRef {
    Id(String),
    Domain(String),
    CrmId(String),
    OrgNo(String),
    Alias(String),
}

/// A text to read and drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// What was written.
    pub text: String,
    /// The subject line.
    pub subject: Option<String>,
    /// How `text` is wrapped.
    pub format: Format,
    /// The language the source says it is in.
    pub language: Option<Language>,
}

/// Why an object is no event. Says the field and the rule, never the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a JSON object.
    #[error("an event is a JSON object")]
    NotAnObject,
    /// The field is required and absent.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The field breaks its rule.
    #[error("`{field}` is not {rule}")]
    Wrong {
        /// The field's name.
        field: &'static str,
        /// What it should be.
        rule: &'static str,
    },
    /// A kind we do not know: kept as unmatched, answered 202.
    #[error("`kind` is not one we know")]
    UnknownKind,
}

/// Turns a name into a keyed hash. First the field it stands in (`thread`, `ticket`, `topic`, `invoice`), so that a
/// thread and a ticket of the same name stay apart.
pub type Hash<'a> = &'a dyn Fn(&str, &str) -> Key;

/// Parses one object of the event format.
pub fn parse(value: &Value, hash: Hash<'_>) -> Result<Incoming, Fault> {
    let fields = Fields(value.as_object().ok_or(Fault::NotAnObject)?);
    let id = fields.name("id")?.ok_or(Fault::Missing("id"))?;
    let at = fields.time("at")?.ok_or(Fault::Missing("at"))?;
    let kind = kind(&fields, hash)?;
    Ok(Incoming {
        id,
        source: fields.name("source")?,
        customer: customer(&fields)?,
        received_at: fields.time("received_at")?,
        contact: fields.name("contact")?,
        event: Event { at, contact: None, kind, reading: None },
        text: text(&fields)?,
    })
}

fn customer(fields: &Fields<'_>) -> Result<CustomerRef, Fault> {
    if let Some(id) = fields.name("customer")? {
        return Ok(CustomerRef::Id(id));
    }
    let inner = fields.0.get("customer_ref").ok_or(Fault::Missing("customer"))?;
    let rule = "an object with one of domain, crm_id, org_no, alias";
    let inner = Fields(inner.as_object().ok_or(Fault::Wrong { field: "customer_ref", rule })?);
    if let Some(domain) = inner.name("domain")? {
        Ok(CustomerRef::Domain(domain.to_lowercase()))
    } else if let Some(id) = inner.name("crm_id")? {
        Ok(CustomerRef::CrmId(id))
    } else if let Some(number) = inner.name("org_no")? {
        Ok(CustomerRef::OrgNo(number))
    } else if let Some(alias) = inner.name("alias")? {
        Ok(CustomerRef::Alias(alias.to_lowercase()))
    } else {
        Err(Fault::Wrong { field: "customer_ref", rule })
    }
}

fn text(fields: &Fields<'_>) -> Result<Option<Text>, Fault> {
    let Some(text) = fields.string("text")? else { return Ok(None) };
    Ok(Some(Text {
        text: text.to_owned(),
        subject: fields.string("subject")?.map(str::to_owned),
        format: fields.word("format", "text, mail or mime")?.unwrap_or_default(),
        // A language we cannot read is no fault of the sender's: the reader finds out by itself.
        language: fields.word("lang", "a language").unwrap_or_default(),
    }))
}

fn kind(fields: &Fields<'_>, hash: Hash<'_>) -> Result<Kind, Fault> {
    let key = |field| Ok::<_, Fault>(fields.name(field)?.map(|name| hash(field, &name)));
    let word = fields.string("kind")?.ok_or(Fault::Missing("kind"))?;
    Ok(match word {
        "message" => Kind::Message {
            direction: fields.required("direction", "inbound or outbound")?,
            channel: fields.required("channel", "email, chat, call or project")?,
            thread: key("thread")?,
        },
        "ticket" => Kind::Ticket {
            state: fields.required("state", "opened, replied, resolved or reopened")?,
            ticket: key("ticket")?,
            topic: key("topic")?,
            direction: fields.word("direction", "inbound or outbound")?,
            severe: fields.name("severity")?.is_some_and(|severity| is_severe(&severity)),
        },
        "request" => Kind::Request { topic: key("topic")? },
        "order" => Kind::Order {
            amount: fields.money()?.ok_or(Fault::Missing("amount"))?,
            category: fields.word("category", "a word")?.unwrap_or(crate::event::OrderCategory::Other),
            state: fields.required("state", "placed, returned or cancelled")?,
        },
        "invoice" => {
            let state = fields.required("state", "issued, paid or overdue")?;
            Kind::Invoice {
                invoice: key("invoice")?,
                state,
                days_late: days_late(fields, state)?,
                amount: fields.money()?,
            }
        }
        "delivery" => Kind::Delivery { days_late: delivery_days_late(fields)? },
        "contract" => Kind::Contract {
            change: fields.required("change", "notice, cancelled, renewed, reduced or extended")?,
        },
        "usage" => Kind::Usage {
            logins: fields.count("logins")?,
            active_users: fields.count("active_users")?,
            features: fields.count("features")?,
            version_behind: fields.count("version_behind")?,
        },
        "contact" => Kind::Contact {
            change: fields.required("change", "joined or left")?,
            key_role: fields.string("role")?.is_some_and(is_key_role),
            introduced: fields.flag("introduced")?,
        },
        "meeting" => Kind::Meeting { change: fields.required("change", "held, moved or cancelled")? },
        "approval" => Kind::Approval { change: fields.required("change", "requested, given or delayed")? },
        "external" => Kind::External { severity: fields.required("severity", "weak, medium or strong")? },
        "satisfaction" => Kind::Satisfaction { hundredths: satisfaction(fields)? },
        "outcome" => {
            Kind::Outcome { result: fields.required("result", "churned, renewed, retained or expanded")? }
        }
        _ => return Err(Fault::UnknownKind),
    })
}

/// Days between due date and payment; negative when paid early. An overdue notice counts to its own day.
fn days_late(fields: &Fields<'_>, state: InvoiceState) -> Result<Option<i32>, Fault> {
    let due = fields.date("due")?.ok_or(Fault::Missing("due"))?;
    let settled = match state {
        InvoiceState::Issued => None,
        InvoiceState::Paid => Some(fields.date("paid")?.ok_or(Fault::Missing("paid"))?),
        InvoiceState::Overdue => fields.date("at")?,
    };
    Ok(settled.map(|settled| days_between(due, settled)))
}

fn delivery_days_late(fields: &Fields<'_>) -> Result<Option<i32>, Fault> {
    if let Some(days) = fields.number("days_late")? {
        #[expect(clippy::cast_possible_truncation, reason = "bounded in the same expression")]
        return Ok(Some(days.clamp(f64::from(-DAYS_LATE_BOUND), f64::from(DAYS_LATE_BOUND)).round() as i32));
    }
    let due = fields.date("due")?.ok_or(Fault::Missing("due"))?;
    Ok(fields.date("delivered")?.map(|delivered| days_between(due, delivered)))
}

fn days_between(due: Date, settled: Date) -> i32 {
    due.until(settled).map_or(0, |span| span.get_days()).clamp(-DAYS_LATE_BOUND, DAYS_LATE_BOUND)
}

fn satisfaction(fields: &Fields<'_>) -> Result<u8, Fault> {
    let score = fields.number("score")?.ok_or(Fault::Missing("score"))?;
    let scale = fields.number("scale")?.ok_or(Fault::Missing("scale"))?;
    if scale <= 0.0 || score < 0.0 || score > scale {
        return Err(Fault::Wrong { field: "score", rule: "a number from 0 to `scale`" });
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100 by the check above"
    )]
    Ok((score / scale * 100.0).round() as u8)
}

/// The upper words of the usual scales; numbers are left alone, since 1 is the top of some and the bottom of others.
fn is_severe(severity: &str) -> bool {
    let words =
        ["high", "urgent", "critical", "blocker", "major", "severe", "hög", "kritisk", "hoch", "kritisch"];
    words.contains(&severity.to_lowercase().as_str())
}

/// The people whose leaving weighs: those who sign, own the budget or sponsor us.
fn is_key_role(role: &str) -> bool {
    let role = role.to_lowercase();
    [
        "chief",
        "ceo",
        "cto",
        "cfo",
        "vd",
        "chef",
        "manager",
        "director",
        "head",
        "owner",
        "sponsor",
        "champion",
        "decision",
        "leiter",
        "geschäftsführer",
        "inköp",
        "einkauf",
        "buyer",
        "purchas",
        "ansvarig",
    ]
    .iter()
    .any(|word| role.contains(word))
}

/// The fields of one object, looked up by name and rule.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The field where it is present and not null.
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    fn string(&self, field: &'static str) -> Result<Option<&'a str>, Fault> {
        self.get(field)
            .map(|value| value.as_str().ok_or(Fault::Wrong { field, rule: "a string" }))
            .transpose()
    }

    /// A short non-empty string; numbers are taken as names too, since many systems number their records.
    fn name(&self, field: &'static str) -> Result<Option<String>, Fault> {
        let name = match self.get(field) {
            None => return Ok(None),
            Some(Value::String(name)) => name.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(Fault::Wrong { field, rule: "a string" }),
        };
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Fault::Wrong { field, rule: "1 to 512 bytes of plain text" });
        }
        Ok(Some(name))
    }

    fn number(&self, field: &'static str) -> Result<Option<f64>, Fault> {
        self.get(field)
            .map(|value| {
                let number = value.as_f64().filter(|number| number.is_finite());
                number.ok_or(Fault::Wrong { field, rule: "a number" })
            })
            .transpose()
    }

    fn count(&self, field: &'static str) -> Result<Option<u32>, Fault> {
        self.number(field)?
            .map(|number| {
                if (0.0..=1e9).contains(&number) {
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
                    Ok(number.round() as u32)
                } else {
                    Err(Fault::Wrong { field, rule: "a count from 0 to 1,000,000,000" })
                }
            })
            .transpose()
    }

    fn flag(&self, field: &'static str) -> Result<Option<bool>, Fault> {
        self.get(field)
            .map(|value| value.as_bool().ok_or(Fault::Wrong { field, rule: "true or false" }))
            .transpose()
    }

    fn money(&self) -> Result<Option<Money>, Fault> {
        let Some(amount) = self.number("amount")? else { return Ok(None) };
        let hundredths = (amount * 100.0).round();
        if hundredths.abs() > LARGEST_AMOUNT {
            return Err(Fault::Wrong { field: "amount", rule: "an amount of money" });
        }
        let currency = self.word::<Currency>("currency", "three capital letters")?;
        let currency = currency.ok_or(Fault::Missing("currency"))?;
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        Ok(Some(Money { hundredths: hundredths as i64, currency }))
    }

    fn word<T: DeserializeOwned>(&self, field: &'static str, rule: &'static str) -> Result<Option<T>, Fault> {
        self.get(field)
            .map(|value| T::deserialize(value).map_err(|_| Fault::Wrong { field, rule }))
            .transpose()
    }

    fn required<T: DeserializeOwned>(&self, field: &'static str, rule: &'static str) -> Result<T, Fault> {
        self.word(field, rule)?.ok_or(Fault::Missing(field))
    }

    /// RFC 3339 with an offset.
    fn time(&self, field: &'static str) -> Result<Option<Timestamp>, Fault> {
        let rule = "a time as in RFC 3339, with an offset";
        self.string(field)?.map(|text| text.parse().map_err(|_| Fault::Wrong { field, rule })).transpose()
    }

    /// A date, or the date of a time.
    fn date(&self, field: &'static str) -> Result<Option<Date>, Fault> {
        let rule = "a date as in 2026-03-31";
        let Some(text) = self.string(field)? else { return Ok(None) };
        let date = text.get(..10).and_then(|date| date.parse().ok());
        date.map(Some).ok_or(Fault::Wrong { field, rule })
    }
}

/// Whether the text was written by the customer: what we wrote is dropped unread (I7). Where a ticket does not say
/// who wrote, its state does, as when it is counted: customers open, we answer.
pub fn is_inbound(kind: &Kind) -> bool {
    match kind {
        Kind::Message { direction, .. } | Kind::Ticket { direction: Some(direction), .. } => {
            *direction == Direction::Inbound
        }
        Kind::Ticket { state, .. } => matches!(state, TicketState::Opened | TicketState::Reopened),
        Kind::Request { .. } => true,
        _ => false,
    }
}
