//! What is done on a host: rules, facts, checks, verdicts. Facts are collected once, then judged here.
//!
//! Knows no database, no network library, no GraphQL. A host is a port that runs a program.

pub mod check;
pub mod collect;
pub mod explain;
pub mod facts;
pub mod fixture;
pub mod host;
pub mod judge;
pub mod kensa;
pub mod pack;
pub mod pattern;
pub mod printable;
pub mod remediation;
pub mod rule;
pub mod scan;
pub mod skeleton;
pub mod stored;

/// The version of the engine, as scans remember it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
