//! One parameter or cell of SQL, the same for both databases. Flags are 0 and 1, instants are
//! microseconds, ids are text, digests are bytes.

use domain::digest::Digest;
use domain::event::Position;
use domain::id::{
    CommandId, CorrelationId, CredentialId, GroupId, HostId, ScanId, SessionId, TokenId, UserId,
};
use domain::time::Timestamp;
use sqlx::postgres::{PgArguments, PgTypeInfo, types::Oid};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};

/// One value on its way to or from a database.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number, a flag, an instant.
    Int(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// NULL of whatever type the database finds fitting; `PostgreSQL` infers it from the statement.
struct Untyped;

impl sqlx::Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl sqlx::Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(
        &self,
        _: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}

impl Value {
    pub(crate) fn bind_postgres<'q>(
        &'q self,
        query: Query<'q, Postgres, PgArguments>,
    ) -> Query<'q, Postgres, PgArguments> {
        match self {
            Self::Null => query.bind(Untyped),
            Self::Int(value) => query.bind(*value),
            Self::Real(value) => query.bind(*value),
            Self::Text(value) => query.bind(value.as_str()),
            Self::Bytes(value) => query.bind(value.as_slice()),
        }
    }

    pub(crate) fn bind_sqlite<'q>(
        &self,
        query: Query<'q, Sqlite, SqliteArguments>,
    ) -> Query<'q, Sqlite, SqliteArguments> {
        match self {
            Self::Null => query.bind(None::<i64>),
            Self::Int(value) => query.bind(*value),
            Self::Real(value) => query.bind(*value),
            Self::Text(value) => query.bind(value.clone()),
            Self::Bytes(value) => query.bind(value.clone()),
        }
    }
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $to:expr;)+) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        }
    )+};
}

into_value! {
    i64 => |value| Self::Int(value);
    i32 => |value| Self::Int(value.into());
    u64 => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    usize => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    u32 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u8 => |value| Self::Int(value.into());
    bool => |value| Self::Int(value.into());
    f64 => |value| Self::Real(value);
    &str => |value| Self::Text(value.to_owned());
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    Vec<u8> => |value| Self::Bytes(value);
    &[u8] => |value| Self::Bytes(value.to_vec());
    Timestamp => |value| Self::Int(value.as_micros());
    Position => |value| value.0.into();
    Digest => |value| Self::Bytes(value.as_bytes().to_vec());
    CommandId => |value| Self::Text(value.to_string());
    CorrelationId => |value| Self::Text(value.to_string());
    CredentialId => |value| Self::Text(value.to_string());
    GroupId => |value| Self::Text(value.to_string());
    HostId => |value| Self::Text(value.to_string());
    ScanId => |value| Self::Text(value.to_string());
    SessionId => |value| Self::Text(value.to_string());
    TokenId => |value| Self::Text(value.to_string());
    UserId => |value| Self::Text(value.to_string());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
