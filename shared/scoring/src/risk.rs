//! From evidence to risk: additive log-odds with the gate of two families (design section 6; S21, S72).
//!
//! `risk = sigmoid(logit(base) + sum of points)`, one signal per family. With base 5 % and the expert weights, weak +
//! medium + strong is 78.0 % (S72) and the strongest single signal 26 %. The caps of I6 stand whatever the weights are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Fact, Family, Strength, Timing};
use crate::gaps::Gap;
use crate::learning::{Learning, Missing};
use crate::ledger::{Counter, Ledger};
use crate::level::Level;
use crate::past::{Past, WholeWeeks};
use crate::policy::{Policy, Probability, RiskPolicy, Weights};
use crate::portfolio::{Portfolio, Rest};
use crate::relation::Relation;
use crate::signals::{Data, Hint, SIGNALS, Signal};
use crate::time::Day;
use crate::view::View;

/// A lower risk is no alert under any policy worth the name, and needs no look at the week before.
const NOTABLE: f64 = 0.15;
/// Days for which a notice of termination is shown.
const NOTICE_DAYS: i32 = 42;

/// What is to be said of a customer as of a time. A function of the ledger, the policy, the portfolio, the relation and
/// the time (I4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The time it is as of.
    pub as_of: Timestamp,
    /// Risk, 0..1.
    pub risk: f64,
    /// The level of that risk.
    pub level: Option<Level>,
    /// What it rests on, most points first.
    pub evidence: Vec<Evidence>,
    /// Families that have data but too little of it.
    pub learning: Vec<Learning>,
    /// Families without data: never read as healthy.
    pub no_data: Vec<Family>,
    /// What is missing before the customer counts as known (S55).
    #[serde(default)]
    pub missing: Missing,
    /// When a kind of data that the customer has came from nobody: our outage, not its silence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// What speaks against it.
    #[serde(default)]
    pub doubt: Doubt,
    /// What such points came to, where losses have told; beside the risk, never part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// The risk is higher by what a managed model read out of messages: that shows no phrases.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed: bool,
    /// Version of the policy in force.
    pub policy: u32,
}

/// Assesses a customer. The ledger must have been brought to the day of `as_of`. Where a managed model has judged texts,
/// its darker history counts if, and only if, the risk is higher by it: it never lowers what the rules come to.
pub fn assess(
    ledger: &Ledger,
    as_of: Timestamp,
    policy: &Policy,
    portfolio: &Portfolio,
    relation: &Relation,
) -> Assessment {
    let weights = policy.profiles.weights(relation);
    let (policy, portfolio) = (policy.of(relation), portfolio.seen_from(relation));
    let rest = portfolio.rest(relation, Day::of(as_of));
    let assess_one = |ledger| assess_one(ledger, as_of, &policy, &portfolio, rest, &weights);
    let by_rules = assess_one(ledger);
    let darker = ledger.darker.as_deref().map(assess_one);
    let darker = darker.filter(|darker| darker.risk > by_rules.risk);
    darker.map(|darker| Assessment { managed: true, ..darker }).unwrap_or(by_rules)
}

