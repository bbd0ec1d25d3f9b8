//! The event store: one log with dense positions on `SQLite` or `PostgreSQL`, and what is written
//! together with it. Knows no read model, no rule, no host, no API.

mod append;
pub mod auth;
mod blob;
mod command;
pub mod copy;
mod db;
mod error;
mod execute;
mod fold;
mod follow;
mod head;
mod lease;
pub mod migrate;
mod random;
mod read;
mod row;
mod store;
mod telemetry;
mod tree;
mod url;
mod value;
mod vault_key;
mod verify;

#[cfg(feature = "testing")]
pub mod testing;

pub use append::{MAX_EVENT_BYTES, canonical};
pub use command::{
    Append, Appended, Attachment, CommandContext, Executed, Expected, Guard, Loaded, NewEvent,
};
pub use db::{Db, Engine, Tx};
pub use domain::event::{Position, RecordedEvent, StreamId};
pub use error::{AppendError, ExecuteError, MigrateError, OpenError, StoreError};
pub use follow::Page;
pub use lease::Lease;
pub use random::{Random, SystemRandom};
pub use read::PageLimit;
pub use row::{FromValue, Row};
pub use store::{Store, StoreOptions};
pub use tree::{Frontier, TreeHead};
pub use url::{BadUrl, DatabaseUrl};
pub use value::Value;
pub use verify::{Flaw, Verified};
