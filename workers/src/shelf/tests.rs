//! What counts follows the log, in every process; what may not run is not read.

use std::sync::Arc;

use domain::actor::Actor;
use domain::digest::Digest;
use domain::host::{Connection, Host, HostCommand, HostDetails, RegisterHost};
use domain::id::{CommandId, CorrelationId, HostId, RulePackId, ScanId, TypedId as _};
use domain::rule_pack::{
    CreateRulePack, DisableRulePack, EnableRulePackVersion, PackFault, PackVersion, RulePack,
    RulePackCommand, RulePackError, RulePacks as _, TrustRulePackVersion, UploadRulePackVersion,
    UploadedFile,
};
use domain::scan::{CompleteScan, Cost, HostFacts, RequestTrial, Scan, ScanCommand, StartScan};
use domain::verdict::{Verdict, VerdictVector};
use engine::pack::Signer;
use engine::rule::RuleBase;
use event_store::testing::TestDatabase;
use event_store::{CommandContext, Engine, Store};

use super::*;
use crate::reactors::board::LogBoard;

const SHIPPED: &str = "schema: openwatch/1
id: shipped
title: It ships
description: It ships.
rationale: To have one.
severity: low
category: files
platforms: []
implementations:
  - check: {method: file_absent, path: /shipped}
";

fn rule(id: &str, check: &str) -> String {
    SHIPPED
        .replace("id: shipped", &format!("id: {id}"))
        .replace("{method: file_absent, path: /shipped}", check)
}

fn plain(id: &str) -> String {
    rule(id, "{method: file_absent, path: /nowhere}")
}

fn scripted(id: &str) -> String {
    rule(id, "{method: command, run: \"true\"}")
}

struct Bench {
    _database: TestDatabase,
    store: Store,
}

impl Bench {
    async fn new(engine: Engine) -> Self {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        Self {
            store,
            _database: database,
        }
    }

    /// The shelf of one process.
    fn shelf(&self, shipped: &str) -> Shelf {
        let files = [("files/shipped.yml".to_owned(), shipped.to_owned())];
        let signer = Signer::new("ops", [1; 32]).unwrap();
        Shelf::new(
            self.store.clone(),
            Arc::new(LogBoard::new(self.store.clone())),
            RuleBase::from_files("shipped", &files).unwrap(),
            vec![signer.verifier()],
            (self.store.clock().clone(), self.store.ids().clone()),
        )
    }

    fn context(&self) -> CommandContext {
        let ids = self.store.ids().as_ref();
        let (command, correlation) = (CommandId::draw(ids), CorrelationId::draw(ids));
        CommandContext::new(command, Actor::system("test"), correlation)
    }

    async fn add(&self, on: &Shelf, name: &str, text: &str) -> RulePackId {
        let read = on.read(vec![file("x.yml", text)]).await.unwrap();
        self.store.put_blobs(&read.blobs).await.unwrap();
        let pack = RulePackId::draw(self.store.ids().as_ref());
        let create = RulePackCommand::Create(CreateRulePack {
            pack,
            name: name.to_owned(),
            first: UploadRulePackVersion {
                note: String::new(),
                content: read.content,
            },
        });
        self.say(pack, create).await;
        pack
    }

    async fn say(&self, pack: RulePackId, command: RulePackCommand) {
        self.store
            .execute::<RulePack>(pack, command, self.context())
            .await
            .unwrap();
    }

    async fn runnable(&self, pack: RulePackId) -> RunnableVersion {
        let state = self.store.load::<RulePack>(pack).await.unwrap().state;
        state.runnable(1).unwrap()
    }

    /// Tries and enables the first version.
    async fn enable(&self, pack: RulePackId) {
        let ids = self.store.ids().as_ref();
        let (host, scan) = (HostId::draw(ids), ScanId::draw(ids));
        let register = HostCommand::Register(RegisterHost {
            host,
            details: HostDetails {
                name: host.to_string(),
                environment: "test".to_owned(),
                description: String::new(),
                tags: Vec::new(),
                connection: Connection::Local,
            },
            trusted_keys: Vec::new(),
        });
        let registered = self
            .store
            .execute::<Host>(host, register, self.context())
            .await
            .unwrap();
        let now = self.store.clock().now();
        for command in [
            ScanCommand::RequestTrial(RequestTrial {
                scan,
                host: registered.state.scannable().unwrap(),
                version: self.runnable(pack).await,
            }),
            ScanCommand::Start(StartScan {
                worker: "w".to_owned(),
            }),
            ScanCommand::Complete(Box::new(CompleteScan {
                attempt: 1,
                catalogue: Digest::of(b""),
                started_at: now,
                finished_at: now,
                verdicts: VerdictVector::pack(&[Some(Verdict::Pass)]),
                previous: None,
                transitions: Vec::new(),
                evidence_root: Digest::of(b""),
                results: Digest::of(b""),
                facts: HostFacts::default(),
                cost: Cost::default(),
                stored_facts: None,
                context: None,
                collection_times: Vec::new(),
            })),
        ] {
            self.store
                .execute::<Scan>(scan, command, self.context())
                .await
                .unwrap();
        }
        let state = self.store.load::<Scan>(scan).await.unwrap().state;
        let trial = state.completed_trial();
        let version = 1;
        let enable = EnableRulePackVersion { version, trial };
        self.say(pack, RulePackCommand::Enable(enable)).await;
    }
}

fn file(path: &str, text: &str) -> UploadedFile {
    // A file without a folder is named after its rule.
    let id = text.lines().find_map(|line| line.strip_prefix("id: "));
    let path = id.map_or_else(|| path.to_owned(), |id| format!("files/{id}.yml"));
    UploadedFile {
        path,
        bytes: text.as_bytes().to_vec(),
    }
}

