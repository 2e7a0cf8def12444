//! Kundvakt on one machine.
