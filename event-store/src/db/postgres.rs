//! `PostgreSQL`: a pool with bounds on everything that could hang, and cells by their type.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Connection as _, TypeInfo, ValueRef};
use tokio::time::timeout;

use crate::value::Value;

const MAX_CONNECTIONS: u32 = 12;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// The options of every connection. No statement, no wait for a lock and no idle transaction lasts for
/// ever: a paused process must not stop the others.
pub(crate) fn connect_options(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().application_name("openwatch").options([
        ("statement_timeout", "60s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "10s"),
    ])
}

pub(super) async fn open(options: &PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    let options = connect_options(options);
    let pool = PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.clone())
        .await;
    let Err(sqlx::Error::PoolTimedOut) = pool else {
        return pool;
    };
    // The pool tries for a while and does not say what stood in the way.
    let alone = timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options)).await;
    match alone {
        Ok(Err(why)) => Err(why),
        _ => Err(sqlx::Error::PoolTimedOut),
    }
}

fn decode<'r, T: sqlx::Decode<'r, sqlx::Postgres>>(
    raw: sqlx::postgres::PgValueRef<'r>,
) -> Result<T, sqlx::error::BoxDynError> {
    T::decode(raw)
}

/// The cell of a row as a value.
pub(super) fn cell(row: &PgRow, index: usize) -> Result<Value, sqlx::error::BoxDynError> {
    let raw = sqlx::Row::try_get_raw(row, index)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().into_owned();
    Ok(match kind.name() {
        "INT8" | "INT4" | "INT2" => Value::Int(decode(raw)?),
        "BOOL" => Value::Int(decode::<bool>(raw)?.into()),
        "FLOAT8" => Value::Real(decode(raw)?),
        "FLOAT4" => Value::Real(decode::<f32>(raw)?.into()),
        "NUMERIC" => numeric(raw.as_bytes()?).ok_or("a NUMERIC that is not finite")?,
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN" => Value::Text(decode(raw)?),
        "BYTEA" => Value::Bytes(decode(raw)?),
        other => return Err(format!("a cell of type {other}; cast it").into()),
    })
}

/// Sums and averages are NUMERIC: a header of four 16-bit numbers (count of digits, weight of the first,
/// sign, scale), then digits to the base 10,000. A whole number when the scale is 0.
fn numeric(bytes: &[u8]) -> Option<Value> {
    const NEGATIVE: u16 = 0x4000;
    let (words, rest) = bytes.as_chunks::<2>();
    let [_, weight, sign, scale, digits @ ..] = words else {
        return None;
    };
    let weight = i32::from(i16::from_be_bytes(*weight));
    let sign = u16::from_be_bytes(*sign);
    if !rest.is_empty() || (sign != 0 && sign != NEGATIVE) {
        return None;
    }
    let digits = digits.iter().map(|digit| u16::from_be_bytes(*digit));
    let fraction = digits
        .clone()
        .zip(0_i32..)
        .fold(0.0, |sum, (digit, place)| {
            f64::from(digit).mul_add(10_000_f64.powi(weight - place), sum)
        });
    if u16::from_be_bytes(*scale) != 0 {
        return Some(Value::Real(if sign == NEGATIVE {
            -fraction
        } else {
            fraction
        }));
    }
    let mut whole = 0_i64;
    let mut digits = digits;
    for _ in 0..=weight {
        whole = whole
            .checked_mul(10_000)?
            .checked_add(digits.next().unwrap_or(0).into())?;
    }
    Some(Value::Int(if sign == NEGATIVE { -whole } else { whole }))
}
