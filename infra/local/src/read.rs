//! `kundvakt read` and `kundvakt strip`: the reader on lines of JSON, or on one text for a person to look at.

use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::Context as _;
use scoring::policy::WordPolicy;
use serde::Deserialize;
use serde_json::{Value, json};
use tone::{Category, Format, Language, Message, Offsets};

/// A line to read.
#[derive(Debug, Deserialize)]
struct Line {
    id: Value,
    text: String,
    #[serde(default)]
    lang: Option<Language>,
    #[serde(default)]
    subject: Option<String>,
}

impl Line {
    fn message(&self, format: Format) -> Message<'_> {
        let Self { text, lang, subject, .. } = self;
        Message { text, subject: subject.as_deref(), format, known_language: *lang, ..Message::default() }
    }
}

/// Reads a line of JSON at a time, and writes one for each. A line that cannot be read is told by its number; the
/// others are read all the same.
fn each_line(
    input: impl BufRead,
    out: &mut impl Write,
    mut answer: impl FnMut(&Line) -> Value,
) -> anyhow::Result<()> {
    let mut faults = 0_usize;
    for (index, text) in input.split(b'\n').enumerate() {
        let text = text.context("reading the lines")?;
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Line>(text) {
            Ok(line) => writeln!(out, "{}", answer(&line)).context("writing an answer")?,
            Err(fault) => {
                faults += 1;
                tracing::warn!("line {}: {fault}", index + 1);
            }
        }
    }
    out.flush().context("writing the answers")?;
    anyhow::ensure!(faults == 0, "{faults} lines could not be read; the others were");
    Ok(())
}

/// Reads messages: `{"id","text","lang"?,"subject"?}` a line. With `mail` a text is a whole mail body.
pub fn lines(input: impl BufRead, mail: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let format = if mail { Format::Mail } else { Format::Text };
    each_line(input, out, |line| {
        let message = line.message(format);
        let reading = tone::read(&message);
        let newest = tone::newest(&message);
        let offsets = Offsets::of(&newest);
        let hits: Vec<Value> = tone::explain(&message)
            .into_iter()
            .filter(|hit| hit.weight != 0.0 || hit.counts)
            .map(|hit| {
                let offset = if line.subject.is_some() { hit.offset } else { offsets.written(hit.offset) };
                json!({
                    "phrase": hit.entry.shown(), "category": hit.entry.category, "weight": hundredths(hit.weight),
                    "offset": offset,
                })
            })
            .collect();
        json!({
            "id": line.id, "lang": reading.language, "score": f64::from(reading.tone) / 100.0,
            "confidence": f64::from(reading.confidence) / 100.0, "signals": reading.signals,
            "automatic": reading.automatic, "notice": reading.notice, "hits": hits,
        })
    })
}

/// Strips mails: what the sender wrote now.
pub fn strip(input: impl BufRead, out: &mut impl Write) -> anyhow::Result<()> {
    each_line(input, out, |line| json!({ "id": line.id, "text": tone::newest(&line.message(Format::Mail)) }))
}

fn hundredths(weight: f32) -> f64 {
    (f64::from(weight) * 100.0).round() / 100.0
}

/// The company's own words in a policy's file.
pub fn words_of(policy: &Path) -> anyhow::Result<WordPolicy> {
    Ok(crate::policy::read(policy)?.words)
}

