//! The register: customers, how sources name them, staff, policies, audit, and what matched no customer.

use anyhow::Context as _;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use scoring::calendar::Country;
use scoring::event::Key;
use scoring::incoming::CustomerRef;
use scoring::relation::{Pause, Relation};
use scoring::{Policy, Role};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use tone::Language;

use crate::Platform;
use crate::item::{Item, from_item, is_expired, n, s, text, to_item};

/// A customer as registered (event format, "customer register").
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The id events name it by.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// customer, supplier or partner.
    #[serde(default)]
    pub relation: Option<String>,
    /// saas, machinery, consulting or general.
    #[serde(default)]
    pub branch: Option<String>,
    /// Yearly revenue, in units of `currency`.
    #[serde(default)]
    pub value_per_year: Option<f64>,
    /// ISO 4217.
    #[serde(default)]
    pub currency: Option<String>,
    /// Mail domains.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Other names sources use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The account manager: a staff id or address.
    #[serde(default)]
    pub owner: Option<String>,
    /// The language they write.
    #[serde(default)]
    pub language: Option<Language>,
    /// IANA time zone.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Whose holidays it keeps, as an ISO 3166 code; else the time zone's country.
    #[serde(default)]
    pub country: Option<Country>,
    /// Part of the pilot group.
    #[serde(default)]
    pub pilot: bool,
    /// Why we may process; without it nothing is read and nothing scored (S51, S56).
    #[serde(default)]
    pub legal_basis: Option<LegalBasis>,
    /// A sole trader: personal data throughout.
    #[serde(default)]
    pub natural_person: bool,
    /// Stored, not scored (GDPR article 18).
    #[serde(default)]
    pub paused: bool,
    /// When nothing is to be expected, by agreement: scored on, but not as silence.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// Contacts who object to their words being read (article 21), as keyed hashes.
    #[serde(default)]
    pub objections: Vec<Key>,
}

/// On what ground a customer's data is processed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalBasis {
    /// `consent`, `legitimate_interest` or `contract`.
    pub kind: LegalBasisKind,
    /// The document that says so; not empty.
    #[serde(rename = "ref", deserialize_with = "not_empty")]
    pub reference: String,
    /// Since when.
    pub date: Date,
}

fn not_empty<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let text = String::deserialize(input)?;
    if text.trim().is_empty() {
        return Err(D::Error::custom("`ref` names the document of the legal basis and cannot be empty"));
    }
    Ok(text)
}

/// The grounds we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum LegalBasisKind {
    Consent,
    LegitimateInterest,
    Contract,
}

impl Customer {
    /// Whether texts may be read and risk assessed.
    pub fn may_be_scored(&self) -> bool {
        self.legal_basis.is_some() && !self.paused
    }

    /// What its assessment depends on.
    pub fn relation(&self) -> Relation {
        Relation {
            kind: self.relation.clone(),
            branch: self.branch.clone(),
            country: self.country.or_else(|| self.time_zone.as_deref().and_then(Country::of_zone)),
            pauses: self.pauses.clone(),
        }
    }
}

/// A person who gets alerts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// What they answer for.
    pub role: Role,
    /// The language of their mails and pages.
    pub language: Language,
}

impl Staff {
    /// Whether a customer's `owner` names this person: by id or by address.
    pub fn is_named(&self, owner: &str) -> bool {
        let owner = owner.trim();
        self.id == owner || self.email.eq_ignore_ascii_case(owner)
    }
}

/// The company that runs Kundvakt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its own mail domains: what they write is ours and is never read (I7).
    #[serde(default)]
    pub domains: Vec<String>,
    /// The addresses of all staff, wherever they write from; kept by [`put_house`].
    #[serde(default)]
    pub addresses: Vec<String>,
}

const PROFILE: &str = "profile";
const STAFF: &str = "staff";
const UNMATCHED: &str = "unmatched";
/// How long what matched no customer is kept.
const UNMATCHED_DAYS: i64 = 30;

fn customer_pk(id: &str) -> String {
    format!("customer#{id}")
}

