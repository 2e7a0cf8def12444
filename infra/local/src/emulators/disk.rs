//! Small JSON files that are either the old or the new state, never half of one.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads `file`; `None` when there is none yet.
pub(super) fn load<State: DeserializeOwned>(file: &Path) -> anyhow::Result<Option<State>> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    serde_json::from_slice(&bytes).map(Some).with_context(|| format!("{} is damaged", file.display()))
}

/// Replaces `file`. Survives the death of the process at any moment; the machine's power is not considered.
pub(super) fn store<State: Serialize>(file: &Path, state: &State) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    let write = || -> anyhow::Result<()> {
        fs::write(&new, serde_json::to_vec(state)?)?;
        Ok(fs::rename(&new, file)?)
    };
    write().with_context(|| format!("writing {}", file.display()))
}
