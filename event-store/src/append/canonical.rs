//! The bytes that a leaf of the Merkle tree is the hash of. `docs/reference/log-format.md` describes
//! them for other implementations; neither may change.

use domain::digest::Digest;
use domain::event::StreamId;

/// The first byte: the version of this layout.
const LAYOUT: u8 = 1;

/// Everything that a leaf commits to. Metadata and body enter by their commitments, so that they can be
/// erased and the leaf stays provable.
#[derive(Debug, Clone, Copy)]
pub struct LeafContent<'a> {
    /// The stream.
    pub stream: &'a StreamId,
    /// The place in the stream, from 1.
    pub stream_version: u64,
    /// The stored name without the version.
    pub name: &'a str,
    /// The version of the stored form.
    pub schema_version: u16,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    /// [`commitment`] to the metadata.
    pub metadata: Digest,
    /// [`commitment`] to the body.
    pub body: Digest,
}

/// The commitment to bytes: SHA-256 over salt and bytes. The salt keeps a guess from being checked.
pub fn commitment(salt: &[u8], bytes: &[u8]) -> Digest {
    Digest::of_parts(&[salt, bytes])
}

/// The canonical bytes. Numbers are big-endian; text is UTF-8 after its length in 16 bits.
pub fn encode(content: &LeafContent<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(192);
    bytes.push(LAYOUT);
    push_text(&mut bytes, &content.stream.kind);
    push_text(&mut bytes, &content.stream.key);
    bytes.extend(content.stream_version.to_be_bytes());
    push_text(&mut bytes, content.name);
    bytes.extend(content.schema_version.to_be_bytes());
    bytes.extend(content.recorded_at.to_be_bytes());
    bytes.extend(content.metadata.as_bytes());
    bytes.extend(content.body.as_bytes());
    bytes
}

/// The leaf hash (RFC 6962, section 2.1).
pub fn leaf(content: &LeafContent<'_>) -> Digest {
    crate::tree::leaf_hash(&encode(content))
}

/// Names are capped far below 65,535 bytes before they come here.
fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.as_bytes());
}
