//! What mutations of rule packs take, and uploads on their way to who reads them.

use std::collections::BTreeMap;

use async_graphql::{ID, InputObject};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::digest::Digest;
use domain::rule_pack::{PackFault, UploadRulePackVersion, UploadedFile};

use super::rule_pack::not_read;
use crate::access::Access;
use crate::schema::error::{Refusal, UserError, UserErrorCode};

/// Files that are uploaded together, at most. More come in an archive.
const FILES: usize = 500;

/// A rule pack to be made.
#[derive(Debug, InputObject)]
pub(crate) struct CreateRulePackInput {
    /// Its name; unique.
    pub(super) name: String,
    /// What the first version is, in a line.
    pub(super) note: Option<String>,
    /// The files: rules (`.yml`), an archive of them (`.zip`, `.tar.gz`, `.tar`), or a signed pack (`.owpack`) alone.
    pub(super) files: Vec<RulePackFileInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// A version to be added.
#[derive(Debug, InputObject)]
pub(crate) struct UploadRulePackVersionInput {
    /// The pack.
    pub(super) id: ID,
    /// What is new in it, in a line.
    pub(super) note: Option<String>,
    /// The files: rules (`.yml`), an archive of them (`.zip`, `.tar.gz`, `.tar`), or a signed pack (`.owpack`) alone.
    pub(super) files: Vec<RulePackFileInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// A file.
#[derive(Debug, InputObject)]
pub(crate) struct RulePackFileInput {
    /// Its name, with the folders that it is in: `ssh/acme-banner.yml`.
    path: String,
    /// Its bytes in Base64 (RFC 4648).
    content: String,
}

/// A version that something is done with.
#[derive(Debug, InputObject)]
pub(crate) struct RulePackVersionInput {
    /// The pack.
    pub(super) id: ID,
    /// The number of the version.
    pub(super) number: u32,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// A pack that something is done with.
#[derive(Debug, InputObject)]
pub(crate) struct RulePackInput {
    /// The pack.
    pub(super) id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

impl From<RulePackVersionInput> for RulePackInput {
    fn from(input: RulePackVersionInput) -> Self {
        Self {
            id: input.id,
            idempotency_key: input.idempotency_key,
        }
    }
}

/// A version to be tried.
#[derive(Debug, InputObject)]
pub(crate) struct RequestTrialInput {
    /// The pack.
    pub(super) id: ID,
    /// The number of the version.
    pub(super) number: u32,
    /// The host.
    pub(super) host: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// An upload whose rules hold.
pub(super) struct Uploaded {
    pub(super) first: UploadRulePackVersion,
    pub(super) blobs: BTreeMap<Digest, Vec<u8>>,
}

/// Reads an upload, or says what is wrong with it.
pub(super) async fn read_upload(
    access: &Access<'_>,
    files: Vec<RulePackFileInput>,
    note: Option<String>,
) -> Result<Uploaded, Refusal> {
    if files.is_empty() || files.len() > FILES {
        let message = format!(
            "send 1 to {FILES} files; more of them come in one archive (.zip, .tar.gz, .tar)"
        );
        return Err(UserError::field(&["files"], UserErrorCode::Invalid, message).into());
    }
    let decoded = files.into_iter().map(|file| {
        let bytes = STANDARD.decode(&file.content).map_err(|_| {
            let message = "what was sent is not Base64";
            UserError::file(PackFault::of(file.path.as_str(), message))
        })?;
        let path = file.path;
        Ok(UploadedFile { path, bytes })
    });
    let files = decoded.collect::<Result<Vec<_>, UserError>>()?;
    let read = access.inner().rule_packs.read(files).await;
    let read = read.map_err(not_read)?;
    Ok(Uploaded {
        first: UploadRulePackVersion {
            note: note.unwrap_or_default().trim().to_owned(),
            content: read.content,
        },
        blobs: read.blobs,
    })
}
