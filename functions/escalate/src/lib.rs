//! Every five minutes: publishes what waits in the outbox and passes alerts that nobody answered to the next role.
//!
//! What is due is found by its due time, written with the alert itself; nothing here is a chain of delayed messages.

use jiff::Timestamp;
use platform::alerts::{self, Alert};
use platform::messages::DispatchMessage;
use platform::{Platform, messages, register};
use scoring::Policy;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Outbox marks published again.
    pub published: u32,
    /// Alerts passed to the next role.
    pub passed_on: u32,
    /// Alerts with no further role.
    pub ended: u32,
    /// Alerts that failed; the next sweep finds them again.
    pub failed: u32,
}

/// What is to be done with an alert that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Publish,
    PassOn(usize),
    End,
    Wait,
}

/// Sweeps once.
pub async fn handle(platform: &Platform, now: Timestamp) -> anyhow::Result<Swept> {
    let policy = register::policy(platform).await?;
    let mut swept = Swept::default();
    for alert in alerts::due(platform, now).await? {
        match carry_out(platform, &policy, &alert, now).await {
            Ok(Step::Publish) => swept.published += 1,
            Ok(Step::PassOn(_)) => swept.passed_on += 1,
            Ok(Step::End) => swept.ended += 1,
            Ok(Step::Wait) => {}
            Err(error) => {
                swept.failed += 1;
                tracing::error!(alert = %alert.id, error = platform::chain(error.as_ref()), "An alert could not be swept");
            }
        }
    }
    tracing::info!(
        published = swept.published,
        passed_on = swept.passed_on,
        ended = swept.ended,
        failed = swept.failed,
        "Swept the alerts"
    );
    anyhow::ensure!(swept.failed == 0, "{} alerts could not be swept", swept.failed);
    Ok(swept)
}

/// Decides. The due time comes from the alert's own time, never from when a sweep got to it.
fn decide(policy: &Policy, alert: &Alert, now: Timestamp) -> Step {
    if alert.outbox.is_some() {
        return Step::Publish;
    }
    if alert.acknowledged_at.is_some() || alert.closed_at.is_some() || now < alert.answer_due(&policy.clocks)
    {
        return Step::Wait;
    }
    let next = alert.step + 1;
    if next < alert.level.roles().len() { Step::PassOn(next) } else { Step::End }
}

async fn carry_out(
    platform: &Platform,
    policy: &Policy,
    alert: &Alert,
    now: Timestamp,
) -> anyhow::Result<Step> {
    let step = decide(policy, alert, now);
    let number = match step {
        Step::Wait => return Ok(step),
        Step::End => {
            alerts::end_of_steps(platform, alert).await?;
            return Ok(step);
        }
        Step::PassOn(next) => {
            if !alerts::pass_on(platform, alert, next, now).await? {
                // Answered, raised or closed since the index was read.
                return Ok(Step::Wait);
            }
            next
        }
        Step::Publish => alert.step,
    };
    let message = DispatchMessage::Alert { alert: alert.id.clone(), level: alert.level, step: number };
    messages::send(platform, &platform.settings.dispatch_queue, &message).await?;
    if step == Step::Publish {
        alerts::published(platform, alert, now).await?;
    }
    Ok(step)
}

#[cfg(test)]
mod tests {
    use scoring::{Ledger, Level};

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// An alert raised on Monday at nine and delivered.
    fn delivered(level: Level) -> Alert {
        let policy = Policy::default();
        let at = time("2026-03-02T09:00:00Z");
        let assessment = scoring::risk::assess(
            &Ledger::new(scoring::Day::of(at)),
            at,
            &policy,
            &scoring::Portfolio::default(),
            &scoring::Relation::default(),
        );
        let alert = Alert::new("a-1".into(), "C-1".into(), level, &assessment, &policy.clocks).unwrap();
        Alert { outbox: None, ..alert }
    }

    #[test]
    fn each_level_waits_its_own_time_and_then_passes_on_once_per_step() {
        let policy = Policy::default();
        for (level, before, after) in [
            (Level::Yellow, "2026-03-03T08:59:59Z", "2026-03-03T09:00:00Z"),
            (Level::Orange, "2026-03-02T12:59:59Z", "2026-03-02T13:00:00Z"),
            (Level::Red, "2026-03-02T09:59:59Z", "2026-03-02T10:00:00Z"),
        ] {
            let alert = delivered(level);
            assert_eq!(decide(&policy, &alert, time(before)), Step::Wait, "{level:?}");
            assert_eq!(decide(&policy, &alert, time(after)), Step::PassOn(1), "{level:?}");
            let next = Alert { step: 1, ..alert };
            assert_eq!(decide(&policy, &next, time(after)), Step::Wait, "{level:?} just passed on");
            assert_eq!(decide(&policy, &Alert { step: 2, ..next }, time("2026-03-09T09:00:00Z")), Step::End);
        }
    }

    #[test]
    fn a_sweep_that_comes_late_does_not_push_the_next_step_back() {
        let alert = Alert { step: 1, ..delivered(Level::Red) };
        assert_eq!(alert.answer_due(&Policy::default().clocks), time("2026-03-02T11:00:00Z"));
    }

    #[test]
    fn an_answered_alert_waits_and_an_unsent_one_is_published() {
        let policy = Policy::default();
        let late = time("2026-03-09T09:00:00Z");
        let answered = Alert { acknowledged_at: Some(time("2026-03-02T09:10:00Z")), ..delivered(Level::Red) };
        assert_eq!(decide(&policy, &answered, late), Step::Wait);
        let unsent = Alert { outbox: Some("red#0".into()), ..delivered(Level::Red) };
        assert_eq!(decide(&policy, &unsent, late), Step::Publish);
    }
}
