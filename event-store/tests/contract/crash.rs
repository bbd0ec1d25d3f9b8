//! A process that dies while it writes: what it said was written is there, and the log is sound.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use event_store::testing::TestDatabase;
use event_store::{Engine, PageLimit, Position, StoreOptions};

use crate::note::{assert_sound, line};

/// Tells the child which database to write to.
const DATABASE: &str = "OPENWATCH_TEST_CRASH_DATABASE";
/// Acknowledged events before the child is killed.
const ENOUGH: usize = 60;

super::on_both_engines!(what_was_acknowledged_survives_a_kill);

async fn what_was_acknowledged_survives_a_kill(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    for round in 0..3_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::writes_until_it_is_killed", "--nocapture"])
            .env(DATABASE, format!("{round} {}", database.url()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let acknowledged: Vec<u64> = output
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("written ")?.parse().ok())
            .take(ENOUGH)
            .collect();
        // SIGKILL: no handler runs, nothing is flushed.
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(acknowledged.len(), ENOUGH);
        let store = database.open().await;
        let head = store.head().borrow().0;
        assert!(acknowledged.iter().all(|position| *position <= head));
        let events = store
            .read_after(Position(head.saturating_sub(1)), PageLimit::default())
            .await
            .unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(
            assert_sound(&store).await,
            head,
            "no half of a batch, no broken tree"
        );
        store.close().await;
    }
}

/// The child: not a test by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_until_it_is_killed() {
    let Ok(database) = std::env::var(DATABASE) else {
        return;
    };
    let (round, url) = database.split_once(' ').unwrap();
    let round: u64 = round.parse().unwrap();
    let clock = std::sync::Arc::new(event_store::testing::ManualClock::new());
    let ids = std::sync::Arc::new(event_store::testing::CountingIds::new(9));
    let options = StoreOptions::new(url.parse().unwrap(), clock, ids);
    let store = event_store::Store::open(options).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4_u64 {
        let store = store.clone();
        writers.spawn(async move {
            for turn in 0.. {
                let number = ((round * 4 + writer) << 32) + turn + 1;
                let append = line(format!("{round}-{writer}"), "x", number);
                let written = store.append(append).await.unwrap();
                println!("written {}", written.last);
            }
        });
    }
    while writers.join_next().await.is_some() {}
}
