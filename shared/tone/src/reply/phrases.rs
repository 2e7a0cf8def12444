//! Phrases known by the words a line opens with.

/// The first characters of a line in lower case, without the signs that mark up bold or italic text.
pub(super) fn head(line: &str) -> String {
    const LONGEST: usize = 240;
    let line = line.trim_start_matches([' ', '\t', '*', '_', '|', '"']);
    let mut lower = String::with_capacity(line.len().min(LONGEST));
    for char in line.chars().take(LONGEST) {
        match char {
            ' ' | '\t' if lower.ends_with(' ') => {}
            '’' | 'ʼ' => lower.push('\''),
            _ => lower.extend(char.to_lowercase()),
        }
    }
    lower.truncate(lower.trim_end_matches([' ', '*', '_']).len());
    lower
}

/// A table of phrases. One look-up per word that may still become a phrase, however many there are.
pub(super) struct Phrases(Vec<&'static str>);

impl Phrases {
    /// Of phrases in lower case with commas between.
    pub(super) fn new(table: &'static str) -> Self {
        let mut phrases: Vec<_> = table.split(',').map(str::trim).collect();
        phrases.sort_unstable();
        Self(phrases)
    }

    /// Whether `text` is one of the phrases.
    pub(super) fn has(&self, text: &str) -> bool {
        self.0.binary_search(&text).is_ok()
    }

    /// What stands after the longest phrase that `text`, in lower case, opens with.
    pub(super) fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut found = None;
        let mut last = ' ';
        for (at, char) in text.char_indices().chain([(text.len(), ' ')]) {
            if last.is_alphanumeric() && (!char.is_alphanumeric() || is_ideograph(last) || is_ideograph(char))
            {
                let (phrase, after) = text.split_at_checked(at)?;
                let next = self.0.get(self.0.partition_point(|known| *known < phrase));
                let Some(next) = next.filter(|next| next.starts_with(phrase)) else { break };
                if *next == phrase {
                    found = Some(after);
                }
            }
            last = char;
        }
        found
    }
}

/// Chinese, Japanese and Korean are written without spaces between words.
fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Whether any part of the table, apart by ", ", stands somewhere in the text.
pub(super) fn holds(text: &str, table: &str) -> bool {
    table.split(", ").any(|part| text.contains(part))
}

/// The words of a text: runs of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}
