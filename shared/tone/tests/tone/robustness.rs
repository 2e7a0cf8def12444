//! Any text whatever gives a reading, in bounded time.

use proptest::prelude::*;
use tone::{Category, Format, Language, Message, explain, read};

use crate::{known, message};

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
        let subject = subject.as_deref();
        let message = Message { text: &text, subject, format, known_language, policy: 3, ..Message::default() };
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

/// Sentences that say plainly what is wrong with us, in the language of the text before them.
const PLAIN: [(Language, &str); 9] = [
    (Language::Swedish, "Er leverans är försenad igen."),
    (Language::Swedish, "Vi är mycket besvikna på er."),
    (Language::Swedish, "Vi har fortfarande inte fått något svar från er."),
    (Language::English, "Your delivery is late again."),
    (Language::English, "We are very disappointed with you."),
    (Language::English, "Your service is unacceptable."),
    (Language::German, "Ihre Lieferung ist schon wieder verspätet."),
    (Language::German, "Wir sind sehr enttäuscht von Ihnen."),
    (Language::German, "Ihr Service ist inakzeptabel."),
];

/// Ordinary sentences, some of them warm, some not.
const OTHERS: [(Language, &str); 12] = [
    (Language::Swedish, "Tack för snabb hjälp med maskinen."),
    (Language::Swedish, "Vi behöver tolv filter till lagret i Borås."),
    (Language::Swedish, "Teknikern var trevlig men felet är kvar."),
    (Language::Swedish, "Fakturan kom i går, ser bra ut!"),
    (Language::English, "Thank you for the quick help with the pump."),
    (Language::English, "Please send twelve filters to the Leeds site."),
    (Language::English, "The engineer was lovely but the fault is still there."),
    (Language::English, "The invoice came yesterday, looks good!"),
    (Language::German, "Danke für die schnelle Hilfe bei der Pumpe."),
    (Language::German, "Bitte senden Sie zwölf Filter ins Lager Kassel."),
    (Language::German, "Der Techniker war nett, aber der Fehler ist noch da."),
    (Language::German, "Die Rechnung kam gestern, sieht gut aus!"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plain_complaint_more_never_makes_a_message_brighter(
        (language, plain) in prop::sample::select(PLAIN.to_vec()), chosen in prop::collection::vec(0..4_usize, 1..8),
        below in prop::sample::select(vec![" ", "\nMvh\nAnna Berg\n", "\nBest regards,\nAnna Berg\n", "\nMfG Berg\n"])
    ) {
        let ours: Vec<&str> = OTHERS.iter().filter(|(of, _)| *of == language).map(|(_, text)| *text).collect();
        let before = chosen.iter().map(|at| ours[*at]).collect::<Vec<_>>().join(" ");
        let tone = |text: &str| read(&Message { known_language: Some(language), ..message(text) }).tone;
        let (before, after) = (format!("{before}{below}"), format!("{before}{below}{plain}"));
        prop_assert!(tone(&after) <= tone(&before), "{} -> {}: {after}", tone(&before), tone(&after));
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

#[test]
fn an_order_of_a_thousand_rows_says_no_more_than_one_of_five() {
    for (language, opening, row) in [
        (Language::Swedish, "Vi beställer följande:", "Artikel 4711, 20 st, 3,50 kr"),
        (Language::English, "Please confirm our order for June.", "2 x bracket M4, article 4008"),
        (Language::German, "Bitte liefern Sie:", "Winkel verzinkt"),
    ] {
        let read = |rows: usize| known(language, &format!("{opening}\n{}", format!("{row}\n").repeat(rows)));
        for rows in [5, 20, 100, 1000] {
            let reading = read(rows);
            assert!((-12..=12).contains(&reading.tone), "{rows} rows of {row:?}: {}", reading.tone);
            assert!(reading.signals.is_empty(), "{rows} rows of {row:?}: {:?}", reading.signals);
        }
    }
}

#[test]
fn a_list_of_goods_without_numbers_says_nothing_and_a_complaint_in_it_does() {
    let goods = "blaue Handschuhe\nPapierhandtücher\nHandseife\nMüllbeutel\nKaffeebohnen\nSpülmaschinentabs\nWischmopp\n";
    let order = known(Language::German, &format!("Guten Tag, bitte liefern Sie:\n{goods}"));
    assert!((-12..=12).contains(&order.tone) && order.signals.is_empty(), "{order:?}");
    let back = known(
        Language::German,
        &format!("Guten Tag, zurück gehen:\n{goods}Kartons beschädigt\nEimer defekt"),
    );
    assert!(back.tone <= -30 && back.signals.contains(&Category::Complaint), "{back:?}");
    let alone =
        known(Language::Swedish, "pumpen död\nigen\ningen svarar\nhela linjen står\nskicka någon\nfort");
    assert!(alone.tone < -12, "where nothing else stands, the lines are the message: {alone:?}");
}

#[test]
fn a_row_of_signs_says_no_more_than_two_of_them_and_has_no_language() {
    for (language, said) in [
        (Language::Swedish, "Jag är inte imponerad"),
        (Language::English, "See you on Monday at the site"),
        (Language::German, "Die Zeichnung ist beigefügt"),
    ] {
        for sign in ["!", "?", ".", "_", "-"] {
            let two = known(language, &format!("{said} {}", sign.repeat(2)));
            let many = known(language, &format!("{said} {}", sign.repeat(90)));
            assert_eq!((many.tone, &many.signals), (two.tone, &two.signals), "{said} {sign}");
            assert_eq!(many.language, Some(language), "{said} {sign}");
        }
    }
    for outrage in ["Disappointed!", "Ridiculous!", "Disgraceful"] {
        assert!(known(Language::English, outrage).tone <= -30, "{outrage}");
    }
}
