//! A database that cannot be used says why, and what to do.

use event_store::testing::{CountingIds, ManualClock, TestDatabase};
use event_store::{BadUrl, DatabaseUrl, Engine, OpenError, Store, StoreOptions};

super::on_both_engines!(a_database_of_a_newer_version_is_left_alone);

async fn refusal(url: &str) -> String {
    let clock = std::sync::Arc::new(ManualClock::new());
    let ids = std::sync::Arc::new(CountingIds::new(0));
    let options = StoreOptions::new(url.parse().unwrap(), clock, ids);
    let error: OpenError = Store::open(options).await.map(drop).unwrap_err();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

async fn a_database_of_a_newer_version_is_left_alone(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let mut tx = store.db().begin().await.unwrap();
    tx.execute(
        "INSERT INTO schema_migration (set_name, version, name, sha256, applied_at) \
         VALUES ('log', 99, 'future', 'x', 0)",
        &[],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let words = refusal(database.url()).await;
    assert!(words.contains("newer"), "{words}");
}

#[test]
fn an_address_that_is_none_is_refused_with_what_would_be_right() {
    for url in ["", "mysql://h/d", "openwatch.db", "sqlite:"] {
        let error: BadUrl = url.parse::<DatabaseUrl>().unwrap_err();
        assert!(error.to_string().contains("sqlite://"), "{url}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_and_a_server_that_does_not_answer_are_named() {
    let words = refusal("sqlite:///proc/nowhere/openwatch.db").await;
    assert!(words.contains("/proc/nowhere"), "{words}");
    let words = refusal("postgres://nobody:hunter2@127.0.0.1:1/none").await;
    assert!(words.contains("127.0.0.1"), "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}
