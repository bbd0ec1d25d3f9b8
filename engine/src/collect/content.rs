//! The lines of files, each with its file and number. A pattern may hold `*`, which the shell expands.

use std::collections::BTreeSet;

use super::{FrameSpec, quote, quote_pattern};
use crate::facts::{Facts, Unknown};

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u32,
    /// Without the line break.
    pub text: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The path.
    pub path: String,
    /// All lines.
    pub lines: Vec<Line>,
}

fn key(pattern: &str) -> String {
    format!("content {pattern}")
}

/// `grep -n ''` writes every line with its number, so no content can look like the end of a file.
pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    arguments
        .iter()
        .map(|pattern| {
            let script = format!(
                "for f in {}; do\n\
                 if [ -d \"$f\" ]; then continue\n\
                 elif [ -r \"$f\" ]; then printf 'file %s\\n' \"$f\"; grep -an '' -- \"$f\"\n\
                 elif [ -e \"$f\" ] || [ -L \"$f\" ]; then printf 'unreadable %s\\n' \"$f\"\n\
                 fi\n\
                 done\n\
                 d={}; if [ -d \"$d\" ] && [ ! -r \"$d\" ]; then printf 'unreadable %s\\n' \"$d\"; fi\n\
                 exit 0",
                quote_pattern(pattern),
                quote(pattern.rsplit_once('/').map_or("/", |(folder, _)| folder)),
            );
            FrameSpec::new(key(pattern), script, 20)
        })
        .collect()
}

/// The files that a pattern names, in the order of their names; none when there are none.
///
/// A file or folder that may not be read is "could not tell": its lines might decide.
pub fn lines_of(facts: &Facts, pattern: &str) -> Result<Vec<Lines>, Unknown> {
    let frame = facts.frame(&key(pattern), &format!("cat {pattern}"))?;
    let text = frame.text();
    let mut files: Vec<Lines> = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("file ") {
            files.push(Lines {
                path: path.to_owned(),
                lines: Vec::new(),
            });
        } else if let Some(path) = line.strip_prefix("unreadable ") {
            return Err(Unknown::new(format!("{path}: permission denied")));
        } else if let (Some(file), Some((number, text))) = (files.last_mut(), line.split_once(':'))
            && let Ok(number) = number.parse()
        {
            file.lines.push(Line {
                number,
                text: text.to_owned(),
            });
        }
    }
    Ok(files)
}