async fn ids(shelf: &Shelf) -> Vec<String> {
    let rules = shelf.rules().await.unwrap();
    rules.rules().iter().map(|rule| rule.id.clone()).collect()
}

async fn faults(shelf: &Shelf, files: Vec<UploadedFile>) -> Vec<PackFault> {
    match shelf.read(files).await {
        Err(domain::rule_pack::ReadPackError::Faults(faults)) => faults,
        other => panic!("{other:?}"),
    }
}

async fn every_process_follows_what_is_enabled(engine: Engine) {
    let bench = Bench::new(engine).await;
    let (one, other) = (bench.shelf(SHIPPED), bench.shelf(SHIPPED));
    let before = one.rules().await.unwrap().hash();
    let pack = bench.add(&one, "Acme", &plain("acme-one")).await;
    assert_eq!(ids(&one).await, ["shipped"]);
    bench.enable(pack).await;
    for shelf in [&one, &other] {
        assert_eq!(ids(shelf).await, ["acme-one", "shipped"]);
    }
    let (here, there) = (one.rules().await.unwrap(), other.rules().await.unwrap());
    assert_eq!(here.hash(), there.hash());
    bench
        .say(pack, RulePackCommand::Disable(DisableRulePack))
        .await;
    for shelf in [&one, &other] {
        assert_eq!(shelf.rules().await.unwrap().hash(), before);
    }
}

async fn untrusted_scripts_are_not_even_read_for_a_scan(engine: Engine) {
    let bench = Bench::new(engine).await;
    let shelf = bench.shelf(SHIPPED);
    let pack = bench.add(&shelf, "Acme", &scripted("acme-one")).await;
    let version = PackVersion {
        pack,
        name: "Acme".to_owned(),
        version: 1,
        rule_set: Digest::of(b""),
    };
    let refused = shelf.of_version(&version).await.err().unwrap();
    assert!(matches!(
        refused,
        ShelfError::NotRunnable(RulePackError::Untrusted {
            version: 1,
            scripts: 1
        })
    ));
    let trust = RulePackCommand::Trust(TrustRulePackVersion { version: 1 });
    bench.say(pack, trust).await;
    let scanner = shelf.of_version(&version).await.unwrap();
    assert_eq!(scanner.catalogue().rules.len(), 1);
}

async fn what_does_not_go_together_any_more_is_left_out_and_said(engine: Engine) {
    let bench = Bench::new(engine).await;
    let pack = bench
        .add(&bench.shelf(SHIPPED), "Acme", &plain("acme-one"))
        .await;
    bench.enable(pack).await;
    // A newer product ships a rule with the same id.
    let files = [
        ("files/shipped.yml".to_owned(), SHIPPED.to_owned()),
        ("files/acme-one.yml".to_owned(), plain("acme-one")),
    ];
    let mut newer = bench.shelf(SHIPPED);
    newer.base = RuleBase::from_files("shipped", &files).unwrap();
    assert_eq!(ids(&newer).await, ["acme-one", "shipped"]);
    let left_out = newer.left_out().await.unwrap();
    assert_eq!(left_out.len(), 1);
    assert_eq!(left_out[0].0, pack);
    assert!(left_out[0].1.contains("acme-one"), "{left_out:?}");
}

async fn an_upload_says_what_is_wrong_and_where(engine: Engine) {
    let bench = Bench::new(engine).await;
    let shelf = bench.shelf(SHIPPED);
    let slip = plain("acme-one").replace("severity: low", "severity: lwo");
    let found = faults(&shelf, vec![file("x.yml", &slip)]).await;
    assert_eq!(found[0].file, "files/acme-one.yml");
    assert_eq!(found[0].place.map(|(line, _)| line), Some(6));
    assert_eq!(found[0].excerpt.as_deref(), Some("severity: lwo"));
    let found = faults(&shelf, vec![file("x.yml", &plain("shipped"))]).await;
    assert!(found[0].message.contains("ships"), "{found:?}");
    assert_eq!(found[0].place, Some((2, 1)));
    let fixture = "fixtures:\n  - name: compliant\n    verdict: fail\n    frames:\n      stat: \"absent\\t/nowhere\\t/nowhere\\n\"\n";
    let wrong = format!("{}{fixture}", plain("acme-one"));
    let found = faults(&shelf, vec![file("x.yml", &wrong)]).await;
    assert!(found[0].message.contains("compliant"), "{found:?}");
}

async fn a_signed_pack_is_taken_from_whom_is_known(engine: Engine) {
    let bench = Bench::new(engine).await;
    let shelf = bench.shelf(SHIPPED);
    let files = vec![("files/acme-one.yml".to_owned(), scripted("acme-one"))];
    let signed = |name, seed| {
        let signer = Signer::new(name, [seed; 32]).unwrap();
        UploadedFile {
            path: "acme.owpack".to_owned(),
            bytes: engine::pack::sign("acme", "1", files.clone(), &signer).unwrap(),
        }
    };
    let read = shelf.read(vec![signed("ops", 1)]).await.unwrap();
    let signature = read.content.signature.unwrap();
    assert_eq!(signature.key, "ops");
    assert!(read.blobs.contains_key(&signature.archive));
    let found = faults(&shelf, vec![signed("mallory", 2)]).await;
    assert!(found[0].message.contains("rule_keys"), "{found:?}");
}

macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$test(event_store::Engine::Sqlite).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$test(event_store::Engine::Postgres).await;
            }
        }
    )+};
}

on_both_engines!(
    every_process_follows_what_is_enabled,
    untrusted_scripts_are_not_even_read_for_a_scan,
    what_does_not_go_together_any_more_is_left_out_and_said,
    an_upload_says_what_is_wrong_and_where,
    a_signed_pack_is_taken_from_whom_is_known,
);
