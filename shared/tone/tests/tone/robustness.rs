//! Any text whatever gives a reading, in bounded time.

use proptest::prelude::*;
use tone::{Format, Language, Message, explain, read};

use crate::message;

fn formats() -> impl Strategy<Value = Format> {
    prop::sample::select(vec![Format::Text, Format::Mail, Format::Mime])
}

fn languages() -> impl Strategy<Value = Option<Language>> {
    prop::sample::select(vec![None, Some(Language::Swedish), Some(Language::English), Some(Language::German)])
}

/// Words that make the rules meet, in any order, among any characters.
fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "inte",
        "vi",
        "säger",
        "upp",
        "avtalet",
        "om",
        "men",
        "besviken",
        "igen",
        "marknaden",
        "försening",
        "tack",
        "not",
        "terminate",
        "contract",
        "hereby",
        "kündigen",
        "Vertrag",
        "nicht",
        "\n",
        "\n\n",
        ". ",
        "? ",
        ", ",
        "> ",
        "Från: a@b.se\n",
        "Den 4 mars skrev",
        "😀",
        "a\u{30a}",
        "\u{200b}",
        "\u{202e}",
        "İ",
        "ẞ",
        "ﬃ",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop_oneof![words.prop_map(str::to_owned), ".{0,4}"], 0..60)
            .prop_map(|words| words.join(" "))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_fails_and_stays_in_range(
        text in texts(), subject in prop::option::of(texts()), format in formats(), known_language in languages()
    ) {
        let message = Message { text: &text, subject: subject.as_deref(), format, known_language, policy: 3 };
        let reading = read(&message);
        prop_assert!((-100..=100).contains(&reading.tone));
        prop_assert!(reading.confidence <= 100);
        prop_assert!(!reading.automatic || reading.signals.is_empty());
        prop_assert_eq!(&reading, &read(&message));
        for hit in explain(&message) {
            prop_assert!(hit.weight.is_finite());
            prop_assert!(reading.entries.contains(&hit.entry.id));
        }
    }
}

#[test]
fn odd_texts_read_as_nothing() {
    for odd in [
        "",
        " ",
        "\n\n\n",
        "😀😀😀",
        "????",
        "\u{200b}",
        "مرحبا بكم في الاجتماع",
        "你好，请问订单",
        "=?utf-8?q?",
    ] {
        for format in [Format::Text, Format::Mail, Format::Mime] {
            let reading = read(&Message { format, ..message(odd) });
            assert_eq!((reading.tone, reading.notice), (0, false), "{odd}");
        }
    }
}

#[test]
fn letters_in_two_pieces_and_hidden_characters_change_nothing() {
    let plain = read(&message("Vi är besvikna på förseningen."));
    let decomposed = "Vi a\u{308}r besvikna pa\u{30a} fo\u{308}rseningen.";
    assert_eq!(read(&message(decomposed)), plain);
    assert_eq!(read(&message("VI ÄR BESV\u{ad}IKNA PÅ FÖR\u{200b}SENINGEN.")), plain);
}

#[test]
fn a_line_of_a_megabyte_is_read() {
    for unit in ["försening inte igen vi säger upp avtalet om ", "a", "men ", "😀", "vi väntar ", "> "] {
        let long = unit.repeat(1_000_000 / unit.len());
        let reading = read(&message(&long));
        assert!((-100..=100).contains(&reading.tone));
        assert!(reading.entries.len() < 100);
        read(&Message { format: Format::Mail, ..message(&long) });
    }
}
