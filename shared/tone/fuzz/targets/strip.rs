//! Any text as a mail body: what is left are lines of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tone::{Format, Message, newest};

fuzz_target!(|text: &str| {
    let kept = newest(&Message { text, format: Format::Mail, ..Message::default() });
    assert!(kept.len() <= text.len() + 1, "longer than it was: {kept:?}");
});
