//! A greeting and a signature change nothing in what a message says.

use tone::{Language, Reading};

use crate::{known, text};

const SWEDISH: [&str; 4] = [
    "Leveransen är försenad igen och ingen svarar.",
    "Vi har tappat en egen kund på grund av era förseningar.",
    "Kan ni skicka en ny prislista för nästa år?",
    "Supporten löste det på tio minuter, riktigt bra jobbat.",
];
const ENGLISH: [&str; 4] = [
    "The portal is down again and nobody has called us back.",
    "Two of our customers left because of your late deliveries.",
    "Could you send the price list for next year?",
    "Your engineer sorted it in ten minutes, excellent work.",
];
const GERMAN: [&str; 4] = [
    "Die Lieferung ist schon wieder zu spät und niemand antwortet.",
    "Wir sind von Ihrem Service sehr enttäuscht.",
    "Können Sie uns die Preisliste für das nächste Jahr schicken?",
    "Ihr Techniker hat das in zehn Minuten gelöst, super Arbeit.",
];

fn same(language: Language, bare: &str, dressed: &str) {
    let said = |reading: &Reading| (reading.tone, reading.signals.clone(), reading.entries.clone());
    assert_eq!(said(&known(language, dressed)), said(&known(language, bare)), "{dressed:?}");
}

#[test]
fn greeting_and_signature_are_not_weighed() {
    let dresses = [
        (
            Language::Swedish,
            SWEDISH,
            ["Hej!\n\n", "Hej Anna,\n", "God morgon! ", "Hej igen, ", "Hej på er, "],
            [
                "\n\nMvh\nLars Berg\nKronplast AB",
                "\nMed vänliga hälsningar,\nKarin Sand",
                " Hälsningar Peter",
                "\n\nTack\nBosse",
            ],
        ),
        (
            Language::English,
            ENGLISH,
            ["Hi Tom,\n\n", "Hello, ", "Dear Ms Hill,\n\n", "Good morning! ", "Hi all, "],
            [
                "\n\nKind regards,\nTom Carter\nFalkworks Ltd",
                "\nThanks,\nSarah",
                "\nBest\nJim",
                "\n\nMany thanks\nHelen Price",
            ],
        ),
        (
            Language::German,
            GERMAN,
            [
                "Hallo Herr Weber,\n\n",
                "Guten Tag, ",
                "Sehr geehrte Damen und Herren,\n\n",
                "Moin! ",
                "Liebe Sabine, ",
            ],
            [
                "\n\nMit freundlichen Grüßen\nJürgen Wolf\nKrause GmbH",
                "\nMfG Schulz",
                "\nViele Grüße\nSabine",
                "\nDanke und Gruß\nUwe",
            ],
        ),
    ];
    for (language, sentences, greetings, closings) in dresses {
        for bare in sentences {
            for greeting in greetings {
                same(language, bare, &format!("{greeting}{bare}"));
                for closing in closings {
                    same(language, bare, &format!("{greeting}{bare}{closing}"));
                }
            }
        }
    }
}

#[test]
fn what_only_looks_like_form_is_read() {
    let says = |bare: &str| text(bare).tone;
    // No name, and no comma after it.
    assert!(says("Hej det fungerar inte längre.") < -12, "{}", says("Hej det fungerar inte längre."));
    assert!(says("Hello nothing works, third time this week.") < -12);
    // A postscript has something to say.
    assert!(says("Kan ni ringa?\nMvh Anna\nPS. Leveransen är försenad igen, det är inte acceptabelt.") < -12);
    // Nothing but form is still a message.
    assert_eq!(text("Hej Anna!\nMvh\nBo").signals.len(), 0);
    for form in ["Tack på förhand! Mvh Anna", "Vielen Dank im Voraus und freundliche Grüße", "Cheers,\nTom"]
    {
        assert_eq!((text(form).tone, text(form).signals.len()), (0, 0), "{form}");
    }
    // Thanks that are the matter.
    assert!(known(Language::Swedish, "Tack så mycket för snabb hjälp!").tone > 12);
}
