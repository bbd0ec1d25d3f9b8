//! Tests that look at the schema from within.

mod authorisation;
mod behind;
mod bench;
mod download;
mod groups;
mod session;
mod settings;