fn assess_one(
    ledger: &Ledger,
    as_of: Timestamp,
    policy: &Policy,
    portfolio: &Portfolio,
    rest: Rest<'_>,
    weights: &Weights,
) -> Assessment {
    let today = Day::of(as_of);
    let view = View::new(ledger, today).resting(rest);
    let weeks = WholeWeeks::of(&view);
    let past = Past::new(&view, &weeks, portfolio);
    let mut assessment = Assessment {
        as_of,
        risk: policy.risk.base,
        level: None,
        evidence: Vec::new(),
        learning: Vec::new(),
        no_data: Vec::new(),
        missing: Missing::of(&view, &policy.learning),
        gaps: portfolio.gaps(today).filter(|gap| gap.of.is_known_of(&view)).collect(),
        doubt: Doubt::default(),
        probability: None,
        managed: false,
        policy: policy.version,
    };
    if view.days_since(Counter::Churned).is_some() {
        // They have left: nothing is left to warn of.
        return assessment;
    }
    let own = Own::of(&past, policy);
    for (place, signal) in SIGNALS.iter().enumerate() {
        if weights.get(&signal.family) == Some(&0.0) {
            continue;
        }
        let hints = match &own {
            None => (signal.detect)(&view, policy),
            Some(own) => own.hints(signal, place, &view, &past, policy),
        };
        match (signal.data)(&view, policy) {
            _ if !hints.is_empty() => {
                assessment.evidence.extend(weighed(signal, hints, &view, policy, weights));
            }
            Data::None => assessment.no_data.push(signal.family),
            Data::TooLittle => {
                assessment.learning.push(Learning::of(signal.family, &view, &policy.learning));
            }
            Data::Enough => {}
        }
    }
    assessment.evidence.sort_by(|a, b| b.points.total_cmp(&a.points));
    assessment.doubt = doubt(&past, &assessment.evidence, policy);
    if own.is_some() && risk_of(&assessment.evidence, policy, assessment.doubt) >= NOTABLE {
        assessment.doubt.week_ago = week_ago(&view, &past, &assessment.evidence, policy, weights);
    }
    if let Some(notice) = notice(&view) {
        assessment.evidence.insert(0, notice);
    } else if own.is_some() {
        assessment.probability = policy.learned.probability(&assessment.evidence);
    }
    assessment.risk = risk_of_all(&assessment.evidence, policy, assessment.doubt);
    assessment.level = Level::of(assessment.risk, &policy.risk);
    assessment
}

/// What the customer's own past says, where there is enough of it to decide.
struct Own {
    /// The changes each signal of [`SIGNALS`] found.
    changes: Vec<Vec<Hint>>,
    /// Points of what comes before the damage, a family's strongest each.
    leading: f64,
}

impl Own {
    fn of(past: &Past<'_>, policy: &Policy) -> Option<Self> {
        if past.known < policy.trends.weeks {
            return None;
        }
        let changes: Vec<_> = SIGNALS.iter().map(|signal| (signal.trend)(past, &policy.trends)).collect();
        let both = SIGNALS.iter().zip(&changes);
        let leading = both.filter(|(signal, _)| signal.timing == Timing::Leading);
        let leading = leading.map(|(_, hints)| strongest(hints)).sum();
        Some(Self { changes, leading })
    }

    /// What a signal finds. What the articles let stand by itself (S11, S12) always counts; and when much leads away from
    /// us, the tables of orders and payments say that it has begun to cost (S72). `place` is the signal's in the table.
    fn hints(
        &self,
        signal: &Signal,
        place: usize,
        view: &View<'_>,
        past: &Past<'_>,
        policy: &Policy,
    ) -> Vec<Hint> {
        let mut hints = self.changes.get(place).cloned().unwrap_or_default();
        let confirms = signal.timing == Timing::Lagging && self.leading >= policy.risk.strong;
        if confirms || signal.stands_alone {
            let trend = strongest(&hints);
            let counts = |hint: &Hint| {
                if hint.persistent { stands(hint, past, trend, policy) } else { confirms }
            };
            hints.extend((signal.detect)(view, policy).into_iter().filter(counts));
        }
        hints
    }
}

fn strongest(hints: &[Hint]) -> f64 {
    hints.iter().filter_map(|hint| hint.points).fold(0.0, f64::max)
}

/// The risk of the changes as they stood a week ago. None where something stands by itself, and so does not wait.
fn week_ago(
    view: &View<'_>,
    past: &Past<'_>,
    evidence: &[Evidence],
    policy: &Policy,
    weights: &Weights,
) -> Option<f64> {
    if evidence.iter().any(|evidence| evidence.persistent && evidence.points > 0.0) {
        return None;
    }
    let earlier = past.weeks_earlier(1);
    let of =
        |signal: &Signal| weighed(signal, (signal.trend)(&earlier, &policy.trends), view, policy, weights);
    let evidence: Vec<Evidence> = SIGNALS.iter().flat_map(of).collect();
    Some(risk_of(&evidence, policy, doubt(&earlier, &evidence, policy)))
}

