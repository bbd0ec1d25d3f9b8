//! One connection of either kind: binds values, carries statements out, turns rows into [`Row`].

use std::sync::Arc;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, Executor, TypeInfo, ValueRef};

use super::many::{self, OneRow};
use super::postgres::cell as postgres_cell;
use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// A borrowed connection.
pub(crate) enum Conn<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// `PostgreSQL` prepares a statement for the types of its first parameters. A NULL has none and leaves
/// the choice to the server, so every pattern of NULLs gets a prepared statement of its own.
fn text_for_postgres(sql: &str, params: &[Value]) -> String {
    if !params.contains(&Value::Null) {
        return sql.to_owned();
    }
    let pattern: String = params
        .iter()
        .map(|value| if *value == Value::Null { '0' } else { '1' })
        .collect();
    format!("{sql} /* {pattern} */")
}

macro_rules! postgres_query {
    ($sql:expr, $params:expr) => {
        $params.iter().fold(
            sqlx::query(AssertSqlSafe(text_for_postgres($sql, $params))),
            |query, value| value.bind_postgres(query),
        )
    };
}

macro_rules! sqlite_query {
    ($sql:expr, $params:expr) => {
        $params.iter().fold(
            sqlx::query(AssertSqlSafe($sql.to_owned())),
            |query, value| value.bind_sqlite(query),
        )
    };
}

impl Conn<'_> {
    pub(crate) async fn fetch_all(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlite_query!(sql, params)
                    .fetch_all(&mut **connection)
                    .await?;
                sqlite_rows(&rows)
            }
            Self::Postgres(connection) => {
                let rows = postgres_query!(sql, params)
                    .fetch_all(&mut **connection)
                    .await?;
                postgres_rows(&rows)
            }
        }
    }

    pub(crate) async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let done = sqlite_query!(sql, params)
                    .execute(&mut **connection)
                    .await?;
                Ok(done.rows_affected())
            }
            Self::Postgres(connection) => {
                let done = postgres_query!(sql, params)
                    .execute(&mut **connection)
                    .await?;
                Ok(done.rows_affected())
            }
        }
    }

    pub(crate) async fn execute_many(
        &mut self,
        sql: &str,
        rows: &[Vec<Value>],
    ) -> Result<u64, StoreError> {
        let one_row = OneRow::of(sql).filter(|_| matches!(self, Self::Sqlite(_)));
        let (Some(one_row), Some(first)) = (one_row, rows.first()) else {
            let mut touched = 0;
            for row in rows {
                touched += self.execute(sql, row).await?;
            }
            return Ok(touched);
        };
        let (mut touched, mut rest) = (0, rows);
        for size in many::SIZES {
            let sql = one_row.times(size, first.len());
            while let Some((now, later)) = rest.split_at_checked(size) {
                touched += self.execute(&sql, &now.concat()).await?;
                rest = later;
            }
        }
        Ok(touched)
    }

    /// Rows of a statement with typed arrays, which [`Value`] does not know.
    pub(crate) fn rows_of_postgres(rows: &[PgRow]) -> Result<Vec<Row>, StoreError> {
        postgres_rows(rows)
    }

    pub(crate) async fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => connection.execute(script).await.map(drop)?,
            Self::Postgres(connection) => connection.execute(script).await.map(drop)?,
        }
        Ok(())
    }
}

fn names<R: sqlx::Row>(row: &R) -> Arc<[String]> {
    row.columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect()
}

fn unreadable(column: &str, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Column {
        column: column.to_owned(),
        problem: error.to_string(),
    }
}

fn sqlite_rows(rows: &[SqliteRow]) -> Result<Vec<Row>, StoreError> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let columns = names(first);
    rows.iter()
        .map(|row| {
            let values = columns
                .iter()
                .enumerate()
                .map(|(index, name)| {
                    sqlite_cell(row, index).map_err(|error| unreadable(name, &error))
                })
                .collect::<Result<_, _>>()?;
            Ok(Row::new(Arc::clone(&columns), values))
        })
        .collect()
}

fn decode<'r, T: sqlx::Decode<'r, sqlx::Sqlite>>(
    raw: sqlx::sqlite::SqliteValueRef<'r>,
) -> Result<T, sqlx::error::BoxDynError> {
    T::decode(raw)
}

fn sqlite_cell(row: &SqliteRow, index: usize) -> Result<Value, sqlx::error::BoxDynError> {
    let raw = sqlx::Row::try_get_raw(row, index)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match kind.name() {
        "INTEGER" => Value::Int(decode(raw)?),
        "REAL" => Value::Real(decode(raw)?),
        "TEXT" => Value::Text(decode(raw)?),
        "BLOB" => Value::Bytes(decode(raw)?),
        other => return Err(format!("a cell of type {other}").into()),
    })
}

fn postgres_rows(rows: &[PgRow]) -> Result<Vec<Row>, StoreError> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let columns = names(first);
    rows.iter()
        .map(|row| {
            let values = columns
                .iter()
                .enumerate()
                .map(|(index, name)| {
                    postgres_cell(row, index).map_err(|error| unreadable(name, &error))
                })
                .collect::<Result<_, _>>()?;
            Ok(Row::new(Arc::clone(&columns), values))
        })
        .collect()
}
