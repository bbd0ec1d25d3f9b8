//! The rules of this repository that the compiler does not know. One file a rule; each says what to do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod arrows;
mod dependencies;
mod docs;
mod files;
mod limits;
mod migrations;
mod repository;
mod verdicts;
mod words;

/// Fails with everything that was found at once.
fn report(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
