//! Everything a mail says, one table per language; the sentences about evidence are scoring's own.

mod de;
mod en;
mod sv;

use jiff::Zoned;
use jiff::civil::Date;
use scoring::evidence::Timing;
use scoring::gaps::Data;
use scoring::{Level, Role};
use tone::Language;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The language's code in HTML.
    pub code: &'static str,

    /// A subject from level, customer, risk and how fast to answer.
    pub subject: fn(&str, &str, &str, &str) -> String,
    /// The subject when the customer has given notice, from level, customer and how fast to answer.
    pub subject_notice: fn(&str, &str, &str) -> String,
    /// The subject of a matter that nobody answered, from its subject.
    pub subject_passed_on: fn(&str) -> String,
    /// How fast to answer: within so many hours, or at once.
    pub within: fn(Option<i64>) -> String,

    /// What a level asks for, in a word (S38).
    pub meaning: fn(Level) -> &'static str,
    /// How to greet a person of that name.
    pub greeting: fn(&str) -> String,
    /// What has happened, by level, at a customer.
    pub headline: fn(Level, &str) -> String,
    /// The customer has given notice, on a date.
    pub notice: fn(&str, &str) -> String,
    /// The matter comes from somebody who did not answer.
    pub passed_on: &'static str,
    /// By when to answer.
    pub answer_by: fn(&str) -> String,
    /// The time to answer is over.
    pub answer_now: fn(&str) -> String,
    /// By when somebody talks to the customer in person (S73).
    pub contact_by: fn(&str) -> String,
    /// The button that opens the alert.
    pub open: &'static str,
    /// What awaits there.
    pub open_note: &'static str,

    /// Above the risk.
    pub risk: &'static str,
    /// What signs like these came to: how many of a hundred customers left, within how many days, learned from how many
    /// customers, and how many of them left.
    pub probability: fn(u8, i32, u32, u32) -> String,
    /// Above the yearly value.
    pub value: &'static str,
    /// An amount a year, from the amount and its currency.
    pub money: fn(f64, &str) -> String,
    /// Above the evidence.
    pub why: &'static str,
    /// The same when the customer has given notice: what could be seen before.
    pub before: &'static str,
    /// Whether a sign comes before the damage or with it (S4).
    pub timing: fn(Timing) -> &'static str,
    /// Since a date.
    pub since: fn(&str) -> String,
    /// Above what is not known.
    pub unknown: &'static str,
    /// That a managed model's reading, which shows no phrases, makes the risk higher.
    pub managed: &'static str,
    /// What there is too little of, from a list.
    pub learning: fn(&str) -> String,
    /// How many more of its own a family needs, from its name.
    pub more_needed: fn(&str, i64) -> String,
    /// What is missing before the customer counts as known (S55): weeks, touch points.
    pub missing: fn(i32, i64) -> String,
    /// What there is nothing of, from a list.
    pub no_data: fn(&str) -> String,
    /// That a kind of data came from nobody between two dates.
    pub gap: fn(Data, &str, &str) -> String,

    /// Above the checklist.
    pub to_do: &'static str,
    /// What to do at a level (S38, S50, S73-S75); `contact_by` is there for red.
    pub checklist: fn(Level, contact_by: Option<&str>) -> Vec<String>,
    /// What to do when the customer has given notice.
    pub notice_checklist: fn(contact_by: Option<&str>) -> Vec<String>,
    /// Above the phrases to use.
    pub say: &'static str,
    /// Phrases to use (S76).
    pub phrases: [&'static str; 3],
    /// A phrase to start with when the customer has given notice.
    pub notice_phrase: &'static str,
    /// Above the phrases to avoid.
    pub avoid: &'static str,
    /// Phrases to avoid (S76).
    pub avoided: [&'static str; 2],
    /// A phrase in quotation marks.
    pub quoted: fn(&str) -> String,

    /// Why this person gets the mail, and what Kundvakt is not (S53).
    pub reason: fn(Role) -> String,
    /// In which time zone times are.
    pub times_in: fn(&str) -> String,

    /// A point in time: weekday, day and time.
    pub moment: fn(&Zoned) -> String,
    /// A day; with its year unless it is this one.
    pub date: fn(Date, this_year: i16) -> String,

    /// The subject of a sign-in mail.
    pub sign_in_subject: &'static str,
    /// What its link does.
    pub sign_in_text: &'static str,
    /// Its button.
    pub sign_in_button: &'static str,
    /// What to do when somebody else asked for it.
    pub sign_in_note: &'static str,
}

/// The words of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &sv::WORDS,
        Language::English => &en::WORDS,
        Language::German => &de::WORDS,
    }
}

/// A whole number in groups of three.
fn grouped(value: f64, separator: char) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value <= -0.5 { "−".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The entry of a calendar's list, counted from 1.
fn named(names: &'static [&'static str], number: i8) -> &'static str {
    usize::try_from(number - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_days_and_times_read_as_each_language_writes_them() {
        let at = "2026-06-18T09:05:00+02:00[Europe/Stockholm]".parse::<Zoned>().unwrap();
        let said = |language| {
            let words = words(language);
            let (moment, date) = ((words.moment)(&at), (words.date)(at.date(), 2027));
            format!("{moment}; {date}; {}", (words.money)(1_218_000.4, "EUR"))
        };
        assert_eq!(
            said(Language::Swedish),
            "torsdag 18 juni kl. 09.05; 18 juni 2026; 1\u{a0}218\u{a0}000 EUR per år"
        );
        assert_eq!(said(Language::English), "Thursday 18 June at 09:05; 18 June 2026; EUR 1,218,000 a year");
        assert_eq!(
            said(Language::German),
            "Donnerstag, 18. Juni, 09:05 Uhr; 18. Juni 2026; 1.218.000 EUR pro Jahr"
        );
    }

    #[test]
    fn numbers_of_any_length_are_grouped() {
        assert_eq!(grouped(0.4, ' '), "0");
        assert_eq!(grouped(999.0, ' '), "999");
        assert_eq!(grouped(-1000.0, '.'), "−1.000");
    }
}
