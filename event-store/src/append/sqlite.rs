//! The appender's statements for `SQLite`. Lists travel as one JSON text, bytes as one blob cut by
//! offsets: one statement a table, whatever the size of the batch.

use std::collections::HashMap;

use domain::id::TypedId as _;

use super::facts::{Facts, Questions};
use super::plan::{EventRow, Plan};
use crate::db::Tx;
use crate::error::StoreError;
use crate::value::Value;

const FACTS: &str = "
SELECT 0 AS what, NULL AS text_1, NULL AS text_2, NULL AS text_3, NULL AS text_4,
       tree_frontier AS bytes_1, position AS number_1, 0 AS number_2
  FROM log_head
UNION ALL
SELECT 1, s.kind, s.key, NULL, NULL, NULL, h.version, h.last_position
  FROM json_each($1) wanted
  JOIN stream s ON s.kind = wanted.value ->> 0 AND s.key = wanted.value ->> 1
  JOIN stream_head h ON h.stream_id = s.stream_id
UNION ALL
SELECT 2, s.kind, s.key, NULL, NULL, c.command_id, c.first_position, c.event_count
  FROM json_each($2) wanted
  JOIN command_log c ON c.command_id = unhex(wanted.value)
  JOIN stream s ON s.stream_id = c.stream_id
UNION ALL
SELECT 3, s.kind, s.key, u.scope, u.value, NULL, 0, 0
  FROM json_each($3) wanted
  JOIN unique_claim u ON u.scope = wanted.value ->> 0 AND u.value = wanted.value ->> 1
  JOIN stream s ON s.stream_id = u.stream_id";

const INSERT_STREAMS: &str = "
INSERT INTO stream (kind, key) SELECT value ->> 0, value ->> 1 FROM json_each($1)";

const INSERT_EVENTS: &str = "
INSERT INTO event (position, stream_id, stream_version, prev_position, type_id, schema_version,
                   recorded_at, metadata_salt, body_salt, leaf, metadata, body)
SELECT e.value ->> 0, s.stream_id, e.value ->> 3, e.value ->> 4, e.value ->> 5, e.value ->> 6, $3,
       substr($2, e.value ->> 7, 16), substr($2, (e.value ->> 7) + 16, 16),
       substr($2, (e.value ->> 7) + 32, 32), substr($2, (e.value ->> 7) + 64, e.value ->> 8),
       substr($2, (e.value ->> 7) + 64 + (e.value ->> 8), e.value ->> 9)
  FROM json_each($1) e
  JOIN stream s ON s.kind = e.value ->> 1 AND s.key = e.value ->> 2
 ORDER BY e.id";

const UPSERT_HEADS: &str = "
INSERT INTO stream_head (stream_id, version, last_position)
SELECT s.stream_id, h.value ->> 2, h.value ->> 3
  FROM json_each($1) h
  JOIN stream s ON s.kind = h.value ->> 0 AND s.key = h.value ->> 1
 WHERE true
ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version, last_position = excluded.last_position
 WHERE excluded.version > stream_head.version";

const INSERT_COMMANDS: &str = "
INSERT INTO command_log (command_id, stream_id, first_position, event_count, recorded_at)
SELECT unhex(c.value ->> 0), s.stream_id, c.value ->> 3, c.value ->> 4, $2
  FROM json_each($1) c
  JOIN stream s ON s.kind = c.value ->> 1 AND s.key = c.value ->> 2";

const RELEASE_CLAIMS: &str = "
DELETE FROM unique_claim
 WHERE (scope, value) IN (SELECT value ->> 0, value ->> 1 FROM json_each($1))";

const TAKE_CLAIMS: &str = "
INSERT INTO unique_claim (scope, value, stream_id)
SELECT c.value ->> 0, c.value ->> 1, s.stream_id
  FROM json_each($1) c
  JOIN stream s ON s.kind = c.value ->> 2 AND s.key = c.value ->> 3";

const MOVE_HEAD: &str =
    "UPDATE log_head SET position = $2, tree_frontier = $3 WHERE id = 1 AND position = $1";

/// Reads what the batch depends on. The transaction holds the one write lock already.
pub(super) async fn facts(tx: &mut Tx, questions: &Questions) -> Result<Facts, StoreError> {
    let streams: Vec<_> = questions
        .streams
        .iter()
        .map(|stream| (&stream.kind, &stream.key))
        .collect();
    let commands: Vec<_> = questions
        .commands
        .iter()
        .map(|command| hex::encode(command.uuid().as_bytes()))
        .collect();
    let params = [json(&streams)?, json(&commands)?, json(&questions.claims)?];
    Facts::from_rows(&tx.fetch_all(FACTS, &params).await?)
}

