//! What may be asked of a rule pack, and the values that describe a version.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::RulePackId;
use crate::scan::CompletedTrial;
use crate::verdict::Severity;

/// One rule of a version.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct PackRule {
    /// The id of the rule.
    #[n(0)]
    pub rule: String,
    /// The first 16 bytes of the hash of its text.
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "crate::catalogue::short_hash")]
    pub version: Vec<u8>,
    /// How bad a fail is.
    #[n(2)]
    pub severity: Severity,
    /// Whether it brings a script that runs on hosts.
    #[n(3)]
    pub runs_script: bool,
}

/// Who signs for an uploaded pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct PackSignature {
    /// The name of the key.
    #[n(0)]
    pub key: String,
    /// The blob with the signed archive as it was uploaded.
    #[n(1)]
    pub archive: Digest,
}

/// What a version holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct VersionContent {
    /// The blob with the files, see [`PackFiles`](super::PackFiles): the same files have the same hash.
    #[n(0)]
    pub files: Digest,
    /// The blob with what the rules say, see [`CatalogueContent`](crate::catalogue::CatalogueContent).
    #[n(1)]
    pub content: Digest,
    /// The hash over all rules in their order.
    #[n(2)]
    pub rule_set: Digest,
    /// The rules in their order.
    #[n(3)]
    pub rules: Vec<PackRule>,
    /// Who signs for it, when somebody known here does.
    #[n(4)]
    pub signature: Option<PackSignature>,
}

impl VersionContent {
    /// How many of the rules bring a script.
    pub fn scripts(&self) -> usize {
        self.rules.iter().filter(|rule| rule.runs_script).count()
    }
}

/// Make a pack with its first version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateRulePack {
    /// The new id.
    pub pack: RulePackId,
    /// The name that people know it by; unique.
    pub name: String,
    /// Its first version.
    pub first: UploadRulePackVersion,
}

/// Add a version. It counts for nothing until it is enabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRulePackVersion {
    /// What is new in it, in the words of who uploads it.
    pub note: String,
    /// What it holds.
    pub content: VersionContent,
}

/// Say that the scripts of a version may run on hosts as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustRulePackVersion {
    /// Its number.
    pub version: u32,
}

/// Let a version count from the next scan on. Needs the proof of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnableRulePackVersion {
    /// Its number.
    pub version: u32,
    /// A trial of the version that came to its end; nothing when there is none.
    pub trial: Option<CompletedTrial>,
}

/// Let no version count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisableRulePack;

/// Take a pack out of use for ever. Its history stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoveRulePack;

/// Any command to a rule pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulePackCommand {
    /// See [`CreateRulePack`].
    Create(CreateRulePack),
    /// See [`UploadRulePackVersion`].
    Upload(UploadRulePackVersion),
    /// See [`TrustRulePackVersion`].
    Trust(TrustRulePackVersion),
    /// See [`EnableRulePackVersion`].
    Enable(EnableRulePackVersion),
    /// See [`DisableRulePack`].
    Disable(DisableRulePack),
    /// See [`RemoveRulePack`].
    Remove(RemoveRulePack),
}
