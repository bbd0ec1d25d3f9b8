//! The history of a rule on a host: a new entry when something differs, nothing when it does not.

use domain::verdict::Verdict;
use event_store::Engine;
use event_store::testing::TestDatabase;
use projections::read::Read;

use crate::history::World;

crate::on_both_engines!(an_interval_lasts_as_long_as_nothing_differs);

async fn an_interval_lasts_as_long_as_nothing_differs(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
    let first = world.scan(host, [pass, pass, None]).await;
    world.scan(host, [pass, pass, None]).await;
    // The first rule is not selected here: that says nothing of it.
    world.scan(host, [None, pass, None]).await;
    let last = world.scan(host, [fail, pass, fail]).await;
    world.settle().await;
    let read = Read::new(world.store.db().clone());
    let now = world.store.clock().now();
    let of = async |rule: &str| {
        let rows = read.rule_intervals(host, rule, now, 10).await.unwrap();
        rows.into_iter()
            .map(|row| (row.scan, row.ended_at.is_none()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("one").await, [(last, true), (first, false)]);
    assert_eq!(of("two").await, [(first, true)]);
    assert_eq!(of("three").await, [(last, true)]);
    assert_eq!(of("four").await, []);
    let rows = read.rule_intervals(host, "one", now, 10).await.unwrap();
    assert_eq!(rows[1].ended_at, Some(rows[0].began_at));
}
