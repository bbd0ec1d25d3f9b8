//! The blobs beside a completed scan: what was found for every rule, and what it rests on. They are
//! JSON (the events hold their hashes), so that an auditor can read them without the product.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::rule_pack::PackVersion;
use crate::variable::EffectiveVariable;
use crate::verdict::Verdict;

/// Bytes of one stream that a result shows; the hash is over all of them.
const SHOWN: usize = 8 * 1024;

/// The form that is written today.
pub const RESULTS_SCHEMA: &str = "openwatch.results/2";

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
    /// Where the value that decided comes from, when it comes from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The implementation of the rule that was taken, and why. Results of the first form do not tell.
    #[serde(default)]
    pub implementation: Choice,
    /// The values that the variables of the rule had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<EffectiveVariable>,
    /// The keys of the stored facts that the rule looks at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// For rules of other formats: what our own semantics would say, where it is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<StrictVerdict>,
    /// The version of the rule pack that the rule is from; nothing for rules that ship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackVersion>,
}

/// A line of a file on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
}

/// Which of the implementations of a rule was taken on a host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choice {
    /// Its number in the rule, from 1; nothing when none was taken.
    pub number: Option<u32>,
    /// How many the rule has.
    pub of: u32,
    /// Why it was taken, or why none was.
    pub why: String,
    /// The conditions that were looked at, in order; those after the one that held were not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateOutcome>,
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.number {
            Some(number) => write!(f, "{number}: {}", self.why),
            None => write!(f, "none: {}", self.why),
        }
    }
}

/// What became of the condition of one implementation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateOutcome {
    /// The number of the implementation, from 1.
    pub implementation: u32,
    /// The condition in words: `the host has apt`.
    pub condition: String,
    /// Whether it held; nothing when that could not be told.
    pub held: Option<bool>,
}

/// A verdict that strict semantics would give instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrictVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
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
    let whole = cut.len() == bytes.len();
    // Nearly everything that hosts print is shown as it is.
    let seen = |byte: &u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    if cut.iter().all(seen) {
        return (String::from_utf8_lossy(cut).into_owned(), !whole);
    }
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
    (text, !whole)
}
