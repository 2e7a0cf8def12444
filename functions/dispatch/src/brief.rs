//! What is to be said of an alert, in one person's language: the same in mail and on its page.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use platform::alerts::Alert;
use platform::register::Customer;
use scoring::evidence::Fact;
use scoring::words::Words as Sentences;
use scoring::{Evidence, Family, Level, Policy, Strength};
use tone::Language;

use crate::words::{Words, words};

/// Longer names are cut: a name is a name, not a text.
const LONGEST_NAME: usize = 120;

/// Everything there is to say of an alert, ready to be put into a template. Holds no mark-up.
#[derive(Debug)]
pub struct Brief {
    /// The words it is said in.
    pub words: &'static Words,
    /// The level.
    pub level: Level,
    /// The level's name.
    pub level_name: &'static str,
    /// What the level asks for, in a word (S38).
    pub meaning: &'static str,
    /// The customer's name, on one line.
    pub customer: String,
    /// The risk, as "78 %".
    pub risk: String,
    /// The risk as a whole number of percent, 0-100.
    pub percent: u8,
    /// What signs like these came to, as a sentence, where losses have told; beside the risk, never part of it.
    pub probability: Option<String>,
    /// The customer's yearly value, where known.
    pub value: Option<String>,
    /// What has happened, in a sentence.
    pub headline: String,
    /// The customer has given notice: no hint but the thing itself (I6).
    pub notice: bool,
    /// Somebody before did not answer.
    pub passed_on: bool,
    /// When the alert was opened.
    pub opened: String,
    /// By when to answer at this step.
    pub answer_by: String,
    /// Hours to answer from when it was raised; none when they have passed.
    pub hours: Option<i64>,
    /// By when a red alert's personal contact must be done (S73).
    pub contact_by: Option<String>,
    /// Why, the heaviest first; a notice itself is said in the headline.
    pub signs: Vec<Sign>,
    /// What is not known: never read as healthy.
    pub unknown: Vec<String>,
    /// What to do, step by step.
    pub checklist: Vec<String>,
    /// What to say, in quotation marks.
    pub phrases: Vec<String>,
    /// What not to say, in quotation marks.
    pub avoided: Vec<String>,
    /// The time zone its times are in, as a sentence.
    pub times_in: String,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    /// The family's name.
    pub family: &'static str,
    /// A sentence with its full stop.
    pub sentence: String,
    /// How much it weighs.
    pub strength: Strength,
    /// The same in a word.
    pub strength_name: &'static str,
    /// Early or late.
    pub timing: &'static str,
    /// Since when.
    pub since: String,
    /// What it added to the log-odds; 0 where a stronger sign of its family counts.
    pub points: f64,
}

impl Sign {
    /// The strength as style sheets name it, in every language.
    pub fn class(&self) -> &'static str {
        match self.strength {
            Strength::Weak => "weak",
            Strength::Medium => "medium",
            Strength::Strong => "strong",
        }
    }

    /// The strength as one to three filled dots.
    pub fn dots(&self) -> &'static str {
        match self.strength {
            Strength::Weak => "●○○",
            Strength::Medium => "●●○",
            Strength::Strong => "●●●",
        }
    }
}

impl Brief {
    /// What stands above the signs.
    pub fn why(&self) -> &'static str {
        if self.notice { self.words.before } else { self.words.why }
    }

    /// Gathers what is to be said. Fails only on an assessment that cannot be read.
    pub fn of(
        alert: &Alert,
        customer: &Customer,
        language: Language,
        policy: &Policy,
        zone: &TimeZone,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let assessment = alert.assessment()?;
        let (words, sentences) = (words(language), scoring::words::words(language));
        let this_year = now.to_zoned(zone.clone()).year();
        let moment = |at: Timestamp| (words.moment)(&at.to_zoned(zone.clone()));
        let date = |day: scoring::Day| (words.date)(day.date(), this_year);
        let name = one_line(&customer.name);
        let notice = assessment.evidence.iter().find(|it| matches!(it.fact, Fact::Notice { .. }));
        let signs = assessment.evidence.iter().filter(|it| !matches!(it.fact, Fact::Notice { .. }));
        let due = alert.answer_due(&policy.clocks);
        let contact_by = alert.contact_by.map(moment);
        let checklist = match notice {
            Some(_) => (words.notice_checklist)(contact_by.as_deref()),
            None => (words.checklist)(alert.level, contact_by.as_deref()),
        };
        let quoted = |phrases: Vec<&str>| phrases.into_iter().map(words.quoted).collect();
        let phrases = match notice {
            // Nobody who has just left wants to plan next year with us.
            Some(_) => [&[words.notice_phrase], words.phrases.split_at(2).0].concat(),
            None => words.phrases.to_vec(),
        };
        Ok(Self {
            words,
            level: alert.level,
            level_name: (sentences.level)(alert.level),
            meaning: (words.meaning)(alert.level),
            headline: match notice {
                Some(notice) => (words.notice)(&name, &date(notice.since)),
                None => (words.headline)(alert.level, &name),
            },
            customer: name,
            risk: risk_text(assessment.risk, policy, language),
            percent: whole_percent(assessment.risk),
            probability: assessment.probability.map(|it| {
                let of_100 = whole_percent(it.share).max(1);
                let from = it.learned_from;
                (words.probability)(of_100, it.horizon_days, from.customers, from.losses)
            }),
            value: customer.value_per_year.filter(|value| value.is_finite()).map(|value| {
                let currency = one_line(customer.currency.as_deref().unwrap_or_default());
                (words.money)(value, &currency)
            }),
            notice: notice.is_some(),
            passed_on: alert.step > 0,
            opened: moment(alert.opened_at),
            answer_by: moment(due),
            hours: (due > now).then(|| hours_left(due.duration_since(now))),
            contact_by,
            signs: signs.map(|it| sign(it, policy, words, &sentences, &date)).collect(),
            unknown: unknown(&assessment, words, &sentences, &date),
            checklist,
            phrases: quoted(phrases),
            avoided: quoted(words.avoided.to_vec()),
            times_in: (words.times_in)(zone.iana_name().unwrap_or("UTC")),
        })
    }
}

