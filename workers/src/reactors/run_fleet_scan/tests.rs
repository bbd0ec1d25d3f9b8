//! The reactor on both databases, with workers that are pretended: limits, fairness, retries, crashes.

use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::event::{DomainEvent, StreamId};
use domain::fleet_scan::{
    CancelFleetScan, FleetLimits, FleetScan, FleetScanCommand, FleetScanEvent, FleetScanState,
    FleetScanStatus, FleetTotals, HostChoice, RequestFleetScan,
};
use domain::host::{
    Connection, Host, HostCommand, HostDetails, HostKeyPolicy, RegisterHost, RemoveHost,
    SshConnection, SudoMode,
};
use domain::id::{CommandId, CorrelationId, FleetScanId, HostId, ScanId, TypedId as _};
use domain::scan::{
    FailScan, FailureReason, RequestScan, Scan, ScanCommand, ScanEvent, ScanStatus, Selection,
    StartScan, Trigger,
};
use event_store::testing::{ManualClock, TestDatabase};
use event_store::{CommandContext, Engine, PageLimit, Position, Store, StoreOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::FleetScanReactor;
use crate::reactors::board::LogBoard;

macro_rules! on_both {
    ($($name:ident;)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(event_store::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(event_store::Engine::Postgres).await;
            })+
        }
    };
}

on_both! {
    hosts_are_taken_up_within_the_limits_until_all_are_done;
    two_people_share_the_places;
    what_fails_for_a_while_is_tried_again_later_and_the_rest_is_not;
    a_scan_that_runs_already_counts_and_a_removed_host_is_skipped;
    a_fleet_scan_that_is_called_off_stops_its_scans;
    another_process_goes_on_where_one_died;
}

struct Bench {
    _database: TestDatabase,
    clock: Arc<ManualClock>,
    store: Store,
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        within(self.task).await.unwrap();
    }
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), Box::pin(work))
        .await
        .expect("in time")
}

fn limits(total: u32, per_subnet: u32) -> FleetLimits {
    FleetLimits {
        total,
        per_subnet,
        ..FleetLimits::default()
    }
}

impl Bench {
    async fn new(engine: Engine) -> Self {
        let database = TestDatabase::new(engine).await;
        let clock = Arc::new(ManualClock::new());
        let options = StoreOptions {
            clock: clock.clone(),
            ..database.options()
        };
        Self {
            store: Store::open(options).await.unwrap(),
            _database: database,
            clock,
        }
    }

