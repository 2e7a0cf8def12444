//! Scores one customer: count what is new, assess, decide, write everything in one step.

use std::collections::BTreeSet;

use anyhow::Context as _;
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use platform::alerts::{self, Alert};
use platform::messages::{DispatchMessage, alert_id};
use platform::states::{self, Save, Saved, State};
use platform::{Platform, events, messages};
use scoring::alert::{Decision, OpenAlert, after, decide};
use scoring::recount::{Recount, first_needed};
use scoring::risk::{Assessment, assess};
use scoring::{Day, Ledger, Level, Policy, Portfolio, packed};

/// How often a customer is read again because somebody wrote meanwhile.
const TRIES: usize = 5;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing had changed that is worth writing.
    Unchanged,
    /// Written; nobody is told.
    Saved,
    /// An alert was opened or raised.
    Alerted,
}

/// Scores a customer as of a time.
pub async fn score(
    platform: &Platform,
    policy: &Policy,
    portfolio: &Portfolio,
    state: State,
    as_of: Timestamp,
) -> anyhow::Result<Outcome> {
    let mut state = state;
    for _ in 0..TRIES {
        if state.as_of.is_some_and(|scored| scored > as_of) {
            // A later run was here: an older one would put events into the past they come after.
            return Ok(Outcome::Unchanged);
        }
        if let Some(outcome) = try_to_score(platform, policy, portfolio, &state, as_of).await? {
            return Ok(outcome);
        }
        match states::get(platform, &state.customer).await? {
            Some(read) => state = read,
            None => return Ok(Outcome::Unchanged),
        }
    }
    anyhow::bail!("a customer was written by others {TRIES} times while it was scored")
}

/// One try; none when somebody else wrote in between.
async fn try_to_score(
    platform: &Platform,
    policy: &Policy,
    portfolio: &Portfolio,
    state: &State,
    as_of: Timestamp,
) -> anyhow::Result<Option<Outcome>> {
    if !state.scored {
        return forget(platform, state, as_of).await;
    }
    let (ledger, keep) = count(platform, policy, state, as_of).await?;
    let assessment = assess(&ledger, as_of, policy, portfolio, &state.relation);
    let today = as_of.to_zoned(platform.settings.zone()?).date();
    let decision = decide(state.alert.as_ref(), assessment.risk, today, &policy.risk, portfolio.held);
    let mut peaks = state.peaks.clone();
    peaks.note(Day::of(as_of).week(), state.risk, assessment.risk);
    let change = change(platform, policy, state, &assessment, decision)?;

    let packed = packed::pack(&ledger);
    let counted = state.marks.iter().any(|(name, count)| *count != 0 && !keep.contains(name));
    let same_risk = same_risk(state, &assessment);
    if !counted
        && same_risk
        && change.alert == state.alert
        && state.ledger.as_deref() == Some(packed.as_slice())
    {
        return Ok(Some(Outcome::Unchanged));
    }
    let save = Save {
        read: state,
        ledger: Some(packed),
        counting: policy.counting.fingerprint(),
        keep,
        alert: change.alert,
        risk: Some(assessment.risk),
        peaks: Some(peaks),
        as_of,
    };
    if states::save(platform, &save, change.writes).await? == Saved::Changed {
        return Ok(None);
    }
    let Some((alert, level)) = change.tell else { return Ok(Some(Outcome::Saved)) };
    tracing::info!(alert = %alert, level = level.word(), "An alert was opened or raised");
    let message = DispatchMessage::Alert { alert, level, step: 0 };
    if let Err(error) = messages::send(platform, &platform.settings.dispatch_queue, &message).await {
        // The outbox mark stands: the sweep publishes it.
        tracing::error!(error = platform::chain(error.as_ref()), "An alert waits in the outbox");
    }
    Ok(Some(Outcome::Alerted))
}

/// Whether the risk is what was last written, to half a percent.
fn same_risk(state: &State, assessment: &Assessment) -> bool {
    state.risk.is_some_and(|risk| (risk - assessment.risk).abs() < 0.005)
}