/// Shows a person how one text is read, with the company's own words that hold everywhere.
pub fn explain(
    text: &str,
    mail: bool,
    policy: &WordPolicy,
    colour: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let format = if mail { Format::Mail } else { Format::Text };
    let own = policy.own_words([None; 3]);
    let message = Message { text, format, words: own.as_ref(), ..Message::default() };
    let reading = tone::read(&message);
    let paint = |code: &str, text: &str| {
        if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    };
    let Some(language) = reading.language else {
        let why = match tone::newest(&message).trim() {
            "" => "Nothing is left to read: no text, or only quotations and a signature.",
            _ => "In none of the languages we read: Swedish, English, German.",
        };
        writeln!(out, "{why}")?;
        return Ok(());
    };
    let words = tone::words(&message);
    let marked: Vec<String> = words
        .iter()
        .map(|(word, [tone, ..])| match tone {
            ..=-0.02 => paint("31", word),
            0.02.. => paint("32", word),
            _ => word.clone(),
        })
        .collect();
    writeln!(out, "{}\n", marked.join(" "))?;
    let code = if reading.tone < -12 {
        "31;1"
    } else if reading.tone > 12 {
        "32;1"
    } else {
        "1"
    };
    let tone = format!("{:+.2}", f64::from(reading.tone) / 100.0);
    writeln!(out, "Language    {language:?}, confidence {} %", reading.confidence)?;
    writeln!(out, "Tone        {}", paint(code, &tone))?;
    let names: Vec<&str> = reading.signals.iter().map(|signal| signal.name()).collect();
    writeln!(out, "Signals     {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })?;
    if reading.automatic {
        writeln!(out, "            an automatic mail: it carries no tone")?;
    }
    if reading.notice {
        writeln!(out, "            {}", paint("31;1", "an explicit notice of termination"))?;
    }
    writeln!(out, "\nPhrases of the lexicon")?;
    let hits = tone::explain(&message);
    if hits.is_empty() {
        writeln!(out, "  none")?;
    }
    for hit in &hits {
        let category = hit.entry.category.map_or("tone only", Category::name);
        let what = match hit.entry.category {
            Some(_) if !hit.counts => "  (denied, supposed or not about us)",
            Some(category) if !reading.signals.contains(&category) => "  (no signal: the model outvotes it)",
            _ => "",
        };
        let number = hit.entry.id.0;
        writeln!(out, "  {:+.2}  {category:14} {} [{number}]{what}", hit.weight, hit.entry.shown())?;
    }
    let own = reading.entries.iter().filter(|id| id.is_own()).filter_map(|id| policy.entry(*id));
    for (index, entry) in own.enumerate() {
        if index == 0 {
            writeln!(out, "\nPhrases of the company's own")?;
        }
        let (category, number) = (entry.category.map_or("tone only", Category::name), entry.id.0);
        writeln!(out, "  {:+.2}  {category:14} {} [{number}]", entry.weight, entry.shown())?;
    }
    writeln!(out, "\nWords that moved the model most")?;
    tell_words(out, "tone", words.iter().map(|(word, [tone, ..])| (word.as_str(), *tone)))?;
    for (number, category) in
        Category::ALL.into_iter().enumerate().filter(|(_, it)| reading.signals.contains(it))
    {
        let of = |(word, outputs): &'_ (String, [f32; tone::OUTPUTS])| {
            (word.clone(), outputs.get(number + 1).copied().unwrap_or(0.0))
        };
        let of: Vec<(String, f32)> = words.iter().map(of).collect();
        tell_words(out, category.name(), of.iter().map(|(word, weight)| (word.as_str(), *weight)))?;
    }
    Ok(())
}

fn tell_words<'a>(
    out: &mut impl Write,
    title: &str,
    words: impl Iterator<Item = (&'a str, f32)>,
) -> anyhow::Result<()> {
    let mut words: Vec<(&str, f32)> = words.filter(|(_, weight)| weight.abs() >= 0.01).collect();
    words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let shown: Vec<String> =
        words.iter().take(6).map(|(word, weight)| format!("{word} {weight:+.2}")).collect();
    writeln!(out, "  {title:14} {}", shown.join(", "))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn explained(text: &str, policy: &str) -> String {
        let name = format!("kundvakt-words-{}-{:?}.json", std::process::id(), std::thread::current().id());
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path).unwrap().write_all(policy.as_bytes()).unwrap();
        let words = words_of(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut out = Vec::new();
        explain(text, false, &words, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_leaves_nothing_to_read_is_told_apart_from_another_language() {
        let nothing = "Nothing is left to read: no text, or only quotations and a signature.\n";
        assert_eq!(explained("", "{}"), nothing);
        let told = explained("Dobrý den, kdy prosím přijede vaše dodávka na naši stavbu?", "{}");
        assert!(told.starts_with("In none of the languages we read"), "{told}");
    }

    #[test]
    fn a_companys_own_words_are_shown_with_what_they_do() {
        let text = "The crane hire next door starts on Monday, please send the March drawings.";
        let own = r#"{"words": {"phrases": [
            {"id": 10000, "language": "en", "phrase": "crane hire*", "category": "alternatives", "weight": -0.6},
            {"id": 10001, "language": "sv", "phrase": "crane*", "category": "delay", "weight": -0.6},
            {"id": 10002, "language": "en", "phrase": "drawings", "weight": -0.9, "customer": "C-1001"}]}}"#;
        let told = explained(text, own);
        assert!(told.contains("Signals     alternatives\n"), "{told}");
        assert!(told.contains("-0.60  alternatives   crane hire… [10000]"), "{told}");
        assert!(told.contains("Tone        -0.6"), "{told}");
        assert!(
            !told.contains("[10001]") && !told.contains("[10002]"),
            "another language, one customer: {told}"
        );
        let told = explained(text, "{}");
        assert!(told.contains("Signals     none\n") && !told.contains("company's own"), "{told}");
    }
}
