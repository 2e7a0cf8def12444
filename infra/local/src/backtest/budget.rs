//! What the weekly budget of alerts would have held back, and what that would have cost.

use std::collections::BTreeMap;

use jiff::civil::Date;
use scoring::budget::{Held, Peaks, Tally};
use scoring::time::Week;
use scoring::{Day, Policy};
use serde::Serialize;

use super::replay::Played;
use super::summary::Run;

/// What the budget did to a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Budgeted {
    /// Alerts a week that the policy lets open.
    pub alerts_per_week: f64,
    /// Weeks in which yellow alerts had to wait.
    pub weeks: usize,
    /// The highest risk from which alerts opened in any of them, 0..1; none where yellow always did.
    pub highest: Option<f64>,
    /// Alerts that opened without the budget.
    pub alerts_without: u32,
    /// Losses warned of a month ahead without the budget.
    pub month_ahead_without: u32,
    /// ... and with it.
    pub month_ahead: u32,
}

/// By week, what the budget holds back: from everybody's risks before it, as score finds them on a Monday.
pub fn held(policy: &Policy, played: &[Played]) -> BTreeMap<i32, Held> {
    let mut weeks: BTreeMap<Week, Vec<(usize, f64, f64)>> = BTreeMap::new();
    for (place, played) in played.iter().enumerate() {
        for week in &played.weeks {
            weeks.entry(week_of(week.monday)).or_default().push((place, week.peak, week.risk));
        }
    }
    let mut customers = vec![(Peaks::default(), None::<f64>); played.len()];
    let mut held = BTreeMap::new();
    for (week, risks) in weeks {
        let mut tally = Tally::new(week, policy);
        for (peaks, risk) in customers.iter().filter(|(_, risk)| risk.is_some()) {
            tally.add(peaks, risk.unwrap_or_default(), false);
        }
        let holds = tally.held(policy);
        if holds.opens_from.is_some() {
            held.insert(week.0, holds);
        }
        for (place, peak, risk) in risks {
            if let Some((peaks, before)) = customers.get_mut(place) {
                peaks.note(week, *before, peak);
                *before = Some(risk);
            }
        }
    }
    held
}

fn week_of(monday: Date) -> Week {
    monday.to_zoned(jiff::tz::TimeZone::UTC).map_or(Week(0), |monday| Day::of(monday.timestamp()).week())
}

/// Holds a run with the budget against one without.
pub fn compared(policy: &Policy, held: &BTreeMap<i32, Held>, without: &Run, with: &Run) -> Budgeted {
    let month_ahead = |run: &Run| {
        let losses = run.judged.iter().flat_map(|judged| &judged.losses);
        let early = losses.filter(|loss| loss.lead.is_some_and(|lead| lead >= 30));
        super::figures::counted(early.count())
    };
    Budgeted {
        alerts_per_week: policy.budget.alerts_per_week,
        weeks: held.len(),
        highest: held.values().filter_map(|held| held.opens_from).max_by(f64::total_cmp),
        alerts_without: without.summary.figures.alerts,
        month_ahead_without: month_ahead(without),
        month_ahead: month_ahead(with),
    }
}

impl Budgeted {
    /// In a sentence or two.
    pub fn told(&self, alerts: u32) -> String {
        let budget = self.alerts_per_week;
        let Some(highest) = self.highest else {
            return format!("The budget of {budget} alerts a week held nothing back.");
        };
        if alerts == self.alerts_without && self.month_ahead == self.month_ahead_without {
            return format!(
                "The budget of {budget} alerts a week made yellow ones wait in {} weeks, at most until a risk of {:.0} %. It cost \
                 no alert of these and no early warning.",
                self.weeks,
                highest * 100.0
            );
        }
        format!(
            "The budget of {budget} alerts a week made yellow ones wait in {} weeks, at most until a risk of {:.0} %: \
             {alerts} alerts opened instead of {}. A month ahead {} losses were warned of, {} without the budget. Orange and \
             red alerts never waited.",
            self.weeks,
            highest * 100.0,
            self.alerts_without,
            self.month_ahead,
            self.month_ahead_without
        )
    }
}
