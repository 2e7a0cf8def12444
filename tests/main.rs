//! The product as a whole, over the real SDK clients and emulators on loopback. A test is a story: something arrives,
//! time passes, and somebody reads a mail, or rightly reads none.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails says so by a panic"
)]

mod bad_input;
mod budget;
mod dispatch_crashes;
mod ingest_crashes;
mod interrupt;
mod journey;
mod learning;
mod managed_model;
mod privacy;
mod protocol;
mod storage;
mod stories;
mod tidy;
mod world;
