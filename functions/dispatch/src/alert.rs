//! One step of an alert: finds the person, claims the sending, sends once and writes down what became of it (I2).

use anyhow::Context as _;
use jiff::Timestamp;
use platform::alerts::{self, Alert, Claim, Fate};
use platform::register::{self, Customer, Staff};
use platform::{Platform, mail};
use scoring::incoming::CustomerRef;
use scoring::{Level, Role};

use crate::link::AlertLink;
use crate::{Done, mail_for};

/// Tells the person of a step, unless the alert has moved on since the message was written.
pub(crate) async fn tell(
    platform: &Platform,
    id: &str,
    level: Level,
    step: usize,
    now: Timestamp,
) -> anyhow::Result<Done> {
    let alert = alerts::get(platform, id).await?;
    let alert = match alert.as_ref().map_or(Some("it is gone"), |alert| passed_by(alert, level, step)) {
        None => alert.context("an alert that was there")?,
        Some(why) => {
            tracing::info!(alert = id, level = level.word(), step, why, "An alert needs no mail");
            return Ok(Done::Yes);
        }
    };
    let customer = register::customer(platform, &CustomerRef::Id(alert.customer.clone())).await?;
    let customer = customer.context("the customer of an alert is not in the register")?;
    let staff = register::staff(platform).await?;
    let person =
        recipient(&alert, &customer, &staff).context("nobody on the staff could be told of an alert")?;
    let policy = register::policy(platform).await?;

    // Everything that can fail comes before the claim: what is claimed is sent.
    let key = platform.secrets.key(&platform.settings.link_key_secret, now).await?;
    let link = AlertLink { alert: alert.id.clone(), level, step, staff: person.id.clone() };
    let link = format!("{}/alert/{}?t={}", platform.settings.console_url, alert.id, link.token(&key, now));
    let mail = mail_for(&alert, &customer, person, &policy, &platform.settings.zone()?, now, &link)?;

    match alerts::claim(platform, &alert, &person.id, now).await? {
        Claim::Mine | Claim::Again => {
            let fate = mail::send(platform, &mail).await;
            alerts::settle(platform, &alert, &person.id, &fate, now).await?;
            match fate {
                Fate::Sent(_) => {}
                Fate::Refused => return Ok(Done::Later),
                // It may have gone out: the sweep asks again when that can be told.
                Fate::Ambiguous => return Ok(Done::Yes),
            }
        }
        // Sent before, but a crash came between the two writes; or given up, and the next role's clock must start.
        Claim::Sent | Claim::GivenUp => {}
        Claim::Busy => return Ok(Done::Later),
    }
    alerts::delivered(platform, &alert, &policy.clocks).await?;
    tracing::info!(alert = %alert.id, level = level.word(), step, "Told of an alert");
    Ok(Done::Yes)
}

/// Why a message about this level and step of an alert needs no mail any more.
fn passed_by(alert: &Alert, level: Level, step: usize) -> Option<&'static str> {
    if alert.closed_at.is_some() {
        Some("it is closed")
    } else if alert.acknowledged_at.is_some() {
        Some("somebody has taken it on")
    } else if (alert.level, alert.step) != (level, step) {
        Some("it stands at another level or step")
    } else {
        None
    }
}

/// Who is told at the alert's step: the step's role, or else the next role in order that somebody has (S38).
pub fn recipient<'a>(alert: &Alert, customer: &Customer, staff: &'a [Staff]) -> Option<&'a Staff> {
    let roles = alert.level.roles();
    roles.iter().cycle().skip(alert.step).take(roles.len()).find_map(|role| with_role(*role, customer, staff))
}

/// The account manager is the customer's own, by id or address; of several people with a role the first by id.
fn with_role<'a>(role: Role, customer: &Customer, staff: &'a [Staff]) -> Option<&'a Staff> {
    let own = customer.owner.as_deref().filter(|_| role == Role::AccountManager);
    let own = own.and_then(|owner| staff.iter().find(|person| person.is_named(owner)));
    own.or_else(|| staff.iter().filter(|person| person.role == role).min_by(|a, b| a.id.cmp(&b.id)))
}

