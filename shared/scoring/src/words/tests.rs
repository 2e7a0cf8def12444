//! Every fact in every language, read by people: `tests/words/<language>.txt`. `UPDATE_WORDS=1` writes them anew.

use std::fmt::Write as _;

use tone::{Category, EntryId, Language};

use super::words;
use crate::evidence::{Fact, Family, Strength};
use crate::level::{Level, Role};
use crate::policy::WordPolicy;

/// Each fact as it is usual, then with ones, twos and noughts.
fn facts() -> Vec<Fact> {
    use Category::{Budget, Compatibility, Delay, Escalation};
    let phrases = |messages, categories: &[Category], entries: &[u16]| Fact::Phrases {
        messages,
        days: 30,
        categories: categories.to_vec(),
        entries: entries.iter().copied().map(EntryId).collect(),
    };
    let pays = |days_later, usual, recent, invoices| Fact::PaysLater { days_later, usual, recent, invoices };
    let mut facts = vec![
        Fact::SourWeek { messages: 3, usual_per_week: 0.0 },
        Fact::SourWeek { messages: 12, usual_per_week: 1.25 },
        Fact::LowTone { mean: -0.42, days: 14, messages: 5, usual: Some(0.1) },
        Fact::LowTone { mean: -0.55, days: 14, messages: 3, usual: None },
        phrases(1, &[Compatibility], &[1000]),
        phrases(3, &[Budget, Delay], &[1000, 1005]),
        phrases(4, &[Escalation, Budget, Delay], &[]),
    ];
    for usual_days in [0.7, 1.6, 3.4, 14.0, 21.2, 22.0, 31.0, 111.0] {
        facts.push(Fact::Silence { days: 60, usual_days });
    }
    facts.extend([
        Fact::FewerContacts { messages: 0, usual: 9.96, days: 28 },
        Fact::FewerContacts { messages: 1, usual: 6.5, days: 28 },
        Fact::FewerContacts { messages: 7, usual: 24.0, days: 28 },
        Fact::FewerThanLastYear { share: 0.42 },
        Fact::DailyContact { days_in_touch: 15, of_days: 21, usual_per_week: 0.5 },
        Fact::DailyContact { days_in_touch: 5, of_days: 7, usual_per_week: 1.0 },
        Fact::WeAreSilent { days: 28, usual: 12.0 },
        Fact::CustomerAnswersSlower { hours: 30.4, usual: Some(3.0), replies: 4 },
        Fact::CustomerAnswersSlower { hours: 26.0, usual: None, replies: 3 },
        Fact::WeAnswerSlower { hours: 30.0, usual: Some(2.5), replies: 4 },
        Fact::WeAnswerSlower { hours: 9.5, usual: None, replies: 1 },
        Fact::MoreTickets { tickets: 5, days: 7, usual: 0.47 },
        Fact::MoreTickets { tickets: 7, days: 30, usual: 2.0 },
        Fact::RepeatedRequests { requests: 3, days: 30 },
        Fact::TicketsReopened { tickets: 2, days: 30 },
        Fact::TicketsReopened { tickets: 1, days: 30 },
        Fact::OrdersDown { share: 0.21, weeks: 12 },
        Fact::OrdersDown { share: 0.8, weeks: 1 },
        Fact::OrderGap { days: 60, usual_days: 14.0 },
        Fact::OrderGap { days: 1, usual_days: 1.0 },
        pays(8.0, 2.0, 10.0, 4),
        pays(5.5, -1.0, 4.5, 2),
        pays(9.0, -8.0, 1.0, 1),
        pays(7.96, 0.04, 8.0, 2),
        Fact::MoreReminders { reminders: 2, days: 42 },
        Fact::MoreReminders { reminders: 1, days: 42 },
        Fact::UsageDown { share: 0.52, days: 14 },
        Fact::UsageDown { share: 1.0, days: 1 },
        Fact::FewerFeatures { share: 0.35, days: 14 },
        Fact::VersionsBehind { versions: 3.0 },
        Fact::VersionsBehind { versions: 1.0 },
        Fact::NewContactNotIntroduced { contacts: 1, days: 42 },
        Fact::NewContactNotIntroduced { contacts: 2, days: 42 },
        Fact::KeyContactLeft { days: 42 },
        Fact::KeyContactReplaced { days: 42 },
        Fact::Souring { mean: -0.16, usual: 0.04, troubled: 7.0, usually_troubled: 1.6, weeks: 10 },
        Fact::AsksAround { questions: 1.0, usual: 0.0, weeks: 5, entries: Vec::new() },
        Fact::AsksAround { questions: 4.0, usual: 0.3, weeks: 10, entries: vec![EntryId(1184)] },
        Fact::AskedAgain { questions: 2, days: 30 },
        Fact::TroubledTickets { opened: 8.0, reopened: 2.0, severe: 1.0, weeks: 6 },
        Fact::FewerDaysInTouch { days: 1.0, usual: 8.2, weeks: 8 },
        Fact::UsedLess { share: 0.47, days: 28 },
        Fact::FewerOrders { orders: 2.0, usual: 6.5, weeks: 20 },
        Fact::LongestOrderGap { weeks: 12, longest: 8 },
        Fact::SmallerOrders { share: 0.39, weeks: 13 },
        Fact::FewerSpareParts { orders: 1.0, usual: 5.5, weeks: 20 },
        Fact::LongestServiceGap { weeks: 30, longest: 17 },
        Fact::ContactLeft { contacts: 1, days: 56 },
        Fact::Slipping { meetings: 1, approvals: 2, weeks: 13 },
        Fact::Slipping { meetings: 3, approvals: 0, weeks: 6 },
        Fact::ApprovesSlower { days: 12.0, usual: 3.5 },
        Fact::LessSatisfied { score: 50.0, usual: 81.0 },
        Fact::OutsideNews { severity: Strength::Strong },
        Fact::Notice { days_ago: 0 },
        Fact::Notice { days_ago: 1 },
        Fact::Notice { days_ago: 12 },
    ]);
    facts
}

