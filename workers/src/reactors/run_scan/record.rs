//! Writes a result down: the catalogue once, the blobs, and the one event that holds everything else.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::{Catalogue, PublishCatalogue};
use domain::digest::Digest;
use domain::event::StreamId;
use domain::id::{HostId, ScanId};
use domain::results::{RESULTS_SCHEMA, RuleResult, ScanResults};
use domain::scan::{CompleteScan, FailureReason, Scan, ScanCommand, ScanCompleted, ScanEvent};
use domain::time::Timestamp;
use domain::verdict::VerdictVector;
use event_store::{Attachment, ExecuteError, Frontier, PageLimit, Store, StoreError};

use super::attempt::{Attempt, Stopped};
use super::transitions::{Before, Now, transitions};
use crate::failure::{Failure, in_full};
use crate::reactors::board::Board;
use crate::scanner::{Found, Scanned};

/// Partial scans leave gaps; this many results back they are filled from.
const LOOK_BACK: usize = 8;

/// One look at a host, with its times.
pub(super) struct Look {
    pub(super) scanned: Scanned,
    pub(super) started_at: Timestamp,
    pub(super) finished_at: Timestamp,
}

/// The blobs and hashes of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The hash of the results blob.
    pub results: Digest,
    /// The Merkle root (RFC 6962) of the evidence hashes in catalogue order.
    pub evidence_root: Digest,
    /// The evidence hash of every rule; nothing where a rule was not selected.
    pub evidence: Vec<Option<Digest>>,
    /// Every blob once, by hash.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
}

/// The results of a scan as blobs.
pub fn describe_results(
    catalogue: &PublishCatalogue,
    found: &[Option<Found>],
) -> Result<Recorded, serde_json::Error> {
    let mut results = Vec::new();
    let mut evidence = Vec::new();
    let mut blobs = BTreeMap::new();
    let mut tree = Frontier::default();
    for (rule, found) in catalogue.rules.iter().zip(found) {
        let Some(found) = found else {
            evidence.push(None);
            continue;
        };
        let bytes = serde_json::to_vec(&found.evidence)?;
        let hash = Digest::of(&bytes);
        tree.push(Digest::of_parts(&[&[0], hash.as_bytes()]));
        blobs.insert(hash, bytes);
        evidence.push(Some(hash));
        results.push(RuleResult {
            rule: rule.rule.clone(),
            verdict: found.verdict,
            reason: found.reason.clone(),
            expected: found.expected.clone(),
            actual: found.actual.clone(),
            evidence: hash,
        });
    }
    let bytes = serde_json::to_vec(&ScanResults {
        schema: RESULTS_SCHEMA.to_owned(),
        results,
    })?;
    let results = Digest::of(&bytes);
    blobs.insert(results, bytes);
    Ok(Recorded {
        results,
        evidence_root: tree.root(),
        evidence,
        blobs,
    })
}

/// Records the result. Nobody hears of it when the scan has ended or was taken over meanwhile.
pub(super) async fn complete(attempt: &Attempt<'_>, look: Look) -> Result<(), Stopped> {
    let reactor = attempt.reactor;
    let catalogue = reactor.scanner.catalogue();
    publish(attempt).await?;
    let recorded = describe_results(catalogue, &look.scanned.found)
        .map_err(|error| Failure::of(FailureReason::Internal, &error))?;
    let history = history(&reactor.store, reactor.board.as_ref(), attempt.open.host).await?;
    let now = verdicts_now(&look.scanned.found, &recorded.evidence);
    let before = history.as_ref().map(|(_, before)| before);
    let command = CompleteScan {
        attempt: attempt.number,
        catalogue: catalogue.catalogue,
        started_at: look.started_at,
        finished_at: look.finished_at,
        verdicts: VerdictVector::pack(&vector(&now)),
        previous: history.as_ref().map(|(scan, _)| *scan),
        transitions: transitions(&catalogue.rules, &now, before),
        evidence_root: recorded.evidence_root,
        results: recorded.results,
        facts: look.scanned.facts,
        cost: look.scanned.cost,
    };
    let mut context = attempt.context();
    for (hash, bytes) in recorded.blobs {
        context = context.attach(Attachment::Blob { hash, bytes });
    }
    let command = ScanCommand::Complete(Box::new(command));
    let completed = reactor
        .store
        .execute::<Scan>(attempt.open.scan, command, context)
        .await;
    match completed {
        Ok(_) => Ok(()),
        Err(ExecuteError::Store(error @ StoreError::EventTooLarge { .. })) => {
            Err(Failure::of(FailureReason::Internal, &error).into())
        }
        Err(ExecuteError::Store(error)) => Err(error.into()),
        Err(error) => {
            tracing::debug!(scan = %attempt.open.scan, error = in_full(&error), "not recorded");
            Err(Stopped::Moot)
        }
    }
}

