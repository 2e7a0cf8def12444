//! Kundvakt on one machine.
fn main() {}
