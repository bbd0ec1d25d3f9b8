//! One host: reached, scanned, told as a report. Knows nothing of other hosts.

use std::sync::PoisonError;

use domain::host::HostKey;
use domain::port::ScanPhase;
use domain::scan::{FailureReason, LoginIdentity};
use domain::time::Timestamp;
use engine::rule::Rule;
use export::{NoVerdicts, PackReport, Report, ResultReport};
use workers::failure::Failure as ScanFailure;
use workers::reach::{Machine, Reached, Unreached, reach};
use workers::scanner::{Found, Scanned, Scanner as _};
use workers::ssh::known_hosts::learn_key;

use super::Run;
use super::progress::HostProgress;
use super::target::Named;
use crate::sources;

/// One target that had its turn, or will have none.
pub(super) struct Looked {
    pub(super) named: Named,
    pub(super) started_at: Timestamp,
    pub(super) outcome: Result<Scanned, Nothing>,
    pub(super) trusted_keys: Vec<HostKey>,
    pub(super) login: Option<LoginIdentity>,
}

/// Why there are no verdicts.
pub(super) enum Nothing {
    /// It was tried, and this came in between.
    Failed(ScanFailure),
    /// The command was interrupted while the host was scanned.
    CalledOff,
    /// The command was interrupted before.
    NotStarted,
}

impl Looked {
    /// A host without verdicts.
    pub(super) fn without(named: Named, nothing: Nothing) -> Self {
        Self {
            named,
            started_at: sources::clock().now(),
            outcome: Err(nothing),
            trusted_keys: Vec::new(),
            login: None,
        }
    }

    /// Whether its turn came.
    pub(super) fn started(&self) -> bool {
        !matches!(self.outcome, Err(Nothing::NotStarted))
    }

    /// What came of it, if it came to its end by itself.
    pub(super) fn ended(&self) -> Option<Result<Scanned, ScanFailure>> {
        match &self.outcome {
            Ok(scanned) => Some(Ok(scanned.clone())),
            Err(Nothing::Failed(failure)) => Some(Err(failure.clone())),
            Err(Nothing::CalledOff | Nothing::NotStarted) => None,
        }
    }
}

/// Scans a host.
pub(super) async fn look(run: &Run, named: Named) -> Looked {
    let begun = tokio::time::Instant::now();
    let label = named.label();
    let mut progress = run.progress.host(&label);
    let mut looked = Looked::without(named, Nothing::CalledOff);
    let opened = tokio::select! {
        opened = open(run, &looked.named) => opened.map_err(Nothing::Failed),
        () = run.stop.cancelled() => Err(Nothing::CalledOff),
    };
    looked.outcome = match opened {
        Ok((reached, login)) => {
            looked.trusted_keys.clone_from(&reached.presented_keys);
            looked.login = login;
            scan(run, &mut progress, reached).await
        }
        Err(nothing) => Err(nothing),
    };
    if let Ok(scanned) = &mut looked.outcome {
        if !run.record {
            scanned.collected = None;
        }
        scanned.cost.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    }
    looked
}

/// Tries the ways to a host until one of them is let in.
async fn open(run: &Run, named: &Named) -> Result<(Reached, Option<LoginIdentity>), ScanFailure> {
    let ways: Vec<Machine> = run
        .access
        .ways(named)
        .map_err(|failure| ScanFailure::of(FailureReason::CredentialMissing, &failure))?;
    let mut refused = None;
    for way in ways {
        match reach(&way, &run.ssh).await {
            Ok(reached) => {
                learn(run, &reached);
                return Ok((reached, identity(&way)));
            }
            Err(Unreached { failure, .. })
                if failure.reason == FailureReason::AuthenticationRefused =>
            {
                refused = Some(failure);
            }
            Err(unreached) => return Err(unreached.failure),
        }
    }
    Err(refused.unwrap_or_else(|| {
        ScanFailure::new(
            FailureReason::CredentialMissing,
            "there is nothing to log in with",
        )
    }))
}

/// Who was let in, for the record.
fn identity(way: &Machine) -> Option<LoginIdentity> {
    let Machine::Ssh(target, _) = way else {
        return None;
    };
    let login = &target.host.login;
    Some(LoginIdentity {
        credential: None,
        name: "command line".to_owned(),
        username: login.username.clone(),
        method: login.method,
        fingerprint: None,
    })
}

/// Writes down the keys that were accepted because they were the first, and says so. A host on the way is met by
/// many at once and written down once.
fn learn(run: &Run, reached: &Reached) {
    for key in &reached.first_used_keys {
        let mut learned = run.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if learned.contains(key) {
            continue;
        }
        let path = &run.access.known_hosts;
        let words = match learn_key(path, key) {
            Ok(()) => format!(
                "{}: new {} host key {}, added to {}",
                key.endpoint,
                key.algorithm,
                key.fingerprint,
                path.display()
            ),
            Err(error) => format!("{}: the host key was not kept: {error}", key.endpoint),
        };
        learned.push(key.clone());
        run.progress.note(&words);
    }
}

async fn scan(
    run: &Run,
    progress: &mut HostProgress<'_>,
    reached: Reached,
) -> Result<Scanned, Nothing> {
    let mut tell = |phase: ScanPhase, done: u32, total: u32| progress.step(phase, done, total);
    let scanned = tokio::select! {
        scanned = run.scanner.scan(reached.host(), &run.selection, &mut tell) => Some(scanned),
        () = run.stop.cancelled() => None,
    };
    // What runs on the host was told to end when the scan was dropped.
    let Some(scanned) = scanned else {
        reached.leave().await;
        return Err(Nothing::CalledOff);
    };
    reached.close().await;
    scanned.map_err(Nothing::Failed)
}

/// What is written of one target.
pub(super) fn report(run: &Run, looked: &Looked) -> Report {
    let label = looked.named.label();
    let begun = looked.started_at;
    let scanned = match &looked.outcome {
        Ok(scanned) => scanned,
        Err(nothing) => {
            let (reason, detail) = match nothing {
                Nothing::Failed(failure) => (NoVerdicts::Failed(failure.reason), &*failure.detail),
                Nothing::CalledOff => (NoVerdicts::CANCELLED, "the scan was called off"),
                Nothing::NotStarted => (
                    NoVerdicts::CANCELLED,
                    "the scan was called off before the turn of the host came",
                ),
            };
            let report = Report::failed(&label, begun, reason, detail);
            return report.reached_at(&looked.named.target());
        }
    };
    let found = run.base.rules().iter().zip(&scanned.found);
    let results: Vec<ResultReport> = found
        .filter_map(|(rule, found)| Some(result(rule, found.as_ref()?)))
        .collect();
    let pack = PackReport {
        name: run.base.name().to_owned(),
        hash: run.base.hash().to_string(),
        rules: results.len(),
    };
    let seen = (&scanned.facts, &scanned.cost);
    Report::scanned(&label, pack, begun, seen, results)
}

fn result(rule: &Rule, found: &Found) -> ResultReport {
    ResultReport {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        verdict: found.verdict,
        reason: found.reason.clone(),
        expected: found.expected.clone(),
        actual: found.actual.clone(),
        evidence: found.evidence.clone(),
        controls: export::controls(&rule.references),
        source: found.source.clone(),
        implementation: found.implementation.clone(),
        variables: found.variables.clone(),
        strict: found.strict.clone(),
        description: rule.description.trim().to_owned(),
    }
}
