//! What every engine must do. Each test is written once and runs on both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may panic"
)]

mod appending;
mod crash;
mod faults;
mod flaws;
mod note;
mod opening;
mod writers;

/// Declares a module for each engine with one test for every function named.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(event_store::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(event_store::Engine::Postgres).await;
            })+
        }
    };
}
use on_both_engines;
