//! The tables of a report.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use scoring::incoming::CustomerRef;

use super::charts::escape;
use super::{Report, bare_range, shown};
use crate::backtest::figures::{Interval, share};
use crate::backtest::judge::Judged;
use crate::backtest::summary::Run;

/// Which families stood in right and in false alerts.
pub(super) fn signals(run: &Run, has_losses: bool) -> String {
    let words = scoring::words::words(tone::Language::English);
    let mut section = String::from("<h2>Which signs were worth it</h2>");
    section.push_str(if has_losses {
        "<p>In how many alerts each kind of sign stood. Most alerts rest on several. A sign that stands in false alarms far \
         more often than in right ones is a candidate for a higher threshold of its own.</p><div class=wide><table>\
         <tr><th>sign<th>in right alerts<th>in false alarms<th>right</tr>"
    } else {
        "<p>In how many alerts each kind of sign stood. Most alerts rest on several.</p><div class=wide><table>\
         <tr><th>sign<th>alerts</tr>"
    });
    for signal in &run.summary.signals {
        let name = escape((words.family)(signal.family));
        let worth = share(signal.right, signal.right + signal.wrong)
            .map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0));
        let _ = if has_losses {
            write!(section, "<tr><td>{name}<td>{}<td>{}<td>{worth}</tr>", signal.right, signal.wrong)
        } else {
            write!(section, "<tr><td>{name}<td>{}</tr>", signal.wrong)
        };
    }
    section + "</table></div>"
}

/// What other bounds of yellow would have given.
pub(super) fn thresholds(report: &Report<'_>) -> String {
    let (recommendation, has_losses) = (&report.run.recommendation, report.has_losses());
    let mut section = String::from(
        "<h2>A different threshold</h2><p>The yellow threshold says from which risk on there is an alert. Lower: earlier and \
         more. Higher: later and fewer. Each line is the whole history decided anew.</p><div class=wide><table>\
         <tr><th>alert from<th>alerts a week<th>right<th>losses warned of a month ahead<th>false alarms per staying customer and year</tr>",
    );
    let percent = |share: Option<f64>| {
        let share = share.filter(|_| has_losses);
        share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0))
    };
    for row in &recommendation.rows {
        let class = match (row.recommended, row.own) {
            (true, _) => " class=chosen",
            (false, true) => " class=own",
            _ => "",
        };
        let note = match (row.recommended, row.own) {
            (true, true) => " (as now, recommended)",
            (true, false) => " (recommended)",
            (false, true) => " (as now)",
            _ => "",
        };
        let wrong = row.false_per_healthy_year.map_or_else(|| "–".to_owned(), |wrong| format!("{wrong:.1}"));
        let _ = write!(
            section,
            "<tr{class}><td>{:.0} %{note}<td>{:.1}<td>{}<td>{}<td>{wrong}</tr>",
            row.yellow * 100.0,
            row.alerts_per_week,
            percent(row.precision),
            percent(row.recall_30)
        );
    }
    section.push_str("</table></div><h3>Recommendation</h3><ul>");
    for reason in &recommendation.reasons {
        let _ = write!(section, "<li>{}</li>", escape(reason));
    }
    if has_losses && !recommendation.given_up.is_empty() {
        let names = recommendation.given_up.iter().filter_map(|place| report.run.played.get(*place));
        let names: Vec<String> = names.map(|played| escape(&report.name(&played.customer))).collect();
        let _ = write!(
            section,
            "<li>What it costs: the losses of {} are warned of a month ahead now, and would not be any more.</li>",
            names.join(", ")
        );
    }
    if let Some((precision, recall)) = recommendation.unseen.filter(|_| has_losses) {
        let _ = write!(
            section,
            "<li>Chosen the same way, but each fifth of the customers judged by a threshold that the others would have \
             chosen: {:.0} % of the alerts right, {:.0} % of the losses warned of a month ahead.</li>",
            precision * 100.0,
            recall * 100.0
        );
    }
    section
        + "</ul><p class=soft>The recommended policy is in <code>recommended-policy.json</code>; nothing is in force before \
               you put it there. All else in it stays as it was.</p>"
}

/// Of customers at risk that were found in time, the share that could be kept elsewhere (S82).
const KEPT: f64 = 0.67;