/// Without a legal basis, or paused: nothing derived is kept. Should scoring be allowed again, the fingerprint 0 makes
/// the ledger be counted anew from the events.
async fn forget(platform: &Platform, state: &State, as_of: Timestamp) -> anyhow::Result<Option<Outcome>> {
    let nothing_kept = state.ledger.is_none() && state.alert.is_none() && state.marks.is_empty();
    if nothing_kept {
        return Ok(Some(Outcome::Unchanged));
    }
    let close = state.alert.iter().map(|open| alerts::write_close(platform, &open.id, as_of));
    let writes = close.collect::<anyhow::Result<Vec<_>>>()?;
    let save = Save {
        read: state,
        ledger: None,
        counting: 0,
        keep: BTreeSet::new(),
        alert: None,
        risk: None,
        peaks: None,
        as_of,
    };
    Ok((states::save(platform, &save, writes).await? == Saved::Done).then_some(Outcome::Saved))
}

/// Brings the ledger to the day of `as_of` and counts the marked days anew. Also says which marks must stay because
/// something of theirs lies after `as_of`.
async fn count(
    platform: &Platform,
    policy: &Policy,
    state: &State,
    as_of: Timestamp,
) -> anyhow::Result<(Ledger, BTreeSet<String>)> {
    let held = state.ledger.as_deref().and_then(|bytes| match packed::unpack(bytes) {
        Ok(ledger) => Some(ledger),
        Err(error) => {
            tracing::error!(error = platform::chain(&error), "A ledger is counted anew from its events");
            None
        }
    });
    let held = held.filter(|_| state.counting == policy.counting.fingerprint());
    let mut recount = Recount::new(held, state.dirty_days(), as_of);
    for span in recount.spans() {
        let events = events::between(platform, &state.customer, first_needed(span), span.to, as_of).await?;
        recount.count(span, &events, &policy.counting);
    }
    let has_later = |name: &&String| states::days_of(name).iter().any(|day| recount.later.contains(day));
    let keep = state.marks.keys().filter(has_later).cloned().collect();
    Ok((recount.ledger, keep))
}

/// What a decision writes.
struct Change {
    /// The open alert from now on.
    alert: Option<OpenAlert>,
    /// Writes to the alerts table.
    writes: Vec<TransactWriteItem>,
    /// The alert somebody must hear of.
    tell: Option<(String, Level)>,
}

fn change(
    platform: &Platform,
    policy: &Policy,
    state: &State,
    assessment: &Assessment,
    decision: Decision,
) -> anyhow::Result<Change> {
    let alert = after(state.alert.as_ref(), &decision, || alert_id(&state.customer, assessment.as_of));
    let open_id = || state.alert.as_ref().map(|open| open.id.clone()).context("no alert is open");
    Ok(match decision {
        Decision::Nothing => Change { alert, writes: Vec::new(), tell: None },
        Decision::Keep { under } => {
            // While the risk stands at its level, what it rests on is kept current; what an alert says when the risk
            // has fallen is why it was raised.
            let current = under.is_empty() && !same_risk(state, assessment);
            let current = current.then(open_id).transpose()?;
            let write = |id: String| alerts::write_current(platform, &id, None, assessment);
            Change {
                alert,
                writes: current.into_iter().map(write).collect::<anyhow::Result<_>>()?,
                tell: None,
            }
        }
        Decision::Open(level) => {
            let id = alert.as_ref().map(|open| open.id.clone()).context("an alert without an id")?;
            let new = Alert::new(id.clone(), state.customer.clone(), level, assessment, &policy.clocks)?;
            Change { alert, writes: vec![alerts::write_open(platform, &new)?], tell: Some((id, level)) }
        }
        Decision::Raise(level) => {
            let id = open_id()?;
            let writes = vec![alerts::write_raise(platform, &id, level, assessment, &policy.clocks)?];
            Change { alert, writes, tell: Some((id, level)) }
        }
        Decision::Lower(level) => {
            let id = open_id()?;
            let writes = vec![alerts::write_current(platform, &id, Some(level), assessment)?];
            Change { alert, writes, tell: None }
        }
        Decision::Close => {
            let writes = vec![alerts::write_close(platform, &open_id()?, assessment.as_of)?];
            Change { alert, writes, tell: None }
        }
    })
}
