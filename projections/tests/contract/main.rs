//! What the read models must do. Each test is written once and runs on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic"
)]

mod fence;
mod fleet_scan;
mod golden;
mod group;
mod history;
mod lens;
mod paging;
mod rebuild;
mod retired;
mod roll_up;
mod rule_interval;
mod rule_pack;
mod settings;

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
pub(crate) use on_both_engines;
