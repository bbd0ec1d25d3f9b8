//! Memberships follow hosts, scans and groups, are kept as intervals, and decide targets, maintenance
//! and roll-ups.

use std::sync::Arc;
use std::time::Duration;

use domain::group::{
    AddHosts, ConditionKind, EditGroup, Group, GroupCommand, GroupDetails, RemoveGroup,
    RemoveHosts, RestoreGroup,
};
use domain::host::{EditHost, Host, HostCommand, RemoveHost, RestoreHost, SetHostTarget};
use domain::id::{GroupId, HostId};
use domain::maintenance::{Initiative, MaintenanceSource};
use domain::settings::{ORGANISATION, SetOrganisationTarget, Settings, SettingsCommand};
use domain::target::{Target, TargetSource};
use domain::verdict::Verdict;
use event_store::testing::{ManualClock, TestDatabase};
use event_store::{Engine, Position, Store, StoreOptions};
use projections::read::{HostFilter, HostStanding, Read, RollUpKey, Window};

use crate::history::{World, details, group_details, rule, tagged};

crate::on_both_engines!(
    members_of_a_rule_follow_the_hosts,
    members_of_a_rule_follow_the_rule,
    members_that_were_chosen_come_back_with_their_host_and_their_group,
    who_was_in_a_group_is_a_look_up,
    the_target_that_counts_follows_groups_hosts_and_the_organisation,
    maintenance_of_a_group_is_that_of_its_hosts,
    a_group_adds_its_hosts_up,
    changes_tell_who_came_and_went,
);

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

    async fn group(&self, group: GroupId, command: GroupCommand) {
        self.world.execute::<Group>(group, command).await;
    }

    async fn host(&self, host: HostId, command: HostCommand) {
        self.world.execute::<Host>(host, command).await;
    }

    async fn edit(&self, host: HostId, name: &str, tags: &[&str]) {
        let details = details(name, tags);
        self.host(host, HostCommand::Edit(EditHost { details }))
            .await;
    }

    async fn edit_group(&self, group: GroupId, details: GroupDetails) {
        self.group(group, GroupCommand::Edit(EditGroup { details }))
            .await;
    }

    async fn members(&self, group: GroupId) -> Vec<HostId> {
        self.world.settle().await;
        self.read.hosts_of_group(group).await.unwrap()
    }

    async fn standing(&self, host: HostId) -> HostStanding {
        self.world.settle().await;
        self.read.standings(&[host]).await.unwrap().remove(0)
    }

    async fn target(&self, host: HostId, framework: Option<&str>) -> Option<(u8, TargetSource)> {
        self.standing(host)
            .await
            .effective_target(framework)
            .map(|target| (target.percent, target.source))
    }

    async fn hosts(&self, filter: HostFilter) -> Vec<HostId> {
        self.world.settle().await;
        let page = self.read.page(&filter, &Window::first(100)).await.unwrap();
        page.rows.into_iter().map(|(_, row)| row.id).collect()
    }

    fn head(&self) -> Position {
        *self.world.store.head().borrow()
    }
}

fn to_reach(score: u8) -> Target {
    Target {
        score: Some(score),
        ..Target::default()
    }
}

const ALL_PASS: [Option<Verdict>; 3] = [Some(Verdict::Pass); 3];

async fn members_of_a_rule_follow_the_hosts(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let before = bench.world.register("a").await;
    let group = bench.world.group("web", Some(tagged("web")), &[]).await;
    let debian = rule(ConditionKind::OsId, "debian");
    let debian = bench.world.group("debian", Some(debian), &[]).await;
    assert_eq!(bench.members(group).await, [before]);
    let after = bench.world.register("b").await;
    let mut both = vec![before, after];
    both.sort_unstable();
    assert_eq!(bench.members(group).await, both);
    bench.edit(before, "a", &["db"]).await;
    assert_eq!(bench.members(group).await, [after]);
    assert_eq!(bench.members(debian).await, []);
    bench.world.scan_of(before, ALL_PASS, "debian").await;
    assert_eq!(bench.members(debian).await, [before]);
    bench.host(after, HostCommand::Remove(RemoveHost)).await;
    assert_eq!(bench.members(group).await, []);
    bench.host(after, HostCommand::Restore(RestoreHost)).await;
    assert_eq!(bench.members(group).await, [after]);
}

async fn members_of_a_rule_follow_the_rule(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let (a, b) = (
        bench.world.register("a-1").await,
        bench.world.register("b-1").await,
    );
    let a_first = rule(ConditionKind::NameGlob, "A-*");
    let group = bench.world.group("x", Some(a_first), &[]).await;
    assert_eq!(bench.members(group).await, [a]);
    let b_first = rule(ConditionKind::NameRegex, "^b-\\d$");
    bench
        .edit_group(group, group_details("x", Some(b_first.clone())))
        .await;
    assert_eq!(bench.members(group).await, [b]);
    let matching = bench.read.hosts_matching(&b_first.matcher().unwrap()).await;
    assert_eq!(matching.unwrap(), [b]);
    bench.edit_group(group, group_details("x", None)).await;
    assert_eq!(bench.members(group).await, []);
}

