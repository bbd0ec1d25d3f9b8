//! Scans under real shells of this machine: what the program prints, and what rules make of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod ends;
mod host;
mod program;
mod this_machine;