    fn start(&self, most: FleetLimits) -> Running {
        let reactor = Arc::new(FleetScanReactor {
            store: self.store.clone(),
            board: Arc::new(LogBoard::keeping(self.store.clone(), 1)),
            name: "test".to_owned(),
            most,
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(reactor.run(stop.clone()));
        Running { stop, task }
    }

    fn context(&self, who: &str) -> CommandContext {
        let ids = self.store.ids().as_ref();
        let actor = Actor::system(who);
        CommandContext::new(CommandId::draw(ids), actor, CorrelationId::draw(ids))
    }

    async fn host(&self, address: &str) -> HostId {
        let host = HostId::draw(self.store.ids().as_ref());
        let ssh = SshConnection {
            address: address.to_owned(),
            port: 22,
            credential: None,
            sudo: SudoMode::None,
            host_key_policy: HostKeyPolicy::Strict,
            jump: None,
        };
        let details = HostDetails {
            name: address.to_owned(),
            environment: "test".to_owned(),
            description: String::new(),
            tags: Vec::new(),
            connection: Connection::Ssh(ssh),
        };
        let command = HostCommand::Register(RegisterHost {
            host,
            details,
            trusted_keys: Vec::new(),
        });
        self.store
            .execute::<Host>(host, command, self.context("test"))
            .await
            .unwrap();
        host
    }

    async fn hosts(&self, network: &str, count: usize) -> Vec<HostId> {
        let mut hosts = Vec::new();
        for number in 1..=count {
            hosts.push(self.host(&format!("{network}.{number}")).await);
        }
        hosts
    }

    async fn request(&self, who: &str, hosts: &[HostId], limits: FleetLimits) -> FleetScanId {
        let fleet_scan = FleetScanId::draw(self.store.ids().as_ref());
        let command = FleetScanCommand::Request(Box::new(RequestFleetScan {
            fleet_scan,
            hosts: hosts.to_vec(),
            choice: HostChoice::Listed,
            selection: Selection::default(),
            limits,
            retry_of: None,
        }));
        self.store
            .execute::<FleetScan>(fleet_scan, command, self.context(who))
            .await
            .unwrap();
        fleet_scan
    }

    async fn state(&self, fleet_scan: FleetScanId) -> FleetScanState {
        let loaded = self.store.load::<FleetScan>(fleet_scan).await.unwrap();
        loaded.state
    }

    /// Scans that were asked for and have not ended, with their host and fleet scan.
    async fn open(&self) -> Vec<(ScanId, HostId, Option<FleetScanId>)> {
        let mut open = Vec::new();
        let mut position = Position(0);
        loop {
            let page = self
                .store
                .read_after(position, PageLimit::default())
                .await
                .unwrap();
            let Some(last) = page.last() else {
                return open;
            };
            position = last.position;
            for event in page {
                match event.decode().unwrap() {
                    DomainEvent::Scan(ScanEvent::Requested(event)) => {
                        open.push((event.scan, event.host, event.fleet_scan));
                    }
                    DomainEvent::Scan(ScanEvent::Failed(event)) => {
                        open.retain(|(scan, ..)| *scan != event.scan);
                    }
                    DomainEvent::Scan(ScanEvent::Cancelled(event)) => {
                        open.retain(|(scan, ..)| *scan != event.scan);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Waits until so many scans are open.
    async fn wait_open(&self, count: usize) -> Vec<(ScanId, HostId, Option<FleetScanId>)> {
        let mut head = self.store.head();
        within(async {
            loop {
                head.mark_unchanged();
                let open = self.open().await;
                if open.len() == count {
                    return open;
                }
                head.changed().await.unwrap();
            }
        })
        .await
    }

    async fn wait_for(&self, fleet_scan: FleetScanId, status: FleetScanStatus) {
        let mut head = self.store.head();
        within(async {
            loop {
                head.mark_unchanged();
                if self.state(fleet_scan).await.status == status {
                    return;
                }
                head.changed().await.unwrap();
            }
        })
        .await;
    }

    /// What a worker would do that finds this.
    async fn fail(&self, scan: ScanId, reason: FailureReason) {
        let worker = "w".to_owned();
        let start = ScanCommand::Start(StartScan { worker });
        let fail = ScanCommand::Fail(FailScan {
            attempt: Some(1),
            reason,
            detail: String::new(),
        });
        for command in [start, fail] {
            self.store
                .execute::<Scan>(scan, command, self.context("w"))
                .await
                .unwrap();
        }
    }

    async fn totals(&self, fleet_scan: FleetScanId) -> FleetTotals {
        let stream = StreamId::new("fleet_scan", fleet_scan);
        let events = self
            .store
            .read_stream(&stream, 0, PageLimit::default())
            .await
            .unwrap();
        match events.last().unwrap().decode().unwrap() {
            DomainEvent::FleetScan(FleetScanEvent::Completed(completed)) => completed.totals,
            other => panic!("not completed: {other:?}"),
        }
    }
}

async fn hosts_are_taken_up_within_the_limits_until_all_are_done(engine: Engine) {
    let bench = Bench::new(engine).await;
    let mut hosts = bench.hosts("10.0.0", 4).await;
    hosts.extend(bench.hosts("10.0.1", 2).await);
    let fleet_scan = bench.request("ada", &hosts, limits(4, 2)).await;
    let running = bench.start(limits(64, 16));
    let mut taken = Vec::new();
    let rest = within(async {
        bench.wait_open(4).await;
        loop {
            let open = bench.open().await;
            assert!(open.len() <= 4, "{open:?}");
            for network in [&hosts[..4], &hosts[4..]] {
                let of_it = open.iter().filter(|(_, host, _)| network.contains(host));
                assert!(of_it.count() <= 2, "{open:?}");
            }
            if let Some((scan, host, of)) = open.first() {
                assert_eq!(*of, Some(fleet_scan));
                taken.push(*host);
                bench.fail(*scan, FailureReason::SudoRefused).await;
            }
            if bench.state(fleet_scan).await.status == FleetScanStatus::Completed {
                return bench.totals(fleet_scan).await;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(rest.failed, 6);
    taken.sort_unstable();
    hosts.sort_unstable();
    assert_eq!(taken, hosts, "each host once");
    running.stop().await;
}

async fn two_people_share_the_places(engine: Engine) {
    let bench = Bench::new(engine).await;
    let (many, few) = (
        bench.hosts("10.0.0", 9).await,
        bench.hosts("10.0.1", 3).await,
    );
    bench.request("ada", &many, FleetLimits::default()).await;
    let few = bench.request("bob", &few, FleetLimits::default()).await;
    let running = bench.start(limits(4, 16));
    let open = bench.wait_open(4).await;
    let of_bob = open.iter().filter(|(.., of)| *of == Some(few)).count();
    assert_eq!(
        of_bob, 2,
        "half of the places, though Ada came first with more"
    );
    running.stop().await;
}

async fn what_fails_for_a_while_is_tried_again_later_and_the_rest_is_not(engine: Engine) {
    let bench = Bench::new(engine).await;
    let hosts = bench.hosts("10.0.0", 2).await;
    let fleet_scan = bench.request("ada", &hosts, FleetLimits::default()).await;
    let running = bench.start(FleetLimits::default());
    for (scan, host, _) in bench.wait_open(2).await {
        let reason = if host == hosts[0] {
            FailureReason::HostUnreachable
        } else {
            FailureReason::AuthenticationRefused
        };
        bench.fail(scan, reason).await;
    }
    for minutes in [1, 4] {
        assert_eq!(bench.open().await, [], "not at once");
        bench.clock.advance(Duration::from_mins(minutes));
        let open = bench.wait_open(1).await;
        assert_eq!(open[0].1, hosts[0]);
        bench.fail(open[0].0, FailureReason::HostUnreachable).await;
    }
    bench.wait_for(fleet_scan, FleetScanStatus::Completed).await;
    assert_eq!(bench.totals(fleet_scan).await.failed, 2);
    running.stop().await;
}

async fn a_scan_that_runs_already_counts_and_a_removed_host_is_skipped(engine: Engine) {
    let bench = Bench::new(engine).await;
    let hosts = bench.hosts("10.0.0", 3).await;
    let open = |selection: Selection| (ScanId::draw(bench.store.ids().as_ref()), selection);
    let other = Selection {
        framework: Some("cis".to_owned()),
        ..Selection::default()
    };
    let scans = [open(Selection::default()), open(other)];
    for ((scan, selection), host) in scans.iter().zip(&hosts) {
        let state = bench.store.load::<Host>(*host).await.unwrap().state;
        let request = ScanCommand::Request(RequestScan {
            scan: *scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::OnDemand,
            selection: selection.clone(),
            fleet_scan: None,
        });
        let context = bench.context("bob");
        bench
            .store
            .execute::<Scan>(*scan, request, context)
            .await
            .unwrap();
    }
    let fleet_scan = bench.request("ada", &hosts, FleetLimits::default()).await;
    let remove = HostCommand::Remove(RemoveHost);
    bench
        .store
        .execute::<Host>(hosts[2], remove, bench.context("bob"))
        .await
        .unwrap();
    let running = bench.start(FleetLimits::default());
    let mut head = bench.store.head();
    within(async {
        loop {
            head.mark_unchanged();
            let state = bench.state(fleet_scan).await;
            if state.attached.contains_key(&hosts[0]) && state.skipped.contains(&hosts[2]) {
                break;
            }
            head.changed().await.unwrap();
        }
    })
    .await;
    for (scan, _) in &scans {
        bench.fail(*scan, FailureReason::SudoRefused).await;
    }
    // The one with other rules did not count: the host is scanned once more.
    let own = bench.wait_open(1).await;
    assert_eq!((own[0].1, own[0].2), (hosts[1], Some(fleet_scan)));
    bench.fail(own[0].0, FailureReason::SudoRefused).await;
    bench.wait_for(fleet_scan, FleetScanStatus::Completed).await;
    let totals = bench.totals(fleet_scan).await;
    assert_eq!((totals.failed, totals.skipped), (2, 1));
    running.stop().await;
}

async fn a_fleet_scan_that_is_called_off_stops_its_scans(engine: Engine) {
    let bench = Bench::new(engine).await;
    let hosts = bench.hosts("10.0.0", 5).await;
    let fleet_scan = bench.request("ada", &hosts, limits(2, 2)).await;
    let running = bench.start(FleetLimits::default());
    let open = bench.wait_open(2).await;
    let cancel = FleetScanCommand::Cancel(CancelFleetScan);
    bench
        .store
        .execute::<FleetScan>(fleet_scan, cancel, bench.context("ada"))
        .await
        .unwrap();
    bench.wait_open(0).await;
    for (scan, ..) in open {
        let state = bench.store.load::<Scan>(scan).await.unwrap().state;
        assert_eq!(state.status, ScanStatus::Cancelled);
    }
    running.stop().await;
    assert_eq!(bench.open().await, [], "nobody else is scanned");
}

async fn another_process_goes_on_where_one_died(engine: Engine) {
    let bench = Bench::new(engine).await;
    let hosts = bench.hosts("10.0.0", 4).await;
    let fleet_scan = bench.request("ada", &hosts, limits(2, 2)).await;
    let first = bench.start(FleetLimits::default());
    let open = bench.wait_open(2).await;
    // Dies without a word, as by kill -9: its lease has to run out.
    first.task.abort();
    let second = bench.start(FleetLimits::default());
    for (scan, ..) in open {
        bench.fail(scan, FailureReason::SudoRefused).await;
    }
    for (scan, ..) in bench.wait_open(2).await {
        bench.fail(scan, FailureReason::SudoRefused).await;
    }
    bench.wait_for(fleet_scan, FleetScanStatus::Completed).await;
    assert_eq!(bench.totals(fleet_scan).await.failed, 4);
    second.stop().await;
}
