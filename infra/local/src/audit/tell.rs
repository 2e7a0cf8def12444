//! The audit as a page for a person.

use std::io::Write;

use super::verdict::{Answer, Verdict};
use super::{Candidate, CustomerAudit, Outage, Report, SourceAudit};

/// Characters of a line of a paragraph.
const WIDTH: usize = 94;
/// Rows of a list that is longer.
const MOST_ROWS: usize = 10;
/// Days without a touch point that are worth telling (S12: two months).
const LONG_GAP_DAYS: i32 = 60;

/// Writes the page.
pub(super) fn tell(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    in_short(report, out)?;
    what_is_there(report, out)?;
    what_is_wrong(report, out)?;
    whose(report, out)?;
    sources(report, out)?;
    customers(report, out)?;
    signals(report, out)?;
    verdicts(&report.verdicts, out)?;
    pilot(report, out)
}

fn heading(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n{}", text.to_uppercase())
}

/// A paragraph under what it belongs to, in lines of at most 100 characters with its margin.
fn wrapped(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
            writeln!(out, "      {line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "      {line}")
}

/// `72,867`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).floor())
}

/// The one thing to take home.
fn in_short(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "IN SHORT")?;
    let running = report.signals.iter().filter(|family| family.can_run > 0).count();
    let answer =
        |number: &str| report.verdicts.iter().filter(|it| it.requirement == number).map(|it| it.answer).min();
    let is_met = |number: &str| answer(number).is_some_and(|answer| answer > Answer::No);
    let communication = is_met("S32") && is_met("S55");
    let unmet = report.verdicts.iter().filter(|verdict| verdict.answer == Answer::No).count();
    let ready = match (running, communication) {
        (..2, _) => {
            "Little to warn with yet: an alert above yellow needs two families of signals, and there are not two."
        }
        (_, true) => "Ready to begin.",
        (_, false) if 2 * unmet > report.verdicts.len() => {
            "Too little to begin with: most of what is asked below is answered with no."
        }
        (_, false) => "It can begin, with reservations: see what is answered with no below.",
    };
    let families = report.signals.len();
    writeln!(out, "  {ready}")?;
    writeln!(out, "  {running} of {families} families of signals can run for somebody.")?;
    let model = report.verdicts.iter().find(|it| it.requirement == "S88");
    writeln!(out, "  {}", model.map_or("", |verdict| verdict.so.as_str()))
}

fn what_is_there(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    let period = &report.period;
    heading(out, "What is there")?;
    let events = counted(report.events, "event", "events");
    writeln!(out, "  {events} from {} to {}: {:.1} months.", period.first, period.last, period.months)?;
    let active = report.customers.iter().filter(|customer| customer.active).count();
    let left = report.customers.iter().filter(|customer| customer.left.is_some()).count();
    let known = counted(report.customers.len() as u64, "customer", "customers");
    let whence = if report.made_register { "named by an id" } else { "in the register" };
    writeln!(
        out,
        "  {known} {whence}, {active} active in the last 90 days, {left} left, as the events say."
    )?;
    let silent = report.customers.iter().filter(|customer| customer.events == 0).count();
    if silent > 0 {
        writeln!(out, "  {silent} of them have no event at all.")?;
    }
    if report.cut_off {
        writeln!(out, "  The file is cut off: what is missing at its end is not counted.")?;
    }
    let texts = &report.texts;
    if texts.inbound > 0 {
        let languages: Vec<String> = texts
            .languages
            .iter()
            .map(|(language, texts)| format!("{language} {}", number(*texts)))
            .collect();
        let read = if languages.is_empty() { "none read".to_owned() } else { languages.join(", ") };
        let (with_text, inbound) = (number(texts.with_text), number(texts.inbound));
        writeln!(
            out,
            "  {with_text} of {inbound} messages and tickets from customers carry a text: {read}."
        )?;
    }
    if texts.not_allowed > 0 {
        let texts = counted(texts.not_allowed, "text was", "texts were");
        writeln!(out, "  {texts} not read: no legal basis on record, or nobody knows whose it is.")?;
    }
    Ok(())
}

