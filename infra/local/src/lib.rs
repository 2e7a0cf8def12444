//! Kundvakt on one machine: the whole product over emulated services, and the offline tools.

pub mod audit;
pub mod backtest;
pub mod bench;
pub mod convert;
pub mod demo;
pub mod emulators;
pub mod eval;
pub mod history;
pub mod judge;
pub mod learn;
pub mod policy;
pub mod predict;
pub mod product;
pub mod ranking;
pub mod read;
pub mod register;
pub mod replay;
pub mod senders;
pub mod serve;
pub mod similar;
pub mod stories;
pub mod train;
pub mod web;
