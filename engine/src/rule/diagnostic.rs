//! What is wrong with a rule file: file, line, column, what was expected, and what was perhaps meant.

use std::fmt;

use serde::Serialize;

use super::yaml::Mark;
use crate::printable::sentence;

/// One fault of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The file as it was given, or the name of the set where it is in no file.
    pub file: String,
    /// Where in the file.
    #[serde(flatten)]
    pub mark: Mark,
    /// What is wrong and what was expected.
    pub message: String,
    /// What was perhaps meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", sentence(&self.file))?;
        if self.mark != Mark::default() {
            write!(f, ":{}:{}", self.mark.line, self.mark.column)?;
        }
        write!(f, ": {}", self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " (did you mean {suggestion}?)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// The known word that is nearest to what was written, when it is near enough to be a slip.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate.to_owned())
}
