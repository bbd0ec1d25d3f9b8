//! The reactor on both databases, with machines that are pretended, and once with a real one.

mod bench;
mod lifecycle;
mod results;
mod secrets;

/// Runs an async test function on both databases.
macro_rules! on_both {
    ($($name:ident;)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(event_store::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(event_store::Engine::Postgres).await;
            })+
        }
    };
}
pub(super) use on_both;
