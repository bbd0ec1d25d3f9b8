//! What can be done before a command queues: checks, encoding, salts, commitments, compression.

use domain::aggregate::Claim;
use domain::digest::Digest;
use domain::event::{Metadata, StreamId, to_cbor};
use domain::id::CommandId;

use super::MAX_EVENT_BYTES;
use super::canonical::commitment;
use crate::blob;
use crate::command::{Append, Attachment, CommandContext, Expected, Guard, NewEvent};
use crate::error::StoreError;
use crate::random::Random;

/// The longest name of a stream, a type or a claim, in bytes.
const MAX_NAME_BYTES: usize = 1024;
/// The bytes of a salt.
const SALT: usize = 16;

/// One command, ready to be decided.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(super) command: CommandId,
    pub(super) stream: StreamId,
    pub(super) expected: Expected,
    pub(super) guards: Vec<Guard>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) blobs: Vec<blob::Stored>,
    pub(super) events: Vec<PreparedEvent>,
}

#[derive(Debug, Clone)]
pub(super) struct PreparedEvent {
    pub(super) name: String,
    pub(super) version: u16,
    pub(super) metadata: Sealed,
    pub(super) body: Sealed,
    pub(super) claims: Vec<Claim>,
}

/// Bytes with their salt and the commitment to them.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    pub(super) bytes: Vec<u8>,
    pub(super) salt: [u8; SALT],
    pub(super) commitment: Digest,
}

impl Prepared {
    /// What it weighs in a batch.
    pub(super) fn bytes(&self) -> usize {
        let events: usize = self
            .events
            .iter()
            .map(|event| event.body.bytes.len() + event.metadata.bytes.len())
            .sum();
        let blobs: usize = self.blobs.iter().map(|blob| blob.bytes.len()).sum();
        events + blobs
    }

    pub(super) const fn has_attachments(&self) -> bool {
        !self.attachments.is_empty() || !self.blobs.is_empty()
    }
}

/// Checks and encodes.
pub(crate) fn prepare(append: Append, random: &dyn Random) -> Result<Prepared, StoreError> {
    let Append {
        stream,
        expected,
        events,
        mut context,
    } = append;
    check_name(&stream.kind)?;
    check_name(&stream.key)?;
    let mut salts = vec![0; events.len() * 2 * SALT];
    random.fill(&mut salts)?;
    let (salts, _) = salts.as_chunks::<SALT>();
    let (pairs, _) = salts.as_chunks::<2>();
    let events = events
        .into_iter()
        .zip(pairs)
        .map(|(event, salts)| prepare_event(event, &context, *salts))
        .collect::<Result<_, _>>()?;
    let mut blobs = Vec::new();
    let mut attachments = Vec::new();
    for attachment in std::mem::take(&mut context.attachments) {
        match attachment {
            Attachment::Blob { hash, bytes } => blobs.push(blob::pack(hash, &bytes)?),
            other => attachments.push(other),
        }
    }
    Ok(Prepared {
        command: context.command,
        stream,
        expected,
        guards: context.guards,
        attachments,
        blobs,
        events,
    })
}

fn prepare_event(
    event: NewEvent,
    context: &CommandContext,
    [metadata_salt, body_salt]: [[u8; SALT]; 2],
) -> Result<PreparedEvent, StoreError> {
    check_name(&event.name)?;
    for claim in &event.claims {
        let (Claim::Take { value, .. } | Claim::Release { value, .. }) = claim;
        check_name(value)?;
    }
    let metadata = to_cbor(&Metadata {
        actor: context.actor.clone(),
        correlation: context.correlation,
        causation: context.causation.map(|position| position.0),
        command: context.command,
        hosts: event.hosts,
    });
    let size = event.body.len() + metadata.len();
    if size > MAX_EVENT_BYTES {
        return Err(StoreError::EventTooLarge {
            name: event.name,
            size,
            limit: MAX_EVENT_BYTES,
        });
    }
    Ok(PreparedEvent {
        name: event.name,
        version: event.version,
        metadata: seal(metadata, metadata_salt),
        body: seal(event.body, body_salt),
        claims: event.claims,
    })
}

fn seal(bytes: Vec<u8>, salt: [u8; SALT]) -> Sealed {
    Sealed {
        commitment: commitment(&salt, &bytes),
        bytes,
        salt,
    }
}

/// `PostgreSQL` cannot store NUL in text, and an endless name would break the canonical bytes.
fn check_name(name: &str) -> Result<(), StoreError> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains('\0') {
        return Err(StoreError::BadName {
            name: name.chars().take(80).collect(),
        });
    }
    Ok(())
}
