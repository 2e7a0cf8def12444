//! `kundvakt similar`: which requests of a file are about the same thing.

use std::collections::BTreeSet;
use std::io::{BufRead as _, Write};
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use scoring::Day;
use scoring::bucket::LOOK_BACK_DAYS;
use scoring::similar::group_of;
use serde::Deserialize;
use serde_json::json;
use tone::{Language, Message, Sketch};

use crate::history;

/// One line of the file.
#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
    /// Requests further apart than the scoring looks back are not compared; without a time all are.
    at: Option<Timestamp>,
    /// Decides short texts.
    lang: Option<Language>,
}

struct Request {
    id: String,
    day: Option<Day>,
    sketch: Sketch,
}

/// Writes one line of JSON for each group of two or more: `ids` in the order of the file and `similarity`, the mean of
/// its pairs, 0 to 1. The file holds JSON lines, plain or gzip. Texts that say too little, or in no language of ours,
/// are in no group. A line that cannot be read, or whose id came before, is told by its number; the others are grouped all
/// the same.
pub fn run(file: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let (requests, faults) = read(file)?;
    let alike = |one: usize, other: usize| {
        let pair = requests.get(one).zip(requests.get(other));
        pair.is_some_and(|(one, other)| in_time(one, other) && one.sketch.is_like(&other.sketch))
    };
    let mut grouped = BTreeSet::new();
    for first in 0..requests.len() {
        if grouped.contains(&first) {
            continue;
        }
        let group = group_of(first, requests.len(), alike);
        let members: Vec<&Request> = group.iter().filter_map(|number| requests.get(*number)).collect();
        if let Some(similarity) = mean_similarity(&members) {
            let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
            let line = json!({ "ids": ids, "similarity": (similarity * 100.0).round() / 100.0 });
            writeln!(out, "{line}").context("writing a group")?;
        }
        grouped.extend(group);
    }
    anyhow::ensure!(faults == 0, "{faults} lines could not be read; the others were");
    Ok(())
}

/// The requests that say enough, and how many lines are none.
fn read(file: &Path) -> anyhow::Result<(Vec<Request>, usize)> {
    let (mut requests, mut faults) = (Vec::new(), 0);
    let mut ids = BTreeSet::new();
    for (index, line) in history::open(file)?.split(b'\n').enumerate() {
        let line = line.with_context(|| format!("reading {}", file.display()))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let parsed = serde_json::from_slice(&line).map_err(anyhow::Error::from);
        let unique = |line: Line| {
            anyhow::ensure!(ids.insert(line.id.clone()), "its id stands further up already");
            Ok(line)
        };
        let Line { id, text, at: time, lang } = match parsed.and_then(unique) {
            Ok(line) => line,
            Err(fault) => {
                faults += 1;
                tracing::warn!("line {}: {fault}", index + 1);
                continue;
            }
        };
        let message = Message { text: &text, known_language: lang, ..Message::default() };
        if let Some(sketch) = tone::sketch_request(&message) {
            requests.push(Request { id, day: time.map(Day::of), sketch });
        }
    }
    Ok((requests, faults))
}

fn in_time(one: &Request, other: &Request) -> bool {
    one.day.zip(other.day).is_none_or(|(one, other)| (one.0 - other.0).abs() <= LOOK_BACK_DAYS)
}

/// None for a group of one.
fn mean_similarity(members: &[&Request]) -> Option<f64> {
    let pairs = members.iter().enumerate();
    let pairs = pairs.flat_map(|(index, one)| members.iter().take(index).map(move |other| (one, other)));
    let (sum, count) = pairs.fold((0.0, 0_u32), |(sum, count), (one, other)| {
        (sum + f64::from(one.sketch.similarity(&other.sketch)), count + 1)
    });
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_by_id_and_only_within_thirty_days() {
        let file = std::env::temp_dir().join(format!("kundvakt-similar-{}.jsonl", std::process::id()));
        let lines = [
            json!({"id": "a", "at": "2026-01-05T10:00:00Z", "lang": "en", "text": "When will the Fortnox integration be ready?"}),
            json!({"id": "b", "at": "2026-01-06T10:00:00Z", "lang": "en", "text": "Could you send a copy of the contract?"}),
            json!({"id": "c", "at": "2026-01-26T10:00:00Z", "lang": "en", "text": "Is the integration with Fortnox available yet?"}),
            json!({"id": "d", "at": "2026-04-01T10:00:00Z", "lang": "en", "text": "Please send a copy of our contract"}),
            json!({"id": "e", "text": "OK"}),
        ];
        let lines = lines.map(|line| format!("{line}\n")).concat();
        let twice = json!({"id": "a", "text": "Is the integration with Fortnox available?"});
        std::fs::write(&file, format!("no JSON\n{lines}{twice}\n")).unwrap();
        let mut out = Vec::new();
        let fault = run(&file, &mut out).unwrap_err();
        assert_eq!(fault.to_string(), "2 lines could not be read; the others were");
        std::fs::remove_file(&file).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with(r#"{"ids":["a","c"],"similarity":0."#), "{out}");
        assert_eq!(out.lines().count(), 1, "{out}");
    }
}