fn what_is_wrong(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "What is wrong with it")?;
    let duplicates = &report.duplicates;
    let is_clean = report.left_out.is_empty() && duplicates.repeated + duplicates.conflicting == 0;
    if is_clean {
        writeln!(out, "  Every line is an event, and none came twice.")?;
    }
    let mut left_out: Vec<_> = report.left_out.iter().collect();
    left_out.sort_by_key(|(_, left_out)| std::cmp::Reverse(left_out.lines));
    for (reason, left_out) in left_out.iter().take(MOST_ROWS) {
        let lines = counted(left_out.lines, "line is no event", "lines are no events");
        writeln!(out, "  {lines}: {reason} (first: line {}).", left_out.first_line)?;
    }
    if left_out.len() > MOST_ROWS {
        writeln!(out, "  ... and {} more reasons; --json has them all.", left_out.len() - MOST_ROWS)?;
    }
    if duplicates.repeated > 0 {
        let lines = counted(duplicates.repeated, "line repeats", "lines repeat");
        writeln!(out, "  {lines} an earlier one, word for word: harmless, counted once.")?;
    }
    if let Some(line) = duplicates.first_conflict {
        let lines = counted(duplicates.conflicting, "line has", "lines have");
        writeln!(
            out,
            "  {lines} the id of an earlier one of the same source but another content (first: line {line})."
        )?;
        writeln!(
            out,
            "    On the same day the earlier one stands. Ids must be the source's own and never used again."
        )?;
    }
    let late = &report.lateness;
    if late.told > 0 {
        writeln!(
            out,
            "  {} arrived later than they happened: {} within a day, {} within a week, {} within 30 days, {} later still.",
            counted(late.told, "event", "events"),
            number(late.within_a_day),
            number(late.within_a_week),
            number(late.within_30_days),
            number(late.later + late.too_late),
        )?;
    }
    let mut sources: Vec<_> = late.sources.iter().collect();
    sources.sort_by_key(|(_, events)| std::cmp::Reverse(**events));
    if !sources.is_empty() {
        let named = sources.iter().map(|(source, events)| format!("{source} {}", number(**events)));
        writeln!(out, "    More than a day late, by source: {}.", named.collect::<Vec<_>>().join(", "))?;
    }
    if late.too_late + late.ahead > 0 {
        let (late, ahead) = (number(late.too_late), number(late.ahead));
        writeln!(
            out,
            "    {late} came too late to be counted, {ahead} before they happened: the product keeps them aside."
        )?;
    }
    for detail in report.details.iter().filter(|detail| 10 * detail.with < 9 * detail.of) {
        let (with, of) = (number(detail.with), number(detail.of));
        let (kind, field, without) = (detail.kind, detail.field, detail.without);
        writeln!(out, "  {kind}: `{field}` is there in {with} of {of}.")?;
        writeln!(out, "    Without it we do not see {without}.")?;
    }
    Ok(())
}

fn whose(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "Whose the events are")?;
    let linking = &report.linking;
    let all = linking.linked + linking.unlinked;
    let by: Vec<String> =
        linking.named_by.iter().map(|(by, events)| format!("{} by {by}", number(*events))).collect();
    let (linked, all) = (number(linking.linked), number(all));
    writeln!(out, "  {linked} of {all} belong to a customer we know: {}.", by.join(", "))?;
    if linking.unlinked == 0 {
        return Ok(());
    }
    let unknown = counted(linking.unlinked, "event is", "events are");
    writeln!(out, "  {unknown} of nobody we know. Most often:")?;
    let mut names: Vec<_> = linking.unknown.iter().collect();
    names.sort_by_key(|(name, events)| (std::cmp::Reverse(**events), (*name).clone()));
    for (name, events) in names.iter().take(MOST_ROWS) {
        writeln!(out, "    {:>7}  {name}", number(**events))?;
    }
    Ok(())
}

fn sources(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "The sources")?;
    writeln!(
        out,
        "  {:14} {:>8} {:>9}  {:10}  {:10}  {:>7}  {:>10}",
        "source", "events", "customers", "first", "last", "weeks", "usual days"
    )?;
    for SourceAudit { source, events, customers, first, last, weeks, usual_days, .. } in &report.sources {
        let usual = usual_days.map_or_else(|| "–".to_owned(), percent);
        let (events, weeks) = (number(*events), percent(*weeks));
        writeln!(out, "  {source:14} {events:>8} {customers:>9}  {first}  {last}  {weeks:>7}  {usual:>10}")?;
    }
    writeln!(
        out,
        "  Weeks with an event, and days with one among those on which the source usually delivers. Few weeks for a \
         customer\n  are its rhythm where it orders or calls seldom; where a report comes every week they are a fault."
    )?;
    for source in &report.sources {
        let kinds: Vec<String> =
            source.kinds.iter().map(|(kind, events)| format!("{kind} {}", number(*events))).collect();
        writeln!(out, "  {}: {}", source.source, kinds.join(", "))?;
        if source.customers > 0 {
            let (median, well, all) = (percent(source.median_weeks), source.well_covered, source.customers);
            writeln!(
                out,
                "    a typical customer is in it in {median} of the weeks; {well} of {all} in 80 % or more"
            )?;
        }
        for outage in source.outages.iter().take(MOST_ROWS) {
            writeln!(out, "    {}", outage_line(outage))?;
        }
        if source.outages.len() > MOST_ROWS {
            writeln!(out, "    ... and {} more silences", source.outages.len() - MOST_ROWS)?;
        }
    }
    Ok(())
}

fn outage_line(outage: &Outage) -> String {
    let Outage { from, to, days, .. } = outage;
    let why = match (outage.to_the_end, outage.at_christmas) {
        (true, _) => "up to the end: has the source been switched off?",
        (_, true) => "over Christmas: closed, or an outage",
        _ => "an outage, or holidays",
    };
    format!("silent for everybody {from} to {to} ({days} days): {why}")
}

