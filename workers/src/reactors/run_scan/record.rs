//! Writes a result down: the catalogue once, the blobs, and the one event that holds everything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalogue::{Catalogue, PublishCatalogue};
use domain::digest::Digest;
use domain::results::{RESULTS_SCHEMA, RuleResult, ScanResults};
use domain::scan::{CompleteScan, FailureReason, Scan, ScanCommand, ScanContext};
use domain::stored_facts::StoredFrame;
use domain::time::Timestamp;
use domain::verdict::VerdictVector;
use engine::stored;
use event_store::{Attachment, ExecuteError, Frontier, StoreError};

use super::attempt::{Attempt, Stopped};
use super::history::history;
use super::transitions::{Now, transitions};
use crate::failure::Failure;
use crate::scanner::{Found, Scanned, Scanner};
use domain::causes::in_full;

/// One look at a host, with its times.
pub(super) struct Look {
    /// With the rules that judged.
    pub(super) scanner: Arc<dyn Scanner>,
    /// The same rules with the values that they bring along: it is published with what they say.
    pub(super) base: Arc<dyn Scanner>,
    pub(super) scanned: Scanned,
    pub(super) context: Option<ScanContext>,
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
    /// The hash of what was collected, and what every collector printed.
    pub facts: Option<(Digest, BTreeMap<String, StoredFrame>)>,
}

/// The results of a scan as blobs, with what was collected.
pub fn describe_results(
    catalogue: &PublishCatalogue,
    scanned: &Scanned,
) -> Result<Recorded, serde_json::Error> {
    let mut results = Vec::new();
    let mut evidence = Vec::new();
    let mut blobs = BTreeMap::new();
    let mut tree = Frontier::default();
    for (rule, found) in catalogue.rules.iter().zip(&scanned.found) {
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
            source: found.source.clone(),
            implementation: found.implementation.clone(),
            variables: found.variables.clone(),
            facts: found.facts.clone(),
            strict: found.strict.clone(),
            pack: found.pack.clone(),
        });
    }
    let bytes = serde_json::to_vec(&ScanResults {
        schema: RESULTS_SCHEMA.to_owned(),
        results,
    })?;
    let results = Digest::of(&bytes);
    blobs.insert(results, bytes);
    let mut facts = None;
    if let Some(collected) = &scanned.collected {
        let stored = stored::store(collected)?;
        blobs.extend(stored.blobs);
        facts = Some((stored.manifest, stored.frames));
    }
    Ok(Recorded {
        facts,
        results,
        evidence_root: tree.root(),
        evidence,
        blobs,
    })
}

/// Records the result. Nobody hears of it when the scan has ended or was taken over meanwhile.
pub(super) async fn complete(attempt: &Attempt<'_>, look: Look) -> Result<(), Stopped> {
    let reactor = attempt.reactor;
    let catalogue = look.scanner.catalogue();
    let recorded = describe_results(catalogue, &look.scanned)
        .map_err(|error| Failure::of(FailureReason::Internal, &error))?;
    // Rules that are tried are in no list of rules, and what they say is compared with nothing.
    let history = if attempt.trial.is_some() {
        None
    } else {
        if catalogue.base.is_some() {
            publish(attempt, look.base.as_ref()).await?;
        }
        publish(attempt, look.scanner.as_ref()).await?;
        history(&reactor.store, reactor.board.as_ref(), attempt.open.host).await?
    };
    let now = verdicts_now(&look.scanned.found, &recorded);
    let before = history.as_ref().map(|(_, before)| before);
    let command = CompleteScan {
        attempt: attempt.number,
        catalogue: catalogue.catalogue,
        started_at: look.started_at,
        finished_at: look.finished_at,
        verdicts: VerdictVector::pack(&vector(&now)),
        previous: history.as_ref().map(|(scan, _)| *scan),
        transitions: transitions(&look.base.catalogue().rules, &now, before),
        evidence_root: recorded.evidence_root,
        results: recorded.results,
        facts: look.scanned.facts,
        cost: look.scanned.cost,
        stored_facts: recorded.facts.as_ref().map(|(hash, _)| *hash),
        context: look.context,
        collection_times: look.scanned.collection_times,
    };
    // Before the event and not with it: hundreds of them would make everybody else wait.
    reactor.store.put_blobs(&recorded.blobs).await?;
    let command = ScanCommand::Complete(Box::new(command));
    let completed = reactor
        .store
        .execute::<Scan>(attempt.open.scan, command, attempt.context())
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
async fn publish(attempt: &Attempt<'_>, scanner: &dyn Scanner) -> Result<(), Stopped> {
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

fn verdicts_now<'a>(found: &'a [Option<Found>], recorded: &'a Recorded) -> Vec<Option<Now<'a>>> {
    let frames = recorded.facts.as_ref().map(|(_, frames)| frames);
    let pairs = found.iter().zip(&recorded.evidence);
    pairs
        .map(|(found, evidence)| {
            let (found, evidence) = (found.as_ref()?, (*evidence)?);
            let keys = found.facts.iter();
            Some(Now {
                verdict: found.verdict,
                evidence,
                variables: &found.variables,
                facts: keys.filter_map(|key| frames?.get_key_value(key)).collect(),
            })
        })
        .collect()
}

fn vector(now: &[Option<Now<'_>>]) -> Vec<Option<domain::verdict::Verdict>> {
    now.iter()
        .map(|now| now.as_ref().map(|now| now.verdict))
        .collect()
}
