//! The rules of the product: aggregates, their commands and events, permissions and ports.
//!
//! Pure: no I/O, no async, no clock, no randomness. Whatever a decision needs arrives in the command.
//! This crate must not know databases, networks, GraphQL or the engine.

pub mod actor;
pub mod digest;
pub mod id;
pub mod time;
pub mod verdict;
