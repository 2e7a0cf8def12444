//! Any bytes as a MIME message: never a panic, always a reading within range.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tone::{Format, Message, read};

fuzz_target!(|bytes: &[u8]| {
    let text = encode(bytes);
    let reading = read(&Message { text: &text, format: Format::Mime, ..Message::default() });
    assert!((-100..=100).contains(&reading.tone));
});

/// Base64, so that the fuzzer's bytes are the mail itself.
fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain([&0, &0]).take(3).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}
