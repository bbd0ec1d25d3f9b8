//! What is set for the organisation, groups and hosts, as the tables answer it.

use std::time::Duration;

use domain::group::{Group, GroupCommand};
use domain::host::{Host, HostCommand};
use domain::id::HostId;
use domain::maintenance::EndMaintenance;
use domain::settings::{
    ORGANISATION, SetEnabledLenses, SetOrganisationTarget, Settings, SettingsCommand,
};
use domain::target::Target;
use domain::variable::ValueSource;
use domain::verdict::Verdict;
use event_store::Engine;
use event_store::testing::TestDatabase;
use projections::read::{HostFilter, Read, RollUpKey, VariableScope, Window};

use crate::history::World;

crate::on_both_engines!(
    a_value_counts_where_it_was_set_nearest,
    a_framework_that_is_not_enabled_is_not_shown_and_comes_back,
    a_group_adds_up_by_a_framework,
    hosts_are_found_by_maintenance,
);

async fn world(database: &TestDatabase) -> (World, Read) {
    let world = World::new(database.open().await).await;
    let read = Read::new(world.store.db().clone());
    (world, read)
}

async fn counts(world: &World, read: &Read, host: HostId) -> Option<(String, ValueSource)> {
    world.settle().await;
    let mut found = read.variables_of_host(host).await.unwrap();
    let value = found.remove("days")?.effective;
    Some((value.value, value.source))
}

async fn a_value_counts_where_it_was_set_nearest(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let (world, read) = world(&database).await;
    let (host, other) = (world.register("a").await, world.register("b").await);
    let group = world.group("Web servers", None, &[host]).await;
    let second = world.group("Second", None, &[host]).await;
    assert_eq!(counts(&world, &read, host).await, None);
    let (of_group, of_second) = (ValueSource::Group(group), ValueSource::Group(second));
    for (place, value, of_host, of_other) in [
        (
            ValueSource::Organisation,
            "1",
            ("1", ValueSource::Organisation),
            "1",
        ),
        (of_second, "2", ("2", of_second), "1"),
        (of_group, "3", ("3", of_group), "1"),
        (
            ValueSource::Host(host),
            "4",
            ("4", ValueSource::Host(host)),
            "1",
        ),
        (
            ValueSource::Organisation,
            "5",
            ("4", ValueSource::Host(host)),
            "5",
        ),
    ] {
        world.set_variable(Some(place), value).await;
        let expected = Some((of_host.0.to_owned(), of_host.1));
        assert_eq!(counts(&world, &read, host).await, expected);
        let found = counts(&world, &read, other).await;
        let expected = (of_other.to_owned(), ValueSource::Organisation);
        assert_eq!(found.unwrap_or(expected.clone()), expected);
    }
    let standing = read.variables_of_host(host).await.unwrap();
    let outweighed: Vec<&str> = standing["days"]
        .outweighed
        .iter()
        .map(|value| value.value.as_str())
        .collect();
    assert_eq!(outweighed, ["3", "2", "5"]);
    assert_eq!(standing["days"].outweighed[0].place, "Web servers");
    assert_eq!(standing["days"].effective.set_by, "OpenWatch");
    let everywhere = read.variable_values(VariableScope::Everywhere).await;
    assert_eq!(everywhere.unwrap().len(), 4);
    let of_group = read.variable_values(VariableScope::Group(group)).await;
    assert_eq!(of_group.unwrap().len(), 2);
    // What a group wants that is dissolved concerns nobody.
    let remove = GroupCommand::Remove(domain::group::RemoveGroup);
    world.execute::<Group>(group, remove).await;
    world.settle().await;
    let standing = read.variables_of_host(host).await.unwrap();
    assert_eq!(standing["days"].outweighed.len(), 2);
}

async fn lenses(world: &World, lenses: Option<&[&str]>) {
    let lenses = lenses.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
    let set = SettingsCommand::SetEnabledLenses(SetEnabledLenses { lenses });
    world.execute::<Settings>(ORGANISATION, set).await;
    world.settle().await;
}

