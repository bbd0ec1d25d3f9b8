//! Reading the log: from a position, from a stream, one event. Pages are bounded in rows and in bytes.

use domain::event::{DecodeError, Metadata, Position, RecordedEvent, StreamId};
use domain::id::{CommandId, CorrelationId, TypedId as _};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::Engine;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::Value;

/// The rows of one statement of a page: what a page may exceed its bytes by stays bounded.
const CHUNK_ROWS: usize = 500;

/// How much a page may hold. At least one event comes, whatever its size, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit {
    /// The most events.
    pub rows: usize,
    /// The most bytes of bodies and metadata.
    pub bytes: usize,
}

impl PageLimit {
    /// A limit in rows, with 4 MiB.
    pub const fn rows(rows: usize) -> Self {
        Self {
            rows,
            bytes: 4 << 20,
        }
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self::rows(2000)
    }
}

const COLUMNS: &str = "SELECT e.position, s.kind, s.key, e.stream_version, t.name, \
    e.schema_version, e.recorded_at, e.metadata, e.body \
    FROM event e JOIN stream s ON s.stream_id = e.stream_id \
    JOIN event_type t ON t.type_id = e.type_id";

/// The chain from the end of the stream back to the version, then forwards.
const STREAM_SQLITE: &str = "WITH RECURSIVE chain (position, version, previous) AS ( \
        SELECT e.position, e.stream_version, e.prev_position FROM stream s \
        JOIN stream_head h ON h.stream_id = s.stream_id \
        JOIN event e ON e.position = h.last_position \
        WHERE s.kind = $1 AND s.key = $2 AND h.version > $3 \
      UNION ALL \
        SELECT e.position, e.stream_version, e.prev_position FROM chain c \
        JOIN event e ON e.position = c.previous WHERE c.version > $3 + 1 \
    ) SELECT e.position, s.kind, s.key, e.stream_version, t.name, \
    e.schema_version, e.recorded_at, e.metadata, e.body \
    FROM (SELECT position FROM chain ORDER BY position LIMIT $4) c \
    JOIN event e ON e.position = c.position JOIN stream s ON s.stream_id = e.stream_id \
    JOIN event_type t ON t.type_id = e.type_id ORDER BY e.position";

impl Store {
    /// The events after a position, in order.
    pub async fn read_after(
        &self,
        position: Position,
        limit: PageLimit,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let sql =
            format!("{COLUMNS} WHERE e.position > $1 AND e.position <= $2 ORDER BY e.position");
        let mut page = Page::new(limit);
        let mut after = position.0;
        while let Some(chunk) = page.next_chunk() {
            let upto = after + u64::try_from(chunk).unwrap_or(u64::MAX / 2);
            let rows = self
                .db()
                .fetch_all(&sql, &[after.into(), upto.into()])
                .await?;
            let ended = rows.len() < chunk;
            page.take(rows)?;
            if ended {
                break;
            }
            after = upto;
        }
        Ok(page.events)
    }

    /// The events of a stream after a version, in order.
    pub async fn read_stream(
        &self,
        stream: &StreamId,
        after_version: u64,
        limit: PageLimit,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let sql = match self.db().engine() {
            Engine::Sqlite => STREAM_SQLITE.to_owned(),
            Engine::Postgres => format!(
                "{COLUMNS} WHERE s.kind = $1 AND s.key = $2 AND e.stream_version > $3 \
                 ORDER BY e.stream_version LIMIT $4"
            ),
        };
        let mut page = Page::new(limit);
        let mut after = after_version;
        while let Some(chunk) = page.next_chunk() {
            let params: [Value; 4] = [
                stream.kind.as_str().into(),
                stream.key.as_str().into(),
                after.into(),
                chunk.into(),
            ];
            let rows = self.db().fetch_all(&sql, &params).await?;
            let read = rows.len();
            page.take(rows)?;
            if read < chunk {
                break;
            }
            after += u64::try_from(read).unwrap_or(0);
        }
        Ok(page.events)
    }

    /// The event at a position, if the log reaches that far.
    pub async fn read_one(&self, position: Position) -> Result<Option<RecordedEvent>, StoreError> {
        let sql = format!("{COLUMNS} WHERE e.position = $1");
        let row = self.db().fetch_optional(&sql, &[position.into()]).await?;
        row.map(recorded).transpose()
    }
}

struct Page {
    events: Vec<RecordedEvent>,
    limit: PageLimit,
    bytes: usize,
    full: bool,
}

impl Page {
    const fn new(limit: PageLimit) -> Self {
        Self {
            events: Vec::new(),
            limit,
            bytes: 0,
            full: false,
        }
    }

    fn next_chunk(&self) -> Option<usize> {
        let rest = self.limit.rows.saturating_sub(self.events.len());
        (rest > 0 && !self.full).then_some(rest.min(CHUNK_ROWS))
    }

    fn take(&mut self, rows: Vec<Row>) -> Result<(), StoreError> {
        for row in rows {
            let event = recorded(row)?;
            // Metadata is a few hundred bytes and decoded by now.
            self.bytes += event.body.len() + 256;
            if self.bytes > self.limit.bytes && !self.events.is_empty() {
                self.full = true;
                return Ok(());
            }
            self.events.push(event);
        }
        Ok(())
    }
}

/// The row of an event. Erased metadata shows nobody; an erased body is empty.
fn recorded(row: Row) -> Result<RecordedEvent, StoreError> {
    let malformed = || StoreError::Column {
        column: "event".to_owned(),
        problem: "a row of another shape".to_owned(),
    };
    let cells: [Value; 9] = row.into_values().try_into().map_err(|_| malformed())?;
    let [
        Value::Int(position),
        Value::Text(kind),
        Value::Text(key),
        Value::Int(stream_version),
        Value::Text(name),
        Value::Int(version),
        Value::Int(recorded_at),
        metadata,
        body,
    ] = cells
    else {
        return Err(malformed());
    };
    let position = Position(position.cast_unsigned());
    let version = u16::try_from(version).map_err(|_| malformed())?;
    let metadata = match metadata {
        Value::Bytes(bytes) => minicbor::decode(&bytes).map_err(|source| StoreError::Decode {
            position,
            source: DecodeError::Malformed {
                name: name.clone(),
                version,
                source,
            },
        })?,
        _ => erased(),
    };
    Ok(RecordedEvent {
        position,
        stream: StreamId { kind, key },
        stream_version: stream_version.cast_unsigned(),
        name,
        version,
        recorded_at: Timestamp::from_micros(recorded_at),
        metadata,
        body: match body {
            Value::Bytes(bytes) => bytes,
            _ => Vec::new(),
        },
    })
}

fn erased() -> Metadata {
    Metadata {
        actor: domain::actor::Actor::anonymous(None),
        correlation: CorrelationId::from_uuid(Uuid::nil()),
        causation: None,
        command: CommandId::from_uuid(Uuid::nil()),
        hosts: Vec::new(),
    }
}
