//! One queue and its messages, as a function of the time it is told. No I/O.

use serde::{Deserialize, Serialize};

/// A waiting or received message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The id the sender was given.
    pub id: String,
    /// What was sent, exactly.
    pub body: String,
    /// When it was sent, epoch milliseconds; kept when it moves to the dead letters, as its age is.
    pub sent_ms: i64,
    /// Until when it is hidden, by a delay or because somebody received it; epoch milliseconds.
    pub hidden_until_ms: i64,
    /// How often it was received, over its whole life.
    pub receives: u32,
    /// When it was received first, epoch milliseconds.
    pub first_received_ms: Option<i64>,
}

/// What was set when the queue was created. Times in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) visibility_timeout: i64,
    pub(super) retention: i64,
    pub(super) delay: i64,
    pub(super) redrive: Option<Redrive>,
}

impl Default for Settings {
    /// What SQS takes when nothing is said: 30 s, 4 days, no delay, no dead letters.
    fn default() -> Self {
        Self { visibility_timeout: 30, retention: 345_600, delay: 0, redrive: None }
    }
}

/// Where a message goes that was received too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Redrive {
    pub(super) dead_letter_target_arn: String,
    pub(super) max_receive_count: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Queue {
    pub(super) created_ms: i64,
    pub(super) settings: Settings,
    /// Oldest first. SQS promises no order; this is its usual one.
    pub(super) messages: Vec<Message>,
}

/// How many messages are waiting, received but not deleted, and delayed.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) visible: usize,
    pub(super) in_flight: usize,
    pub(super) delayed: usize,
}

/// What one attempt to receive gave.
pub(super) struct Received {
    pub(super) messages: Vec<Message>,
    /// What was received too often and has left the queue.
    pub(super) dead: Vec<Message>,
}

/// Why a message's visibility could not be changed.
pub(super) enum NotChanged {
    Gone,
    NotInFlight,
}

impl Queue {
    pub(super) fn new(settings: Settings, now_ms: i64) -> Self {
        Self { created_ms: now_ms, settings, messages: Vec::new() }
    }

    pub(super) fn send(&mut self, id: String, body: String, delay: Option<i64>, now_ms: i64) {
        let hidden_until_ms = now_ms + 1000 * delay.unwrap_or(self.settings.delay);
        let message =
            Message { id, body, sent_ms: now_ms, hidden_until_ms, receives: 0, first_received_ms: None };
        self.messages.push(message);
    }

    /// Takes up to `most` visible messages and hides them for `hide` seconds (else as the queue is set).
    /// Those that had been received as often as the redrive policy allows are taken out instead.
    pub(super) fn receive(&mut self, most: usize, hide: Option<i64>, now_ms: i64) -> Received {
        let expired_ms = self.expired_ms(now_ms);
        self.messages.retain(|message| message.sent_ms > expired_ms);
        let hidden_until_ms = now_ms + 1000 * hide.unwrap_or(self.settings.visibility_timeout);
        let allowed = self.settings.redrive.as_ref().map_or(u32::MAX, |redrive| redrive.max_receive_count);
        let mut received = Received { messages: Vec::new(), dead: Vec::new() };
        self.messages.retain_mut(|message| {
            if message.hidden_until_ms > now_ms || received.messages.len() == most {
                return true;
            }
            if message.receives >= allowed {
                received.dead.push(message.clone());
                return false;
            }
            message.receives += 1;
            message.first_received_ms.get_or_insert(now_ms);
            message.hidden_until_ms = hidden_until_ms;
            received.messages.push(message.clone());
            true
        });
        received
    }

    /// Deletes the message, if this was its latest receiving: after a time-out and a new one, an old receipt
    /// is accepted and does nothing, as SQS has it.
    pub(super) fn delete(&mut self, id: &str, receives: u32) {
        self.messages.retain(|message| !(message.id == id && message.receives == receives));
    }

    pub(super) fn hide(
        &mut self,
        id: &str,
        receives: u32,
        seconds: i64,
        now_ms: i64,
    ) -> Result<(), NotChanged> {
        let found = self.messages.iter_mut().find(|message| message.id == id).ok_or(NotChanged::Gone)?;
        if found.receives != receives || found.hidden_until_ms <= now_ms {
            return Err(NotChanged::NotInFlight);
        }
        found.hidden_until_ms = now_ms + 1000 * seconds;
        Ok(())
    }

    pub(super) fn counts(&self, now_ms: i64) -> Counts {
        let mut counts = Counts::default();
        let expired_ms = self.expired_ms(now_ms);
        for message in self.messages.iter().filter(|message| message.sent_ms > expired_ms) {
            match (message.hidden_until_ms > now_ms, message.receives) {
                (false, _) => counts.visible += 1,
                (true, 0) => counts.delayed += 1,
                (true, _) => counts.in_flight += 1,
            }
        }
        counts
    }

    /// What was sent then or before is gone by now.
    fn expired_ms(&self, now_ms: i64) -> i64 {
        now_ms - 1000 * self.settings.retention
    }
}
