//! `kundvakt train tone`: fits the models of `shared/tone/model` to the labelled messages of `shared/tone/corpus` and
//! says how well they read messages of hands they have not seen.
//!
//! Every figure is out of fold: a fifth of the hands (each one writer, with trades of its own) is left out at a time, both
//! stages of the model are fitted to the other hands, and it reads the ones left out. "reader" is all that `tone::read`
//! does, lines and rules included.

pub mod corpus;
mod dice;
mod fitted;
mod fold;
pub mod linear;
pub mod measure;
mod network;
mod patterns;
mod weights;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use tone::{Language, Sample};

use corpus::Labelled;
use fitted::Fitted;
use fold::LeftOut;
use measure::{Agreement, Said};

/// What to train on, and where to.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of labelled messages.
    pub corpus: PathBuf,
    /// Where the models go; without it they are only measured.
    pub out: Option<PathBuf>,
}

/// A labelled message as the model sees it.
pub(crate) struct Example {
    pub(crate) labelled: Labelled,
    pub(crate) sample: Sample,
}

impl Example {
    pub(crate) fn label(&self) -> Said {
        Said { score: self.labelled.score, signals: self.labelled.signals.clone() }
    }

    fn lexicon(&self) -> Said {
        Said { score: f32::from(self.sample.lexicon) / 100.0, signals: self.sample.found.clone() }
    }
}

const LANGUAGES: [(Language, &str); 3] =
    [(Language::Swedish, "sv"), (Language::English, "en"), (Language::German, "de")];
/// Shares of the corpus a learning curve is drawn from.
const SHARES: [usize; 4] = [8, 4, 2, 1];

/// Measures, prints, and writes the models.
pub fn run(options: &Options, out: &mut impl Write) -> anyhow::Result<()> {
    let all = corpus::read_all(&options.corpus)?;
    let twins = corpus::near_duplicates(&all);
    writeln!(
        out,
        "{} messages, {twins} of them nearly the same as another (half their runs of three words)",
        all.len()
    )?;
    let examples: Vec<Example> =
        all.into_iter().map(|labelled| Example { sample: labelled.sample(), labelled }).collect();
    let mut totals: Vec<(String, Vec<(Said, Said)>)> = Vec::new();
    let mut models = Vec::new();
    for (language, name) in LANGUAGES {
        let ours: Vec<&Example> = examples.iter().filter(|it| it.labelled.lang == language).collect();
        let hands: BTreeSet<&str> = ours.iter().map(|it| it.labelled.hand.as_str()).collect();
        anyhow::ensure!(hands.len() > 1, "{name} has one hand only: none can be left out");
        writeln!(
            out,
            "\n{name}: {} messages by {} hands\n{:28}{}",
            ours.len(),
            hands.len(),
            "",
            Agreement::HEADING
        )?;
        let mut tell = |title: &str, pairs: Vec<(Said, Said)>| {
            writeln!(out, "{title:28}{}", Agreement::of(&pairs).row())?;
            match totals.iter_mut().find(|(known, _)| known == title) {
                Some((_, known)) => known.extend(pairs),
                None => totals.push((title.to_owned(), pairs)),
            }
            anyhow::Ok(())
        };
        tell("lexicon", ours.iter().map(|it| (it.label(), it.lexicon())).collect())?;
        let bar = progress(SHARES.len() + 1, name);
        let turns = fold::turns(&hands);
        for share in SHARES {
            let both = LeftOut::of(&ours, &turns, share);
            bar.inc(1);
            if share > 1 {
                tell(&format!("model, 1/{share} of the corpus"), both.pairs(&ours))?;
                continue;
            }
            tell("model", both.pairs(&ours))?;
            tell("reader", both.read(&ours, &turns)?)?;
            let none = BTreeSet::new();
            let (network, lines) = (both.network(&ours, &none, 1), both.lines(&ours, &none));
            models.push((name, weights::to_bytes(&Fitted::to(&ours), &network, &lines)?));
        }
        bar.finish_and_clear();
    }
    writeln!(out, "\nall languages\n{:28}{}", "", Agreement::HEADING)?;
    for (title, pairs) in &totals {
        writeln!(out, "{title:28}{}", Agreement::of(pairs).row())?;
    }
    if let Some(folder) = &options.out {
        write(folder, &models)?;
        writeln!(out, "\nThe models are in {}.", folder.display())?;
    }
    Ok(())
}

fn write(folder: &Path, models: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, bytes) in models {
        let path = folder.join(format!("{name}.bin"));
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn progress(steps: usize, name: &str) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} fits, {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    bar.tick();
    bar
}
