//! From what arrived to what is stored. Pure: the text is read here, where it may be, and ends here (I7).

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use platform::keys::SecretKey;
use platform::register::{Company, Customer};
use scoring::event::{ContractChange, Direction, Kind, TicketState};
use scoring::incoming::{CustomerRef, Incoming, Text, is_inbound};
use scoring::ledger::SPAN_DAYS;
use scoring::{Day, Event, Policy};
use tone::Redacted;

use crate::sources::{OwnDomains, domain};
use crate::words::Words;

/// Clocks of senders may go ahead of ours by this much.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Our side of every relation.
#[derive(Default)]
pub struct House {
    /// What we are called.
    pub(crate) name: String,
    /// Our own mail domains.
    pub(crate) own: OwnDomains,
    /// Version of the policy in force; 0 where it cannot be read.
    pub(crate) policy: u32,
    /// The managed model that reads after the rules, where the policy names one.
    pub(crate) managed_model: Option<String>,
    /// The company's own words; none where the policy cannot be read.
    pub(crate) words: Words,
}

impl House {
    /// The company with its people, and the policy in force.
    pub fn new(company: Company, policy: Policy) -> Self {
        let own = OwnDomains([company.domains, company.addresses].concat());
        let managed_model = policy.managed_model.map(|model| model.model_id);
        Self {
            name: company.name,
            own,
            policy: policy.version,
            managed_model,
            words: Words::new(policy.words),
        }
    }
}

/// Under which id an event stands: one instance cannot occupy another's.
pub fn event_id(key: &SecretKey, instance: &str, id: &str) -> String {
    key.digest(&[b"event", instance.as_bytes(), id.as_bytes()])
}

/// How else a customer may be found whom the register does not know by this name: the register's `aliases` take the ids
/// of other systems.
pub fn as_alias(reference: &CustomerRef) -> Option<CustomerRef> {
    match reference {
        CustomerRef::Id(name) | CustomerRef::CrmId(name) | CustomerRef::OrgNo(name) => {
            Some(CustomerRef::Alias(name.clone()))
        }
        CustomerRef::Domain(_) | CustomerRef::Alias(_) => None,
    }
}

/// The contact's mail domain, where the customer is named as another system names it.
pub fn by_contact(incoming: &Incoming) -> Option<CustomerRef> {
    if matches!(incoming.customer, CustomerRef::Id(_) | CustomerRef::Domain(_)) {
        return None;
    }
    incoming.contact.as_deref().and_then(domain).map(CustomerRef::Domain)
}

/// The stored form. A text is read when it came from the customer, the customer's legal basis is recorded and its
/// writer does not object; any other is dropped unread.
pub fn read(incoming: Incoming, customer: &Customer, house: &House, key: &SecretKey) -> Event {
    let Incoming { contact, mut event, text, .. } = incoming;
    let ours = contact.as_deref().is_some_and(|contact| house.own.include(contact));
    if ours {
        turn_outbound(&mut event.kind);
    } else {
        event.contact = contact.as_deref().map(|contact| key.contact(contact));
    }
    // Where somebody objects, a text from nobody knows whom may be theirs.
    let agreed = match event.contact {
        Some(contact) => !customer.objections.contains(&contact),
        None => customer.objections.is_empty(),
    };
    let may_read = customer.may_be_scored() && agreed && !ours && is_inbound(&event.kind);
    if let Some(text) = text.filter(|_| may_read) {
        let words = house.words.of(customer);
        let message = tone::Message { words: words.as_deref(), ..message(&text, customer, house) };
        let mut reading = tone::read(&message);
        if reading.sketch.is_none() && !reading.automatic && is_request(&event.kind) {
            reading.sketch = tone::sketch_request(&message);
        }
        event.reading = Some(reading);
    }
    event
}

fn message<'a>(text: &'a Text, customer: &Customer, house: &'a House) -> tone::Message<'a> {
    tone::Message {
        text: &text.text,
        subject: text.subject.as_deref(),
        format: text.format,
        known_language: text.language.or(customer.language),
        our_name: Some(&house.name),
        policy: house.policy,
        words: None,
    }
}

/// What of a text would go to the managed model, where the policy names one. Whether it may go, [`read`] decides: only
/// what the rules have read, and read as a person's, does.
pub(crate) fn leaving(incoming: &Incoming, customer: &Customer, house: &House) -> Option<Redacted> {
    house.managed_model.as_ref()?;
    let names = [incoming.contact.as_deref().unwrap_or_default(), &customer.name];
    let names: Vec<&str> = names.into_iter().chain(customer.aliases.iter().map(String::as_str)).collect();
    Redacted::newest(&message(incoming.text.as_ref()?, customer, house), &names)
}

