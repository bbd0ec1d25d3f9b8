//! Fleet scans are counted as their hosts go on, whoever scans them.

use domain::fleet_scan::{
    AttachScan, CancelFleetScan, FleetScan, FleetScanCommand, SkipHost, SkipReason,
};
use domain::id::FleetScanId;
use domain::scan::{CancelScan, FailureReason, Scan, ScanCommand};
use event_store::testing::TestDatabase;
use event_store::{Engine, Position};
use projections::read::{
    FleetScanFilter, FleetScanHostFilter, FleetScanHostState, FleetScanRow, HostReason, Read,
    Window,
};

use crate::history::World;

crate::on_both_engines!(
    hosts_are_counted_where_they_stand,
    a_failure_that_passes_waits_and_one_that_does_not_is_final,
    a_scan_counts_for_every_fleet_scan_that_it_is_attached_to,
    what_is_called_off_scans_nobody_who_waits,
    changes_are_told_once_and_in_order,
);

async fn world(engine: Engine) -> (TestDatabase, World, Read) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let read = Read::new(world.store.db().clone());
    (database, world, read)
}

async fn row(world: &World, read: &Read, fleet_scan: FleetScanId) -> FleetScanRow {
    world.settle().await;
    let rows = read.fleet_scans_by_id(&[fleet_scan]).await.unwrap();
    rows.into_iter().next().unwrap()
}

/// Waiting, running, completed, failed, skipped, cancelled.
async fn counts(world: &World, read: &Read, fleet_scan: FleetScanId) -> [u32; 6] {
    let row = row(world, read, fleet_scan).await;
    [
        row.waiting,
        row.running,
        row.completed,
        row.failed,
        row.skipped,
        row.cancelled,
    ]
}

async fn hosts_are_counted_where_they_stand(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let hosts = [
        world.register("a").await,
        world.register("b").await,
        world.register("c").await,
    ];
    let fleet_scan = world.request_fleet_scan(&hosts).await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [3, 0, 0, 0, 0, 0]);
    let child = world.request_child(fleet_scan, hosts[0]).await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [3, 0, 0, 0, 0, 0]);
    world.start(child).await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [2, 1, 0, 0, 0, 0]);
    let skip = FleetScanCommand::Skip(SkipHost {
        host: hosts[1],
        reason: SkipReason::HostRemoved,
    });
    world.execute::<FleetScan>(fleet_scan, skip).await;
    world
        .execute::<Scan>(child, ScanCommand::Cancel(CancelScan))
        .await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [1, 0, 0, 0, 1, 1]);
    let all = FleetScanHostFilter {
        fleet_scan,
        states: Vec::new(),
    };
    let page = read.page(&all, &Window::first(10)).await.unwrap();
    let states: Vec<_> = page
        .rows
        .iter()
        .map(|(_, row)| (row.host, row.state))
        .collect();
    assert_eq!(
        states,
        [
            (hosts[0], FleetScanHostState::Cancelled),
            (hosts[1], FleetScanHostState::Skipped),
            (hosts[2], FleetScanHostState::Waiting),
        ]
    );
}

async fn a_failure_that_passes_waits_and_one_that_does_not_is_final(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let (away, locked) = (world.register("away").await, world.register("locked").await);
    let fleet_scan = world.request_fleet_scan(&[away, locked]).await;
    for (host, reason) in [
        (away, FailureReason::HostUnreachable),
        (locked, FailureReason::AuthenticationRefused),
    ] {
        let child = world.request_child(fleet_scan, host).await;
        world.start(child).await;
        world.fail(child, reason).await;
    }
    assert_eq!(counts(&world, &read, fleet_scan).await, [1, 0, 0, 1, 0, 0]);
    let waiting = FleetScanHostFilter {
        fleet_scan,
        states: vec![FleetScanHostState::Waiting],
    };
    let page = read.page(&waiting, &Window::first(10)).await.unwrap();
    let (_, host) = &page.rows[0];
    assert_eq!(host.host, away);
    assert!(host.retry_at.is_some());
    assert!(matches!(
        host.reason,
        Some(HostReason::Failure(FailureReason::HostUnreachable, _))
    ));
    let failures = read.fleet_scan_failures(fleet_scan).await.unwrap();
    assert_eq!(failures, [(FailureReason::AuthenticationRefused, 1)]);
    // The last attempt counts.
    for _ in 0..2 {
        let child = world.request_child(fleet_scan, away).await;
        world.start(child).await;
        world.fail(child, FailureReason::HostUnreachable).await;
    }
    assert_eq!(counts(&world, &read, fleet_scan).await, [0, 0, 0, 2, 0, 0]);
}

async fn a_scan_counts_for_every_fleet_scan_that_it_is_attached_to(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let host = world.register("a").await;
    let scan = world.request(host).await;
    let both = [
        world.request_fleet_scan(&[host]).await,
        world.request_fleet_scan(&[host]).await,
    ];
    for fleet_scan in both {
        let attach = FleetScanCommand::Attach(AttachScan { host, scan });
        world.execute::<FleetScan>(fleet_scan, attach).await;
        assert_eq!(counts(&world, &read, fleet_scan).await, [0, 1, 0, 0, 0, 0]);
    }
    world.start(scan).await;
    world.fail(scan, FailureReason::SudoRefused).await;
    for fleet_scan in both {
        assert_eq!(counts(&world, &read, fleet_scan).await, [0, 0, 0, 1, 0, 0]);
    }
}

async fn what_is_called_off_scans_nobody_who_waits(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let (a, b) = (world.register("a").await, world.register("b").await);
    let fleet_scan = world.request_fleet_scan(&[a, b]).await;
    let child = world.request_child(fleet_scan, a).await;
    world.start(child).await;
    let cancel = FleetScanCommand::Cancel(CancelFleetScan);
    world.execute::<FleetScan>(fleet_scan, cancel).await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [0, 1, 0, 0, 0, 1]);
    world.fail(child, FailureReason::HostUnreachable).await;
    assert_eq!(counts(&world, &read, fleet_scan).await, [0, 0, 0, 1, 0, 1]);
}

async fn changes_are_told_once_and_in_order(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let (a, b) = (world.register("a").await, world.register("b").await);
    let before = *world.store.head().borrow();
    let first = world.request_fleet_scan(&[a]).await;
    let second = world.request_fleet_scan(&[b]).await;
    world.request_child(first, a).await;
    world.settle().await;
    let everything = FleetScanFilter::default();
    let changes = |after: Position| {
        let (read, everything) = (&read, &everything);
        let head = *world.store.head().borrow();
        async move {
            let rows = read
                .fleet_scan_changes(everything, after, head, 100)
                .await
                .unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(changes(before).await, [second, first]);
    let seen = row(&world, &read, second).await.changed_position;
    assert_eq!(changes(seen).await, [first]);
}
