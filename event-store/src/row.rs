//! A row of a result, free of the connection that it came from.

use std::sync::Arc;

use domain::digest::Digest;
use domain::event::Position;
use domain::id::{
    CommandId, CorrelationId, CredentialId, GroupId, HostId, ScanId, SessionId, TokenId, UserId,
};
use domain::time::Timestamp;

use crate::error::StoreError;
use crate::value::Value;

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

/// A type that a cell can become.
pub trait FromValue: Sized {
    /// The value, or what is wrong with the cell.
    fn from_value(value: &Value) -> Result<Self, String>;
}

impl Row {
    pub(crate) const fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The cell of a column by its name.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StoreError> {
        let wrong = |problem| StoreError::Column {
            column: column.to_owned(),
            problem,
        };
        let value = self
            .value(column)
            .ok_or_else(|| wrong("is not there".to_owned()))?;
        T::from_value(value).map_err(wrong)
    }

    /// The cell as it is.
    pub fn value(&self, column: &str) -> Option<&Value> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.values.get(index)
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The cells in the order of the columns.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Takes the cells out.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }
}

fn unexpected<T>(expected: &str, value: &Value) -> Result<T, String> {
    let found = match value {
        Value::Null => "NULL",
        Value::Int(_) => "a whole number",
        Value::Real(_) => "a fraction",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
    };
    Err(format!("expected {expected}, found {found}"))
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Int(number) => Ok(*number),
            other => unexpected("a whole number", other),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, String> {
        i64::from_value(value).map(|number| number != 0)
    }
}

macro_rules! from_int {
    ($($to:ty),+) => {$(
        impl FromValue for $to {
            fn from_value(value: &Value) -> Result<Self, String> {
                let number = i64::from_value(value)?;
                Self::try_from(number).map_err(|_| format!("{number} is out of range"))
            }
        }
    )+};
}

from_int!(u64, u32, u16, u8, i32, usize);

impl FromValue for f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count as a fraction, for averages"
    )]
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Real(number) => Ok(*number),
            Value::Int(number) => Ok(*number as Self),
            other => unexpected("a number", other),
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            other => unexpected("text", other),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            other => unexpected("bytes", other),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, String> {
        i64::from_value(value).map(Self::from_micros)
    }
}

impl FromValue for Position {
    fn from_value(value: &Value) -> Result<Self, String> {
        u64::from_value(value).map(Self)
    }
}

impl FromValue for Digest {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => {
                Self::try_from(bytes.as_slice()).map_err(|error| error.to_string())
            }
            other => unexpected("a digest", other),
        }
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Self, String> {
        Ok(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

macro_rules! from_id {
    ($($id:ty),+) => {$(
        impl FromValue for $id {
            fn from_value(value: &Value) -> Result<Self, String> {
                match value {
                    Value::Text(text) => text.parse().map_err(|_| format!("not an id: {text}")),
                    other => unexpected("an id", other),
                }
            }
        }
    )+};
}

from_id!(
    CommandId,
    CorrelationId,
    CredentialId,
    GroupId,
    HostId,
    ScanId,
    SessionId,
    TokenId,
    UserId
);
