//! Reads the facts of an earlier scan back from the store, in three questions whatever their number.

use domain::digest::Digest;
use engine::facts::Facts;
use engine::stored::{self, RecallError, Recalled};
use event_store::{Store, StoreError};

/// Facts that could not be read back.
#[derive(Debug, thiserror::Error)]
pub enum RecallFailure {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What it answered are no facts.
    #[error(transparent)]
    Facts(#[from] RecallError),
}

/// What was collected, without the contents.
pub async fn index(store: &Store, manifest: Digest) -> Result<Recalled, RecallFailure> {
    let blobs = store.get_blobs([manifest]).await?;
    let manifest = stored::manifest(&manifest, &blobs)?;
    let blobs = store.get_blobs(manifest.parts()).await?;
    Ok(stored::recall(manifest, &blobs)?)
}

/// Everything that was collected.
pub async fn facts(store: &Store, manifest: Digest) -> Result<Facts, RecallFailure> {
    let recalled = index(store, manifest).await?;
    let blobs = store.get_blobs(recalled.contents()).await?;
    Ok(recalled.facts(&blobs)?)
}