/// Publishing what is published already changes nothing.
async fn publish(attempt: &Attempt<'_>) -> Result<(), Stopped> {
    let scanner = attempt.reactor.scanner.as_ref();
    let catalogue = scanner.catalogue();
    let blob = Attachment::Blob {
        hash: catalogue.content,
        bytes: scanner.content().to_vec(),
    };
    let published = attempt
        .reactor
        .store
        .execute::<Catalogue>(
            catalogue.catalogue,
            catalogue.clone(),
            attempt.context().attach(blob),
        )
        .await;
    match published {
        Ok(_) => Ok(()),
        Err(ExecuteError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::of(FailureReason::Internal, &error).into()),
    }
}

fn verdicts_now(found: &[Option<Found>], evidence: &[Option<Digest>]) -> Vec<Option<Now>> {
    found
        .iter()
        .zip(evidence)
        .map(|(found, evidence)| {
            let (found, evidence) = (found.as_ref()?, (*evidence)?);
            Some(Now {
                verdict: found.verdict,
                evidence,
            })
        })
        .collect()
}

fn vector(now: &[Option<Now>]) -> Vec<Option<domain::verdict::Verdict>> {
    now.iter().map(|now| now.map(|now| now.verdict)).collect()
}

/// The newest result of the host and the last verdict of every rule.
async fn history(
    store: &Store,
    board: &dyn Board,
    host: HostId,
) -> Result<Option<(ScanId, BTreeMap<String, Before>)>, StoreError> {
    let Some(newest) = board.last_completed(host).await? else {
        return Ok(None);
    };
    let scan = newest.scan;
    let mut before = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(newest);
    for _ in 0..LOOK_BACK {
        let Some(completed) = next else { break };
        seen.insert(completed.scan);
        let gaps = fill(store, &completed, &mut before).await?;
        next = match completed.previous {
            Some(previous) if gaps && !seen.contains(&previous) => {
                completed_scan(store, previous).await?
            }
            _ => None,
        };
    }
    Ok(Some((scan, before)))
}

/// Takes over verdicts of rules that have none yet; tells whether the scan left rules out.
async fn fill(
    store: &Store,
    completed: &ScanCompleted,
    before: &mut BTreeMap<String, Before>,
) -> Result<bool, StoreError> {
    let catalogue = store.load::<Catalogue>(completed.catalogue).await?.state;
    let rules = catalogue
        .map(|catalogue| catalogue.rules)
        .unwrap_or_default();
    let mut gaps = false;
    for (rule, verdict) in rules.into_iter().zip(completed.verdicts.iter()) {
        match verdict {
            Some(verdict) => {
                let version = rule.version;
                before
                    .entry(rule.rule)
                    .or_insert(Before { verdict, version });
            }
            None => gaps = true,
        }
    }
    Ok(gaps)
}

async fn completed_scan(
    store: &Store,
    scan: ScanId,
) -> Result<Option<Box<ScanCompleted>>, StoreError> {
    let stream = StreamId::new("scan", scan);
    let events = store.read_stream(&stream, 0, PageLimit::default()).await?;
    for event in events {
        let decoded = event.decode().map_err(|source| StoreError::Decode {
            position: event.position,
            source,
        })?;
        if let domain::event::DomainEvent::Scan(ScanEvent::Completed(completed)) = decoded {
            return Ok(Some(completed));
        }
    }
    Ok(None)
}
