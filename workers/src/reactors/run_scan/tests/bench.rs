//! What the tests of the reactor stand on: a database, a pretended scanner, commands, waiting.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::actor::Actor;
use domain::aggregate::Aggregate;
use domain::catalogue::{CatalogueRule, PublishCatalogue};
use domain::digest::Digest;
use domain::event::{DomainEvent, StreamId};
use domain::host::{Connection, Host, HostCommand, HostDetails, RegisterHost};
use domain::id::{CommandId, CorrelationId, HostId, ScanId, TypedId as _};
use domain::port::ScanPhase;
use domain::results::{Choice, Evidence};
use domain::scan::{
    Cost, HostFacts, RequestScan, Scan, ScanCommand, ScanEvent, ScanState, ScanStatus, Selection,
    Trigger,
};
use domain::variable::{EffectiveVariable, VariableOrigin};
use domain::verdict::{Severity, Verdict};
use engine::facts::{Facts, Frame};
use event_store::testing::TestDatabase;
use event_store::{CommandContext, Engine, ExecuteError, Executed, PageLimit, Store};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::{ScanReactor, ScanSettings};
use crate::entropy::SystemEntropy;
use crate::failure::Failure;
use crate::reactors::board::LogBoard;
use crate::scanner::{Found, OnProgress, OneScanner, Scanned, Scanner};
use crate::ssh::SshOptions;
use crate::vault::FileVault;

/// A database with a store on it.
pub(super) struct Bench {
    /// Kept so that its folder stays until the end.
    _database: TestDatabase,
    pub(super) store: Store,
    pub(super) vault: Arc<FileVault>,
}

/// A reactor that runs until it is stopped.
pub(super) struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub(super) async fn stop(self) {
        self.stop.cancel();
        within(self.task).await.unwrap();
    }

    /// Dies without a word, as by kill -9.
    pub(super) async fn die(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

impl Bench {
    pub(super) async fn new(engine: Engine) -> Self {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        projections::migrate(store.db()).await.unwrap();
        Self {
            store,
            _database: database,
            vault: Arc::new(FileVault::ephemeral(Arc::new(SystemEntropy)).unwrap()),
        }
    }

    pub(super) fn settings(name: &str) -> ScanSettings {
        ScanSettings {
            lease: Duration::from_mins(1),
            grace: Duration::from_millis(100),
            ..ScanSettings::new(name, 4, SshOptions::default())
        }
    }

    pub(super) fn start(&self, scanner: &Arc<Pretended>, settings: ScanSettings) -> Running {
        let reactor = Arc::new(ScanReactor {
            store: self.store.clone(),
            board: Arc::new(LogBoard::keeping(self.store.clone(), 1)),
            vault: self.vault.clone(),
            scanners: Arc::new(OneScanner(scanner.clone())),
            settings,
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(reactor.run(stop.clone()));
        Running { stop, task }
    }

    pub(super) fn context(&self) -> CommandContext {
        let command = CommandId::draw(self.store.ids().as_ref());
        let correlation = CorrelationId::draw(self.store.ids().as_ref());
        CommandContext::new(command, Actor::system("test"), correlation)
    }

    pub(super) async fn execute<A: Aggregate>(
        &self,
        key: impl std::fmt::Display,
        command: A::Command,
    ) -> Result<Executed<A>, ExecuteError<A::Error>> {
        self.store.execute::<A>(key, command, self.context()).await
    }

    pub(super) async fn host(&self, name: &str, connection: Connection) -> HostId {
        let host = HostId::draw(self.store.ids().as_ref());
        let details = HostDetails {
            name: name.to_owned(),
            environment: "test".to_owned(),
            description: String::new(),
            tags: Vec::new(),
            connection,
        };
        let command = HostCommand::Register(RegisterHost {
            host,
            details,
            trusted_keys: Vec::new(),
        });
        self.execute::<Host>(host, command).await.unwrap();
        host
    }

    pub(super) async fn request(&self, host: HostId, selection: Selection) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<Host>(host).await.unwrap().state;
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::OnDemand,
            selection,
            fleet_scan: None,
        });
        self.execute::<Scan>(scan, command).await.unwrap();
        scan
    }

    /// A scan of everything on a host of its own.
    pub(super) async fn local_scan(&self, name: &str) -> (HostId, ScanId) {
        let host = self.host(name, Connection::Local).await;
        (host, self.request(host, Selection::default()).await)
    }

    /// Waits until the scan is as wanted.
    pub(super) async fn wait(
        &self,
        scan: ScanId,
        wanted: impl Fn(&ScanState) -> bool,
    ) -> ScanState {
        let mut head = self.store.head();
        within(async {
            loop {
                head.mark_unchanged();
                let state = self.store.load::<Scan>(scan).await.unwrap().state;
                if wanted(&state) {
                    return state;
                }
                head.changed().await.unwrap();
            }
        })
        .await
    }

    pub(super) async fn wait_for(&self, scan: ScanId, status: ScanStatus) -> ScanState {
        self.wait(scan, |state| state.status == status).await
    }

    /// The last event of a scan.
    pub(super) async fn last(&self, scan: ScanId) -> ScanEvent {
        let stream = StreamId::new("scan", scan);
        let events = self
            .store
            .read_stream(&stream, 0, PageLimit::default())
            .await
            .unwrap();
        match events.last().unwrap().decode().unwrap() {
            DomainEvent::Scan(event) => event,
            other => panic!("not a scan event: {other:?}"),
        }
    }
}

/// Bounds every wait of a test.
pub(super) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work)
        .await
        .expect("in time")
}

