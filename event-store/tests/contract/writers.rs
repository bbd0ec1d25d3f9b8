//! Many writers and readers at once: nothing is lost, nothing doubled, nothing out of order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use event_store::testing::{CountingIds, TestDatabase};
use event_store::{Engine, PageLimit, Position, Store, StoreOptions};
use futures::StreamExt as _;
use tokio::task::JoinSet;

use crate::note::{assert_sound, line};

super::on_both_engines!(
    sixteen_writers_lose_nothing_and_double_nothing,
    a_follower_sees_every_event_once_and_in_order,
    a_command_that_many_send_at_once_is_decided_once,
);

const WRITERS: u64 = 16;
const EACH: u64 = 40;

/// One store on SQLite; on PostgreSQL two, as two processes would have.
async fn stores(database: &TestDatabase, engine: Engine) -> Vec<Store> {
    let mut stores = vec![database.open().await];
    if engine == Engine::Postgres {
        let url = database.url().parse().unwrap();
        let clock = std::sync::Arc::new(event_store::testing::ManualClock::new());
        let ids = std::sync::Arc::new(CountingIds::new(1));
        stores.push(
            Store::open(StoreOptions::new(url, clock, ids))
                .await
                .unwrap(),
        );
    }
    stores
}

/// A pause that differs from writer to writer and from turn to turn, without a clock.
async fn pause(writer: u64, turn: u64) {
    for _ in 0..(writer * 7 + turn * 13) % 11 {
        tokio::task::yield_now().await;
    }
}

async fn write_all(stores: &[Store]) -> BTreeMap<u64, BTreeSet<String>> {
    let mut writing = JoinSet::new();
    for writer in 0..WRITERS {
        let store = stores[usize::try_from(writer).unwrap() % stores.len()].clone();
        writing.spawn(async move {
            for turn in 0..EACH {
                pause(writer, turn).await;
                // Every other writer shares a stream with its neighbour.
                let key = format!("stream-{}", writer / 2);
                let append = line(&key, &format!("{writer}/{turn}"), writer * EACH + turn + 1);
                store.append(append).await.unwrap();
            }
        });
    }
    while let Some(done) = writing.join_next().await {
        done.unwrap();
    }
    (0..WRITERS)
        .map(|writer| {
            (
                writer,
                (0..EACH).map(|turn| format!("{writer}/{turn}")).collect(),
            )
        })
        .collect()
}

async fn sixteen_writers_lose_nothing_and_double_nothing(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let stores = stores(&database, engine).await;
    let wanted = write_all(&stores).await;
    let mut position = Position(0);
    let mut found: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    let mut last_of: BTreeMap<u64, u64> = BTreeMap::new();
    loop {
        let page = stores[0]
            .read_after(position, PageLimit::rows(37))
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        for event in &page {
            assert_eq!(event.position.0, position.0 + 1, "positions are dense");
            position = event.position;
            let text = crate::note::text_of(event);
            let (writer, turn) = text.split_once('/').unwrap();
            let (writer, turn): (u64, u64) = (writer.parse().unwrap(), turn.parse().unwrap());
            let before = last_of.insert(writer, turn);
            assert!(
                before.is_none_or(|before| before < turn),
                "a writer's own order holds"
            );
            assert!(
                found.entry(writer).or_default().insert(text),
                "nothing is doubled"
            );
        }
        assert_eq!(position, last.position);
    }
    assert_eq!(found, wanted, "nothing is lost");
    assert_eq!(assert_sound(&stores[0]).await, WRITERS * EACH);
}

async fn a_follower_sees_every_event_once_and_in_order(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let stores = stores(&database, engine).await;
    let last = stores.last().unwrap().clone();
    let following = tokio::spawn(async move {
        let mut pages = std::pin::pin!(last.follow(Position(0), PageLimit::rows(7)));
        let mut seen = 0;
        while seen < WRITERS * EACH {
            for event in pages.next().await.unwrap().unwrap().events {
                seen += 1;
                assert_eq!(event.position.0, seen);
            }
        }
    });
    write_all(&stores).await;
    tokio::time::timeout(Duration::from_mins(1), following)
        .await
        .unwrap()
        .unwrap();
}

async fn a_command_that_many_send_at_once_is_decided_once(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let stores = stores(&database, engine).await;
    let mut sending = JoinSet::new();
    for sender in 0..8 {
        let store = stores[sender % stores.len()].clone();
        sending.spawn(async move { store.append(line("a", "once", 1)).await.unwrap() });
    }
    let mut repeats = 0;
    while let Some(sent) = sending.join_next().await {
        let sent = sent.unwrap();
        assert_eq!(sent.first, Position(1), "everybody gets the first answer");
        repeats += u32::from(sent.repeated);
    }
    assert_eq!(repeats, 7);
    assert_eq!(assert_sound(&stores[0]).await, 1);
}
