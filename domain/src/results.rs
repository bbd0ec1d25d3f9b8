//! The blobs beside a completed scan: what was found for every rule, and what it rests on. They are
//! JSON (the events hold their hashes), so that an auditor can read them without the product.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::verdict::Verdict;

/// Bytes of one stream that a result shows; the hash is over all of them.
const SHOWN: usize = 8 * 1024;

/// The form that is written today.
pub const RESULTS_SCHEMA: &str = "openwatch.results/1";

/// The blob that `scan.completed` names as `results`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanResults {
    /// [`RESULTS_SCHEMA`].
    pub schema: String,
    /// Every judged rule in the order of the catalogue; rules that were not selected are absent.
    pub results: Vec<RuleResult>,
}

/// What was found for one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// The id of the rule.
    pub rule: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What the rule demands.
    pub expected: Option<String>,
    /// What the host has.
    pub actual: Option<String>,
    /// The hash of the evidence blob: a JSON array of [`Evidence`].
    pub evidence: Digest,
}

/// One observation, as a person would make it by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The command that shows the same.
    pub command: String,
    /// Its exit code; nothing when it did not end by itself.
    pub exit: Option<u32>,
    /// What it printed, cut to what is worth showing.
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

impl Evidence {
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
