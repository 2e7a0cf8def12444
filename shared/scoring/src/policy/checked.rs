//! Which policies are let in.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::feedback::{SHIFTS, WEIGHTS};
use super::learned::in_file;
use super::{ClockPolicy, LearnedPolicy, Policy, RiskPolicy, TrendPolicy, WordPolicy};
use crate::budget::MOST_WEEKS;
use crate::ledger::SHORT_WEEKS;

/// A policy that contradicts itself; says which field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy field `{field}` must be {rule}")]
pub struct PolicyFault {
    /// The field's path; a phrase stands in it by its number.
    pub field: Cow<'static, str>,
    /// What it must be.
    pub rule: &'static str,
}

type Checked = Result<(), PolicyFault>;

fn rule(holds: bool, field: impl Into<Cow<'static, str>>, rule: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(PolicyFault { field: field.into(), rule }) }
}

fn share(value: f64, field: &'static str) -> Checked {
    rule(value > 0.0 && value < 1.0, field, "between 0 and 1")
}

fn above_0(value: f64, field: &'static str) -> Checked {
    rule(value.is_finite() && value > 0.0, field, "above 0")
}

fn at_least(least: i64, value: impl Into<i64>, field: &'static str) -> Checked {
    let text = if least == 2 { "2 or more" } else { "1 or more" };
    rule(value.into() >= least, field, text)
}

/// A window within the days a ledger keeps singly.
fn window(days: i32, field: &'static str) -> Checked {
    rule((1..=42).contains(&days), field, "from 1 to 42 days")
}

/// Above 0, finite, each above the one before.
fn is_rising(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite() && *value > 0.0) && values.is_sorted_by(|a, b| a < b)
}

fn rising(values: &[f64], field: &'static str) -> Checked {
    rule(is_rising(values), field, "above 0 and rising")
}

/// Rising shares.
fn rising_shares(values: [f64; 3], field: &'static str) -> Checked {
    let [weak, medium, strong] = values;
    rule(is_rising(&[weak, medium, strong, 1.0]), field, "rising from 0 to 1")
}

impl Policy {
    /// Refuses values that are not numbers, out of range or in the wrong order.
    pub fn checked(self) -> Result<Self, PolicyFault> {
        self.check_values()?;
        self.check_profiles()?;
        Ok(self)
    }

    /// Everything but the profiles.
    pub(super) fn check_values(&self) -> Checked {
        risk(&self.risk)?;
        self.reading()?;
        words(&self.words)?;
        self.behaviour()?;
        self.business()?;
        let learning = &self.learning;
        rule((1..=SHORT_WEEKS).contains(&learning.weeks), "learning.weeks", "from 1 to 32")?;
        rule(
            (1..=SHORT_WEEKS).contains(&learning.baseline_weeks),
            "learning.baseline_weeks",
            "from 1 to 32, the weeks a ledger keeps of every counter",
        )?;
        at_least(1, learning.observations, "learning.observations")?;
        at_least(1, learning.touch_points, "learning.touch_points")?;
        trends(&self.trends)?;
        let budget = &self.budget;
        above_0(budget.alerts_per_week, "budget.alerts_per_week")?;
        rule((1..=MOST_WEEKS).contains(&budget.weeks), "budget.weeks", "from 1 to 12")?;
        learned(&self.learned)?;
        clocks(&self.clocks)?;
        rule(
            self.managed_model.as_ref().is_none_or(|model| is_eu_profile(&model.model_id)),
            "managed_model.model_id",
            "an inference profile of the EU: its id begins with `eu.`",
        )
    }

    fn reading(&self) -> Checked {
        let counting = &self.counting;
        rule((-100..0).contains(&counting.sour), "counting.sour", "from -100 to -1 hundredths")?;
        rule(counting.similar >= 2, "counting.similar", "2 or more")?;
        rule((1..=30).contains(&counting.similar_days), "counting.similar_days", "from 1 to 30 days")?;
        let tone = &self.tone;
        rule((-1.0..0.0).contains(&tone.warning), "tone.warning", "from -1 to below 0")?;
        rule(
            (-1.0..0.0).contains(&tone.alarm) && tone.alarm < tone.warning,
            "tone.alarm",
            "from -1 to below the warning",
        )?;
        window(tone.window_days, "tone.window_days")?;
        at_least(2, tone.sour_messages, "tone.sour_messages")?;
        window(tone.sour_days, "tone.sour_days")?;
        rule((0.0..=1.0).contains(&tone.below_own), "tone.below_own", "from 0 to 1")?;
        window(tone.phrase_days, "tone.phrase_days")?;
        at_least(2, tone.phrase_messages, "tone.phrase_messages")
    }

