//! What people answered last week moves the policy, once, before the first run of the week scores anybody.

use std::collections::BTreeSet;

use jiff::Timestamp;
use platform::alerts::{self, Alert, Feedback};
use platform::{Platform, policies, register};
use scoring::evidence::Fact;
use scoring::policy::Answer;
use scoring::time::Week;
use scoring::{Day, Policy};

/// Hears the answers of the week before the run's, where nobody has.
pub(crate) async fn hear(platform: &Platform, run: Timestamp) -> anyhow::Result<()> {
    let week = Week(Day::of(run).week().0 - 1);
    let policy = register::policy(platform).await?;
    if policy.learned.heard.is_some_and(|heard| heard >= week) {
        return Ok(());
    }
    let (from, until) = (week.monday().start(), Week(week.0 + 1).monday().start());
    let alerts = alerts::answered(platform, from, until).await?;
    let Some((after, why)) = heard(&policy, &alerts, week) else { return Ok(()) };
    if let Some(version) = policies::change(platform, &policy, &after, &why, "answers", run).await? {
        tracing::info!(version, answers = alerts.len(), "Answers moved the policy");
    }
    Ok(())
}

fn heard(policy: &Policy, alerts: &[Alert], week: Week) -> Option<(Policy, Vec<String>)> {
    let answers: Vec<Answer> = alerts.iter().filter_map(|alert| answer(alert, week)).collect();
    policy.hear(&answers, week).map(|heard| (heard.policy, heard.reasons))
}

/// None for an alert that cannot be read, and for a notice of termination: it is no hint whose weight could be learned.
fn answer(alert: &Alert, week: Week) -> Option<Answer> {
    let (feedback, assessment) = (alert.feedback?, alert.assessment().ok()?);
    if assessment.evidence.iter().any(|evidence| matches!(evidence.fact, Fact::Notice { .. })) {
        return None;
    }
    let counted = assessment.evidence.iter().filter(|evidence| evidence.points > 0.0);
    let families: BTreeSet<_> = counted.map(|evidence| evidence.family).collect();
    Some(Answer { week, level: alert.level, relevant: feedback == Feedback::Relevant, families })
}
