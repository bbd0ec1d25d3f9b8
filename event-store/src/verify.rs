//! Verification: recomputes every leaf and the root over the log and names the first place that is
//! wrong. Heads that were kept elsewhere make a rewritten log evident; without them a log that was
//! rewritten from end to end, head and all, verifies.

use domain::digest::Digest;
use domain::event::{Position, StreamId};

use crate::append::canonical::{LeafContent, commitment, leaf};
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::tree::{Frontier, TreeHead};

/// How many events are read at once.
const PAGE: u64 = 1000;

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is no event at a position that the log should have.
    Missing {
        /// Where.
        position: Position,
    },
    /// The stored leaf is not that of the stored event.
    Leaf {
        /// Where.
        position: Position,
    },
    /// The place of an event in its stream is not the next one.
    StreamVersion {
        /// Where.
        position: Position,
    },
    /// The leaves are consistent, but not the ones whose root is known for this size.
    Root {
        /// The size that the root is known for.
        size: u64,
    },
    /// There are events beyond the head.
    BeyondHead {
        /// The first of them.
        position: Position,
    },
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How far the log is sound, and the root over that part.
    pub head: TreeHead,
    /// The first flaw, if there is one.
    pub flaw: Option<Flaw>,
}

const SELECT: &str = "SELECT e.position, s.kind, s.key, e.stream_version, t.name, \
    e.schema_version, e.recorded_at, e.metadata, e.metadata_salt, e.metadata_commitment, \
    e.body, e.body_salt, e.body_commitment, e.leaf \
    FROM event e JOIN stream s ON s.stream_id = e.stream_id \
    JOIN event_type t ON t.type_id = e.type_id \
    WHERE e.position > $1 AND e.position <= $2 ORDER BY e.position";

impl Store {
    /// Verifies the whole log. `known` are heads from outside the database, in any order; heads beyond
    /// the end of the log are flaws.
    pub async fn verify(&self, known: &[TreeHead]) -> Result<Verified, StoreError> {
        let stored = self.frontier().await?;
        let mut known = known.to_vec();
        known.push(stored.head());
        let mut walk = Walk {
            tree: Frontier::default(),
            versions: std::collections::HashMap::new(),
        };
        while walk.tree.size() < stored.size() {
            let after = walk.tree.size();
            let upto = stored.size().min(after + PAGE);
            let rows = self
                .db()
                .fetch_all(SELECT, &[after.into(), upto.into()])
                .await?;
            let mut rows = rows.iter();
            while walk.tree.size() < upto {
                if let Err(flaw) = walk.step(rows.next(), &known)? {
                    return Ok(walk.done(Some(flaw)));
                }
            }
        }
        let beyond = known.iter().find(|head| head.size > stored.size());
        let mut flaw = beyond.map(|head| Flaw::Root { size: head.size });
        if flaw.is_none() {
            let sql = "SELECT min(position) AS position FROM event WHERE position > $1";
            let row = self
                .db()
                .fetch_optional(sql, &[stored.size().into()])
                .await?;
            // What was appended since the head was read is no flaw.
            let now = self.frontier().await?.size();
            let first = row
                .map(|row| row.get::<Option<Position>>("position"))
                .transpose()?
                .flatten();
            flaw = first
                .filter(|first| first.0 > now)
                .map(|position| Flaw::BeyondHead { position });
        }
        Ok(walk.done(flaw))
    }
}

struct Walk {
    tree: Frontier,
    versions: std::collections::HashMap<StreamId, u64>,
}

impl Walk {
    const fn done_at(&self) -> u64 {
        self.tree.size()
    }

    fn done(&self, flaw: Option<Flaw>) -> Verified {
        Verified {
            head: self.tree.head(),
            flaw,
        }
    }

    /// Checks the next event and adds its leaf.
    fn step(
        &mut self,
        row: Option<&Row>,
        known: &[TreeHead],
    ) -> Result<Result<(), Flaw>, StoreError> {
        let position = Position(self.done_at() + 1);
        let Some(row) = row else {
            return Ok(Err(Flaw::Missing { position }));
        };
        if row.get::<Position>("position")? != position {
            return Ok(Err(Flaw::Missing { position }));
        }
        let Some((stream, version, leaf)) = recompute(row) else {
            return Ok(Err(Flaw::Leaf { position }));
        };
        if row.get::<Vec<u8>>("leaf")? != leaf.as_bytes() {
            return Ok(Err(Flaw::Leaf { position }));
        }
        let last = self.versions.entry(stream).or_insert(0);
        if version != *last + 1 {
            return Ok(Err(Flaw::StreamVersion { position }));
        }
        *last = version;
        self.tree.push(leaf);
        let head = self.tree.head();
        if known
            .iter()
            .any(|known| known.size == head.size && known.root != head.root)
        {
            return Ok(Err(Flaw::Root { size: head.size }));
        }
        Ok(Ok(()))
    }
}

/// Stream, version and leaf of a row; `None` when its cells cannot be those of an event.
fn recompute(row: &Row) -> Option<(StreamId, u64, Digest)> {
    let stream = StreamId {
        kind: row.get("kind").ok()?,
        key: row.get("key").ok()?,
    };
    let name: String = row.get("name").ok()?;
    let stream_version = row.get("stream_version").ok()?;
    let leaf = leaf(&LeafContent {
        stream: &stream,
        stream_version,
        name: &name,
        schema_version: row.get("schema_version").ok()?,
        recorded_at: row.get("recorded_at").ok()?,
        metadata: commitment_of(row, ["metadata", "metadata_salt", "metadata_commitment"])?,
        body: commitment_of(row, ["body", "body_salt", "body_commitment"])?,
    });
    Some((stream, stream_version, leaf))
}

/// Computed from salt and bytes while they are there; after erasure the stored one counts.
fn commitment_of(row: &Row, [bytes, salt, stored]: [&str; 3]) -> Option<Digest> {
    match (
        row.get::<Option<Vec<u8>>>(bytes).ok()?,
        row.get::<Option<Vec<u8>>>(salt).ok()?,
    ) {
        (Some(bytes), Some(salt)) => Some(commitment(&salt, &bytes)),
        (None, _) => row.get::<Option<Digest>>(stored).ok()?,
        (Some(_), None) => None,
    }
}
