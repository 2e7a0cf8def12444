//! All queues of the account: in memory, and in one file per queue when there is a data folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;

use super::super::fault::{Fault, Faults};
use super::super::http::Refusal;
use super::super::{ACCOUNT, Clock, REGION, disk};
use super::queue::{Message, Queue, Received};

/// The queues, shared by the server and the one who started it.
#[derive(Clone, Debug)]
pub struct Queues {
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    folder: Option<PathBuf>,
    by_name: Arc<Mutex<BTreeMap<String, Queue>>>,
}

impl Queues {
    /// Opens the queues kept in `data`, or none.
    pub(in super::super) fn open(clock: Clock, data: Option<&Path>) -> anyhow::Result<Self> {
        let mut queues = BTreeMap::new();
        let folder = data.map(|data| data.join("queues"));
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
            for entry in std::fs::read_dir(folder)? {
                let file = entry?.path();
                let name = file.file_stem().and_then(|name| name.to_str());
                // Anything else in there is a half-written file of a process that died.
                let (Some(name), Some("json")) = (name, file.extension().and_then(|end| end.to_str())) else {
                    continue;
                };
                if let Some(queue) = disk::load(&file)? {
                    queues.insert(name.to_owned(), queue);
                }
            }
        }
        Ok(Self { clock, faults: Faults::default(), folder, by_name: Arc::new(Mutex::new(queues)) })
    }

    /// Makes one send to come fail; several are served in the order of the calls. An SDK client with its
    /// usual three attempts gets over a single one that is not final.
    pub fn fail_next(&self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Everything in the queue at this moment, hidden or not, without receiving it. Empty if there is no such
    /// queue. A look into the account for tests and the tool's own figures.
    pub fn messages(&self, queue: &str) -> Vec<Message> {
        self.lock().get(queue).map(|queue| queue.messages.clone()).unwrap_or_default()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// Creates or replaces a queue, as `change` says from what was there before.
    pub(super) fn define(
        &self,
        name: &str,
        change: impl FnOnce(Option<Queue>) -> Result<Queue, Refusal>,
    ) -> Result<(), Refusal> {
        let mut queues = self.lock();
        let queue = change(queues.get(name).cloned())?;
        let known = |arn: &str| queues.keys().any(|name| arn_of(name) == arn);
        if queue.settings.redrive.as_ref().is_some_and(|redrive| !known(&redrive.dead_letter_target_arn)) {
            return Err(super::rules::invalid("RedrivePolicy: the dead letter target does not exist."));
        }
        queues.insert(name.to_owned(), queue);
        self.save(&queues, name)
    }

    /// Reads one queue.
    pub(super) fn look<Output>(
        &self,
        name: &str,
        look: impl FnOnce(&Queue) -> Output,
    ) -> Result<Output, Refusal> {
        self.lock().get(name).map(look).ok_or_else(no_such_queue)
    }

    /// Does `work` on one queue and keeps what came of it before anybody is told.
    pub(super) fn with<Output>(
        &self,
        name: &str,
        work: impl FnOnce(&mut Queue) -> Output,
    ) -> Result<Output, Refusal> {
        let mut queues = self.lock();
        let output = work(queues.get_mut(name).ok_or_else(no_such_queue)?);
        self.save(&queues, name)?;
        Ok(output)
    }

    /// Receives from one queue; what was received too often moves to its dead letters.
    pub(super) fn receive(
        &self,
        name: &str,
        most: usize,
        hide: Option<i64>,
    ) -> Result<Vec<Message>, Refusal> {
        let now_ms = self.now_ms();
        let mut queues = self.lock();
        let queue = queues.get_mut(name).ok_or_else(no_such_queue)?;
        let before = queue.messages.len();
        let Received { messages, dead } = queue.receive(most, hide, now_ms);
        let target = queue.settings.redrive.as_ref().map(|redrive| redrive.dead_letter_target_arn.clone());
        let changed = !messages.is_empty() || queue.messages.len() != before;
        if !dead.is_empty() {
            let found = queues.keys().find(|name| target.as_deref() == Some(arn_of(name).as_str())).cloned();
            // A target whose file somebody deleted: they stay.
            let target = found.unwrap_or_else(|| name.to_owned());
            if let Some(queue) = queues.get_mut(&target) {
                queue.messages.extend(dead);
            }
            // First where they arrive, then where they left: a crash in between doubles, never loses.
            self.save(&queues, &target)?;
        }
        // An empty poll leaves the file alone.
        if changed {
            self.save(&queues, name)?;
        }
        Ok(messages)
    }

    fn save(&self, queues: &BTreeMap<String, Queue>, name: &str) -> Result<(), Refusal> {
        let (Some(folder), Some(queue)) = (&self.folder, queues.get(name)) else { return Ok(()) };
        disk::store(&folder.join(format!("{name}.json")), queue).map_err(|error| Refusal::failed(&error))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Queue>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name by which one queue points at another.
pub(super) fn arn_of(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

pub(super) fn no_such_queue() -> Refusal {
    Refusal::bad("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}
