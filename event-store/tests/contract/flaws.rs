//! A log that somebody has changed is found out, by us and by a stranger with the documentation.

use std::path::Path;
use std::process::Command;

use event_store::testing::TestDatabase;
use event_store::{Engine, Flaw, Position};

use crate::note::line;

/// A sound log of ten events in a file, closed.
async fn log() -> TestDatabase {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let store = database.open().await;
    for number in 1..=10 {
        store
            .append(line("a", &format!("line {number}"), number))
            .await
            .unwrap();
    }
    store.close().await;
    database
}

/// Changes the file behind our back.
fn tamper(path: &Path, sql: &str) {
    let done = Command::new("sqlite3").arg(path).arg(sql).status().unwrap();
    assert!(done.success(), "{sql}");
}

/// What the independent verifier says: Python, from `docs/reference/log-format.md` alone.
fn stranger(path: &Path) -> Result<String, String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_log.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(path)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_computes_the_same_root() {
    let database = log().await;
    let path = database.path().unwrap();
    let store = database.open().await;
    let head = store.tree().await.unwrap();
    assert_eq!(
        stranger(&path).unwrap(),
        format!("{} {}", head.size, head.root)
    );
    assert_eq!(store.verify(&[head]).await.unwrap().flaw, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_found_at_its_place() {
    let changes = [
        (
            "UPDATE event SET body = x'a0' WHERE position = 4",
            Position(4),
        ),
        (
            "UPDATE event SET metadata_salt = zeroblob(16) WHERE position = 7",
            Position(7),
        ),
        (
            "UPDATE event SET recorded_at = recorded_at + 1 WHERE position = 1",
            Position(1),
        ),
        ("DELETE FROM event WHERE position = 5", Position(5)),
        (
            "UPDATE event SET leaf = zeroblob(32) WHERE position = 9",
            Position(9),
        ),
    ];
    for (sql, place) in changes {
        let database = log().await;
        let path = database.path().unwrap();
        tamper(&path, sql);
        let store = database.open().await;
        let flaw = store.verify(&[]).await.unwrap().flaw;
        let found = match flaw {
            Some(Flaw::Missing { position } | Flaw::Leaf { position }) => position,
            other => panic!("{sql}: {other:?}"),
        };
        assert_eq!(found, place, "{sql}");
        assert_eq!(
            stranger(&path).unwrap_err(),
            format!("position {place} does not hold")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_off_is_found_by_a_head_that_was_kept() {
    let database = log().await;
    let store = database.open().await;
    let kept = store.tree().await.unwrap();
    store.close().await;
    let path = database.path().unwrap();
    tamper(&path, "DELETE FROM event WHERE position > 8");
    let store = database.open().await;
    assert!(store.verify(&[kept]).await.unwrap().flaw.is_some());
    assert!(stranger(&path).is_err());
}
