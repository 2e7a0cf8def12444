//! Each signal with a history that fires it, a near-twin that does not, and one with too little history.
//!
//! A history is a few lines of "what happened when"; what the signals say of it is text a person can read.

mod commerce;
mod contact;
mod messages;
mod product;
mod profiles;
mod questions;
mod seasons;
mod story;
mod together;
mod trends_of_business;
mod trends_of_talk;
mod turn;
