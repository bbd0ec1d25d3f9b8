//! Facts as blobs and back: what was collected on a host can be judged again years later. The form is that of
//! `domain::stored_facts`; where the blobs are kept is not known here.

use std::collections::{BTreeMap, BTreeSet};

use domain::digest::Digest;
use domain::stored_facts::{
    FACTS_SCHEMA, FactsManifest, FrameIndex, StoredFrame, StoredHost, kind,
};

use crate::facts::{Facts, Frame, Parsed};
use crate::rule::Platform;

/// Content by its hash.
pub type Blobs = BTreeMap<Digest, Vec<u8>>;

/// The facts of one scan, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFacts {
    /// The hash of the manifest.
    pub manifest: Digest,
    /// Every blob once, the manifest included.
    pub blobs: Blobs,
    /// What every collector printed, by its key.
    pub frames: BTreeMap<String, StoredFrame>,
}

/// Facts that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    /// A blob is not there.
    #[error("the blob {hash} is not in the store")]
    Missing {
        /// Its hash.
        hash: Digest,
    },
    /// A blob does not have the agreed form.
    #[error("the blob {hash} does not have the form of {what}")]
    Malformed {
        /// Its hash.
        hash: Digest,
        /// What it should be.
        what: &'static str,
        /// What the reader met.
        source: serde_json::Error,
    },
}

/// Takes facts apart.
pub fn store(facts: &Facts) -> Result<StoredFacts, serde_json::Error> {
    let (mut blobs, mut all) = (Blobs::new(), BTreeMap::new());
    let mut indexes: BTreeMap<String, FrameIndex> = BTreeMap::new();
    for (key, frame) in &facts.frames {
        let entry = StoredFrame {
            stdout: keep(&mut blobs, frame.stdout.clone()),
            size: frame.stdout.len() as u64,
            exit: frame.exit,
            stderr: frame.stderr.clone(),
            timed_out: frame.timed_out,
            truncated: frame.truncated,
        };
        all.insert(key.clone(), entry.clone());
        indexes
            .entry(kind(key).to_owned())
            .or_default()
            .insert(key.clone(), entry);
    }
    let mut frames = BTreeMap::new();
    for (kind, index) in indexes {
        frames.insert(kind, keep(&mut blobs, serde_json::to_vec(&index)?));
    }
    let needs = facts.collected.clone().unwrap_or_default();
    let manifest = FactsManifest {
        schema: FACTS_SCHEMA.to_owned(),
        host: host(facts),
        needs: keep(&mut blobs, serde_json::to_vec(&needs)?),
        frames,
    };
    let manifest = keep(&mut blobs, serde_json::to_vec(&manifest)?);
    Ok(StoredFacts {
        manifest,
        blobs,
        frames: all,
    })
}

fn keep(blobs: &mut Blobs, bytes: Vec<u8>) -> Digest {
    let hash = Digest::of(&bytes);
    blobs.insert(hash, bytes);
    hash
}

fn host(facts: &Facts) -> StoredHost {
    let platform = &facts.platform;
    StoredHost {
        id: platform.id.clone(),
        like: platform.like.clone(),
        version: platform.version.clone(),
        name: platform.name.clone(),
        kernel: facts.kernel.clone(),
        architecture: facts.architecture.clone(),
        hostname: facts.hostname.clone(),
        privileged: facts.privileged,
    }
}

/// A manifest whose indexes are known: the second of three steps back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    host: StoredHost,
    needs: BTreeSet<String>,
    /// What every collector printed, by its key.
    pub frames: BTreeMap<String, StoredFrame>,
}

/// The manifest of this hash.
pub fn manifest(hash: &Digest, blobs: &Blobs) -> Result<FactsManifest, RecallError> {
    json(hash, blobs, "a manifest of facts")
}

/// Reads the indexes that a manifest names.
pub fn recall(manifest: FactsManifest, blobs: &Blobs) -> Result<Recalled, RecallError> {
    let mut frames = BTreeMap::new();
    for hash in manifest.frames.values() {
        let index: FrameIndex = json(hash, blobs, "an index of facts")?;
        frames.extend(index);
    }
    Ok(Recalled {
        needs: json(&manifest.needs, blobs, "a list of what was asked for")?,
        host: manifest.host,
        frames,
    })
}

impl Recalled {
    /// The blobs with what the collectors printed.
    pub fn contents(&self) -> BTreeSet<Digest> {
        self.frames.values().map(|frame| frame.stdout).collect()
    }

    /// The facts, to be judged.
    pub fn facts(&self, blobs: &Blobs) -> Result<Facts, RecallError> {
        let mut frames = BTreeMap::new();
        for (key, stored) in &self.frames {
            let frame = Frame {
                exit: stored.exit,
                stdout: blob(&stored.stdout, blobs)?.clone(),
                stderr: stored.stderr.clone(),
                timed_out: stored.timed_out,
                truncated: stored.truncated,
                parsed: Parsed::default(),
            };
            frames.insert(key.clone(), frame);
        }
        let host = self.host.clone();
        Ok(Facts {
            platform: Platform {
                id: host.id,
                like: host.like,
                version: host.version,
                name: host.name,
            },
            kernel: host.kernel,
            architecture: host.architecture,
            hostname: host.hostname,
            privileged: host.privileged,
            frames,
            collected: Some(self.needs.clone()),
        })
    }
}

fn blob<'b>(hash: &Digest, blobs: &'b Blobs) -> Result<&'b Vec<u8>, RecallError> {
    blobs.get(hash).ok_or(RecallError::Missing { hash: *hash })
}

fn json<T: serde::de::DeserializeOwned>(
    hash: &Digest,
    blobs: &Blobs,
    what: &'static str,
) -> Result<T, RecallError> {
    serde_json::from_slice(blob(hash, blobs)?).map_err(|source| RecallError::Malformed {
        hash: *hash,
        what,
        source,
    })
}