/// What the pretended machine does in one scan.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Find(Vec<Option<Verdict>>),
    /// The same, with the release of its kernel as the one fact, which is kept, and a value that the organisation
    /// has set.
    Look(Vec<Option<Verdict>>, &'static str, &'static str),
    Fail(Failure),
    /// Waits until somebody lets it go on.
    Hang,
}

/// A scanner without machines.
pub(super) struct Pretended {
    catalogue: PublishCatalogue,
    acts: Mutex<VecDeque<Act>>,
    pub(super) go_on: Notify,
    running: watch::Sender<usize>,
    pub(super) most: AtomicUsize,
    pub(super) scans: AtomicUsize,
}

impl Pretended {
    /// Rules by name and version; the last act is repeated for ever.
    pub(super) fn new(rules: &[(&str, u8)], acts: impl IntoIterator<Item = Act>) -> Arc<Self> {
        let content = content(rules);
        let rules = rules
            .iter()
            .map(|(rule, version)| CatalogueRule {
                rule: (*rule).to_owned(),
                version: vec![*version; 16],
                severity: Severity::High,
            })
            .collect();
        Arc::new(Self {
            catalogue: PublishCatalogue {
                catalogue: Digest::of(&content),
                pack: "pretended".to_owned(),
                rules,
                content: Digest::of(&content),
                base: None,
            },
            acts: Mutex::new(acts.into_iter().collect()),
            go_on: Notify::new(),
            running: watch::Sender::new(0),
            most: AtomicUsize::new(0),
            scans: AtomicUsize::new(0),
        })
    }

    /// Waits until that many scans run.
    pub(super) async fn wait_running(&self, count: usize) {
        let mut running = self.running.subscribe();
        within(running.wait_for(|running| *running == count))
            .await
            .unwrap();
    }

    fn next_act(&self) -> Act {
        let mut acts = self.acts.lock().unwrap();
        if acts.len() > 1 {
            acts.pop_front().unwrap()
        } else {
            acts[0].clone()
        }
    }
}

fn content(rules: &[(&str, u8)]) -> Vec<u8> {
    format!("{rules:?}").into_bytes()
}

/// Counts a scan out, however it ends.
struct Counted<'a>(&'a watch::Sender<usize>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|running| *running -= 1);
    }
}

#[async_trait]
impl Scanner for Pretended {
    fn catalogue(&self) -> &PublishCatalogue {
        &self.catalogue
    }

    fn content(&self) -> &[u8] {
        // Leaked once a test: the trait lends what the scanner owns.
        let rules: Vec<(&str, u8)> = self
            .catalogue
            .rules
            .iter()
            .map(|rule| (rule.rule.as_str(), rule.version[0]))
            .collect();
        Box::leak(content(&rules).into_boxed_slice())
    }

    fn with_values(self: Arc<Self>, _: &[EffectiveVariable]) -> Result<Arc<dyn Scanner>, Failure> {
        Ok(self)
    }

    async fn scan(
        &self,
        _: &dyn engine::host::Host,
        _: &Selection,
        progress: OnProgress<'_>,
    ) -> Result<Scanned, Failure> {
        self.scans.fetch_add(1, Ordering::SeqCst);
        self.running.send_modify(|running| {
            *running += 1;
            self.most.fetch_max(*running, Ordering::SeqCst);
        });
        let _counted = Counted(&self.running);
        progress(ScanPhase::Collecting, 1, 2);
        let mut act = self.next_act();
        if matches!(act, Act::Hang) {
            self.go_on.notified().await;
            act = Act::Find(vec![Some(Verdict::Pass); self.catalogue.rules.len()]);
        }
        progress(ScanPhase::Judging, 1, 1);
        match act {
            Act::Find(verdicts) => Ok(scanned(&verdicts)),
            Act::Look(verdicts, kernel, value) => {
                let mut scanned = scanned(&verdicts);
                scanned.collected = Some(Facts {
                    frames: BTreeMap::from([("kernel".to_owned(), Frame::ok(kernel))]),
                    ..Facts::default()
                });
                for found in scanned.found.iter_mut().flatten() {
                    found.variables = vec![EffectiveVariable {
                        name: "days".to_owned(),
                        value: value.to_owned(),
                        origin: VariableOrigin::Organisation,
                        place: String::new(),
                    }];
                }
                Ok(scanned)
            }
            Act::Fail(failure) => Err(failure),
            Act::Hang => unreachable!("it went on"),
        }
    }
}

fn scanned(verdicts: &[Option<Verdict>]) -> Scanned {
    let found = |verdict: &Verdict| Found {
        verdict: *verdict,
        reason: format!("it is {}", verdict.as_str()),
        expected: Some("no".to_owned()),
        actual: None,
        evidence: vec![Evidence {
            command: "uname -r".to_owned(),
            exit: Some(0),
            stdout: verdict.as_str().to_owned(),
            stderr: String::new(),
            sha256: Digest::of(verdict.as_str().as_bytes()),
            truncated: false,
            file: None,
            line: None,
        }],
        source: None,
        implementation: Choice {
            number: Some(1),
            of: 1,
            why: "needs nothing".to_owned(),
            gates: Vec::new(),
        },
        variables: Vec::new(),
        facts: vec!["kernel".to_owned()],
        strict: None,
        pack: None,
    };
    Scanned {
        facts: HostFacts {
            hostname: "pretended".to_owned(),
            ..HostFacts::default()
        },
        cost: Cost {
            round_trips: 2,
            ..Cost::default()
        },
        collection_times: Vec::new(),
        collected: None,
        found: verdicts
            .iter()
            .map(|verdict| verdict.as_ref().map(found))
            .collect(),
    }
}