/// What asks for something, however it is worded: "the export gives an empty file".
fn is_request(kind: &Kind) -> bool {
    matches!(kind, Kind::Request { .. } | Kind::Ticket { state: TicketState::Opened, .. })
}

/// What somebody on our side wrote is ours, whatever the source says.
fn turn_outbound(kind: &mut Kind) {
    match kind {
        Kind::Message { direction, .. } => *direction = Direction::Outbound,
        Kind::Ticket { direction, .. } => *direction = Some(Direction::Outbound),
        _ => {}
    }
}

/// What tells an event from another with the same id: everything we understand of it. When it arrived, and fields that
/// we do not know, may differ between two deliveries of the same event.
pub(crate) fn fingerprint(key: &SecretKey, incoming: &Incoming) -> anyhow::Result<String> {
    let event = serde_json::to_vec(&incoming.event).context("writing an event")?;
    let contact = incoming.contact.as_deref().unwrap_or_default();
    let text = incoming.text.as_ref();
    let subject = text.and_then(|text| text.subject.as_deref()).unwrap_or_default();
    let text = text.map_or("", |text| &text.text);
    Ok(key.digest(&[b"body", &event, contact.as_bytes(), subject.as_bytes(), text.as_bytes()]))
}

/// Why a time cannot be counted, if it cannot.
pub fn out_of_time(at: Timestamp, now: Timestamp) -> Option<&'static str> {
    if at.duration_since(now) > AHEAD {
        Some("too_early")
    } else if Day::of(at) < Day::of(now).plus(-SPAN_DAYS) {
        Some("too_late")
    } else {
        None
    }
}

/// The thing itself, which does not wait for tomorrow's run (I6, S52).
pub fn is_notice(event: &Event) -> bool {
    let written = event.reading.as_ref().is_some_and(|reading| reading.notice);
    let stated =
        matches!(event.kind, Kind::Contract { change: ContractChange::Notice | ContractChange::Cancelled });
    written || stated
}

/// The longest id shown, in bytes.
const LONGEST_SHOWN: usize = 128;

