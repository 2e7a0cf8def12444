//! Keeps the newest reply of a mail body: without quoted history, signature, disclaimer.
//!
//! A line scanner. It only looks at the shapes mail programs leave in our three languages, and when in doubt it
//! keeps: a quotation read as the customer's words is a smaller harm than words of the customer's never read.

/// The sender's own words, newest message only.
pub(crate) fn newest(body: &str) -> String {
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    let mut kept = String::with_capacity(body.len());
    let mut index = 0;
    while let Some((line, rest)) = lines.get(index..).and_then(<[&str]>::split_first) {
        index += 1;
        let plain = line.trim_start_matches([' ', '\t', '*', '|']);
        if plain.starts_with('>') {
            continue;
        }
        if let Some(length) = attribution(plain, rest) {
            // Answers under the quotation are kept; history that is not marked with ">" runs to the end.
            let after = rest.get(length.saturating_sub(1)..).unwrap_or_default();
            if !after.iter().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with('>')) {
                break;
            }
            index += length - 1;
            continue;
        }
        let written = !kept.trim().is_empty();
        if is_divider(plain)
            || is_header_block(plain, rest)
            || (written && (*line == "--" || is_sign_off(plain)))
        {
            break;
        }
        if is_rule(plain) || is_footer(plain) {
            continue;
        }
        if written && is_disclaimer(plain) {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept.truncate(kept.trim_end().len());
    kept
}

/// "On Tue, 4 Mar 2025, Anna wrote:", over up to three lines; how many.
fn attribution(line: &str, rest: &[&str]) -> Option<usize> {
    const OPENINGS: [(&str, &[&str]); 3] =
        [("Den ", &["skrev"]), ("On ", &["wrote:", "wrote :"]), ("Am ", &["schrieb"])];
    let (_, verbs) = OPENINGS.iter().find(|(opening, _)| line.starts_with(opening))?;
    let mut sentence = line.to_owned();
    for length in 1..=3_usize {
        let dated = sentence.contains('@') || sentence.bytes().any(|byte| byte.is_ascii_digit());
        let ends = sentence.trim_end().ends_with(':') || sentence.trim_end().ends_with('>');
        if dated && ends && verbs.iter().any(|verb| sentence.contains(verb)) {
            return Some(length);
        }
        let next = rest.get(length - 1).filter(|next| !next.trim().is_empty() && !next.starts_with('>'))?;
        sentence.push(' ');
        sentence.push_str(next);
    }
    None
}

/// "-----Original Message-----" and its kin.
fn is_divider(line: &str) -> bool {
    const NAMES: [&str; 9] = [
        "ursprungligt meddelande",
        "original message",
        "ursprüngliche nachricht",
        "originalmeddelande",
        "vidarebefordrat meddelande",
        "forwarded message",
        "weitergeleitete nachricht",
        "originalnachricht",
        "vidarebefordrat brev",
    ];
    line.starts_with("--") && {
        let name = line.trim_matches(['-', ' ']).to_lowercase();
        NAMES.iter().any(|known| name.starts_with(known))
    }
}

/// Two or more mail header lines, one of which has an address or a date: "Från: Göteborg" alone is an address label.
fn is_header_block(line: &str, rest: &[&str]) -> bool {
    const NAMES: [&str; 19] = [
        "från",
        "skickat",
        "till",
        "ämne",
        "kopia",
        "datum",
        "from",
        "sent",
        "to",
        "subject",
        "cc",
        "date",
        "von",
        "gesendet",
        "an",
        "betreff",
        "kopie",
        "reply-to",
        "svar till",
    ];
    let value = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim_matches(['*', ' ', '_']).to_lowercase();
        NAMES.contains(&name.as_str()).then(|| value.to_owned())
    };
    if value(line).is_none() {
        return false;
    }
    let block = std::iter::once(line).chain(rest.iter().copied()).take(6).map_while(value);
    let values: Vec<String> = block.collect();
    let year = |value: &String| {
        let digits = value.split(|char: char| !char.is_ascii_digit());
        digits.filter(|run| run.len() == 4).any(|run| run.starts_with("19") || run.starts_with("20"))
    };
    values.len() >= 2 && values.iter().any(|value| value.contains('@') || year(value))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 5 && line.chars().all(|char| matches!(char, '_' | '-' | '=' | '*' | '\u{2500}'))
}

/// A closing formula alone on its line, or with a name.
fn is_sign_off(line: &str) -> bool {
    const FORMULAS: [&str; 28] = [
        "med vänliga hälsningar",
        "med vänlig hälsning",
        "vänliga hälsningar",
        "vänlig hälsning",
        "bästa hälsningar",
        "hälsningar",
        "mvh",
        "vh",
        "kind regards",
        "best regards",
        "warm regards",
        "with kind regards",
        "regards",
        "yours sincerely",
        "yours faithfully",
        "sincerely",
        "br",
        "mit freundlichen grüßen",
        "mit freundlichen grüssen",
        "mit freundlichem gruß",
        "freundliche grüße",
        "freundliche grüsse",
        "viele grüße",
        "beste grüße",
        "herzliche grüße",
        "mfg",
        "vg",
        "lg",
    ];
    if line.len() > 80 {
        return false;
    }
    let lower = line.to_lowercase();
    FORMULAS.iter().any(|formula| {
        lower.strip_prefix(formula).is_some_and(|name| {
            let bare = !name.starts_with(char::is_alphanumeric) && !name.contains(['?', '!']);
            bare && name.split_whitespace().count() <= 4
        })
    })
}

/// The line a telephone or a mail program adds.
fn is_footer(line: &str) -> bool {
    const OPENINGS: [&str; 10] = [
        "skickat från min",
        "skickat från outlook",
        "hämta outlook",
        "sent from my",
        "sent from outlook",
        "get outlook",
        "gesendet von mein",
        "von meinem",
        "holen sie sich outlook",
        "diese nachricht wurde von meinem",
    ];
    line.len() < 100 && {
        let lower = line.to_lowercase();
        OPENINGS.iter().any(|opening| lower.starts_with(opening))
    }
}

fn is_disclaimer(line: &str) -> bool {
    let opening: String = line.chars().take(120).collect::<String>().to_lowercase();
    let this = ["detta m", "detta e-", "this e", "this m", "diese e", "diese n", "the information in this"];
    let secret = ["konfidentiell", "confidential", "vertraulich", "avsett för", "intended"];
    this.iter().any(|this| opening.starts_with(this)) && secret.iter().any(|secret| opening.contains(secret))
}
