//! From a customer's events to evidence, risk, level and decision. Pure: no clock, no environment, no I/O, no
//! randomness, no hash-ordered iteration; `now` and the policy are arguments.
//!
//! The way of one event: [`incoming`] reads it at the door, [`event`] is what is kept, [`bucket`] counts it into the
//! [`ledger`], [`view`] looks back over the ledger, [`past`] compares
//! it with itself and with what the whole [`portfolio`] did, [`signals`] find what is unusual, [`risk`] adds it up, [`alert`]
//! decides what becomes of the customer's alert and [`words`] says why.

pub mod alert;
pub mod bucket;
pub mod budget;
pub mod calendar;
pub mod event;
pub mod evidence;
pub mod gaps;
pub mod incoming;
pub mod learning;
pub mod ledger;
pub mod level;
pub mod packed;
pub mod past;
pub mod policy;
pub mod portfolio;
pub mod recount;
pub mod relation;
pub mod risk;
pub mod roi;
pub mod signals;
pub mod similar;
pub mod time;
pub mod view;
pub mod words;

pub use alert::{Decision, OpenAlert};
pub use event::Event;
pub use evidence::{Evidence, Family, Strength};
pub use ledger::Ledger;
pub use level::{Level, Role};
pub use policy::Policy;
pub use portfolio::Portfolio;
pub use relation::Relation;
pub use risk::Assessment;
pub use time::Day;