fn customers(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "The customers")?;
    let active: Vec<&CustomerAudit> = report.customers.iter().filter(|customer| customer.active).collect();
    if active.is_empty() {
        return writeln!(out, "  None was active in the last 90 days.");
    }
    let mut points: Vec<u64> = active.iter().map(|customer| customer.touch_points).collect();
    points.sort_unstable();
    let (least, most) = (points.first().copied().unwrap_or(0), points.last().copied().unwrap_or(0));
    let middle = points.get(points.len() / 2).copied().unwrap_or(0);
    let from = |at_least: u64| points.iter().filter(|points| **points >= at_least).count();
    writeln!(
        out,
        "  Touch points of the {} active: {least} to {most}, in the middle {middle}.",
        active.len()
    )?;
    let (fifty, hundred) = (from(50), from(100));
    writeln!(
        out,
        "    under 50: {}, 50 to 99: {}, 100 and more: {hundred}",
        active.len() - fifty,
        fifty - hundred
    )?;
    writeln!(
        out,
        "    Invoices and automatic reports are no touch points: they come whether or not anybody talks."
    )?;
    let mut gaps: Vec<&&CustomerAudit> =
        active.iter().filter(|customer| customer.longest_gap_days > LONG_GAP_DAYS).collect();
    gaps.sort_by_key(|customer| (std::cmp::Reverse(customer.longest_gap_days), &customer.id));
    let with_gaps = gaps.len();
    writeln!(out, "  {with_gaps} of them had more than {LONG_GAP_DAYS} days without a touch point.")?;
    for customer in gaps.iter().take(MOST_ROWS) {
        let CustomerAudit { id, longest_gap_days: days, .. } = customer;
        let from = customer.longest_gap_from.map(|from| from.to_string()).unwrap_or_default();
        let now = if customer.silent_days == Some(*days) { ", and still" } else { "" };
        writeln!(out, "    {id:14} {days} days from {from}{now}")?;
    }
    if with_gaps > MOST_ROWS {
        writeln!(out, "    ... and {} more", with_gaps - MOST_ROWS)?;
    }
    Ok(())
}

fn signals(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "Which signals can run")?;
    let watched = report.customers.iter().filter(|customer| customer.is_watched()).count();
    writeln!(out, "  Of {watched} active customers that may be watched, on the last day:")?;
    writeln!(out, "  {:22} {:>9} {:>9} {:>9}", "", "can run", "learning", "no data")?;
    for family in &report.signals {
        let (name, can_run, learning, no_data) =
            (family.name, family.can_run, family.learning, family.no_data);
        writeln!(out, "  {name:22} {can_run:>9} {learning:>9} {no_data:>9}")?;
    }
    writeln!(
        out,
        "  Learning: too little yet to know what is normal. No data: nothing of it in the months it looks back."
    )?;
    let watched = report.customers.iter().filter(|customer| customer.is_watched());
    let mut missing: Vec<&CustomerAudit> =
        watched.filter(|customer| !customer.missing.is_nothing()).collect();
    missing.sort_by_key(|customer| (std::cmp::Reverse(customer.missing.touch_points), &customer.id));
    writeln!(out, "  {} of them are not known well yet (half a year, 50 touch points):", missing.len())?;
    for CustomerAudit { id, missing, .. } in missing.iter().take(MOST_ROWS) {
        writeln!(out, "    {id:14} {} weeks and {} touch points to go", missing.weeks, missing.touch_points)?;
    }
    Ok(())
}

fn verdicts(verdicts: &[Verdict], out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "What it is good for")?;
    for verdict in verdicts {
        let answer = match verdict.answer {
            Answer::No => "no",
            Answer::Partly => "partly",
            Answer::Yes => "yes",
            Answer::Best => "yes, best",
        };
        writeln!(out, "  [{answer}] {} ({})", verdict.asks, verdict.requirement)?;
        wrapped(out, &format!("{}.", verdict.found))?;
        wrapped(out, &verdict.so)?;
    }
    Ok(())
}

fn pilot(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    heading(out, "With whom to begin")?;
    for note in &report.pilot.notes {
        writeln!(out, "  {note}")?;
    }
    writeln!(out, "  Key customers:")?;
    for (place, candidate) in report.pilot.key.iter().enumerate() {
        told(&format!("{:>2}.", place + 1), candidate, out)?;
    }
    if !report.pilot.difficult.is_empty() {
        writeln!(out, "  Difficult ones, to see what a warning looks like:")?;
    }
    for candidate in &report.pilot.difficult {
        told(" –", candidate, out)?;
    }
    writeln!(
        out,
        "  Ask each whether they are willing, and put in whom you know to be strategic: no file knows that."
    )
}

fn told(mark: &str, candidate: &Candidate, out: &mut impl Write) -> std::io::Result<()> {
    let Candidate { id, name, risk, .. } = candidate;
    let who = if name == id { id.clone() } else { format!("{id} {name}") };
    let risk = if *risk >= 0.30 { format!(" [risk {:.0} %]", risk * 100.0) } else { String::new() };
    let reasons = candidate.reasons.join("; ");
    writeln!(out, "  {mark} {who}{risk}")?;
    wrapped(out, &reasons)?;
    if !candidate.lacks.is_empty() {
        writeln!(out, "      but: {}", candidate.lacks.join("; "))?;
    }
    Ok(())
}