async fn a_framework_that_is_not_enabled_is_not_shown_and_comes_back(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let (world, read) = world(&database).await;
    let host = world.register("a").await;
    let rules = world.publish().await;
    let verdicts = [Some(Verdict::Pass), Some(Verdict::Fail), None];
    world.scan_by(host, ("debian", "12"), rules, verdicts).await;
    world.settle().await;
    let before = read.host_lenses(&[host]).await.unwrap();
    assert!(before.iter().any(|lens| lens.framework == "cis"));
    lenses(&world, Some(&["stig"])).await;
    let shown = read.host_lenses(&[host]).await.unwrap();
    assert!(shown.iter().all(|lens| lens.framework == "stig"));
    let all = read.lenses().await.unwrap();
    let cis = all.iter().find(|lens| lens.framework == "cis").unwrap();
    assert!(!cis.is_enabled && cis.hosts == 1);
    lenses(&world, None).await;
    assert_eq!(read.host_lenses(&[host]).await.unwrap(), before);
}

async fn a_group_adds_up_by_a_framework(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let (world, read) = world(&database).await;
    let (host, new) = (world.register("a").await, world.register("b").await);
    let group = world.group("x", None, &[host, new]).await;
    let rules = world.publish().await;
    let verdicts = [
        Some(Verdict::Pass),
        Some(Verdict::Fail),
        Some(Verdict::Pass),
    ];
    world.scan_by(host, ("debian", "12"), rules, verdicts).await;
    let target = Target {
        score: Some(1),
        frameworks: [("cis".to_owned(), 100)].into(),
    };
    let set = SettingsCommand::SetTarget(SetOrganisationTarget {
        target: Some(target),
    });
    world.execute::<Settings>(ORGANISATION, set).await;
    world.settle().await;
    let of_host = read.host_lenses(&[host]).await.unwrap();
    let cis = of_host.iter().find(|lens| lens.framework == "cis").unwrap();
    let key = |lens: Option<&str>| RollUpKey {
        group: Some(group),
        lens: lens.map(str::to_owned),
        at: None,
    };
    let found = read.roll_ups(&[key(Some("cis")), key(None)]).await.unwrap();
    let by_cis = &found[&key(Some("cis"))];
    assert_eq!((by_cis.hosts, by_cis.unscanned), (2, 1));
    assert_eq!(by_cis.totals, cis.totals);
    let missed = u32::from(cis.totals.fail > 0);
    assert_eq!(by_cis.targets, Some((1, missed)));
    assert_eq!(found[&key(None)].targets, Some((1, 0)));
    let fleet = read.lenses().await.unwrap();
    let cis = fleet.iter().find(|lens| lens.framework == "cis").unwrap();
    assert_eq!((cis.targeted, cis.below_target), (1, missed));
    let below = HostFilter {
        lens: Some("cis".to_owned()),
        below_target: Some(true),
        ..HostFilter::default()
    };
    let below = read.count(&below).await.unwrap();
    assert_eq!(below, u64::from(missed));
}

async fn hosts_are_found_by_maintenance(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let (world, read) = world(&database).await;
    let (own, member, other) = (
        world.register("own").await,
        world.register("member").await,
        world.register("other").await,
    );
    let group = world.group("x", None, &[member]).await;
    let mut start = world.maintenance();
    let now = start.now;
    let start_group = GroupCommand::StartMaintenance(start.clone());
    world.execute::<Group>(group, start_group).await;
    start.maintenance.until = Some(now.plus_seconds(60));
    world
        .execute::<Host>(own, HostCommand::StartMaintenance(start))
        .await;
    let found = async |maintained: bool, after: Duration| {
        world.settle().await;
        let seconds = i64::try_from(after.as_secs()).unwrap();
        let filter = HostFilter {
            maintenance: Some((maintained, now.plus_seconds(seconds))),
            ..HostFilter::default()
        };
        let page = read.page(&filter, &Window::first(10)).await.unwrap();
        page.rows
            .into_iter()
            .map(|(_, row)| row.id)
            .collect::<Vec<_>>()
    };
    let (soon, later) = (Duration::from_secs(1), Duration::from_mins(2));
    assert_eq!(found(true, soon).await, [member, own]);
    assert_eq!(found(false, soon).await, [other]);
    assert_eq!(found(true, later).await, [member]);
    assert_eq!(found(false, later).await, [other, own]);
    let end = GroupCommand::EndMaintenance(EndMaintenance);
    world.execute::<Group>(group, end).await;
    assert_eq!(found(true, soon).await, [own]);
}
