//! The blob that a published catalogue names as its content: what every rule says, as JSON, so that a
//! result can be read years later without the files that it was judged by.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::verdict::Severity;

/// The form that is written today.
pub const CONTENT_SCHEMA: &str = "openwatch.catalogue/1";

/// Everything that the rules of a catalogue say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueContent {
    /// [`CONTENT_SCHEMA`].
    pub schema: String,
    /// The rules in the order of the catalogue.
    pub rules: Vec<RuleContent>,
}

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleContent {
    /// The id of the rule.
    pub rule: String,
    /// One line.
    pub title: String,
    /// What is judged.
    pub description: String,
    /// Why it matters.
    pub rationale: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// The folder that it is in.
    pub category: String,
    /// For filters.
    pub tags: Vec<String>,
    /// Which machines it concerns, in words: `debian 12 and later`. Empty: all.
    pub platforms: Vec<String>,
    /// Where it stands in benchmarks.
    pub references: Vec<RuleReference>,
    /// The names of the check methods that it uses.
    pub methods: Vec<String>,
    /// The text of the file.
    pub text: String,
    /// The hash of the text.
    pub hash: Digest,
}

/// Where a rule stands in a published benchmark or catalogue of controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleReference {
    /// `cis`, `stig`, `nist_800_53`, ….
    pub framework: String,
    /// The benchmark within it, as `debian12`; empty for frameworks without.
    pub benchmark: String,
    /// The section or control: `5.1.20`, `AC-6(2)`.
    pub control: String,
    /// The version of the benchmark, where it was looked at.
    pub version: Option<String>,
}
