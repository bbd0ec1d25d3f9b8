//! Tables that are built anew hold what the live ones held, and every event has its audit row.

use std::collections::BTreeSet;

use domain::event::DomainEvent;
use domain::verdict::Verdict;
use event_store::testing::TestDatabase;
use event_store::{Engine, Store};

use crate::history::World;

crate::on_both_engines!(
    built_anew_they_hold_the_same,
    every_kind_of_event_is_audited,
);

const TABLES: [&str; 34] = [
    "activity",
    "audit",
    "audit_host",
    "catalogue",
    "credential",
    "group_choice",
    "group_host",
    "group_member",
    "fleet_scan",
    "fleet_scan_host",
    "host",
    "host_group",
    "host_lens",
    "host_posture",
    "host_rule_state",
    "host_scan",
    "host_target",
    "host_watch",
    "organisation",
    "posture_history",
    "preference",
    "projection",
    "rule",
    "rule_force",
    "rule_pack",
    "rule_pack_rule",
    "rule_pack_version",
    "rule_retirement",
    "rule_section",
    "rule_version",
    "scan",
    "token",
    "user_account",
    "variable_value",
];

async fn dump(store: &Store) -> Vec<(String, BTreeSet<String>)> {
    let mut all = Vec::new();
    for table in TABLES {
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