#[cfg(test)]
mod tests {
    use scoring::{Ledger, Policy};
    use serde_json::json;

    use super::*;

    fn alert(level: Level, step: usize) -> Alert {
        let (policy, at) = (Policy::default(), "2026-03-02T09:00:00Z".parse().unwrap());
        let assessment = scoring::risk::assess(
            &Ledger::new(scoring::Day::of(at)),
            at,
            &policy,
            &scoring::Portfolio::default(),
            &scoring::Relation::default(),
        );
        let alert = Alert::new("a-1".into(), "C-1".into(), level, &assessment, &policy.clocks).unwrap();
        Alert { step, ..alert }
    }

    fn customer(owner: Option<&str>) -> Customer {
        serde_json::from_value(json!({ "id": "C-1", "name": "Nordfrakt AB", "owner": owner })).unwrap()
    }

    fn staff(people: &[(&str, &str)]) -> Vec<Staff> {
        let person = |(id, role): &(&str, &str)| {
            let email = format!("{id}@nordverk.example");
            json!({ "id": id, "name": id, "email": email, "role": role, "language": "sv" })
        };
        people.iter().map(|it| serde_json::from_value(person(it)).unwrap()).collect()
    }

    fn told(level: Level, step: usize, owner: Option<&str>, people: &[(&str, &str)]) -> Option<String> {
        let staff = staff(people);
        recipient(&alert(level, step), &customer(owner), &staff).map(|person| person.id.clone())
    }

    const TEAM: &[(&str, &str)] = &[
        ("anna", "account_manager"),
        ("bo", "account_manager"),
        ("johan", "team_leader"),
        ("maria", "management"),
    ];

    #[test]
    fn each_step_tells_its_role_and_the_account_manager_is_the_customers_own() {
        let who = |level, step, owner| told(level, step, owner, TEAM).unwrap();
        assert_eq!(who(Level::Yellow, 0, Some("bo")), "bo");
        assert_eq!(who(Level::Yellow, 0, Some("Bo@Nordverk.example")), "bo");
        assert_eq!(who(Level::Yellow, 0, Some("gone")), "anna");
        assert_eq!(who(Level::Yellow, 0, None), "anna");
        assert_eq!(who(Level::Yellow, 1, Some("bo")), "johan");
        assert_eq!(who(Level::Orange, 0, Some("bo")), "johan");
        assert_eq!(who(Level::Red, 0, Some("bo")), "maria");
        assert_eq!(who(Level::Red, 2, Some("bo")), "bo");
    }

    #[test]
    fn a_role_that_nobody_has_falls_to_the_next_and_no_alert_to_the_floor() {
        assert_eq!(told(Level::Red, 0, None, &TEAM[..3]).as_deref(), Some("johan"));
        assert_eq!(told(Level::Red, 2, None, &TEAM[3..]).as_deref(), Some("maria"));
        assert_eq!(told(Level::Yellow, 0, None, &TEAM[3..]).as_deref(), Some("maria"));
        assert_eq!(told(Level::Yellow, 0, Some("anna"), &[]), None);
    }

    #[test]
    fn a_message_that_the_alert_has_moved_past_sends_nothing() {
        let open = alert(Level::Orange, 1);
        assert_eq!(passed_by(&open, Level::Orange, 1), None);
        assert!(passed_by(&open, Level::Yellow, 1).is_some());
        assert!(passed_by(&open, Level::Orange, 0).is_some());
        let taken = Alert { acknowledged_at: Some(open.opened_at), ..open.clone() };
        assert!(passed_by(&taken, Level::Orange, 1).is_some());
        assert!(passed_by(&Alert { closed_at: Some(open.opened_at), ..open }, Level::Orange, 1).is_some());
    }
}
