//! The labelled messages of `shared/tone/corpus`: one file per hand, a JSON object per line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use tone::{Category, Language, Message, Sample};

/// One labelled message.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// Unique in the corpus; begins with its hand.
    pub id: String,
    /// The language it is written in.
    pub lang: Language,
    /// What the customer wrote.
    pub text: String,
    /// Tone towards us, -1..+1.
    pub score: f32,
    /// The signals that are about us.
    pub signals: BTreeSet<Category>,
    /// Who writes.
    #[serde(default)]
    pub voice: String,
    /// In which trade.
    #[serde(default)]
    pub trade: String,
    /// The file it stands in: who made it up, for which trades.
    #[serde(skip)]
    pub hand: String,
}

impl Labelled {
    /// The message as it would arrive.
    pub fn message(&self) -> Message<'_> {
        Message { text: &self.text, known_language: Some(self.lang), ..Message::default() }
    }

    /// As the model sees it; an automatic mail has no features.
    pub fn sample(&self) -> Sample {
        let none = Sample { language: self.lang, sentences: Vec::new(), found: BTreeSet::new(), lexicon: 0 };
        tone::sample(&self.message()).unwrap_or(none)
    }
}

/// Reads a file of labelled messages.
pub fn read(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let hand = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let labelled: Labelled = serde_json::from_str(line)
                .with_context(|| format!("{} line {}", path.display(), index + 1))?;
            Ok(Labelled { hand: hand.clone(), ..labelled })
        })
        .collect()
}

/// Reads every `.jsonl` file of a folder, in the order of their names.
pub fn read_all(folder: &Path) -> anyhow::Result<Vec<Labelled>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        all.extend(read(&path)?);
    }
    anyhow::ensure!(!all.is_empty(), "{} holds no labelled messages", folder.display());
    Ok(all)
}

/// How many messages share half or more of their runs of three words with an earlier one of their language.
pub fn near_duplicates(messages: &[Labelled]) -> usize {
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut runs_of: Vec<usize> = Vec::with_capacity(messages.len());
    let mut twins = 0;
    for (index, message) in messages.iter().enumerate() {
        let text = message.text.to_lowercase();
        let words: Vec<&str> =
            text.split(|char: char| !char.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let runs: BTreeSet<String> = words.windows(3).map(|run| run.join(" ")).collect();
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for earlier in runs.iter().filter_map(|run| seen.get(run)).flatten() {
            *shared.entry(*earlier).or_default() += 1;
        }
        let is_twin = |(earlier, shared): (&usize, &usize)| {
            let fewer = runs_of.get(*earlier).copied().unwrap_or(0).min(runs.len());
            *shared >= 2 && 2 * shared > fewer
        };
        twins += usize::from(shared.iter().any(is_twin));
        runs_of.push(runs.len());
        for run in runs {
            seen.entry(run).or_default().push(index);
        }
    }
    twins
}
