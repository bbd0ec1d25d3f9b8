//! What goes wrong around a log: it is restored from a copy, a wake-up gets lost, readers never rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use event_store::testing::TestDatabase;
use event_store::{Engine, PageLimit, Position};
use futures::StreamExt as _;
use sqlx::Connection as _;

use crate::note::{assert_sound, line};

super::on_both_engines!(
    a_restored_copy_is_a_sound_log_of_another_epoch,
    a_transaction_that_is_given_up_holds_up_nobody,
);

/// The same position holds other events in the copy, so what was read from the original is void there.
async fn a_restored_copy_is_a_sound_log_of_another_epoch(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let original = database.open().await;
    for number in 1..=5 {
        original.append(line("a", "kept", number)).await.unwrap();
    }
    let root = original.tree().await.unwrap();
    original.close().await;
    let copy = database.copy().await;

    let original = database.open().await;
    let copy = copy.open().await;
    assert_eq!(copy.tree().await.unwrap(), root, "the copy holds the same");
    let before = copy.epoch().await.unwrap();
    let begun = copy.begin_epoch().await.unwrap();
    assert!(begun > before);
    assert!(copy.begin_epoch().await.unwrap() > begun);
    original.append(line("a", "lost", 6)).await.unwrap();
    copy.append(line("a", "new", 7)).await.unwrap();

    assert_eq!(original.epoch().await.unwrap(), before);
    assert_ne!(copy.tree().await.unwrap(), original.tree().await.unwrap());
    assert_eq!(assert_sound(&copy).await, 6);
}

/// The one that gave it up does nothing more, so the rollback cannot wait for its next transaction.
async fn a_transaction_that_is_given_up_holds_up_nobody(engine: Engine) {
    const SOON: Duration = Duration::from_secs(10);
    let database = TestDatabase::new(engine).await;
    let idle = database.open().await;
    let writing = database.open_again().await;
    let mut given_up = idle.db().begin().await.unwrap();
    given_up
        .execute("UPDATE log_head SET position = position + 7", &[])
        .await
        .unwrap();
    drop(given_up);
    let first = tokio::time::timeout(SOON, writing.append(line("a", "x", 1))).await;
    first.expect("the lock is free").unwrap();

    // Given up while it waits: what comes too late must not stay behind either.
    let held = writing.db().begin().await.unwrap();
    let too_late = tokio::time::timeout(Duration::from_millis(50), idle.db().begin()).await;
    drop((too_late, held));
    let second = tokio::time::timeout(SOON, writing.append(line("a", "x", 2))).await;
    second.expect("the lock is free").unwrap();
    assert_eq!(assert_sound(&writing).await, 2);
}

/// The server ends the connection that waits for notifications. `SQLite` has none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_survives_the_loss_of_its_connection() {
    let database = TestDatabase::new(Engine::Postgres).await;
    let writing = database.open().await;
    let reading = database.open_again().await;
    let following = reading.clone();
    let seen = tokio::spawn(async move {
        let mut pages = std::pin::pin!(following.follow(Position(0), PageLimit::rows(3)));
        let mut seen = 0;
        while seen < 20 {
            seen += pages.next().await.unwrap().unwrap().events.len();
        }
        seen
    });
    for number in 1..=20 {
        if number % 5 == 0 {
            cut_listeners(database.url()).await;
        }
        writing.append(line("a", "x", number)).await.unwrap();
    }
    let seen = tokio::time::timeout(Duration::from_mins(1), seen).await;
    assert_eq!(seen.unwrap().unwrap(), 20);
}

async fn cut_listeners(url: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
}

/// 200 MB go through the write-ahead log while six readers overlap without a pause.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_that_overlap_do_not_let_the_write_ahead_log_grow() {
    const BOUND: u64 = 128 << 20;
    let database = TestDatabase::new(Engine::Sqlite).await;
    let store = database.open().await;
    let wal = database.path().unwrap().with_extension("db-wal");
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..6)
        .map(|_| {
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let page = store.read_after(Position(0), PageLimit::rows(200)).await;
                    page.unwrap();
                }
            })
        })
        .collect();
    let text = "x".repeat(60_000);
    let (mut written, mut largest) = (0, 0);
    for round in 0..200_u64 {
        let appends = (0..20).map(|each| store.append(line(each, &text, round * 20 + each)));
        for answer in futures::future::join_all(appends).await {
            answer.unwrap();
            written += text.len();
        }
        largest = largest.max(std::fs::metadata(&wal).map_or(0, |found| found.len()));
    }
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(
        written > 200 << 20,
        "enough was written to fill the log: {written}"
    );
    assert!(
        largest <= BOUND,
        "the write-ahead log reached {largest} bytes"
    );
}
