//! What a verdict rests on: the command as a person would run it, and what it printed.

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

/// Bytes of one stream that a result shows; the hash is over all of them.
const SHOWN: usize = 8 * 1024;

/// One observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceItem {
    /// The command that shows the same by hand.
    pub command: String,
    /// Its exit code; nothing when it did not end by itself.
    pub exit: Option<u32>,
    /// What it printed, as text, cut to what is worth showing.
    pub stdout: String,
    /// What it said on standard error, cut.
    pub stderr: String,
    /// The hash of everything it printed.
    pub sha256: Digest,
    /// Whether more was printed than is shown.
    pub truncated: bool,
    /// The file that decided, when one did.
    pub file: Option<String>,
    /// The line in the file.
    pub line: Option<u32>,
}

impl EvidenceItem {
    /// An observation of a command that ended with `exit` and printed `stdout`.
    pub fn new(command: impl Into<String>, exit: Option<u32>, stdout: &[u8]) -> Self {
        let (text, truncated) = shown(stdout);
        Self {
            command: command.into(),
            exit,
            stdout: text,
            stderr: String::new(),
            sha256: Digest::of(stdout),
            truncated,
            file: None,
            line: None,
        }
    }

    /// With what it said on standard error.
    #[must_use]
    pub fn with_stderr(mut self, stderr: &str) -> Self {
        self.stderr = shown(stderr.as_bytes()).0;
        self
    }

    /// With the place that decided.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: u32) -> Self {
        self.file = Some(file.into());
        self.line = Some(line);
        self
    }
}

/// Text of bytes, cut, with what is not UTF-8 or a control character made visible.
fn shown(bytes: &[u8]) -> (String, bool) {
    let cut = bytes.get(..SHOWN).unwrap_or(bytes);
    let text: String = String::from_utf8_lossy(cut)
        .chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    (text, cut.len() < bytes.len())
}