/// The register's key of a name: two names are the same where their keys are.
pub fn reference_pk(reference: &CustomerRef) -> String {
    match reference {
        CustomerRef::Id(id) => customer_pk(id),
        CustomerRef::Domain(domain) => format!("domain#{}", domain.to_lowercase()),
        CustomerRef::CrmId(id) => format!("crm#{id}"),
        CustomerRef::OrgNo(number) => format!("org#{number}"),
        CustomerRef::Alias(alias) => format!("alias#{}", alias.to_lowercase()),
    }
}

async fn get(platform: &Platform, pk: &str, sk: &str) -> anyhow::Result<Option<Item>> {
    let table = &platform.settings.register_table;
    let get = platform.dynamodb.get_item().table_name(table).key("pk", s(pk)).key("sk", s(sk));
    Ok(get.send().await.context("reading the register")?.item)
}

async fn put(platform: &Platform, item: Item) -> anyhow::Result<()> {
    let table = &platform.settings.register_table;
    let put = platform.dynamodb.put_item().table_name(table).set_item(Some(item));
    put.send().await.context("writing the register")?;
    Ok(())
}

/// The customer a source means.
pub async fn customer(platform: &Platform, reference: &CustomerRef) -> anyhow::Result<Option<Customer>> {
    let id = match reference {
        CustomerRef::Id(id) => id.clone(),
        _ => {
            let item = get(platform, &reference_pk(reference), PROFILE).await?;
            match item.as_ref().and_then(|item| text(item, "customer")) {
                Some(id) => id.to_owned(),
                None => return Ok(None),
            }
        }
    };
    get(platform, &customer_pk(&id), PROFILE).await?.map(from_item).transpose()
}

/// Registers a customer or changes one, with all the names it goes by, and tells its state whether it may be scored and
/// as what: in one step, so that the scoring run needs no look at the register.
pub async fn put_customer(platform: &Platform, customer: &Customer) -> anyhow::Result<()> {
    let state = Update::builder()
        .table_name(&platform.settings.states_table)
        .key("pk", s(&customer.id))
        .update_expression("SET scored = :scored, relation = :relation")
        .condition_expression("attribute_not_exists(erased)")
        .expression_attribute_values(":scored", AttributeValue::Bool(customer.may_be_scored()))
        .expression_attribute_values(":relation", s(serde_json::to_string(&customer.relation())?))
        .build()?;
    let mut writes = vec![TransactWriteItem::builder().update(state).build()];
    let table = &platform.settings.register_table;
    let item = to_item(&customer_pk(&customer.id), PROFILE, customer)?;
    let items = std::iter::once(item).chain(names(customer).map(|name| {
        Item::from([
            ("pk".to_owned(), s(reference_pk(&name))),
            ("sk".to_owned(), s(PROFILE)),
            ("customer".to_owned(), s(&customer.id)),
        ])
    }));
    for item in items {
        let put = Put::builder().table_name(table).set_item(Some(item)).build()?;
        writes.push(TransactWriteItem::builder().put(put).build());
    }
    let write = platform.dynamodb.transact_write_items().set_transact_items(Some(writes));
    write.send().await.context("registering a customer")?;
    Ok(())
}

/// Mail domains that belong to everybody and name no customer.
const PUBLIC_DOMAINS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.se",
    "outlook.com",
    "live.se",
    "live.com",
    "icloud.com",
    "me.com",
    "yahoo.com",
    "telia.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "freenet.de",
    "proton.me",
    "protonmail.com",
    "aol.com",
    "msn.com",
];

/// The names a customer goes by beside its id. Public mail domains are none.
pub fn names(customer: &Customer) -> impl Iterator<Item = CustomerRef> + '_ {
    let domains = customer.domains.iter().filter(|domain| !PUBLIC_DOMAINS.contains(&domain.as_str()));
    // A transaction takes a hundred items; nobody goes by more names than that.
    domains
        .cloned()
        .map(CustomerRef::Domain)
        .chain(customer.aliases.iter().cloned().map(CustomerRef::Alias))
        .take(90)
}

/// The company's own particulars; empty before they are set.
pub async fn company(platform: &Platform) -> anyhow::Result<Company> {
    let item = get(platform, "company", PROFILE).await?;
    item.map(from_item).transpose().map(Option::unwrap_or_default)
}

