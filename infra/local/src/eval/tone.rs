//! `kundvakt eval tone`: the reader on a folder of labelled texts.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use ::tone::{Language, Message};
use anyhow::Context as _;
use serde::Deserialize;

use super::{replies, similar};
use crate::train::corpus::{self, Labelled};
use crate::train::measure::{Agreement, Said, class, spearman};

/// What a set should reach: a name and a bound, and whether the figure must lie above it.
struct Goal {
    name: &'static str,
    value: f64,
    bound: f64,
    at_least: bool,
}

impl Goal {
    fn at_least(name: &'static str, value: f64, bound: f64) -> Self {
        Self { name, value, bound, at_least: true }
    }

    fn at_most(name: &'static str, value: f64, bound: f64) -> Self {
        Self { name, value, bound, at_least: false }
    }

    fn tell(&self, set: &str, rows: usize, out: &mut impl Write) -> anyhow::Result<()> {
        let Self { name, value, bound, at_least } = self;
        let reached = if *at_least { value >= bound } else { value <= bound };
        let (mark, sign) = (if reached { ' ' } else { '!' }, if *at_least { ">=" } else { "<=" });
        writeln!(out, "{mark} {set:34} {rows:>6}  {name:26} {value:>6.3}  {sign} {bound:.2}")?;
        Ok(())
    }
}

/// Measures every set that is in the folder, and prints a table. A set that is not there is said to be missing.
pub fn tone(folder: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
    writeln!(out, "  {:34} {:>6}  {:26} {:>6}  goal", "set", "texts", "figure", "")?;
    let mut authored: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("authored-")))
        .collect();
    authored.sort();
    let business = [folder.join("business-messages.jsonl")];
    mails("business-messages", &business, [0.80, 0.80, 0.10, 0.80], out)?;
    mails("authored (trained on)", &authored, [0.75, 0.78, 0.10, 0.75], out)?;
    classes(folder, "sv_reviews", Language::Swedish, out, |pairs| {
        let two: Vec<&(f32, f32)> = pairs.iter().filter(|(label, _)| *label != 0.0).collect();
        let right = two.iter().filter(|(label, read)| (*label > 0.0) == (*read > 0.0)).count();
        let (labels, reads): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
        vec![
            Goal::at_least("accuracy of two", ratio(right, two.len()), 0.80),
            Goal::at_least("Spearman", spearman(&labels, &reads), 0.65),
        ]
    })?;
    classes(folder, "en_airline", Language::English, out, |pairs| {
        let (precision, recall) = negatives(pairs);
        vec![
            Goal::at_least("negative: precision", precision, 0.85),
            Goal::at_least("negative: recall", recall, 0.60),
        ]
    })?;
    classes(folder, "de_germeval17_db", Language::German, out, |pairs| {
        vec![Goal::at_least("macro-F1", macro_f1(pairs), 0.45)]
    })?;
    replies::tell(&folder.join("email_replies.public.jsonl"), out)?;
    if !folder.join("en_banking77.public.csv").exists() {
        writeln!(out, "- {:34} missing", "en_banking77")?;
        return Ok(());
    }
    let goals = [0.87, 0.35];
    for ((name, value), bound) in similar::measure(folder)?.into_iter().zip(goals) {
        let sign = if value >= bound { ' ' } else { '!' };
        writeln!(
            out,
            "{sign} {:34} {:>6}  {name:26} {value:>6.3}  >= {bound:.2}",
            "en_banking77, same intent", ""
        )?;
    }
    Ok(())
}

/// Labelled business mail: Spearman, accuracy, neutral called negative, signals F1.
fn mails(
    set: &str,
    paths: &[std::path::PathBuf],
    [rank, accuracy, neutral, f1]: [f64; 4],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let there: Vec<_> = paths.iter().filter(|path| path.exists()).collect();
    if there.is_empty() {
        writeln!(out, "- {set:34} missing")?;
        return Ok(());
    }
    let mut pairs = Vec::new();
    for path in there {
        pairs.extend(corpus::read(path)?.iter().map(|it| (label(it), read(it))));
    }
    let agreement = Agreement::of(&pairs);
    for goal in [
        Goal::at_least("Spearman", agreement.spearman, rank),
        Goal::at_least("accuracy", agreement.accuracy, accuracy),
        Goal::at_most("neutral called negative", agreement.neutral_called_negative, neutral),
        Goal::at_least("signals F1", agreement.f1(), f1),
    ] {
        goal.tell(set, agreement.messages, out)?;
    }
    Ok(())
}

fn label(labelled: &Labelled) -> Said {
    Said { score: labelled.score, signals: labelled.signals.clone() }
}

fn read(labelled: &Labelled) -> Said {
    let reading = ::tone::read(&labelled.message());
    Said { score: f32::from(reading.tone) / 100.0, signals: reading.signals }
}

#[derive(Deserialize)]
struct Row {
    text: String,
    label: String,
}

/// A set of texts that are negative, neutral or positive; each pair is the label and the tone read.
fn classes(
    folder: &Path,
    set: &str,
    language: Language,
    out: &mut impl Write,
    goals: impl Fn(&[(f32, f32)]) -> Vec<Goal>,
) -> anyhow::Result<()> {
    let path = folder.join(format!("{set}.public.csv"));
    if !path.exists() {
        writeln!(out, "- {set:34} missing")?;
        return Ok(());
    }
    let mut reader = csv::Reader::from_path(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut pairs = Vec::new();
    for row in reader.deserialize::<Row>() {
        let row = row.with_context(|| format!("reading {}", path.display()))?;
        let label = match row.label.as_str() {
            "negative" => -1.0,
            "neutral" => 0.0,
            "positive" => 1.0,
            _ => continue,
        };
        let known_language = Some(language);
        let message = Message { text: &row.text, known_language, ..Message::default() };
        pairs.push((label, f32::from(::tone::read(&message).tone) / 100.0));
    }
    for goal in goals(&pairs) {
        goal.tell(set, pairs.len(), out)?;
    }
    Ok(())
}

/// Precision and recall of the negative class.
fn negatives(pairs: &[(f32, f32)]) -> (f64, f64) {
    let called = |pair: &&(f32, f32)| class(pair.1) == -1;
    let right = pairs.iter().filter(called).filter(|(label, _)| *label < 0.0).count();
    let labelled = pairs.iter().filter(|(label, _)| *label < 0.0).count();
    (ratio(right, pairs.iter().filter(called).count()), ratio(right, labelled))
}

/// The mean of the three classes' F1.
fn macro_f1(pairs: &[(f32, f32)]) -> f64 {
    let classes: BTreeSet<i8> = pairs.iter().map(|(label, _)| class(*label)).collect();
    let f1 = |wanted: &i8| {
        let labelled = pairs.iter().filter(|(label, _)| class(*label) == *wanted).count();
        let called = pairs.iter().filter(|(_, read)| class(*read) == *wanted).count();
        let both = pairs.iter().filter(|(label, read)| class(*label) == *wanted && class(*read) == *wanted);
        ratio(2 * both.count(), labelled + called)
    };
    classes.iter().map(f1).sum::<f64>() / ratio(classes.len(), 1).max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
