//! The account's sending side: who may send, what was sent, and where it is filed.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;

use super::super::Clock;
use super::super::fault::{Fault, Faults};
use super::mail::SentMail;

/// The mails, shared by the server and the one who started it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    clock: Clock,
    pub(super) faults: Faults,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) identities: BTreeSet<String>,
    pub(super) configuration_sets: BTreeSet<String>,
    mails: Vec<SentMail>,
    folder: Option<PathBuf>,
}

impl Mailbox {
    pub(in super::super) fn new(clock: Clock) -> Self {
        Self { clock, faults: Faults::default(), state: Arc::default() }
    }

    /// Every mail accepted so far, oldest first.
    pub fn mails(&self) -> Vec<SentMail> {
        self.lock().mails.clone()
    }

    /// Writes each mail from now on as an `.eml` file into `folder` as it is sent. Files that are there stay.
    pub fn write_to(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        self.lock().folder = Some(folder.to_owned());
        Ok(())
    }

    /// Makes one sending to come fail; several are served in the order of the calls.
    pub fn fail_next(&self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a checked mail and returns its id, which is the same in every run of the same story.
    pub(super) fn take(&self, mut mail: SentMail) -> anyhow::Result<String> {
        let mut state = self.lock();
        mail.number = state.mails.len() + 1;
        mail.at = self.clock.now();
        mail.id = format!("{:012x}-{:06}", mail.at.as_millisecond(), mail.number);
        if let Some(folder) = &state.folder {
            file(folder, &mail)?;
        }
        let id = mail.id.clone();
        state.mails.push(mail);
        Ok(id)
    }
}

/// Writes the mail under its name, or the next one free.
fn file(folder: &Path, mail: &SentMail) -> anyhow::Result<()> {
    let mut copy = mail.clone();
    loop {
        let path = folder.join(copy.file_name() + ".eml");
        match std::fs::File::create_new(&path) {
            Ok(mut file) => return Ok(std::io::Write::write_all(&mut file, mail.eml().as_bytes())?),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => copy.number += 1,
            Err(error) => return Err(error).with_context(|| format!("writing {}", path.display())),
        }
    }
}