    fn behaviour(&self) -> Checked {
        let frequency = &self.frequency;
        at_least(1, frequency.silence_days, "frequency.silence_days")?;
        rule(
            frequency.long_silence_days > frequency.silence_days && frequency.long_silence_days <= 400,
            "frequency.long_silence_days",
            "above the silence and at most 400 days",
        )?;
        rising(&frequency.silence_surprise, "frequency.silence_surprise")?;
        share(frequency.deviation, "frequency.deviation")?;
        share(frequency.fewer_than_last_year, "frequency.fewer_than_last_year")?;
        rule((2..=7).contains(&frequency.daily), "frequency.daily", "from 2 to 7 days a week")?;
        rule((1..=6).contains(&frequency.daily_weeks), "frequency.daily_weeks", "from 1 to 6 weeks")?;
        let replies = &self.replies;
        above_0(replies.normal_hours, "replies.normal_hours")?;
        rule(
            is_rising(&[replies.normal_hours, replies.critical_hours]),
            "replies.critical_hours",
            "above the normal",
        )?;
        above_0(replies.slower, "replies.slower")?;
        window(replies.window_days, "replies.window_days")?;
        at_least(1, replies.replies, "replies.replies")?;
        rule(
            replies.floor_hours.is_finite() && replies.floor_hours >= 0.0,
            "replies.floor_hours",
            "0 or more",
        )?;
        window(self.contacts.window_days, "contacts.window_days")
    }

    fn business(&self) -> Checked {
        let tickets = &self.tickets;
        above_0(tickets.normal_per_month, "tickets.normal_per_month")?;
        at_least(2, tickets.critical_per_week, "tickets.critical_per_week")?;
        rule(tickets.surge.is_finite() && tickets.surge > 1.0, "tickets.surge", "above 1")?;
        rising_shares(self.orders.fall, "orders.fall")?;
        rule((1..=16).contains(&self.orders.weeks), "orders.weeks", "from 1 to 16")?;
        rising(&self.orders.gap_surprise, "orders.gap_surprise")?;
        at_least(2, self.orders.orders, "orders.orders")?;
        rising(&self.payments.later_days, "payments.later_days")?;
        window(self.payments.window_days, "payments.window_days")?;
        at_least(1, self.payments.invoices, "payments.invoices")?;
        at_least(1, self.payments.overdue, "payments.overdue")?;
        rising_shares(self.usage.fall, "usage.fall")?;
        window(self.usage.window_days, "usage.window_days")?;
        share(self.usage.fewer_features, "usage.fewer_features")?;
        above_0(self.usage.versions_behind, "usage.versions_behind")
    }
}

/// Anything else, `global.` above all, could be run outside the EU (I8).
fn is_eu_profile(id: &str) -> bool {
    let allowed = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || ".-:".contains(char);
    id.strip_prefix("eu.").is_some_and(|model| !model.is_empty() && model.chars().all(allowed))
}

fn trends(trends: &TrendPolicy) -> Checked {
    rule((13..=52).contains(&trends.weeks), "trends.weeks", "from 13 to 52")?;
    rule(
        (trends.weeks..=66).contains(&trends.young_weeks),
        "trends.young_weeks",
        "from `trends.weeks` to 66",
    )?;
    rule((0.0..=5.0).contains(&trends.young_points), "trends.young_points", "from 0 to 5")?;
    rule((0.0..=5.0).contains(&trends.chance), "trends.chance", "from 0 to 5")?;
    rule((1..=13).contains(&trends.volume_weeks), "trends.volume_weeks", "from 1 to 13")?;
    for (value, field) in [
        (trends.full, "trends.full"),
        (trends.support, "trends.support"),
        (trends.volume, "trends.volume"),
        (trends.first_ask, "trends.first_ask"),
        (trends.text_weight, "trends.text_weight"),
        (trends.payments_weight, "trends.payments_weight"),
        (trends.usage_weight, "trends.usage_weight"),
        (trends.orders_weight, "trends.orders_weight"),
    ] {
        rule(value > 0.0 && value <= 5.0, field, "above 0 and at most 5")?;
    }
    for (triple, field) in [
        (trends.text, "trends.text"),
        (trends.reopened, "trends.reopened"),
        (trends.tickets, "trends.tickets"),
        (trends.customer_replies, "trends.customer_replies"),
        (trends.payments, "trends.payments"),
        (trends.contact, "trends.contact"),
        (trends.silence, "trends.silence"),
        (trends.fewer_orders, "trends.fewer_orders"),
        (trends.order_gap, "trends.order_gap"),
        (trends.fewer_parts, "trends.fewer_parts"),
        (trends.service_gap, "trends.service_gap"),
        (trends.smaller_orders, "trends.smaller_orders"),
        (trends.slipping, "trends.slipping"),
        (trends.approval_days, "trends.approval_days"),
        (trends.approval_delays, "trends.approval_delays"),
        (trends.satisfaction, "trends.satisfaction"),
    ] {
        rising(&triple, field)?;
    }
    for (pair, field) in [
        (trends.asks, "trends.asks"),
        (trends.our_replies, "trends.our_replies"),
        (trends.usage, "trends.usage"),
    ] {
        pair.iter().try_for_each(|triple| rising(triple, field))?;
    }
    rising(&trends.external, "trends.external")?;
    let points = |value: &f64| (0.0..=5.0).contains(value);
    rule(trends.contacts.iter().all(points), "trends.contacts", "from 0 to 5 each")
}

