//! What a collector printed in a scan, as it is stored.

use async_graphql::{Context, Object, Result};
use domain::permission::Permission;
use domain::stored_facts::StoredFrame;

use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::scalar::{Digest, Long};

/// Bytes of the output that one answer shows.
const SHOWN: usize = 64 * 1024;

/// What a collector printed in a scan.
pub(crate) struct Fact {
    /// Its key: the kind, and what was asked for.
    pub(crate) key: String,
    /// As it is stored.
    pub(crate) frame: StoredFrame,
    /// How long it took on the host, where that is known.
    pub(crate) took_ms: Option<u32>,
}

/// What a collector printed in a scan: the bytes that verdicts rest on.
#[Object]
impl Fact {
    /// The kind of the fact, and what was asked for.
    async fn key(&self) -> &str {
        &self.key
    }

    /// The hash of the bytes as they are stored.
    async fn sha256(&self) -> Digest {
        Digest(self.frame.stdout)
    }

    /// How many bytes there are.
    async fn size(&self) -> Long {
        Long(self.frame.size)
    }

    /// The exit code; null when it did not end by itself.
    async fn exit_code(&self) -> Option<u32> {
        self.frame.exit
    }

    /// What it said on standard error, cut.
    async fn stderr(&self) -> &str {
        &self.frame.stderr
    }

    /// Whether its deadline ended it.
    async fn is_timed_out(&self) -> bool {
        self.frame.timed_out
    }

    /// Whether it printed more than is accepted.
    async fn is_truncated(&self) -> bool {
        self.frame.truncated
    }

    /// How long it took on the host, in milliseconds; null when it was over in less than 50, or nobody looked.
    async fn took_ms(&self) -> Option<u32> {
        self.took_ms
    }

    /// What it printed, up to 64 KiB; bytes that are no text are shown as U+FFFD.
    #[graphql(complexity = "10")]
    async fn output(&self, ctx: &Context<'_>) -> Result<String> {
        let access = require(ctx, Permission::ScanRead)?;
        let blob = access.store().get_blob(&self.frame.stdout).await;
        let bytes = blob.map_err(Fault::from)?;
        let bytes = bytes.ok_or_else(|| Fault::internal("the output is not in the store"))?;
        let shown = bytes.get(..SHOWN).unwrap_or(&bytes);
        Ok(String::from_utf8_lossy(shown).into_owned())
    }
}
