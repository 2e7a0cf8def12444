//! How well sketches tell which requests are about the same thing.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use tone::{Language, Message, Sketch};

use crate::history;

/// Steps of similarity that are told apart.
const STEPS: usize = 2_000;
/// Share of pairs of other intents that may be called alike.
const FALSE_PAIRS: f64 = 0.01;

#[derive(Deserialize)]
struct Row {
    text: String,
    category: String,
}

/// A threshold-free and a practical figure on the Banking77 rows in `dir` (`en_banking77.public.csv`: text and intent;
/// CC BY, for measuring only): how often a pair of one intent is more alike than a pair of two (AUC), and the share of
/// such pairs found while one in a hundred other pairs is. Of every second row: weights and words were chosen on the
/// others.
pub fn measure(dir: &Path) -> anyhow::Result<Vec<(String, f64)>> {
    let file = dir.join("en_banking77.public.csv");
    let mut requests: Vec<(Option<Sketch>, String)> = Vec::new();
    for (index, row) in csv::Reader::from_reader(history::open(&file)?).deserialize::<Row>().enumerate() {
        let Row { text, category } = row.with_context(|| format!("{} row {}", file.display(), index + 1))?;
        if index % 2 == 1 {
            requests.push((sketch(&text), category));
        }
    }
    let (same, other) = counts(&requests);
    let names =
        ["similar requests, banking77: AUC", "similar requests, banking77: recall at 1 % false pairs"];
    Ok(names.map(str::to_owned).into_iter().zip([auc(&same, &other), recall(&same, &other)]).collect())
}

fn sketch(text: &str) -> Option<Sketch> {
    tone::sketch_request(&Message { text, known_language: Some(Language::English), ..Message::default() })
}

/// Pairs of one intent and of two, by similarity in steps, the most alike first. What has no sketch is like nothing.
fn counts(requests: &[(Option<Sketch>, String)]) -> (Vec<f64>, Vec<f64>) {
    let (mut same, mut other) = (vec![0.0; STEPS + 1], vec![0.0; STEPS + 1]);
    for (index, (one, intent)) in requests.iter().enumerate() {
        for (second, its_intent) in requests.iter().take(index) {
            let similarity =
                one.as_ref().zip(second.as_ref()).map_or(0.0, |(one, second)| one.similarity(second));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1")]
            #[expect(clippy::cast_precision_loss, reason = "two thousand steps")]
            let step = STEPS.saturating_sub((similarity * STEPS as f32) as usize);
            let pairs = if intent == its_intent { &mut same } else { &mut other };
            if let Some(pairs) = pairs.get_mut(step) {
                *pairs += 1.0;
            }
        }
    }
    (same, other)
}

fn auc(same: &[f64], other: &[f64]) -> f64 {
    let mut found = 0.0;
    let area = same.iter().zip(other).map(|(same, other)| {
        let area = other * (found + same / 2.0);
        found += same;
        area
    });
    area.sum::<f64>() / (same.iter().sum::<f64>() * other.iter().sum::<f64>())
}

fn recall(same: &[f64], other: &[f64]) -> f64 {
    let allowed = other.iter().sum::<f64>() * FALSE_PAIRS;
    let (mut found, mut wrong) = (0.0, 0.0);
    for (same, other) in same.iter().zip(other) {
        wrong += other;
        if wrong > allowed {
            break;
        }
        found += same;
    }
    found / same.iter().sum::<f64>()
}