/// Writes what was decided.
pub(super) async fn write(
    tx: &mut Tx,
    plan: &Plan<'_>,
    types: &HashMap<String, i64>,
) -> Result<(), StoreError> {
    if !plan.new_streams.is_empty() {
        let rows: Vec<_> = plan
            .new_streams
            .iter()
            .map(|stream| (&stream.kind, &stream.key))
            .collect();
        exactly(tx, INSERT_STREAMS, &[json(&rows)?], rows.len()).await?;
    }
    insert_events(tx, plan, types).await?;
    let heads: Vec<_> = plan
        .ends
        .iter()
        .map(|(stream, end)| (&stream.kind, &stream.key, end.version, end.last_position))
        .collect();
    exactly(tx, UPSERT_HEADS, &[json(&heads)?], heads.len()).await?;
    insert_commands(tx, plan).await?;
    write_claims(tx, plan).await?;
    let head: [Value; 3] = [
        plan.old_position.into(),
        plan.new_position().into(),
        plan.frontier.to_bytes().into(),
    ];
    exactly(tx, MOVE_HEAD, &head, 1).await
}

async fn insert_events(
    tx: &mut Tx,
    plan: &Plan<'_>,
    types: &HashMap<String, i64>,
) -> Result<(), StoreError> {
    let mut bytes = Vec::new();
    let mut rows = Vec::with_capacity(plan.events.len());
    for row in &plan.events {
        let EventRow { stream, event, .. } = row;
        let type_id = types.get(&event.name).ok_or(StoreError::Inconsistent {
            what: "name the type of an event",
        })?;
        rows.push((
            row.position,
            &stream.kind,
            &stream.key,
            row.stream_version,
            row.previous,
            type_id,
            event.version,
            bytes.len() + 1,
            event.metadata.bytes.len(),
            event.body.bytes.len(),
        ));
        bytes.extend(event.metadata.salt);
        bytes.extend(event.body.salt);
        bytes.extend(row.leaf.as_bytes());
        bytes.extend(&event.metadata.bytes);
        bytes.extend(&event.body.bytes);
    }
    let params = [json(&rows)?, bytes.into(), plan.recorded_at.into()];
    exactly(tx, INSERT_EVENTS, &params, rows.len()).await
}

async fn insert_commands(tx: &mut Tx, plan: &Plan<'_>) -> Result<(), StoreError> {
    let rows: Vec<_> = plan
        .commands
        .iter()
        .map(|row| {
            let command = hex::encode(row.command.uuid().as_bytes());
            (
                command,
                &row.stream.kind,
                &row.stream.key,
                row.first,
                row.count,
            )
        })
        .collect();
    let params = [json(&rows)?, plan.recorded_at.into()];
    exactly(tx, INSERT_COMMANDS, &params, rows.len()).await
}

async fn write_claims(tx: &mut Tx, plan: &Plan<'_>) -> Result<(), StoreError> {
    if !plan.released.is_empty() {
        let count = plan.released.len();
        exactly(tx, RELEASE_CLAIMS, &[json(&plan.released)?], count).await?;
    }
    if !plan.taken.is_empty() {
        let rows: Vec<_> = plan
            .taken
            .iter()
            .map(|((scope, value), holder)| (scope, value, &holder.kind, &holder.key))
            .collect();
        exactly(tx, TAKE_CLAIMS, &[json(&rows)?], rows.len()).await?;
    }
    Ok(())
}

/// A statement that touches another number of rows than it must would make the log a lie.
async fn exactly(tx: &mut Tx, sql: &str, params: &[Value], rows: usize) -> Result<(), StoreError> {
    if usize::try_from(tx.execute(sql, params).await?) == Ok(rows) {
        return Ok(());
    }
    Err(StoreError::Inconsistent {
        what: "write every row of a batch",
    })
}

fn json<T: serde::Serialize>(rows: &[T]) -> Result<Value, StoreError> {
    serde_json::to_string(rows)
        .map(Value::Text)
        .map_err(|_| StoreError::Inconsistent {
            what: "carry a list as JSON",
        })
}