async fn members_that_were_chosen_come_back_with_their_host_and_their_group(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let host = bench.world.register("a").await;
    let group = bench.world.group("x", None, &[host]).await;
    let other = bench.world.group("y", None, &[host]).await;
    bench.host(host, HostCommand::Remove(RemoveHost)).await;
    assert_eq!(bench.members(group).await, []);
    bench.host(host, HostCommand::Restore(RestoreHost)).await;
    assert_eq!(bench.members(group).await, [host]);
    bench.group(group, GroupCommand::Remove(RemoveGroup)).await;
    assert_eq!(bench.members(group).await, []);
    let named = |standing: HostStanding| standing.groups.into_iter().map(|group| group.id);
    assert_eq!(
        named(bench.standing(host).await).collect::<Vec<_>>(),
        [other]
    );
    bench
        .group(group, GroupCommand::Restore(RestoreGroup))
        .await;
    assert_eq!(bench.members(group).await, [host]);
    let hosts = vec![host];
    bench
        .group(other, GroupCommand::RemoveHosts(RemoveHosts { hosts }))
        .await;
    assert_eq!(
        named(bench.standing(host).await).collect::<Vec<_>>(),
        [group]
    );
}

async fn who_was_in_a_group_is_a_look_up(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let (one, two) = (
        bench.world.register("a").await,
        bench.world.register("b").await,
    );
    let start = bench.head();
    let group = bench.world.group("x", None, &[one]).await;
    let first = bench.head();
    let hosts = vec![two];
    bench.clock.advance(Duration::from_mins(1));
    bench
        .group(group, GroupCommand::AddHosts(AddHosts { hosts }))
        .await;
    let hosts = vec![one];
    bench
        .group(group, GroupCommand::RemoveHosts(RemoveHosts { hosts }))
        .await;
    bench.world.settle().await;
    let groups_at = |host, at| {
        let read = bench.read.clone();
        async move { read.groups_of_host_at(host, at).await.unwrap().len() }
    };
    assert_eq!(groups_at(one, start).await, 0);
    assert_eq!(groups_at(one, first).await, 1);
    assert_eq!(groups_at(two, first).await, 0);
    assert_eq!(groups_at(one, bench.head()).await, 0);
    assert_eq!(groups_at(two, bench.head()).await, 1);
    // By the clock, as an auditor asks.
    let interval = bench.read.groups_of_host_at(one, first).await.unwrap();
    let (since, until) = (interval[0].from.1, interval[0].to.unwrap().1);
    assert!(since < until);
    let members = |at| {
        let read = bench.read.clone();
        async move {
            let found = read.members_at(group, at).await.unwrap();
            found.into_iter().map(|one| one.host).collect::<Vec<_>>()
        }
    };
    assert_eq!(members(since).await, [one]);
    assert_eq!(members(until).await, [two]);
    for (at, expected) in [(since, one), (until, two)] {
        let filter = HostFilter {
            group: Some(group),
            group_at: Some(at),
            ..HostFilter::default()
        };
        assert_eq!(bench.hosts(filter).await, [expected]);
    }
}

async fn the_target_that_counts_follows_groups_hosts_and_the_organisation(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let host = bench.world.register("a").await;
    assert_eq!(bench.target(host, None).await, None);
    let mut of_all = to_reach(70);
    of_all.frameworks.insert("stig".to_owned(), 99);
    let set = SetOrganisationTarget {
        target: Some(of_all),
    };
    let set = SettingsCommand::SetTarget(set);
    bench.world.execute::<Settings>(ORGANISATION, set).await;
    let of_all = TargetSource::Organisation;
    assert_eq!(bench.target(host, None).await, Some((70, of_all)));
    assert_eq!(bench.target(host, Some("stig")).await, Some((99, of_all)));
    assert_eq!(bench.target(host, Some("cis")).await, Some((70, of_all)));
    let late = bench.world.register("b").await;
    assert_eq!(bench.target(late, None).await, Some((70, of_all)));
    let (mild, strict) = (
        bench.world.group("mild", None, &[host]).await,
        bench.world.group("strict", None, &[host]).await,
    );
    for (group, name, score) in [(mild, "mild", 75), (strict, "strict", 85)] {
        let details = GroupDetails {
            target: Some(to_reach(score)),
            ..group_details(name, None)
        };
        bench.edit_group(group, details).await;
    }
    let of_strict = TargetSource::Group(strict);
    assert_eq!(bench.target(host, None).await, Some((85, of_strict)));
    assert_eq!(
        bench.target(host, Some("stig")).await,
        Some((85, of_strict))
    );
    let set = |target| HostCommand::SetTarget(SetHostTarget { target });
    bench.host(host, set(Some(to_reach(60)))).await;
    let of_host = TargetSource::Host;
    assert_eq!(bench.target(host, None).await, Some((60, of_host)));
    bench.host(host, set(None)).await;
    let hosts = vec![host];
    bench
        .group(strict, GroupCommand::RemoveHosts(RemoveHosts { hosts }))
        .await;
    let of_mild = TargetSource::Group(mild);
    assert_eq!(bench.target(host, None).await, Some((75, of_mild)));
    bench.group(mild, GroupCommand::Remove(RemoveGroup)).await;
    assert_eq!(bench.target(host, None).await, Some((70, of_all)));
}

