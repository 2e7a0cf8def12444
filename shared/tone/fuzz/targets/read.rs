//! Any text as a message: never a panic, a reading within range, the same each time, offsets on characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tone::{Message, explain, newest, offset_in, read};

fuzz_target!(|text: &str| {
    let message = Message { text, ..Message::default() };
    let reading = read(&message);
    assert!((-100..=100).contains(&reading.tone) && reading.confidence <= 100);
    assert_eq!(reading, read(&message));
    for hit in explain(&message) {
        assert!(newest(&message).is_char_boundary(offset_in(text, hit.offset)));
    }
});
