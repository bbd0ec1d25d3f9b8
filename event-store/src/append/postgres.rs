//! The appender's statements for `PostgreSQL`: two functions in the database, one round trip each.
//! The row of the head is locked first, always, so appenders queue there and cannot deadlock.

use std::collections::HashMap;

use domain::id::TypedId as _;
use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, Row as _};

use super::facts::{Facts, Questions};
use super::plan::Plan;
use crate::db::Conn;
use crate::error::StoreError;

const FACTS: &str = "SELECT * FROM log_facts($1, $2, $3, $4, $5)";

const WRITE: &str = "SELECT log_write($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
    $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)";

/// Locks the head and reads what the batch depends on.
pub(super) async fn facts(
    connection: &mut PgConnection,
    questions: &Questions,
) -> Result<Facts, StoreError> {
    let kinds: Vec<_> = questions
        .streams
        .iter()
        .map(|stream| stream.kind.as_str())
        .collect();
    let keys: Vec<_> = questions
        .streams
        .iter()
        .map(|stream| stream.key.as_str())
        .collect();
    let commands: Vec<_> = questions
        .commands
        .iter()
        .map(|command| command.uuid().as_bytes().to_vec())
        .collect();
    let scopes: Vec<_> = questions
        .claims
        .iter()
        .map(|(scope, _)| scope.as_str())
        .collect();
    let values: Vec<_> = questions
        .claims
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    let query = sqlx::query(FACTS)
        .bind(kinds)
        .bind(keys)
        .bind(commands)
        .bind(scopes)
        .bind(values);
    let rows = connection.fetch_all(query).await?;
    Facts::from_rows(&Conn::rows_of_postgres(&rows)?)
}

/// Writes what was decided. `false`: the head is not where the plan begins, and nothing was written.
pub(super) async fn write(
    connection: &mut PgConnection,
    plan: &Plan<'_>,
    types: &HashMap<String, i64>,
) -> Result<bool, StoreError> {
    let type_ids = plan
        .events
        .iter()
        .map(|row| {
            types
                .get(&row.event.name)
                .and_then(|id| i32::try_from(*id).ok())
        })
        .collect::<Option<Vec<_>>>()
        .ok_or(StoreError::Inconsistent {
            what: "name the type of an event",
        })?;
    let query = sqlx::query(WRITE)
        .bind(number(plan.old_position))
        .bind(number(plan.new_position()))
        .bind(plan.frontier.to_bytes())
        .bind(plan.recorded_at)
        .bind(each(&plan.new_streams, |stream| stream.kind.as_str()))
        .bind(each(&plan.new_streams, |stream| stream.key.as_str()))
        .bind(each(&plan.events, |row| number(row.position)))
        .bind(each(&plan.events, |row| row.stream.kind.as_str()))
        .bind(each(&plan.events, |row| row.stream.key.as_str()))
        .bind(each(&plan.events, |row| number(row.stream_version)))
        .bind(type_ids)
        .bind(each(&plan.events, |row| {
            i16::try_from(row.event.version).unwrap_or(i16::MAX)
        }))
        .bind(each(&plan.events, |row| {
            row.event.metadata.bytes.as_slice()
        }))
        .bind(each(&plan.events, |row| row.event.metadata.salt.as_slice()))
        .bind(each(&plan.events, |row| row.event.body.bytes.as_slice()))
        .bind(each(&plan.events, |row| row.event.body.salt.as_slice()))
        .bind(each(&plan.events, |row| row.leaf.as_bytes().as_slice()))
        .bind(each(&plan.commands, |row| {
            row.command.uuid().into_bytes().to_vec()
        }))
        .bind(each(&plan.commands, |row| row.stream.kind.as_str()))
        .bind(each(&plan.commands, |row| row.stream.key.as_str()))
        .bind(each(&plan.commands, |row| number(row.first)))
        .bind(each(&plan.commands, |row| number(row.count)))
        .bind(each(&plan.released, |(scope, _)| scope.as_str()))
        .bind(each(&plan.released, |(_, value)| value.as_str()))
        .bind(each(&plan.taken, |((scope, _), _)| scope.as_str()))
        .bind(each(&plan.taken, |((_, value), _)| value.as_str()))
        .bind(each(&plan.taken, |(_, holder)| holder.kind.as_str()))
        .bind(each(&plan.taken, |(_, holder)| holder.key.as_str()));
    Ok(connection.fetch_one(query).await?.try_get(0)?)
}

fn each<'p, R, T>(rows: &'p [R], column: impl FnMut(&'p R) -> T) -> Vec<T> {
    rows.iter().map(column).collect()
}

/// Positions and versions stay far below 2^63.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