fn risk(risk: &RiskPolicy) -> Checked {
    share(risk.base, "risk.base")?;
    above_0(risk.weak, "risk.weak")?;
    rule(is_rising(&[risk.weak, risk.medium]), "risk.medium", "above weak")?;
    rule(is_rising(&[risk.medium, risk.strong]), "risk.strong", "above medium")?;
    rule((0.0..=2.0).contains(&risk.persistence), "risk.persistence", "from 0 to 2")?;
    rule(
        (2..=4).contains(&risk.families_for_alert),
        "risk.families_for_alert",
        "from 2 to 4: with more no customer would ever be warned of",
    )?;
    rule(is_rising(&[risk.base, risk.yellow, 1.0]), "risk.yellow", "above the base and below 1")?;
    rule(is_rising(&[risk.yellow, risk.orange, 1.0]), "risk.orange", "above yellow and below 1")?;
    rule(is_rising(&[risk.orange, risk.red, 1.0]), "risk.red", "above orange and below 1")?;
    rule(is_rising(&[risk.red, risk.notice, 1.0]), "risk.notice", "above red and below 1")?;
    rule((0.0..risk.yellow).contains(&risk.hysteresis), "risk.hysteresis", "from 0 to below yellow")?;
    rule(
        (2..=14).contains(&risk.hysteresis_dates),
        "risk.hysteresis_dates",
        "from 2 to 14: one quiet date closes nothing",
    )
}

fn learned(learned: &LearnedPolicy) -> Checked {
    for (family, weight) in &learned.weights {
        rule(
            (0.25..=2.0).contains(weight),
            format!("learned.weights.{}", in_file(*family)),
            "from 0.25 to 2",
        )?;
    }
    for (family, weight) in &learned.answered {
        rule(
            WEIGHTS.contains(weight),
            format!("learned.answered.{}", in_file(*family)),
            "from 0.75 to 1.25",
        )?;
    }
    rule(SHIFTS.contains(&learned.shift), "learned.shift", "from -0.25 to 0.25")?;
    let Some(probability) = &learned.probability else { return Ok(()) };
    let field = |name: &str| format!("learned.probability.{name}");
    rule((1..=365).contains(&probability.horizon_days), field("horizon_days"), "from 1 to 365 days")?;
    rule((0.0..=3.0).contains(&probability.slope), field("slope"), "from 0 to 3")?;
    rule((-12.0..=3.0).contains(&probability.intercept), field("intercept"), "from -12 to 3")?;
    let from = probability.learned_from;
    rule(from.losses >= 1, field("learned_from.losses"), "1 or more")?;
    rule(from.customers >= from.losses, field("learned_from.customers"), "no fewer than the losses")
}

fn words(words: &WordPolicy) -> Checked {
    let mut ids = BTreeSet::new();
    for own in &words.phrases {
        let field = |name: &str| format!("words.phrases.{}.{name}", own.id.0);
        rule(own.id.is_own(), field("id"), "from 10000 to 19999")?;
        rule(ids.insert(own.id), field("id"), "given to one phrase alone")?;
        rule(
            tone::is_phrase(&own.phrase),
            field("phrase"),
            "lower-case words with `*`, `/`, `#` and `..` as in a lexicon, at most 100 letters",
        )?;
        rule((-1.0..=1.0).contains(&own.weight), field("weight"), "from -1 to 1")?;
    }
    for muted in &words.muted {
        let field = format!("words.muted.{}.entry", muted.entry.0);
        rule(tone::entry(muted.entry).is_some(), field, "the number of a phrase in our lexicons")?;
    }
    let named = |name: Option<&str>| name.is_none_or(|name| !name.trim().is_empty());
    rule(words.places().all(|[branch, _, _]| named(branch)), "words.branch", "a branch, or left out")?;
    rule(
        words.places().all(|[_, kind, _]| named(kind)),
        "words.relation",
        "a kind of relation, or left out",
    )?;
    rule(words.places().all(|[_, _, id]| named(id)), "words.customer", "a customer's id, or left out")
}

fn clocks(clocks: &ClockPolicy) -> Checked {
    let fields = [
        (clocks.yellow_hours, "clocks.yellow_hours"),
        (clocks.orange_hours, "clocks.orange_hours"),
        (clocks.red_hours, "clocks.red_hours"),
        (clocks.contact_hours, "clocks.contact_hours"),
    ];
    fields
        .into_iter()
        .try_for_each(|(hours, field)| rule((1..=720).contains(&hours), field, "from 1 hour to 30 days"))
}
