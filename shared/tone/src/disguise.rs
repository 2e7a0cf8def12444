//! Letters that look like ours and are not: Cyrillic and Greek ones set into Latin words, and the wide and ornate ones of
//! other blocks. A red-flag word so spelt reads as what a person sees.

use std::borrow::Cow;

/// What a wide, circled or mathematical letter or digit stands for.
pub(crate) fn plain(ornate: char) -> Option<char> {
    use unicode_normalization::UnicodeNormalization as _;
    if !matches!(ornate, '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{24b6}'..='\u{24e9}') {
        return None;
    }
    let mut plain = std::iter::once(ornate).nfkc();
    plain.next().filter(|char| char.is_ascii() && plain.next().is_none())
}

/// Words with Latin letters in them, all in Latin letters. Words wholly in another script stay as they are: there is a
/// language behind them. Expects lower case.
pub(crate) fn unmask(normal: String) -> String {
    if !normal.contains(is_double) {
        return normal;
    }
    let pieces = normal.split_inclusive(|char: char| !char.is_alphabetic());
    let unmasked = pieces.map(|piece| {
        if piece.contains(is_double) && piece.contains(|char: char| char.is_ascii_lowercase()) {
            Cow::Owned(piece.chars().map(|char| latin(char).unwrap_or(char)).collect())
        } else {
            Cow::Borrowed(piece)
        }
    });
    unmasked.collect()
}

fn is_double(char: char) -> bool {
    matches!(char, '\u{370}'..='\u{52f}') && latin(char).is_some()
}

/// The Latin letter that a Greek or Cyrillic one looks like.
fn latin(double: char) -> Option<char> {
    Some(match double {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'є' | 'ε' => 'e',
        'ɡ' => 'g',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'п' | 'ν' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ц' => 'u',
        'ѵ' => 'v',
        'ԝ' | 'ω' | 'ш' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'з' | 'ζ' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::text::normalise;

    #[test]
    fn a_word_reads_as_a_person_sees_it() {
        for (disguised, seen) in [
            ("Vi säger upр аvtаlet", "vi säger upp avtalet"),
            ("UNАССЕРТАВLE", "unacceptable"),
            ("ｋüｎｄｉｇｅｎ", "kündigen"),
            ("𝐮𝐧𝐚𝐜𝐜𝐞𝐩𝐭𝐚𝐛𝐥𝐞, ⓒancel", "unacceptable, cancel"),
            ("κündigung", "kündigung"),
        ] {
            assert_eq!(normalise(disguised), seen, "{disguised}");
        }
    }

    #[test]
    fn what_is_written_in_another_script_stays() {
        for text in ["договор расторгнут", "σύμβαση", "10 μ", "½ tum, 5 m²"] {
            assert_eq!(normalise(text), text.to_lowercase(), "{text}");
        }
    }
}