async fn maintenance_of_a_group_is_that_of_its_hosts(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let (inside, outside) = (
        bench.world.register("a").await,
        bench.world.register("b").await,
    );
    let group = bench.world.group("x", None, &[inside]).await;
    bench
        .group(
            group,
            GroupCommand::StartMaintenance(bench.world.maintenance()),
        )
        .await;
    let now = bench.world.store.clock().now();
    let state = bench.standing(inside).await.maintenance_at(now);
    assert_eq!(state.reasons()[0].0, MaintenanceSource::Group(group));
    assert!(!state.permits(Initiative::Schedule));
    assert!(
        !bench
            .standing(outside)
            .await
            .maintenance_at(now)
            .is_active()
    );
    bench
        .host(
            outside,
            HostCommand::StartMaintenance(bench.world.maintenance()),
        )
        .await;
    let state = bench.standing(outside).await.maintenance_at(now);
    assert_eq!(state.reasons()[0].0, MaintenanceSource::Host);
}

async fn a_group_adds_its_hosts_up(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let (good, bad, new) = (
        bench.world.register("good").await,
        bench.world.register("bad").await,
        bench.world.register("new").await,
    );
    let group = bench.world.group("x", None, &[good, bad, new]).await;
    let none = bench.world.group("none", None, &[]).await;
    let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
    bench.world.scan(good, [pass, fail, pass]).await;
    bench
        .world
        .scan_of(bad, [fail, fail, Some(Verdict::Error)], "debian")
        .await;
    let details = GroupDetails {
        target: Some(to_reach(66)),
        ..group_details("x", None)
    };
    bench.edit_group(group, details).await;
    bench.world.settle().await;
    let key = |group| RollUpKey {
        group: Some(group),
        ..RollUpKey::default()
    };
    let found = bench.read.roll_ups(&[key(group), key(none)]).await.unwrap();
    let (of_group, of_none) = (&found[&key(group)], &found[&key(none)]);
    assert_eq!((of_group.hosts, of_group.unscanned), (3, 1));
    let totals = &of_group.totals;
    assert_eq!((totals.pass, totals.fail, totals.error), (2, 3, 1));
    assert_eq!(of_group.targets, Some((2, 1)));
    assert_eq!((of_none.hosts, of_none.targets), (0, Some((0, 0))));
    let worst = bench.read.worst_rules(group, 5).await.unwrap();
    let worst: Vec<_> = worst
        .iter()
        .map(|one| (one.rule.as_str(), one.failing, one.judged))
        .collect();
    assert_eq!(worst, [("two", 2, 2), ("one", 1, 2)]);
    let filter = |below| HostFilter {
        below_target: Some(below),
        ..HostFilter::default()
    };
    assert_eq!(bench.hosts(filter(true)).await, [bad]);
    assert_eq!(bench.hosts(filter(false)).await, [good]);
    let debian = HostFilter {
        os: Some("debian".to_owned()),
        score_below: Some(0.5),
        ..HostFilter::default()
    };
    assert_eq!(bench.hosts(debian).await, [bad]);
    let alone = bench.world.register("alone").await;
    let ungrouped = HostFilter {
        grouped: Some(false),
        ..HostFilter::default()
    };
    assert_eq!(bench.hosts(ungrouped).await, [alone]);
}

async fn changes_tell_who_came_and_went(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let bench = Bench::new(&database).await;
    let host = bench.world.register("a").await;
    let start = bench.head();
    // A rule names no host: who came in is told all the same.
    let group = bench.world.group("web", Some(tagged("web")), &[]).await;
    bench.world.settle().await;
    let created = bench.head();
    let hosts = bench.read.host_changes(&[], start, created, 10).await;
    assert_eq!(hosts.unwrap(), [(created, host)]);
    bench.edit(host, "a", &[]).await;
    bench.world.settle().await;
    let edited = bench.head();
    let of_host = bench.read.host_changes(&[host], created, edited, 10).await;
    assert_eq!(of_host.unwrap(), [(edited, host)]);
    let of_group = bench.read.group_changes(start, edited, 10).await.unwrap();
    assert_eq!(of_group, [(created, group), (edited, group)]);
    let nobody = bench
        .read
        .host_changes(
            &[domain::id::TypedId::from_uuid(uuid::Uuid::nil())],
            start,
            edited,
            10,
        )
        .await;
    assert_eq!(nobody.unwrap(), []);
}
