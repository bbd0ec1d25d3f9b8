//! A regular expression for one line, compared by its text, so that checks can be compared. Must not know where text
//! comes from.

use regex::bytes::{Regex, RegexBuilder};

/// A regular expression in the syntax of the regex crate, matched anywhere in a text.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    /// Nothing for an expression that is too long to be compiled: it matches nothing.
    regex: Option<Regex>,
}

impl Pattern {
    /// The expression of a rule file.
    pub(crate) fn new(expression: &str) -> Result<Self, regex::Error> {
        Ok(Self {
            regex: Some(Regex::new(expression)?),
            text: expression.to_owned(),
        })
    }

    /// An expression of ours: `\s`, `\b` and letters of either case are those of ASCII, which compiles in a third of
    /// the time.
    pub(crate) fn ascii(expression: impl Into<String>) -> Self {
        let text = expression.into();
        let regex = RegexBuilder::new(&text).unicode(false).build().ok();
        Self { text, regex }
    }

    /// The same expression, which has to match a text from its first to its last character. It is shown as it is written.
    pub(crate) fn whole(&self) -> Option<Self> {
        let regex = Some(Regex::new(&format!("^(?:{self})$")).ok()?);
        let text = self.text.clone();
        Some(Self { text, regex })
    }

    /// The expression.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the expression matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let regex = self.regex.as_ref();
        regex.is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