const CATEGORIES: [Category; 10] = [
    Category::Escalation,
    Category::TimeCritical,
    Category::Uncertainty,
    Category::Alternatives,
    Category::Budget,
    Category::DataExport,
    Category::Complaint,
    Category::Compatibility,
    Category::Cancellation,
    Category::Delay,
];

fn page(language: Language) -> String {
    let words = words(language);
    let mut page = String::new();
    for fact in facts() {
        writeln!(page, "{}", (words.fact)(&fact, &WordPolicy::default())).unwrap();
    }
    writeln!(page, "\n# Categories").unwrap();
    for category in CATEGORIES {
        let fact = Fact::Phrases { messages: 2, days: 30, categories: vec![category], entries: vec![] };
        writeln!(page, "{}", (words.fact)(&fact, &WordPolicy::default())).unwrap();
    }
    writeln!(page, "\n# Families, levels, strengths, roles").unwrap();
    let families = crate::signals::SIGNALS.iter().map(|signal| (words.family)(signal.family));
    let levels = [Level::Yellow, Level::Orange, Level::Red].map(words.level);
    let strengths = [Strength::Weak, Strength::Medium, Strength::Strong].map(words.strength);
    let roles = [Role::AccountManager, Role::TeamLeader, Role::Management].map(words.role);
    for names in [families.collect::<Vec<_>>(), levels.into(), strengths.into(), roles.into()] {
        writeln!(page, "{}", names.join(" · ")).unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE_WORDS asks for the pages to be written anew")]
fn every_fact_reads_as_on_the_page() {
    let update = std::env::var("UPDATE_WORDS").is_ok();
    for (language, name) in [(Language::Swedish, "sv"), (Language::English, "en"), (Language::German, "de")] {
        let path = format!("{}/tests/words/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let said = page(language);
        if update {
            std::fs::write(&path, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap();
        for (said, expected) in said.lines().zip(expected.lines()) {
            assert_eq!(said, expected, "in {path}; UPDATE_WORDS=1 accepts it");
        }
        assert_eq!(said, expected, "in {path}");
    }
}

#[test]
fn no_sentence_has_a_gap_or_a_shout() {
    for language in [Language::Swedish, Language::English, Language::German] {
        for fact in facts() {
            let said = (words(language).fact)(&fact, &WordPolicy::default());
            assert!(!said.contains("  ") && !said.contains('!') && !said.ends_with('.'), "{said}");
            assert!(!said.contains("()") && !said.contains("NaN"), "{said}");
        }
    }
}

#[test]
fn every_family_has_a_signal_and_a_name() {
    let families: std::collections::BTreeSet<Family> =
        crate::signals::SIGNALS.iter().map(|signal| signal.family).collect();
    assert_eq!(families.len(), crate::signals::SIGNALS.len());
}
