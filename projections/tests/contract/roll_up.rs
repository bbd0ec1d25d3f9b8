//! What groups and all hosts added up to at an instant: who was there, with the verdicts that stood.

use std::sync::Arc;
use std::time::Duration;

use domain::group::{Group, GroupCommand, RemoveHosts};
use domain::host::{Host, HostCommand, RemoveHost};
use domain::id::GroupId;
use domain::time::{Clock as _, Timestamp};
use domain::verdict::Verdict;
use event_store::testing::{ManualClock, TestDatabase};
use event_store::{Engine, Store, StoreOptions};
use projections::read::{HostAt, Read, RollUp, RollUpKey};

use crate::history::World;

crate::on_both_engines!(
    sums_of_an_instant_hold_who_was_there_and_what_stood,
    rules_that_went_count_before_they_went,
    scans_that_change_nothing_write_nothing,
    the_newest_scan_of_an_instant_is_found_for_many_hosts_at_once,
);

const PASS: Option<Verdict> = Some(Verdict::Pass);
const FAIL: Option<Verdict> = Some(Verdict::Fail);
const DEBIAN: (&str, &str) = ("debian", "12");

struct Bench {
    world: World,
    read: Read,
    clock: Arc<ManualClock>,
}

impl Bench {
    async fn new(database: &TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::new());
        let options = StoreOptions {
            clock: clock.clone(),
            ..database.options()
        };
        let world = World::new(Store::open(options).await.unwrap()).await;
        let read = Read::new(world.store.db().clone());
        Self { world, read, clock }
    }

    /// An instant after everything so far and before everything that comes.
    fn instant(&self) -> Timestamp {
        self.clock.advance(Duration::from_hours(1));
        let instant = self.clock.now();
        self.clock.advance(Duration::from_hours(1));
        instant
    }

    async fn sum(
        &self,
        group: Option<GroupId>,
        lens: Option<&str>,
        at: Option<Timestamp>,
    ) -> RollUp {
        self.world.settle().await;
        let lens = lens.map(str::to_owned);
        let key = RollUpKey { group, lens, at };
        let mut found = self
            .read
            .roll_ups(std::slice::from_ref(&key))
            .await
            .unwrap();
        found.remove(&key).unwrap()
    }

    /// Hosts, those without verdicts, passes and fails.
    async fn figures(
        &self,
        group: Option<GroupId>,
        lens: Option<&str>,
        at: Option<Timestamp>,
    ) -> (u32, u32, u32, u32) {
        let sum = self.sum(group, lens, at).await;
        (sum.hosts, sum.unscanned, sum.totals.pass, sum.totals.fail)
    }

    async fn rows(&self) -> u64 {
        self.world.settle().await;
        let sql = "SELECT count(*) AS number FROM posture_history";
        let row = self
            .world
            .store
            .db()
            .fetch_optional(sql, &[])
            .await
            .unwrap();
        row.unwrap().get("number").unwrap()
    }
}

async fn sums_of_an_instant_hold_who_was_there_and_what_stood(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let world = &bench.world;
    let start = bench.instant();
    let (one, other) = (world.register("one").await, world.register("other").await);
    let group = world.group("x", None, &[one, other]).await;
    let list = world.publish().await;
    let registered = bench.instant();
    world.scan_by(one, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    let scanned = bench.instant();
    world.scan_by(one, DEBIAN, list, [PASS, PASS, FAIL]).await;
    world
        .scan_by(other, ("rhel", "9"), list, [FAIL, FAIL, FAIL])
        .await;
    let again = bench.instant();
    let out = RemoveHosts { hosts: vec![other] };
    world
        .execute::<Group>(group, GroupCommand::RemoveHosts(out))
        .await;
    let left = bench.instant();
    world
        .execute::<Host>(other, HostCommand::Remove(RemoveHost))
        .await;
    let of_group = Some(group);
    for (at, figures, fleet) in [
        (Some(start), (0, 0, 0, 0), (0, 0, 0, 0)),
        (Some(registered), (2, 2, 0, 0), (2, 2, 0, 0)),
        (Some(scanned), (2, 1, 1, 2), (2, 1, 1, 2)),
        (Some(again), (2, 0, 2, 4), (2, 0, 2, 4)),
        (Some(left), (1, 0, 2, 1), (2, 0, 2, 4)),
        (None, (1, 0, 2, 1), (1, 0, 2, 1)),
    ] {
        assert_eq!(bench.figures(of_group, None, at).await, figures, "{at:?}");
        assert_eq!(bench.figures(None, None, at).await, fleet, "{at:?}");
    }
    // The rules are of CIS for Debian alone: the other host is not seen by it.
    let seen = bench.figures(of_group, Some("cis"), Some(again)).await;
    assert_eq!(seen, (2, 1, 2, 1));
    let seen = bench.figures(None, Some("cis"), Some(scanned)).await;
    assert_eq!(seen, (2, 1, 1, 2));
    assert_eq!(bench.sum(None, None, Some(again)).await.targets, None);
}

async fn rules_that_went_count_before_they_went(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let world = &bench.world;
    let host = world.register("one").await;
    let list = world.publish().await;
    world.announce("1.0.0", &["one", "two", "three"]).await;
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    let before = bench.instant();
    world.announce("1.1.0", &["one", "three"]).await;
    let after = bench.instant();
    for lens in [None, Some("cis")] {
        assert_eq!(bench.figures(None, lens, Some(before)).await, (1, 0, 1, 2));
        assert_eq!(bench.figures(None, lens, Some(after)).await, (1, 0, 1, 1));
        assert_eq!(bench.figures(None, lens, None).await, (1, 0, 1, 1));
    }
}

async fn scans_that_change_nothing_write_nothing(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let world = &bench.world;
    let host = world.register("one").await;
    let list = world.publish().await;
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    let first = bench.rows().await;
    assert_eq!(first, 2);
    bench.instant();
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    // The same number of fails, by another rule.
    world.scan_by(host, DEBIAN, list, [FAIL, PASS, FAIL]).await;
    assert_eq!(bench.rows().await, first);
    world.scan_by(host, DEBIAN, list, [FAIL, PASS, PASS]).await;
    assert_eq!(bench.rows().await, 2 * first);
}

async fn the_newest_scan_of_an_instant_is_found_for_many_hosts_at_once(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let world = &bench.world;
    let (one, other) = (world.register("one").await, world.register("other").await);
    let start = bench.instant();
    let first = world.scan(one, [PASS, FAIL, FAIL]).await;
    let early = bench.instant();
    let second = world.scan(one, [PASS, PASS, FAIL]).await;
    let of_other = world.scan(other, [PASS, PASS, FAIL]).await;
    let late = bench.instant();
    world.settle().await;
    let mut keys = Vec::new();
    for at in [start, early, late] {
        keys.extend([one, other].map(|host| HostAt { host, at }));
    }
    let found = bench.read.scans_at(&keys).await.unwrap();
    let found: Vec<_> = keys.iter().map(|key| found.get(key).copied()).collect();
    let expected = [None, None, Some(first), None, Some(second), Some(of_other)];
    assert_eq!(found, expected);
    assert!(bench.read.scans_at(&[]).await.unwrap().is_empty());
}
