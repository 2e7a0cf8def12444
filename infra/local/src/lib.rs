//! Kundvakt on one machine.

pub mod emulators;
