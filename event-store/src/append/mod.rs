//! Appending: one task per process takes what has queued up, decides it together and commits it
//! together. While one batch is written to disk the next one gathers, so batches grow with the load.

pub mod canonical;
mod facts;
mod plan;
mod postgres;
mod prepare;
mod sqlite;
mod task;

pub(crate) use prepare::prepare;
pub(crate) use task::{Appender, Target};

/// The cap of body and metadata of one event; what is bigger belongs into a blob.
pub const MAX_EVENT_BYTES: usize = 64 * 1024;
