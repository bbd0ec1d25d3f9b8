//! Read models: tables that are derived from the log, and the questions that they answer. Must not know
//! GraphQL, SSH or rules. The log alone is true: every table here can be thrown away and built anew.

mod checkpoint;
mod event;
mod migrate;
mod project;
pub mod read;
mod runner;

pub use migrate::migrate;
pub use project::tables;
pub use runner::{Behind, Projections, catch_up, rebuild};
