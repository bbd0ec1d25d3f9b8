//! What was known of a host before this scan: the last verdict of every rule, by which version of the rule
//! and with which values, and what the facts were then.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::catalogue::{Catalogue, CatalogueRule};
use domain::digest::Digest;
use domain::event::{DomainEvent, StreamId};
use domain::id::{HostId, ScanId};
use domain::scan::{ScanCompleted, ScanEvent};
use domain::stored_facts::StoredFrame;
use domain::variable::EffectiveVariable;
use event_store::{PageLimit, Store, StoreError};
use serde::Deserialize;

use super::transitions::Before;
use crate::reactors::board::Board;
use crate::recall::{self, RecallFailure};

/// Partial scans leave gaps; this many results back they are filled from.
const LOOK_BACK: usize = 8;

/// What every collector printed in a scan.
type Frames = BTreeMap<String, StoredFrame>;

/// The newest result of the host and the last verdict of every rule.
pub(super) async fn history(
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
    let rules = rules(store, completed.catalogue).await?;
    let mut variables = variables(store, completed).await?;
    let facts = frames(store, completed).await?;
    let mut gaps = false;
    for (rule, verdict) in rules.into_iter().zip(completed.verdicts.iter()) {
        match verdict {
            Some(verdict) => {
                let variables = variables.remove(&rule.rule).unwrap_or_default();
                before.entry(rule.rule).or_insert_with(|| Before {
                    verdict,
                    version: rule.version,
                    variables,
                    facts: facts.clone(),
                });
            }
            None => gaps = true,
        }
    }
    Ok(gaps)
}

/// The rules of a list without the values that people had set: these are told apart.
async fn rules(store: &Store, list: Digest) -> Result<Vec<CatalogueRule>, StoreError> {
    let Some(catalogue) = store.load::<Catalogue>(list).await?.state else {
        return Ok(Vec::new());
    };
    let base = match catalogue.base {
        Some(base) => store.load::<Catalogue>(base).await?.state,
        None => None,
    };
    Ok(base.unwrap_or(catalogue).rules)
}

/// The part of the results that tells values.
#[derive(Deserialize)]
struct Valued {
    results: Vec<ValuedRule>,
}

#[derive(Deserialize)]
struct ValuedRule {
    rule: String,
    #[serde(default)]
    variables: Vec<EffectiveVariable>,
}

/// The values that each rule was judged with; none for results that cannot be read any more.
async fn variables(
    store: &Store,
    completed: &ScanCompleted,
) -> Result<HashMap<String, Vec<EffectiveVariable>>, StoreError> {
    let Some(bytes) = store.get_blob(&completed.results).await? else {
        return Ok(HashMap::new());
    };
    let valued: Valued = match serde_json::from_slice(&bytes) {
        Ok(valued) => valued,
        Err(error) => {
            tracing::warn!(scan = %completed.scan, %error, "the results of an earlier scan are lost");
            return Ok(HashMap::new());
        }
    };
    let rules = valued.results.into_iter();
    Ok(rules.map(|one| (one.rule, one.variables)).collect())
}

/// What was collected; nothing for scans that kept none, or whose facts cannot be read any more: the verdicts
/// stand without them.
async fn frames(
    store: &Store,
    completed: &ScanCompleted,
) -> Result<Option<Arc<Frames>>, StoreError> {
    let Some(manifest) = completed.stored_facts else {
        return Ok(None);
    };
    match recall::index(store, manifest).await {
        Ok(recalled) => Ok(Some(Arc::new(recalled.frames))),
        Err(RecallFailure::Store(error)) => Err(error),
        Err(RecallFailure::Facts(error)) => {
            tracing::warn!(scan = %completed.scan, %error, "the facts of an earlier scan are lost");
            Ok(None)
        }
    }
}

/// The result of a scan; nothing when it has none.
pub(crate) async fn completed_scan(
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
        if let DomainEvent::Scan(ScanEvent::Completed(completed)) = decoded {
            return Ok(Some(completed));
        }
    }
    Ok(None)
}
