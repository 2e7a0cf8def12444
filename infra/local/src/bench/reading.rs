//! Reading a message: strip, language, tone and signals, on one core.

use std::hint::black_box;
use std::time::Instant;

use serde_json::Value;
use tone::{FILE_SIZE, Format, Message, read};

use super::{Figure, count};

const ROUNDS: usize = 7;
/// English, so that the peers in `compare/reading.py` can read the same messages.
const MESSAGES: &str = include_str!("../../../../shared/tone/corpus/en-1.jsonl");

pub(super) fn measure() -> anyhow::Result<Vec<Figure>> {
    let first = Instant::now();
    black_box(read(&mail("Hej! Vi väntar fortfarande på ett svar.")));
    let first = first.elapsed().as_secs_f64() * 1000.0;
    let texts = texts()?;
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for text in &texts {
            black_box(read(&mail(text)));
        }
        best = best.min(started.elapsed().as_secs_f64());
    }
    let mails = mails(&texts);
    // Each round reads all of them, so that none is fresh in the processor's memory; of its times a mail's middle one
    // counts, for the highest tell when the machine looked after something else.
    let mut rounds = vec![Vec::with_capacity(ROUNDS); mails.len()];
    for _ in 0..ROUNDS {
        for (times, text) in rounds.iter_mut().zip(&mails) {
            let started = Instant::now();
            black_box(read(&mail(text)));
            times.push(started.elapsed().as_secs_f64() * 1e6);
        }
    }
    let mut times: Vec<f64> = rounds.into_iter().filter_map(middle).collect();
    times.sort_by(f64::total_cmp);
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    let (small, large) = (hostile(500_000), hostile(5_000_000));
    Ok(vec![
        Figure::at_least(
            "reading a message of about 110 bytes, one core",
            count(texts.len()) / best,
            "a second",
            30_000.0,
        ),
        Figure::at_most("reading a mail of 1 KB, 99th percentile", p99, "µs", 100.0),
        Figure::at_most("first reading: tables and model", first, "ms", 5.0),
        Figure::told("a hostile mail of 5 MB, the worst of four", large, "s"),
        Figure::at_most("... per byte against one of 500 KB", large / small / 10.0, "times", 2.0),
        Figure::at_most("the model of three languages", count(3 * FILE_SIZE) / 1e6, "MB", 1.0),
    ])
}

fn mail(text: &str) -> Message<'_> {
    Message { text, format: Format::Mail, ..Message::default() }
}

/// Messages of 80 to 140 bytes.
fn texts() -> anyhow::Result<Vec<String>> {
    let lines = MESSAGES.lines().map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
    let texts = lines.iter().filter_map(|line| line.get("text")?.as_str());
    let texts: Vec<String> =
        texts.filter(|text| (80..140).contains(&text.len())).map(str::to_owned).collect();
    anyhow::ensure!(texts.len() > 100, "only {} messages are of that length", texts.len());
    Ok(texts)
}

fn middle(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// Mails of 1 KB: some messages, a signature and what was quoted.
fn mails(texts: &[String]) -> Vec<String> {
    let tail = "\n\nKind regards\nAnna\n\nOn Tue, 4 Mar 2025 at 10:12, Erik Ek <erik@supplier.example> wrote:\n> Dear Anna,\n> thank you for your order.\n";
    let mut mails = Vec::new();
    for start in 0..texts.len() * 10 {
        let mut mail = String::new();
        for text in texts.iter().cycle().skip(start).step_by(7) {
            if mail.len() + text.len() + tail.len() > 1024 {
                break;
            }
            mail.push_str(text);
            mail.push(' ');
        }
        mails.push(mail + tail);
    }
    mails
}

/// Seconds for the worst of some mails made to be slow.
fn hostile(bytes: usize) -> f64 {
    let units =
        ["> ", "On 4 Mar 2025 wrote ", "Från: a@b.se\n", "försening inte igen vi säger upp avtalet om men "];
    let times = units.map(|unit| {
        let text = unit.repeat(bytes / unit.len());
        let started = Instant::now();
        black_box(read(&mail(&text)));
        started.elapsed().as_secs_f64()
    });
    times.into_iter().fold(0.0, f64::max)
}
