//! Every mail of `tests/mails`, as it came, with the reply below the line "%% reply".

use std::{fs, path::Path};

use proptest::prelude::*;

use super::newest;

#[expect(clippy::disallowed_methods, reason = "the mails are files; the crate itself stays pure")]
fn mails() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut mails: Vec<_> = paths
        .map(|path| (path.file_stem().unwrap().display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect();
    mails.sort();
    mails
}

#[test]
fn of_every_mail_the_newest_reply_is_kept() {
    let mails = mails();
    assert!(mails.len() >= 40);
    let mut wrong = Vec::new();
    for (name, mail) in &mails {
        let (body, expected) = mail.split_once("%% reply\n").unwrap();
        for body in [body.to_owned(), body.replace('\n', "\r\n"), format!("\u{feff}{body}")] {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
            let reply = newest(&body);
            if words(&reply) != words(expected) {
                wrong.push(format!("--- {name}\n{reply}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// One announcement a line, "¶" where a program breaks it.
#[test]
fn what_stands_under_an_announcement_is_history() {
    let announcements = include_str!("../../tests/announcements.txt").lines();
    let missed = announcements.filter(|line| {
        let mail = format!("Porten är trasig.\n\n{}\n\nWe are sorry.\n", line.replace('¶', "\n"));
        newest(&mail) != "Porten är trasig." && !line.starts_with('>')
    });
    let missed: Vec<&str> = missed.collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Lines of all the mails, in any order.
    #[test]
    fn only_lines_of_the_body_are_kept(picks in prop::collection::vec(0..1000_usize, 0..40)) {
        let all = mails().into_iter().map(|(_, mail)| mail).collect::<String>();
        let lines: Vec<&str> = all.lines().filter(|line| !line.contains(['&', '\u{202a}'])).collect();
        let picked: Vec<&str> = picks.iter().map(|pick| lines[pick % lines.len()].trim()).collect();
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        for line in newest(&picked.join("\n")).lines() {
            prop_assert!(picked.iter().any(|own| words(own.trim_start_matches('>')) == words(line)), "{line}");
        }
    }
}

/// Were the work not in step with the length, these would not come to an end.
#[test]
fn a_hostile_body_is_read_in_one_pass() {
    for unit in [
        "\n",
        "a\n",
        "> ",
        "From: a\n\n",
        "1@2 3:\n",
        "thanks\nAnna\n",
        "On 4 mars 2025 10:12 <a@b\n",
        "&lt;",
        ":",
    ] {
        assert!(newest(&unit.repeat(300_000 / unit.len())).len() <= 300_000);
    }
}