/// Whether what the articles let stand by itself does so beside all we know of the customer: a silence of working days
/// longer than any before, of a relation that does not rest; daily mails from who wrote every other week; a sour week
/// in sour months, one sourer than any before as the months begin to sour, or the first there is. `trend` are the points
/// of the family's own change.
fn stands(hint: &Hint, past: &Past<'_>, trend: f64, policy: &Policy) -> bool {
    match hint.fact {
        Fact::Silence { days, .. } => {
            let long = f64::from(policy.frequency.long_silence_days);
            !past.rests() && days / 7 > past.longest_silence() && past.silence().recent >= long
        }
        Fact::DailyContact { usual_per_week, .. } => usual_per_week <= 0.7,
        Fact::SourWeek { messages, .. } => {
            let most = past.most(Counter::Sour);
            trend >= policy.trends.full || (messages > most && (trend > 0.0 || most == 0))
        }
        _ => true,
    }
}

/// Hints as evidence, the one with most points first: it alone counts, as much as its family does in this relation.
fn weighed(
    signal: &Signal,
    hints: Vec<Hint>,
    view: &View<'_>,
    policy: &Policy,
    weights: &Weights,
) -> Vec<Evidence> {
    let (learned, policy) = (&policy.learned, &policy.risk);
    let weight = weights.get(&signal.family).copied().unwrap_or(1.0);
    let evidence = |hint: Hint| Evidence {
        family: signal.family,
        strength: hint.points.map_or(hint.strength, |points| in_words(points, policy)),
        persistent: hint.persistent,
        timing: signal.timing,
        since: view.today.plus(1 - hint.days).max(view.first_day()),
        points: weight * hint.points.unwrap_or_else(|| points(policy, hint.strength, hint.persistent)),
        fact: hint.fact,
    };
    let mut weighed: Vec<Evidence> = hints.into_iter().map(evidence).map(|it| learned.weigh(it)).collect();
    weighed.sort_by(|a, b| b.points.total_cmp(&a.points));
    weighed.iter_mut().skip(1).for_each(|evidence| evidence.points = 0.0);
    weighed
}

/// The points of one signal of the tables.
fn points(policy: &RiskPolicy, strength: Strength, persistent: bool) -> f64 {
    let points = match strength {
        Strength::Weak => policy.weak,
        Strength::Medium => policy.medium,
        Strength::Strong => policy.strong,
    };
    if persistent { points + policy.persistence } else { points }
}

/// The strength nearest to some points.
fn in_words(points: f64, policy: &RiskPolicy) -> Strength {
    if points < f64::midpoint(policy.weak, policy.medium) {
        Strength::Weak
    } else if points < f64::midpoint(policy.medium, policy.strong) {
        Strength::Medium
    } else {
        Strength::Strong
    }
}

/// Families that measure one thing: how much of everything there is.
const VOLUME: [Family; 3] = [Family::Frequency, Family::Usage, Family::Orders];

/// What speaks against believing the evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Doubt {
    /// Points taken away: what chance brings anybody, and more where the customer's own past is short.
    pub points: f64,
    /// Nothing but a smaller volume, and not for long: may be a pause.
    pub may_be_a_pause: bool,
    /// The risk a week ago, of changes that must last to be yellow: most that come by chance are gone by then. None for
    /// what does not wait.
    pub week_ago: Option<f64>,
}

fn doubt(past: &Past<'_>, evidence: &[Evidence], policy: &Policy) -> Doubt {
    let trends = &policy.trends;
    if past.known < trends.weeks {
        return Doubt::default();
    }
    let counts = |fits: fn(&Evidence) -> bool| evidence.iter().any(|it| it.points > 0.0 && fits(it));
    let stands = counts(|evidence| evidence.persistent);
    // A short past makes poor yardsticks; what needs none is believed.
    let needs_none = counts(|evidence| matches!(evidence.fact, Fact::AsksAround { usual: 0.0, .. }));
    let young = past.known < trends.young_weeks && !stands && !needs_none;
    let chance = if stands || has_begun_to_cost(evidence, policy) { 0.0 } else { trends.chance };
    let points = chance + if young { trends.young_points } else { 0.0 };
    let sum = |in_volume: bool| -> f64 {
        let fits = |evidence: &&Evidence| VOLUME.contains(&evidence.family) == in_volume;
        evidence.iter().filter(fits).map(|evidence| evidence.points).sum()
    };
    // All evidence of today weighs no less than today's trends: cheaper, and mostly enough.
    let lasted = || {
        sum(true) >= trends.volume
            && (0..trends.volume_weeks)
                .all(|weeks| volume(&past.weeks_earlier(weeks), policy) >= trends.volume)
    };
    let may_be_a_pause = sum(false) < trends.support && sum(true) > 0.0 && !lasted();
    Doubt { points, may_be_a_pause, week_ago: None }
}

