//! What must hold for every history: stories are examples, these are the rules.

#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

mod deciding;
mod door;
mod events;
mod learned;
mod order;
mod size;
