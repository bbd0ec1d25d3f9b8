//! Reading what somebody uploads, as a port: what a rule says is the engine's business.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::VersionContent;
use super::state::RunnableVersion;
use crate::digest::Digest;
use crate::id::RulePackId;
use crate::port::Pending;

/// The form of [`PackFiles`] that is written today.
pub const PACK_FILES_SCHEMA: &str = "openwatch.rule-pack/1";

/// The blob that a version names as its files, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFiles {
    /// [`PACK_FILES_SCHEMA`].
    pub schema: String,
    /// Path and text of each file, by path.
    pub files: Vec<(String, String)>,
}

/// One file as it was uploaded: a rule, or an archive of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// Its name, with the folders that it was in as far as they are known.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is wrong with an upload, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFault {
    /// The file; empty when it is about all of them.
    pub file: String,
    /// Line and column, from 1; nothing when it is about the file as a whole.
    pub place: Option<(u32, u32)>,
    /// What is wrong and what was expected.
    pub message: String,
    /// What was perhaps meant.
    pub suggestion: Option<String>,
    /// The line that it is about.
    pub excerpt: Option<String>,
}

impl PackFault {
    /// A fault of a file as a whole.
    pub fn of(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            place: None,
            message: message.into(),
            suggestion: None,
            excerpt: None,
        }
    }
}

/// An upload whose rules hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPack {
    /// What it holds.
    pub content: VersionContent,
    /// The blobs that the content names.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
}

/// Why an upload is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReadPackError {
    /// Some of it does not hold.
    #[error("{} faults in what was uploaded", .0.len())]
    Faults(Vec<PackFault>),
    /// A fault of ours.
    #[error("the upload could not be read")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Reads rule packs, and knows which of them go together.
pub trait RulePacks: Send + Sync {
    /// Reads an upload. Changes nothing.
    fn read(&self, files: Vec<UploadedFile>) -> Pending<'_, Result<ReadPack, ReadPackError>>;

    /// Whether a version goes together with everything else that counts; a fault says why it does not.
    fn fits(&self, version: RunnableVersion) -> Pending<'_, Result<(), ReadPackError>>;

    /// Enabled packs that scans leave out, and why: they do not go together with rules that came with a newer version
    /// of the product.
    fn left_out(&self) -> Pending<'_, Result<Vec<(RulePackId, String)>, ReadPackError>>;
}
