//! Makes text that came from a host fit for a terminal, a page and a database: bounded, and without
//! characters that act instead of being seen.

use domain::results::Evidence;

/// Characters of one sentence of a result.
const SENTENCE: usize = 2000;

/// Observations that one result keeps.
const OBSERVATIONS: usize = 50;

/// Whether a character acts instead of being seen: control, direction, invisible. Line breaks and tabs do not.
pub fn acts(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every character that acts made visible, cut to `limit` characters. Line breaks and tabs stay.
pub fn printable(text: &str, limit: usize) -> String {
    // Nearly everything that hosts print is seen as it is.
    let seen = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    if text.len() <= limit && text.bytes().all(seen) {
        return text.to_owned();
    }
    let mut shown: String = text
        .chars()
        .take(limit)
        .map(|c| if acts(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

/// One sentence of a result, on one line: a line break would let a host write lines of a report.
pub fn sentence(text: &str) -> String {
    printable(text, SENTENCE).replace(['\n', '\t'], " ")
}

/// The observations that a result keeps.
pub(crate) fn observations(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.truncate(OBSERVATIONS);
    for item in &mut evidence {
        item.command = printable(&item.command, 2 * SENTENCE);
        item.file = item.file.as_deref().map(sentence);
        // The length was bounded where it was made.
        item.stdout = printable(&item.stdout, usize::MAX);
        item.stderr = printable(&item.stderr, usize::MAX);
    }
    evidence
}
