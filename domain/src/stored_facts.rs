//! What a scan collected, as blobs that it can be judged from again. Three steps, so that what did not change
//! between two scans is stored once: a manifest names an index for each kind of fact, an index names what
//! each collector printed. All are JSON but the last, which is the bytes as they came. Does not know what
//! facts mean, nor where blobs are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// The form that is written today.
pub const FACTS_SCHEMA: &str = "openwatch.facts/1";

/// The blob that `scan.completed` names as `stored_facts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsManifest {
    /// [`FACTS_SCHEMA`].
    pub schema: String,
    /// What the first look found.
    pub host: StoredHost,
    /// The blob with the names of everything that was asked for: a JSON array of text. What is not among them
    /// was not collected, and says nothing of the host.
    pub needs: Digest,
    /// The blob with the [`FrameIndex`] of each kind of fact. The kind is the first word of the keys in it.
    pub frames: BTreeMap<String, Digest>,
}

/// What the first look at the host found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredHost {
    /// `ID` of os-release.
    pub id: String,
    /// `ID_LIKE` of os-release.
    pub like: Vec<String>,
    /// `VERSION_ID` of os-release.
    pub version: String,
    /// `PRETTY_NAME` of os-release.
    pub name: String,
    /// `uname -r`.
    pub kernel: String,
    /// `uname -m`.
    pub architecture: String,
    /// `uname -n`.
    pub hostname: String,
    /// Whether the scan had the rights of root.
    pub privileged: bool,
}

/// What the collectors of one kind printed, by the key of each.
pub type FrameIndex = BTreeMap<String, StoredFrame>;

/// What one collector printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFrame {
    /// The blob with the bytes.
    pub stdout: Digest,
    /// How many bytes that are.
    pub size: u64,
    /// The exit code; nothing when it did not end by itself.
    pub exit: Option<u32>,
    /// What it said on standard error, cut.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
    /// Whether its deadline ended it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub timed_out: bool,
    /// Whether it printed more than is accepted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub truncated: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// The kind of a fact: the first word of its key.
pub fn kind(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}

impl FactsManifest {
    /// The blobs that the manifest names.
    pub fn parts(&self) -> Vec<Digest> {
        self.frames.values().copied().chain([self.needs]).collect()
    }
}