/// Sets the company's particulars, where given, and adds or changes people who get alerts.
pub async fn put_house(
    platform: &Platform,
    company: Option<&Company>,
    people: &[Staff],
) -> anyhow::Result<()> {
    for person in people {
        put(platform, to_item(STAFF, &person.id, person)?).await?;
    }
    let mut house = match company {
        Some(company) => company.clone(),
        None => self::company(platform).await?,
    };
    house.addresses = staff(platform).await?.into_iter().map(|person| person.email).collect();
    put(platform, to_item("company", PROFILE, &house)?).await
}

/// Everybody who gets alerts, by id.
pub async fn staff(platform: &Platform) -> anyhow::Result<Vec<Staff>> {
    let query = platform
        .dynamodb
        .query()
        .table_name(&platform.settings.register_table)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", s(STAFF));
    let mut items = query.into_paginator().items().send();
    let mut staff = Vec::new();
    while let Some(item) = items.next().await {
        staff.push(from_item(item.context("reading the staff")?)?);
    }
    Ok(staff)
}

/// The policy in force; the defaults before one is set. One that contradicts itself is refused.
pub async fn policy(platform: &Platform) -> anyhow::Result<Policy> {
    let Some(item) = get(platform, "policy", "current").await? else { return Ok(Policy::default()) };
    let json = text(&item, "policy").context("a policy without content")?;
    let policy: Policy = serde_json::from_str(json).context("reading the policy")?;
    policy.checked().context("checking the policy")
}

/// Puts a policy in force. Refuses one that contradicts itself.
pub async fn put_policy(platform: &Platform, policy: Policy) -> anyhow::Result<()> {
    let policy = policy.checked()?;
    let json = serde_json::to_string(&policy)?;
    for sk in [format!("v{:08}", policy.version), "current".to_owned()] {
        let item = Item::from([
            ("pk".to_owned(), s("policy")),
            ("sk".to_owned(), s(sk)),
            ("policy".to_owned(), s(&json)),
        ]);
        put(platform, item).await?;
    }
    Ok(())
}

/// Something that arrived and could not be counted, kept without its text for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    /// The source instance.
    pub instance: String,
    /// Keyed hash of the source's id, or of the body: the same delivery again is the same entry.
    pub id: String,
    /// Why, in our words.
    pub reason: String,
    /// How the source names the customer, without anything before an `@`.
    #[serde(default)]
    pub reference: Option<String>,
    /// The event without text and names, where it could be read that far.
    #[serde(default)]
    pub event: Option<String>,
    /// When it arrived.
    pub at: Timestamp,
}

/// Keeps what matched no customer for 30 days.
pub async fn put_unmatched(platform: &Platform, unmatched: &Unmatched) -> anyhow::Result<()> {
    let expires = unmatched.at + SignedDuration::from_hours(24 * UNMATCHED_DAYS);
    let mut item = to_item(UNMATCHED, &format!("{}#{}", unmatched.instance, unmatched.id), unmatched)?;
    item.insert("expires".to_owned(), n(expires.as_second()));
    put(platform, item).await
}

/// What matched no customer, at most the first hundred.
pub async fn unmatched(platform: &Platform, now: Timestamp) -> anyhow::Result<Vec<Unmatched>> {
    let query = platform
        .dynamodb
        .query()
        .table_name(&platform.settings.register_table)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", s(UNMATCHED))
        .limit(100);
    let items = query.send().await.context("reading what matched no customer")?;
    let live = items.items().iter().filter(|item| !is_expired(item, now));
    live.cloned().map(from_item).collect()
}

/// Writes down who did what, once per `id`: repeating an action does not repeat its entry.
pub async fn audit(
    platform: &Platform,
    at: Timestamp,
    id: &str,
    what: &str,
    who: &str,
) -> anyhow::Result<()> {
    let put = platform
        .dynamodb
        .put_item()
        .table_name(&platform.settings.register_table)
        .item("pk", s("audit"))
        .item("sk", s(id))
        .item("at", s(at.to_string()))
        .item("what", s(what))
        .item("who", s(who))
        .condition_expression("attribute_not_exists(pk)");
    match put.send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
        Err(error) => Err(error).context("writing the audit"),
    }
}
