//! Tests that look at the schema from within.

mod authorisation;
mod bench;
mod groups;
mod session;