fn sign(
    evidence: &Evidence,
    policy: &Policy,
    words: &Words,
    sentences: &Sentences,
    date: &impl Fn(scoring::Day) -> String,
) -> Sign {
    Sign {
        family: (sentences.family)(evidence.family),
        sentence: sentence(&(sentences.fact)(&evidence.fact, &policy.words)),
        strength: evidence.strength,
        strength_name: (sentences.strength)(evidence.strength),
        timing: (words.timing)(evidence.timing),
        since: (words.since)(&date(evidence.since)),
        points: evidence.points,
    }
}

fn unknown(
    assessment: &scoring::Assessment,
    words: &Words,
    sentences: &Sentences,
    date: &impl Fn(scoring::Day) -> String,
) -> Vec<String> {
    let named =
        |names: Vec<String>, say: fn(&str) -> String| (!names.is_empty()).then(|| say(&names.join(", ")));
    let name = |family: &Family| (sentences.family)(*family).to_owned();
    let learning = assessment.learning.iter().map(|it| match it.missing {
        0 => name(&it.family),
        missing => (words.more_needed)(&name(&it.family), missing),
    });
    let missing = assessment.missing;
    let gaps = assessment.gaps.iter();
    [
        assessment.managed.then(|| words.managed.to_owned()),
        (!missing.is_nothing()).then(|| (words.missing)(missing.weeks, missing.touch_points)),
        named(learning.collect(), words.learning),
        named(assessment.no_data.iter().map(name).collect(), words.no_data),
    ]
    .into_iter()
    .flatten()
    .chain(gaps.map(|gap| (words.gap)(gap.of, &date(gap.from), &date(gap.to))))
    .collect()
}

/// Whole hours, rounded, at least one: a mail that leaves a minute late still says "within 4 hours".
fn hours_left(left: SignedDuration) -> i64 {
    (left.as_mins() + 30).div_euclid(60).max(1)
}

/// Whole percent; nobody is lost for certain, so never over 99.
fn whole_percent(risk: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0-99 first")]
    let percent = (risk * 100.0).round().clamp(0.0, 99.0) as u8;
    percent
}

/// As whole percent; with one decimal where rounding would show the next level's bound.
fn risk_text(risk: f64, policy: &Policy, language: Language) -> String {
    let whole = whole_percent(risk);
    if Level::of(f64::from(whole) / 100.0, &policy.risk) == Level::of(risk, &policy.risk) {
        return format!("{whole} %");
    }
    let text = format!("{:.1} %", (risk * 1000.0).floor() / 10.0);
    if language == Language::English { text } else { text.replace('.', ",") }
}

/// With a capital letter and a full stop.
fn sentence(fact: &str) -> String {
    let mut rest = fact.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", rest.as_str())
}

/// A name on one line: no line break that starts a header or forges a line of the mail, nothing that turns the
/// reading direction around, no text of any length.
pub fn one_line(name: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let plain: String = name.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_risk_is_never_rounded_into_the_next_level_nor_to_certainty() {
        let text = |risk| risk_text(risk, &Policy::default(), Language::Swedish);
        assert_eq!(text(0.780), "78 %");
        assert_eq!(text(0.499), "49,9 %");
        assert_eq!(text(0.49999), "49,9 %");
        assert_eq!(text(0.500), "50 %");
        assert_eq!(text(0.999), "99 %");
    }

    #[test]
    fn a_name_stays_one_line() {
        assert_eq!(one_line("Nord\r\nBcc: x@y.example\u{202e}frakt\t AB "), "Nord Bcc: x@y.example frakt AB");
        assert_eq!(one_line(&"x".repeat(500)).len(), LONGEST_NAME);
    }

    #[test]
    fn hours_left_are_rounded_and_never_none() {
        let left = |minutes| hours_left(SignedDuration::from_mins(minutes));
        assert_eq!([left(60), left(57), left(1), left(240), left(225)], [1, 1, 1, 4, 4]);
    }
}
