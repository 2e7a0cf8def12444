//! The folder of a backtest: its results, and what is needed to go on where a run was interrupted.
//!
//! `parts/<readers>/events/` holds what the texts gave, without text and names, one file per customer, until everybody
//! is played; `parts/<readers>/<policy>/` holds who was played. The names are fingerprints of everything they depend on.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use scoring::Policy;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::inputs::Inputs;

/// Everything a backtest writes, and what learning writes.
const FILES: &[&str] = &[
    "alerts.jsonl",
    "alerts-compared.jsonl",
    "risk.csv",
    "risk-compared.csv",
    "figures.json",
    "report.html",
    "recommended-policy.json",
    "policy.json",
    "changes.md",
    PARTS,
];
/// What makes a folder a backtest's.
const PARTS: &str = "parts";

/// An open folder.
pub struct Folder {
    path: PathBuf,
    /// Of the files and of this build.
    fingerprint: String,
}

impl Folder {
    /// Makes the folder, or opens one of an earlier backtest. Refuses one that holds anything else.
    pub fn open(path: &Path, inputs: &Inputs) -> anyhow::Result<Self> {
        if path.exists() {
            anyhow::ensure!(path.is_dir(), "--out {} is a file; name a folder", path.display());
            check(path)?;
        }
        fs::create_dir_all(path.join(PARTS)).with_context(|| format!("creating {}", path.display()))?;
        Ok(Self { path: path.to_owned(), fingerprint: fingerprint(inputs)? })
    }

    /// A file of results.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where the events are, as read with a policy's words.
    pub fn events(&self, policy: &Policy) -> anyhow::Result<PathBuf> {
        Ok(self.readers(policy)?.join("events"))
    }

    /// Where the customers are that were played with a policy.
    pub fn played(&self, policy: &Policy, plan: &impl Serialize) -> anyhow::Result<PathBuf> {
        let key = short(&serde_json::to_vec(&(policy, plan)).context("writing a policy")?);
        Ok(self.readers(policy)?.join(key))
    }

    fn readers(&self, policy: &Policy) -> anyhow::Result<PathBuf> {
        let words = serde_json::to_vec(&policy.words).context("writing a policy's words")?;
        Ok(self.path.join(PARTS).join(short(&[self.fingerprint.as_bytes(), &words].concat())))
    }

    /// Removes everything of the way there: events, and who was played.
    pub fn forget(&self) -> anyhow::Result<()> {
        self.tidy(&[])
    }

    /// Removes what earlier runs left for other files, policies or builds, and all events.
    pub fn tidy(&self, policies: &[&Policy]) -> anyhow::Result<()> {
        let current: Vec<PathBuf> =
            policies.iter().map(|policy| self.readers(policy)).collect::<anyhow::Result<_>>()?;
        for readers in &current {
            // Renamed first: half of the events must not look like all of them.
            let (events, gone) = (readers.join("events"), readers.join("gone"));
            if events.exists() {
                fs::rename(&events, &gone).with_context(|| format!("removing {}", events.display()))?;
            }
            if gone.exists() {
                fs::remove_dir_all(&gone).with_context(|| format!("removing {}", gone.display()))?;
            }
        }
        let parts = self.path.join(PARTS);
        for entry in fs::read_dir(&parts).with_context(|| format!("reading {}", parts.display()))? {
            let path = entry?.path();
            if !current.contains(&path) {
                fs::remove_dir_all(&path).with_context(|| format!("removing {}", path.display()))?;
            }
        }
        Ok(())
    }
}

fn check(path: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(path).with_context(|| format!("reading {}", path.display()))?;
    let names: Vec<String> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<_>>()?;
    let foreign = names.iter().find(|name| !FILES.contains(&name.as_str()));
    let ours = names.is_empty() || names.iter().any(|name| name == PARTS);
    if let Some(name) = foreign.or(names.first().filter(|_| !ours)) {
        anyhow::bail!(
            "--out {} holds `{name}`, which no backtest put there; name an empty folder or an earlier backtest's",
            path.display()
        );
    }
    Ok(())
}

/// Of the history's bytes, of the register and company as read, and of the program itself: another build may decide
/// otherwise.
fn fingerprint(inputs: &Inputs) -> anyhow::Result<String> {
    let at = || format!("reading {}", inputs.history.display());
    let mut file = fs::File::open(&inputs.history).with_context(at)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer).with_context(at)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
    }
    let outcomes: Option<Vec<_>> = inputs.outcomes.as_ref().map(|outcomes| outcomes.iter().collect());
    let rest = (&inputs.customers, &inputs.company, &inputs.zone_name, outcomes);
    hash.update(serde_json::to_vec(&rest).context("writing the register")?);
    let program = std::env::current_exe().and_then(fs::metadata).context("looking at this program")?;
    let built = program.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    hash.update(format!("{} {built:?}", program.len()));
    Ok(hex::encode(hash.finalize()))
}

fn short(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes)).chars().take(16).collect()
}

/// Writes a value so that it is there as a whole or not at all.
pub fn put(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let at = || format!("writing {}", path.display());
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(value).with_context(at)?).with_context(at)?;
    fs::rename(&new, path).with_context(at)
}

/// A value that was put; none where there is none or it cannot be read: it is made anew then.
pub fn get<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
