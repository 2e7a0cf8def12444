//! A company's own words (S35): what it adds, and what it mutes.

use tone::{Category, Entry, EntryId, Language, Message, OwnWords, Reading, read};

use crate::{message, text};

const SENT_BACK: EntryId = EntryId(10_000);
/// "försenad*" in our Swedish lexicon.
const LATE: EntryId = EntryId(1016);

fn phrase(phrase: &str, category: Option<Category>, weight: f32) -> OwnWords {
    let phrase = phrase.to_owned();
    OwnWords::new([Entry { id: SENT_BACK, language: Language::Swedish, phrase, category, weight }], [])
}

fn mute(entry: EntryId) -> OwnWords {
    OwnWords::new([], [entry])
}

fn with(words: &OwnWords, text: &str) -> Reading {
    read(&Message { words: Some(words), known_language: Some(Language::Swedish), ..message(text) })
}

#[test]
fn an_own_phrase_is_a_signal_and_darkens_the_tone_to_its_weight() {
    let own = phrase("plockar ner .. armarna/pressen", Some(Category::Alternatives), -0.6);
    let said = "På fredag plockar vi ner den gamla pressen. Hälsningar Per";
    let without = text(said);
    let taken_down = phrase("plockar vi ner .. pressen", Some(Category::Alternatives), -0.6);
    let reading = with(&taken_down, said);
    assert!(!without.signals.contains(&Category::Alternatives) && without.tone > -60, "{without:?}");
    assert!(reading.signals.contains(&Category::Alternatives), "{reading:?}");
    assert!(reading.entries.contains(&SENT_BACK));
    assert_eq!(reading.tone, -60);
    assert_eq!(with(&own, said), Reading { ..with(&mute(EntryId(1)), said) }, "other words find nothing");
}

#[test]
fn an_own_phrase_in_a_signature_is_heard() {
    let own = phrase("konkursförvaltare*", Some(Category::Cancellation), -0.6);
    let said = "Listan bifogas.\n\nMvh\nEva Lind\nKonkursförvaltare\nLinds Advokatbyrå AB";
    let reading = with(&own, said);
    assert!(reading.signals.contains(&Category::Cancellation), "{reading:?}");
    assert!(text(said).signals.is_empty());
}

#[test]
fn what_is_darker_already_stays_as_dark() {
    let own = phrase("pressen", None, -0.1);
    let said = "Pressen står still igen och vi är mycket besvikna på er.";
    assert_eq!(with(&own, said).tone, text(said).tone);
}

#[test]
fn a_denied_own_phrase_says_nothing() {
    let own = phrase("pressen står", Some(Category::Complaint), -0.6);
    assert_eq!(with(&own, "Vi ser inte att pressen står.").entries, []);
    let cancelled = phrase("tar .. ut pressen", Some(Category::Cancellation), -0.6);
    for denied in ["Vi tar inte ut pressen.", "Vi tänker inte ta ut den."] {
        let reading = with(&cancelled, denied);
        assert!(!reading.entries.contains(&SENT_BACK), "{denied}: {reading:?}");
    }
    assert!(with(&cancelled, "Vi tar ut pressen.").entries.contains(&SENT_BACK));
}

#[test]
fn a_bright_own_phrase_lifts_the_tone_only_where_nothing_is_dark() {
    let own = phrase("grönt kort", None, 0.5);
    assert_eq!(with(&own, "Ni har fått grönt kort av oss.").tone, 50);
    let bitter = "Ni har fått grönt kort av oss, men leveransen är försenad.";
    assert_eq!(with(&own, bitter).tone, text(bitter).tone);
    assert!(text(bitter).tone < 0);
}

#[test]
fn a_muted_phrase_neither_counts_nor_colours_nor_is_named() {
    let said = "Leveransen till oss är försenad den här veckan.";
    let (heard, muted) = (text(said), with(&mute(LATE), said));
    assert!(heard.signals.contains(&Category::Delay) && heard.entries.contains(&LATE), "{heard:?}");
    assert!(muted.signals.is_empty() && muted.entries.is_empty(), "{muted:?}");
    assert_eq!(
        muted.tone,
        text("Leveransen till oss är den här veckan.").tone,
        "as if the word were not there"
    );
    let twice = with(&mute(LATE), "Leveransen är försenad, och förseningen är oacceptabel.");
    assert!(twice.signals.contains(&Category::Delay), "the other word still counts: {twice:?}");
}

#[test]
fn another_language_and_an_automatic_mail_hold_no_own_phrase() {
    let own = phrase("press*", Some(Category::Complaint), -0.6);
    let english = "We are going to have the press serviced on Friday, please confirm the time with us.";
    assert_eq!(read(&Message { words: Some(&own), ..message(english) }), text(english));
    let away = "Autosvar: Jag är på semester till den 4 augusti. Pressen sköts av Eva.";
    let reading = with(&own, away);
    assert!(reading.automatic && reading.tone == 0 && reading.entries.is_empty(), "{reading:?}");
}

#[test]
fn the_subject_of_an_answer_may_be_our_own_words() {
    let own = phrase("pressen", Some(Category::Complaint), -0.6);
    let entries = |subject| {
        let subject = Some(subject);
        read(&Message { words: Some(&own), subject, ..message("Tack, det passar bra på tisdag.") }).entries
    };
    assert!(entries("Pressen").contains(&SENT_BACK));
    assert!(!entries("SV: Pressen").contains(&SENT_BACK));
}

#[test]
fn own_words_neither_make_nor_unmake_a_notice() {
    let notice = "Vi säger härmed upp avtalet.";
    let hits = tone::explain(&message(notice));
    let all = OwnWords::new([], hits.iter().map(|hit| hit.entry.id));
    assert!(!hits.is_empty() && with(&all, notice).notice);
    let own = phrase("flyttar ut", Some(Category::Cancellation), -1.0);
    let reading = with(&own, "Vi flyttar ut i maj.");
    assert!(!reading.notice && reading.signals.contains(&Category::Cancellation), "{reading:?}");
}
