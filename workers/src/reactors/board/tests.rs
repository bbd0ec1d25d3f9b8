//! A board that goes on from what was kept knows what one knows that has read everything. The tests of the reactors
//! keep after every event, so that whoever takes over there goes on from it.

use domain::actor::Actor;
use domain::aggregate::Aggregate;
use domain::fleet_scan::{FleetLimits, FleetScan, FleetScanCommand, HostChoice, RequestFleetScan};
use domain::host::{Connection, Host, HostCommand, HostDetails, RegisterHost};
use domain::id::{CommandId, CorrelationId, FleetScanId, HostId, ScanId, TypedId as _};
use domain::scan::{
    FailScan, FailureReason, RequestScan, Scan, ScanCommand, Selection, StartScan, Trigger,
};
use event_store::testing::TestDatabase;
use event_store::{CommandContext, Engine};

use super::*;

async fn execute<A: Aggregate>(store: &Store, key: impl std::fmt::Display, command: A::Command)
where
    A::Error: std::fmt::Debug,
{
    let ids = store.ids().as_ref();
    let actor = Actor::system("test");
    let context = CommandContext::new(CommandId::draw(ids), actor, CorrelationId::draw(ids));
    store.execute::<A>(key, command, context).await.unwrap();
}

async fn host(store: &Store, name: &str) -> HostId {
    let host = HostId::draw(store.ids().as_ref());
    let register = HostCommand::Register(RegisterHost {
        host,
        details: HostDetails {
            name: name.to_owned(),
            environment: "test".to_owned(),
            description: String::new(),
            tags: Vec::new(),
            connection: Connection::Local,
        },
        trusted_keys: Vec::new(),
    });
    execute::<Host>(store, host, register).await;
    host
}

async fn request(store: &Store, host: HostId, fleet_scan: Option<FleetScanId>) -> ScanId {
    let scan = ScanId::draw(store.ids().as_ref());
    let state = store.load::<Host>(host).await.unwrap().state;
    let request = ScanCommand::Request(RequestScan {
        scan,
        host: state.scannable().unwrap(),
        trigger: Trigger::OnDemand,
        selection: Selection::default(),
        fleet_scan,
    });
    execute::<Scan>(store, scan, request).await;
    scan
}

async fn request_all(store: &Store, hosts: &[HostId]) -> FleetScanId {
    let fleet_scan = FleetScanId::draw(store.ids().as_ref());
    let request = FleetScanCommand::Request(Box::new(RequestFleetScan {
        fleet_scan,
        hosts: hosts.to_vec(),
        choice: HostChoice::Listed,
        selection: Selection::default(),
        limits: FleetLimits::default(),
        retry_of: None,
    }));
    execute::<FleetScan>(store, fleet_scan, request).await;
    fleet_scan
}

/// What a board knows, and how many events it had to read.
async fn known(board: &LogBoard) -> serde_json::Value {
    board
        .ask(|view| serde_json::to_value(view).unwrap())
        .await
        .unwrap()
}

async fn taken_up(store: &Store) -> Position {
    let mut kept = Kept::default();
    kept.take_up(store).await.unwrap();
    kept.view.position
}

async fn what_is_kept_is_what_was_folded(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    let board = LogBoard::keeping(store.clone(), 1);
    let (one, other, third) = (
        host(&store, "one").await,
        host(&store, "other").await,
        host(&store, "third").await,
    );
    known(&board).await;
    assert_eq!(taken_up(&store).await, *store.head().borrow());
    let all = request_all(&store, &[one, other]).await;
    let scan = request(&store, one, Some(all)).await;
    request(&store, third, None).await;
    let worker = "w".to_owned();
    execute::<Scan>(&store, scan, ScanCommand::Start(StartScan { worker })).await;
    known(&board).await;
    let fail = FailScan {
        attempt: Some(1),
        reason: FailureReason::HostUnreachable,
        detail: String::new(),
    };
    execute::<Scan>(&store, scan, ScanCommand::Fail(fail)).await;
    // One goes on from the middle, the other reads everything.
    let middle = taken_up(&store).await;
    assert!(middle.0 > 0 && middle < *store.head().borrow());
    let resumed = known(&LogBoard::keeping(store.clone(), u64::MAX / 2)).await;
    let mut anew = View::default();
    while anew.read_on(&store).await.unwrap() {}
    assert_eq!(resumed, serde_json::to_value(&anew).unwrap());
}

async fn what_cannot_be_used_is_folded_anew(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let store = database.open().await;
    host(&store, "one").await;
    let head = *store.head().borrow();
    store.keep_fold(NAME, VERSION, head, b"{}").await.unwrap();
    assert_eq!(taken_up(&store).await, Position(0));
    // Of a log that went on before it was taken back.
    let mut view = View::default();
    while view.read_on(&store).await.unwrap() {}
    let ahead = Position(head.0 + 1);
    let state = serde_json::to_vec(&view).unwrap();
    store.keep_fold(NAME, VERSION, ahead, &state).await.unwrap();
    assert_eq!(taken_up(&store).await, Position(0));
    // What newer code keeps is not for this one, and what older code kept goes.
    store
        .keep_fold(NAME, VERSION + 1, head, &state)
        .await
        .unwrap();
    assert!(store.kept_fold(NAME, VERSION).await.unwrap().is_none());
}

macro_rules! on_both {
    ($($name:ident;)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(event_store::Engine::Sqlite).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(event_store::Engine::Postgres).await;
            })+
        }
    };
}

on_both! {
    what_is_kept_is_what_was_folded;
    what_cannot_be_used_is_folded_anew;
}