/// How an unknown customer is shown to the person who will look for it: an id or a domain. Aliases are names, and an
/// organisation number can be a person's, so they are left out; so is what stands before an `@`. What has spaces in it
/// or is longer than any id is a name or a text that got into the wrong field.
pub(crate) fn reference(customer: &CustomerRef) -> Option<String> {
    let (CustomerRef::Id(name) | CustomerRef::Domain(name) | CustomerRef::CrmId(name)) = customer else {
        return None;
    };
    let shown = name.rsplit('@').next().unwrap_or_default();
    let is_id = (1..=LONGEST_SHOWN).contains(&name.len()) && !name.contains(char::is_whitespace);
    (is_id && !shown.is_empty()).then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use platform::register::{LegalBasis, LegalBasisKind};
    use scoring::incoming::parse;
    use serde_json::{Value, json};

    use super::*;

    fn key() -> SecretKey {
        SecretKey::new(*b"a key for these tests")
    }

    fn house() -> House {
        let own = OwnDomains(vec!["nordverk.example".to_owned()]);
        House { own, policy: 7, ..House::default() }
    }

    fn customer() -> Customer {
        let customer = json!({"id": "C-1", "name": "Kund AB", "language": "sv"});
        let mut customer: Customer = serde_json::from_value(customer).unwrap();
        let (kind, reference) = (LegalBasisKind::LegitimateInterest, "LIA-1".to_owned());
        customer.legal_basis = Some(LegalBasis { kind, reference, date: jiff::civil::date(2026, 1, 1) });
        customer
    }

    /// A message from Per at the customer, with some fields changed; null takes one away.
    fn message(changes: Value) -> Incoming {
        let mut message = json!({
            "id": "m-1", "customer": "C-1", "at": "2026-03-02T09:12:00Z", "kind": "message", "direction": "inbound",
            "channel": "email", "thread": "T-17", "contact": "per@kund.example",
            "text": "Vi säger härmed upp avtalet."
        });
        let Value::Object(changes) = changes else { panic!() };
        message.as_object_mut().unwrap().extend(changes);
        parse(&message, &|field, name| key().name(field, name)).unwrap_or_else(|fault| panic!("{fault}"))
    }

    fn is_read(message: Incoming, customer: &Customer) -> bool {
        read(message, customer, &house(), &key()).reading.is_some()
    }

    #[test]
    fn what_the_customer_writes_is_read_and_nothing_of_it_is_kept() {
        let event = read(message(json!({})), &customer(), &house(), &key());
        assert_eq!(event.reading.as_ref().unwrap().policy, 7);
        assert!(is_notice(&event), "{event:?}");
        assert_eq!(event.contact, Some(key().contact("Per Ek <PER@kund.example>")));
        let stored = serde_json::to_string(&event).unwrap();
        for gone in ["säger", "upp avtalet", "per@", "kund.example", "T-17"] {
            assert!(!stored.contains(gone), "{stored}");
        }
    }

    #[test]
    fn a_company_reads_with_its_own_words_everywhere_in_a_branch_and_at_one_customer() {
        let phrase =
            |id: u16, phrase: &str| json!({"id": id, "language": "sv", "phrase": phrase, "weight": -0.5});
        let with = |mut phrase: Value, place: Value| {
            phrase.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
            phrase
        };
        let policy = json!({
            "phrases": [
                phrase(10_000, "grönt ljus"),
                with(phrase(10_001, "rött ljus"), json!({"branch": "machinery"})),
                with(phrase(10_002, "gult ljus"), json!({"customer": "C-1"})),
            ],
            "muted": [{"entry": 1095, "branch": "machinery"}],
        });
        let house = House { words: Words::new(serde_json::from_value(policy).unwrap()), ..house() };
        let read = |id: &str, branch: &str| {
            let customer = Customer { id: id.to_owned(), branch: Some(branch.to_owned()), ..customer() };
            let message = message(json!({"text": "Vi ser akut rött ljus, grönt ljus och gult ljus hos er."}));
            read(message, &customer, &house, &key())
                .reading
                .unwrap()
                .entries
                .into_iter()
                .map(|id| id.0)
                .collect()
        };
        let found: [Vec<u16>; 4] =
            [read("C-1", "machinery"), read("C-1", "saas"), read("C-2", "machinery"), read("C-2", "saas")];
        assert_eq!(found[0], [10_001, 10_000, 10_002], "akut says nothing in machinery");
        assert_eq!(found[1], [1095, 10_000, 10_002]);
        assert_eq!(found[2], [10_001, 10_000]);
        assert_eq!(found[3], [1095, 10_000]);
        let machinery =
            |id: &str| Customer { id: id.to_owned(), branch: Some("machinery".to_owned()), ..customer() };
        let (one, other) =
            (house.words.of(&machinery("C-2")).unwrap(), house.words.of(&machinery("C-3")).unwrap());
        assert!(std::sync::Arc::ptr_eq(&one, &other), "made ready once for both");
    }

    #[test]
    fn without_a_legal_basis_or_while_paused_nothing_is_read() {
        let without = Customer { legal_basis: None, ..customer() };
        let paused = Customer { paused: true, ..customer() };
        assert!(!is_read(message(json!({})), &without));
        assert!(!is_read(message(json!({})), &paused));
    }

    #[test]
    fn who_objects_is_not_read_and_others_at_the_customer_are() {
        let objecting = Customer { objections: vec![key().contact("per@kund.example")], ..customer() };
        assert!(!is_read(message(json!({})), &objecting));
        assert!(!is_read(message(json!({"contact": "Per <Per@Kund.example>"})), &objecting));
        assert!(is_read(message(json!({"contact": "eva@kund.example"})), &objecting));
        assert!(!is_read(message(json!({"contact": null})), &objecting), "it may be Per's");
        assert!(is_read(message(json!({"contact": null})), &customer()));
    }

    #[test]
    fn what_we_write_is_ours_whatever_the_source_says_and_is_not_read() {
        let outbound = message(json!({"direction": "outbound"}));
        assert!(!is_read(outbound, &customer()));
        let own = message(json!({"contact": "Anna <anna@nordverk.example>"}));
        let event = read(own, &customer(), &house(), &key());
        assert!(matches!(event.kind, Kind::Message { direction: Direction::Outbound, .. }));
        assert_eq!((event.contact, event.reading), (None, None), "staff are not watched (S63)");

        let ticket = |state: &str, direction: Value| {
            let ticket = json!({"kind": "ticket", "state": state, "ticket": "z-1", "direction": direction});
            is_read(message(ticket), &customer())
        };
        assert!(ticket("opened", Value::Null));
        assert!(ticket("replied", "inbound".into()));
        assert!(!ticket("replied", "outbound".into()));
        assert!(!ticket("replied", Value::Null), "an answer of nobody knows whom counts as ours");
        let request = message(json!({"kind": "request", "contact": "anna@nordverk.example"}));
        assert!(!is_read(request, &customer()), "written down by one of us");
    }

    #[test]
    fn a_question_leaves_a_sketch_and_so_does_whatever_a_ticket_says() {
        let sketch =
            |changes: Value| read(message(changes), &customer(), &house(), &key()).reading.unwrap().sketch;
        let (told, asked) = ("Exporten till Excel ger en tom fil.", "När fungerar exporten till Excel igen?");
        assert!(sketch(json!({"text": told})).is_none());
        let asked = sketch(json!({"text": asked})).unwrap();
        let ticket = |state: &str| json!({"kind": "ticket", "state": state, "ticket": "z-1", "text": told});
        assert!(sketch(ticket("reopened")).is_none());
        assert!(sketch(ticket("opened")).unwrap().is_like(&asked));
        assert!(sketch(json!({"kind": "request", "text": told})).unwrap().is_like(&asked));
    }

    #[test]
    fn an_event_is_known_again_by_what_we_understand_of_it() {
        let print = |changes: Value| fingerprint(&key(), &message(changes)).unwrap();
        let first = print(json!({}));
        assert_eq!(print(json!({"received_at": "2026-03-02T09:15:00Z", "attempt": 2, "note": "x"})), first);
        assert_eq!(print(json!({"at": "2026-03-02T10:12:00+01:00"})), first, "the same time");
        for other in [
            json!({"text": "Vi säger inte upp avtalet."}),
            json!({"text": null}),
            json!({"subject": "Avtalet"}),
            json!({"contact": "eva@kund.example"}),
            json!({"thread": "T-18"}),
            json!({"direction": "outbound"}),
            json!({"at": "2026-03-02T09:12:01Z"}),
        ] {
            assert_ne!(print(other.clone()), first, "{other}");
        }
    }

    #[test]
    fn a_contract_that_ends_is_a_notice_and_one_that_is_renewed_is_not() {
        let contract = |change: &str| {
            let contract = message(json!({"kind": "contract", "change": change, "text": null}));
            is_notice(&read(contract, &customer(), &house(), &key()))
        };
        assert_eq!(["notice", "cancelled", "renewed", "reduced"].map(contract), [true, true, false, false]);
    }

    #[test]
    fn only_times_within_the_ledgers_span_are_counted() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let check = |at: &str| out_of_time(at.parse().unwrap(), now);
        assert_eq!(check("2026-03-02T09:05:00Z"), None);
        assert_eq!(check("2026-03-02T09:05:01Z"), Some("too_early"));
        assert_eq!(check("2999-12-31T23:59:59Z"), Some("too_early"));
        assert_eq!(check("9999-12-30T00:00:00Z"), Some("too_early"));
        let oldest = Day::of(now).plus(-SPAN_DAYS);
        assert_eq!(out_of_time(oldest.start(), now), None);
        assert_eq!(out_of_time(oldest.plus(-1).start(), now), Some("too_late"));
        assert_eq!(check("1970-01-01T00:00:00Z"), Some("too_late"));
        assert_eq!(check("-009999-01-03T00:00:00Z"), Some("too_late"));
    }

    #[test]
    fn an_unknown_customer_is_shown_by_id_or_domain_and_never_by_name() {
        let shown = |customer: CustomerRef| reference(&customer);
        assert_eq!(shown(CustomerRef::Id("C-9".to_owned())).as_deref(), Some("C-9"));
        assert_eq!(shown(CustomerRef::Id("per@kund.example".to_owned())).as_deref(), Some("kund.example"));
        assert_eq!(shown(CustomerRef::Domain("kund.example".to_owned())).as_deref(), Some("kund.example"));
        assert_eq!(shown(CustomerRef::CrmId("cus_1".to_owned())).as_deref(), Some("cus_1"));
        assert_eq!(shown(CustomerRef::Alias("per ek".to_owned())), None);
        assert_eq!(shown(CustomerRef::OrgNo("19700101-1234".to_owned())), None);
        assert_eq!(shown(CustomerRef::Id("@".to_owned())), None);
        assert_eq!(shown(CustomerRef::Id("Per Ek <per@kund.example>".to_owned())), None);
        assert_eq!(shown(CustomerRef::Id("x".repeat(129))), None);
    }
}
