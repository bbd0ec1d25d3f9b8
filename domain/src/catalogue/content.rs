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
    /// The framework whose values the rule is judged with, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The values that it is judged with unless a host has others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<VariableContent>,
    /// How a fail is mended, for each way to judge the rule that says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediations: Vec<RemediationContent>,
    /// The text of the file.
    pub text: String,
    /// The hash of the text.
    pub hash: Digest,
}

/// One variable of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableContent {
    /// The name.
    pub name: String,
    /// The value, a list with commas.
    pub value: String,
    /// Who gave it, in words: `built-in default`, `profile stig`, `host web1`, `command line`.
    pub origin: String,
    /// What it may hold, in words.
    pub allowed: String,
    /// What it is for.
    pub description: String,
    /// Where the value comes from.
    pub source: String,
}

/// How a fail is mended. Either `manual`, or steps with what follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RemediationContent {
    /// On which hosts: `the host has dpkg`. `None`: on all.
    pub when: Option<String>,
    /// What a person does.
    pub manual: Option<String>,
    /// What is done, in order.
    pub steps: Vec<RemediationStep>,
    /// Units that read their files again afterwards, of those that the host has.
    pub reload: Vec<String>,
    /// Units that are restarted afterwards, of those that the host has.
    pub restart: Vec<String>,
    /// Whether it counts only after a boot.
    pub reboot: bool,
    /// What it changes beyond files: `how people log in over SSH`.
    pub effects: Vec<String>,
    /// `low`, `medium`, `high`; `None` for what a person does.
    pub risk: Option<String>,
    /// Why.
    pub risk_reason: Option<String>,
    /// Whether it can be taken back, in words.
    pub reversal: Option<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemediationStep {
    /// `sysctl_set`, `config_set`, ….
    pub mechanism: String,
    /// What it does, as the end of a sentence.
    pub what: String,
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
