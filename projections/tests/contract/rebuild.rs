//! Tables that are built anew hold what the live ones held, and every event has its audit row.

use std::collections::BTreeSet;

use domain::event::DomainEvent;
use domain::verdict::Verdict;
use event_store::testing::TestDatabase;
use event_store::{Db, Engine, Store};

use crate::history::World;

crate::on_both_engines!(
    built_anew_they_hold_the_same,
    no_table_is_left_out_when_they_are_built_anew,
    every_kind_of_event_is_audited,
);

async fn dump(store: &Store) -> Vec<(String, BTreeSet<String>)> {
    let mut all = Vec::new();
    // The checkpoints are rows too.
    for table in projections::tables().chain(["projection"]) {
        let rows = store
            .db()
            .fetch_all(&format!("SELECT * FROM {table}"), &[])
            .await
            .unwrap();
        let rows = rows
            .iter()
            .map(|row| format!("{:?}", row.values()))
            .collect();
        all.push((table.to_owned(), rows));
    }
    all
}

async fn built_anew_they_hold_the_same(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    world.everything().await;
    let seen = world.register("seen by a framework").await;
    let rules = world.publish().await;
    let verdicts = [Some(Verdict::Pass), Some(Verdict::Fail), None];
    world.scan_by(seen, ("debian", "12"), rules, verdicts).await;
    world.settle().await;
    world.stop();
    let live = dump(&world.store).await;
    assert!(live.iter().all(|(_, rows)| !rows.is_empty()), "{live:?}");
    projections::rebuild(&world.store).await.unwrap();
    assert_eq!(dump(&world.store).await, live);
}

/// The names of all tables.
async fn names(db: &Db, engine: Engine) -> BTreeSet<String> {
    let sql = match engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Engine::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let rows = db.fetch_all(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

async fn no_table_is_left_out_when_they_are_built_anew(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let of_the_log = names(store.db(), engine).await;
    projections::migrate(store.db()).await.unwrap();
    let all = names(store.db(), engine).await;
    let made: BTreeSet<&str> = all.difference(&of_the_log).map(String::as_str).collect();
    let built: BTreeSet<&str> = projections::tables().chain(["projection"]).collect();
    assert_eq!(built, made);
}

async fn every_kind_of_event_is_audited(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    world.everything().await;
    world.settle().await;
    let rows = world
        .store
        .db()
        .fetch_all(
            "SELECT action, count(*) AS number FROM audit GROUP BY action",
            &[],
        )
        .await
        .unwrap();
    let audited: BTreeSet<String> = rows.iter().map(|row| row.get("action").unwrap()).collect();
    let known: BTreeSet<String> = DomainEvent::types()
        .into_iter()
        .map(|(name, version)| format!("{name}.v{version}"))
        .collect();
    assert_eq!(audited, known);
    let number: u64 = rows
        .iter()
        .map(|row| row.get::<u64>("number").unwrap())
        .sum();
    assert_eq!(number, world.store.head().borrow().0);
}
