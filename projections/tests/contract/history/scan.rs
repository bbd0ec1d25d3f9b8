//! Scans from the request to the end.

use domain::credential::AuthMethod;
use domain::digest::Digest;
use domain::host::{Host, SudoMode};
use domain::id::{HostId, ScanId, TypedId as _};
use domain::results::{Choice, RESULTS_SCHEMA, RuleResult, ScanResults};
use domain::scan::{
    CollectionTime, CompleteScan, Cost, FailScan, FailureReason, HostFacts, LoginIdentity,
    Membership, RequestScan, Scan, ScanCommand, ScanContext, Selection, StartScan, Trigger,
};
use domain::verdict::{Severity, Verdict, VerdictVector};
use event_store::Attachment;

use super::World;
use super::rule::RULES;

impl World {
    pub(crate) async fn request(&self, host: HostId) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<Host>(host).await.unwrap().state;
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::OnDemand,
            selection: Selection::default(),
            fleet_scan: None,
        });
        self.execute::<Scan>(scan, command).await;
        scan
    }

    pub(crate) async fn start(&self, scan: ScanId) {
        let command = ScanCommand::Start(StartScan {
            worker: "w".to_owned(),
        });
        self.execute::<Scan>(scan, command).await;
    }

    /// A scan from request to end, with these verdicts.
    pub(crate) async fn scan(&self, host: HostId, verdicts: [Option<Verdict>; 3]) -> ScanId {
        self.scan_of(host, verdicts, "").await
    }

    /// The same of a host that runs a system.
    pub(crate) async fn scan_of(
        &self,
        host: HostId,
        verdicts: [Option<Verdict>; 3],
        system: &str,
    ) -> ScanId {
        let catalogue = self.publish().await;
        self.scan_by(host, (system, ""), catalogue, verdicts).await
    }

    /// The same of a host with this `ID` and `VERSION_ID`, by these rules.
    pub(crate) async fn scan_by(
        &self,
        host: HostId,
        system: (&str, &str),
        catalogue: Digest,
        verdicts: [Option<Verdict>; 3],
    ) -> ScanId {
        let scan = self.request(host).await;
        self.complete(scan, system, catalogue, verdicts).await;
        scan
    }

    /// Starts a scan that was asked for, and ends it.
    pub(crate) async fn complete(
        &self,
        scan: ScanId,
        system: (&str, &str),
        catalogue: Digest,
        verdicts: [Option<Verdict>; 3],
    ) {
        self.start(scan).await;
        let results = results(verdicts);
        let bytes = serde_json::to_vec(&results).unwrap();
        let hash = Digest::of(&bytes);
        let now = self.store.clock().now();
        let command = ScanCommand::Complete(Box::new(CompleteScan {
            attempt: 1,
            catalogue,
            started_at: now,
            finished_at: now,
            verdicts: VerdictVector::pack(&verdicts),
            previous: None,
            transitions: Vec::new(),
            evidence_root: Digest::of(b"root"),
            results: hash,
            facts: HostFacts {
                hostname: "h".to_owned(),
                os_id: system.0.to_owned(),
                os_version: system.1.to_owned(),
                ..HostFacts::default()
            },
            cost: Cost {
                round_trips: 3,
                ..Cost::default()
            },
            stored_facts: Some(Digest::of(b"facts")),
            context: Some(surroundings()),
            collection_times: vec![CollectionTime {
                fact: "sshd".to_owned(),
                ms: 120,
            }],
        }));
        let context = self.context().attach(Attachment::Blob { hash, bytes });
        self.store
            .execute::<Scan>(scan, command, context)
            .await
            .unwrap();
    }

    pub(crate) async fn fail(&self, scan: ScanId, reason: FailureReason) {
        let fail = FailScan {
            attempt: Some(1),
            reason,
            detail: "no route".to_owned(),
        };
        self.execute::<Scan>(scan, ScanCommand::Fail(fail)).await;
    }
}

fn results(verdicts: [Option<Verdict>; 3]) -> ScanResults {
    let result = |((rule, _), verdict): (&(&str, Severity), Option<Verdict>)| {
        Some(RuleResult {
            rule: (*rule).to_owned(),
            verdict: verdict?,
            reason: "because".to_owned(),
            expected: Some("no".to_owned()),
            actual: None,
            evidence: Digest::of(rule.as_bytes()),
            source: None,
            implementation: Choice::default(),
            variables: Vec::new(),
            facts: Vec::new(),
            strict: None,
            pack: None,
        })
    };
    ScanResults {
        schema: RESULTS_SCHEMA.to_owned(),
        results: RULES.iter().zip(verdicts).filter_map(result).collect(),
    }
}

fn surroundings() -> ScanContext {
    ScanContext {
        host: "a".to_owned(),
        environment: "test".to_owned(),
        tags: vec!["web".to_owned()],
        groups: vec![Membership {
            group: "g".to_owned(),
            name: "Web".to_owned(),
        }],
        address: Some("a:22".to_owned()),
        host_key: Some("SHA256:k".to_owned()),
        login: Some(LoginIdentity {
            credential: None,
            name: "command line".to_owned(),
            username: "ops".to_owned(),
            method: AuthMethod::Key,
            fingerprint: Some("SHA256:l".to_owned()),
        }),
        sudo: Some(SudoMode::Nopasswd),
        engine: "1".to_owned(),
    }
}