/// What the losses warned of a month ahead were worth, where the register says (S42). Empty where it does not, or where
/// values are in several currencies.
pub(super) fn worth(report: &Report<'_>) -> String {
    let is_warned =
        |judged: &Judged| judged.losses.iter().any(|loss| loss.lead.is_some_and(|lead| lead >= 30));
    let lost = report.run.played.iter().zip(&report.run.judged).filter(|(_, judged)| is_warned(judged));
    let places = lost.filter_map(|(played, _)| report.inputs.find(&CustomerRef::Id(played.customer.clone())));
    let customers = places.filter_map(|place| report.inputs.customers.get(place));
    let values: Vec<(f64, &str)> = customers
        .filter_map(|customer| Some((customer.value_per_year?, customer.currency.as_deref()?)))
        .filter(|(value, _)| value.is_finite() && *value > 0.0)
        .collect();
    let Some((_, currency)) = values.first().filter(|(_, first)| values.iter().all(|(_, it)| it == first))
    else {
        return String::new();
    };
    let together: f64 = values.iter().map(|(value, _)| value).sum();
    // An estimate: to the thousand.
    let kept = (scoring::roi::saved(together, 1.0, KEPT) / 1_000.0).round() * 1_000.0;
    let money = dispatch::words::words(tone::Language::English).money;
    format!(
        "<h2>What it would be worth</h2><p>{} customers that left and of whom it warned a month or more ahead were worth \
         {} together. If {:.0} % of such customers can be kept, as others report who talk to them in time, that is {}. \
         What your own talks keep is not in this history.</p>",
        values.len(),
        escape(&money(together, currency)),
        KEPT * 100.0,
        escape(&money(kept, currency))
    )
}

/// Two policies side by side.
pub(super) fn compared(report: &Report<'_>, other: &Run) -> String {
    let (ours, theirs) = (&report.run.summary.figures, &other.summary.figures);
    let mut section =
        String::from("<h2>Two policies side by side</h2><table><tr><th><th>this policy<th>the other</tr>");
    let share = |share| format!("{}<small>{}</small>", shown(share), bare_range(share));
    let rate = |rate: Option<Interval>| {
        let told =
            |rate: Interval| format!("{:.1}<small>{:.1}–{:.1}</small>", rate.value, rate.low, rate.high);
        rate.map_or_else(|| "–".to_owned(), told)
    };
    let [two_weeks, month, two_months] = ours.recall_14_30_60;
    let [their_two_weeks, their_month, their_two_months] = theirs.recall_14_30_60;
    for (name, one, two) in [
        ("alerts that were right", share(ours.precision), share(theirs.precision)),
        ("red alerts that were right", share(ours.precision_red), share(theirs.precision_red)),
        ("losses warned of 14 days ahead", share(two_weeks), share(their_two_weeks)),
        ("losses warned of 30 days ahead", share(month), share(their_month)),
        ("losses warned of 60 days ahead", share(two_months), share(their_two_months)),
        ("alerts a week", rate(ours.alerts_per_week), rate(theirs.alerts_per_week)),
        (
            "false alarms per staying customer and year",
            rate(ours.false_per_healthy_year),
            rate(theirs.false_per_healthy_year),
        ),
    ] {
        let _ = write!(section, "<tr><td>{name}<td>{one}<td>{two}</tr>");
    }
    section.push_str("</table>");
    if ours.losses > 0 {
        let (one, two) = (warned(report, report.run), warned(report, other));
        for (who, names) in [("this policy", one.difference(&two)), ("the other", two.difference(&one))] {
            let names: Vec<String> = names.map(|name| escape(name)).collect();
            let list = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let _ = write!(section, "<p>Losses that only {who} warned of a month ahead: {list}.</p>");
        }
    }
    section
        + "<p class=soft>All other parts of this page are about this policy. The other's alerts and risks are in \
               <code>alerts-compared.jsonl</code> and <code>risk-compared.csv</code>.</p>"
}

fn warned(report: &Report<'_>, run: &Run) -> BTreeSet<String> {
    let early = |judged: &Judged| judged.losses.iter().any(|loss| loss.lead.is_some_and(|lead| lead >= 30));
    let warned = run.played.iter().zip(&run.judged).filter(|(_, judged)| early(judged));
    warned.map(|(played, _)| report.name(&played.customer)).collect()
}
