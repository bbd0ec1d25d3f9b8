//! The rules of the product: aggregates, their commands and events, permissions and ports.
//!
//! Pure: no I/O, no async, no clock, no randomness. Whatever a decision needs arrives in the command.
//! This crate must not know databases, networks, GraphQL or the engine.

pub mod actor;
pub mod aggregate;
pub mod catalogue;
pub mod causes;
pub mod credential;
pub mod digest;
pub mod event;
pub mod explanation;
pub mod fleet_scan;
pub mod group;
pub mod host;
pub mod id;
pub mod lens;
pub mod maintenance;
pub mod permission;
pub mod port;
pub mod preference;
pub mod rejudge;
pub mod results;
pub mod rule_base;
pub mod rule_pack;
pub mod rule_set;
pub mod scan;
pub mod session;
pub mod settings;
#[cfg(test)]
mod spec;
pub mod stored_facts;
pub mod target;
pub mod time;
pub mod token;
pub mod user;
pub mod validate;
pub mod variable;
pub mod verdict;
pub mod words;
