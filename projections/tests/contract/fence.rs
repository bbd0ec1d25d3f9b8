//! Several processes may run the same projections: every event is applied once.

use domain::verdict::Verdict;
use std::time::Duration;

use event_store::testing::TestDatabase;
use event_store::{Engine, StoreOptions};
use projections::read::{AuditFilter, Read, RuleStateFilter, Window};

use crate::history::World;

crate::on_both_engines!(
    two_runners_apply_every_event_once,
    a_verdict_that_stays_keeps_its_time,
);

async fn two_runners_apply_every_event_once(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let one = World::new(database.open().await).await;
    let other_store = match engine {
        // A second process has its own connections; SQLite has one process.
        Engine::Postgres => {
            let options: StoreOptions = database.options();
            event_store::Store::open(options).await.unwrap()
        }
        Engine::Sqlite => one.store.clone(),
    };
    let other = World::new(other_store).await;
    for number in 0..20 {
        one.register(&format!("host-{number}")).await;
    }
    let head = *one.store.head().borrow();
    one.settle().await;
    other
        .projections
        .at_least(head, Duration::from_secs(30))
        .await
        .unwrap();
    let read = Read::new(one.store.db().clone());
    let head = one.store.head().borrow().0;
    assert_eq!(read.count(&AuditFilter::default()).await.unwrap(), head);
    assert_eq!(head, 20);
}

async fn a_verdict_that_stays_keeps_its_time(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
    world.scan(host, [pass, fail, pass]).await;
    world.settle().await;
    let read = Read::new(world.store.db().clone());
    let before = read.rule_state(host, "one").await.unwrap().unwrap();
    world.scan(host, [pass, pass, None]).await;
    world.settle().await;
    let after = read.rule_state(host, "one").await.unwrap().unwrap();
    assert_eq!(after.since, before.since);
    assert_ne!(after.scan, before.scan);
    // A rule that was not selected stays as it was.
    let filter = RuleStateFilter {
        host: Some(host),
        ..RuleStateFilter::default()
    };
    let page = read.page(&filter, &Window::first(10)).await.unwrap();
    let verdicts: Vec<_> = page
        .rows
        .iter()
        .map(|(_, row)| (row.rule.as_str(), row.verdict))
        .collect();
    assert_eq!(verdicts.len(), 3);
    assert!(verdicts.contains(&("three", Verdict::Pass)));
    assert!(verdicts.contains(&("two", Verdict::Pass)));
}