/// Much leads away from us, and orders or payments say so too (S72): chance hardly brings both.
fn has_begun_to_cost(evidence: &[Evidence], policy: &Policy) -> bool {
    let of = |timing: Timing| -> f64 {
        evidence.iter().filter(|it| it.timing == timing).map(|it| it.points).sum()
    };
    of(Timing::Leading) >= policy.risk.strong && of(Timing::Lagging) >= policy.risk.weak
}

/// The points of contact, usage and orders.
fn volume(past: &Past<'_>, policy: &Policy) -> f64 {
    let signals = SIGNALS.iter().filter(|signal| VOLUME.contains(&signal.family));
    signals.map(|signal| strongest(&(signal.trend)(past, &policy.trends))).sum()
}

/// Risk 0..1 of all that an assessment rests on, a notice of termination included.
pub fn risk_of_all(evidence: &[Evidence], policy: &Policy, doubt: Doubt) -> f64 {
    let risk = risk_of(evidence, policy, doubt);
    let notice = evidence.iter().any(|evidence| matches!(evidence.fact, Fact::Notice { .. }));
    if notice { risk.max(policy.risk.notice) } else { risk }
}

/// Risk 0..1 of a set of hints, with the caps of I6.
pub fn risk_of(evidence: &[Evidence], policy: &Policy, doubt: Doubt) -> f64 {
    let (policy, support, learned) = (&policy.risk, policy.trends.support, &policy.learned);
    let counted = || evidence.iter().filter(|evidence| evidence.points > 0.0);
    // From the fewest points up, so that the sum does not depend on the order of the evidence.
    let mut points: Vec<f64> = counted().map(|evidence| evidence.points).collect();
    points.sort_by(f64::total_cmp);
    let sum = (points.iter().sum::<f64>() + learned.shift(&points) - doubt.points).max(0.0);
    let odds = (policy.base / (1.0 - policy.base)).ln() + sum;
    let risk = 1.0 / (1.0 + (-odds).exp());
    let telling = counted().filter(|evidence| evidence.points >= support);
    let families: std::collections::BTreeSet<Family> = telling.map(|evidence| evidence.family).collect();
    let is_new = risk < policy.orange && doubt.week_ago.is_some_and(|before| before < policy.yellow);
    if families.len() >= policy.families_for_alert as usize && !doubt.may_be_a_pause && !is_new {
        risk
    } else if counted().any(|evidence| evidence.persistent) {
        risk.min(just_under(policy.orange))
    } else {
        risk.min(just_under(policy.yellow))
    }
}

/// The last tenth of a percent below a bound: shown as 29.9 %, not as a rounded 30.
fn just_under(bound: f64) -> f64 {
    bound - (bound / 100.0).min(0.001)
}

/// An explicit notice of termination that nothing has taken back since: no hint but the thing itself (I6).
fn notice(view: &View<'_>) -> Option<Evidence> {
    let days_ago = view.days_since(Counter::Notices).filter(|days| *days < NOTICE_DAYS)?;
    if view.days_since(Counter::Renewals).is_some_and(|renewed| renewed <= days_ago) {
        return None;
    }
    Some(Evidence {
        family: Family::Phrases,
        strength: Strength::Strong,
        persistent: true,
        timing: Timing::Lagging,
        since: view.today.plus(-days_ago),
        points: 0.0,
        fact: Fact::Notice { days_ago },
    })
}
