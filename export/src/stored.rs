//! A stored scan as a report, from the log and the blobs that it names. The read tables are not asked: the log
//! alone is true, and a scan can be written out before they are built.

use domain::catalogue::{Catalogue, CatalogueContent, RuleContent};
use domain::event::{DomainEvent, StreamId};
use domain::host::Host;
use domain::id::{HostId, ScanId};
use domain::results::{Evidence, RuleResult, ScanResults};
use domain::scan::{ScanCompleted, ScanEvent};
use domain::time::Timestamp;
use event_store::{PageLimit, Store, StoreError};
use serde::de::DeserializeOwned;

use crate::error::ReadError;
use crate::report::{
    ContextReport, NoVerdicts, PackReport, RecordReport, Report, ResultReport, controls,
};

/// The report of a scan that has ended.
pub async fn stored(store: &Store, scan: ScanId) -> Result<Report, ReadError> {
    let stream = StreamId::new("scan", scan);
    let events = store.read_stream(&stream, 0, PageLimit::default()).await?;
    let mut begun: Option<Timestamp> = None;
    for event in &events {
        let decoded = event.decode().map_err(|source| StoreError::Decode {
            position: event.position,
            source,
        })?;
        let DomainEvent::Scan(decoded) = decoded else {
            continue;
        };
        let (host, reason, detail) = match decoded {
            ScanEvent::TrialRequested(_) | ScanEvent::TrialCompleted(_) => {
                return Err(ReadError::Trial(scan));
            }
            ScanEvent::Requested(_) | ScanEvent::Started(_) => {
                begun = Some(event.recorded_at);
                continue;
            }
            ScanEvent::Completed(completed) => return completed_report(store, &completed).await,
            ScanEvent::Failed(failed) => {
                let reason = NoVerdicts::Failed(failed.reason);
                (failed.host, reason, failed.detail)
            }
            ScanEvent::Cancelled(cancelled) => {
                let detail = "the scan was called off".to_owned();
                (cancelled.host, NoVerdicts::CANCELLED, detail)
            }
        };
        let name = host_name(store, host).await?;
        let report = Report::failed(&name, begun.unwrap_or(event.recorded_at), reason, &detail);
        return Ok(report.recorded_as(scan));
    }
    Err(if events.is_empty() {
        ReadError::NoScan(scan)
    } else {
        ReadError::NotEnded(scan)
    })
}

async fn completed_report(store: &Store, completed: &ScanCompleted) -> Result<Report, ReadError> {
    let broken = |what| ReadError::Broken {
        scan: completed.scan,
        what,
    };
    let catalogue = store.load::<Catalogue>(completed.catalogue).await?.state;
    let catalogue = catalogue.ok_or_else(|| broken("the rules"))?;
    let blobs = store
        .get_blobs([catalogue.content, completed.results])
        .await?;
    let rules: CatalogueContent =
        parse(blobs.get(&catalogue.content)).ok_or_else(|| broken("the rules"))?;
    let stored: ScanResults =
        parse(blobs.get(&completed.results)).ok_or_else(|| broken("the results"))?;
    let named = stored.results.iter().map(|result| result.evidence);
    let evidence = store.get_blobs(named).await?;
    // The results stand in the order of the catalogue, without the rules that were not selected.
    let places = rules.rules.iter().zip(completed.verdicts.iter());
    let selected = places.filter_map(|(rule, verdict)| verdict.map(|_| rule));
    let results: Option<Vec<ResultReport>> = selected
        .zip(stored.results)
        .map(|(rule, result)| {
            let evidence = parse(evidence.get(&result.evidence))?;
            (rule.rule == result.rule).then(|| result_report(rule, result, evidence))
        })
        .collect();
    let results = results.ok_or_else(|| broken("the evidence"))?;
    let pack = PackReport {
        name: catalogue.pack,
        hash: completed.catalogue.to_string(),
        rules: results.len(),
    };
    let name = match &completed.context {
        Some(context) => context.host.clone(),
        None => host_name(store, completed.host).await?,
    };
    let seen = (&completed.facts, &completed.cost);
    let mut report = Report::scanned(&name, pack, completed.started_at, seen, results);
    if let Report::Scanned(scanned) = &mut report {
        scanned.record = Some(RecordReport {
            scan: completed.scan,
            results: completed.results,
            evidence_root: completed.evidence_root,
            context: completed.context.as_ref().map(ContextReport::of),
        });
    }
    Ok(report)
}

fn result_report(rule: &RuleContent, result: RuleResult, evidence: Vec<Evidence>) -> ResultReport {
    ResultReport {
        rule: result.rule,
        title: rule.title.clone(),
        severity: rule.severity,
        verdict: result.verdict,
        reason: result.reason,
        expected: result.expected,
        actual: result.actual,
        evidence,
        controls: controls(&rule.references),
        source: result.source,
        implementation: result.implementation,
        variables: result.variables,
        strict: result.strict,
        description: rule.description.trim().to_owned(),
    }
}

/// What a host is called now. A host that was removed keeps its name.
pub(crate) async fn host_name(store: &Store, host: HostId) -> Result<String, StoreError> {
    let state = store.load::<Host>(host).await?.state;
    let details = state.details.ok_or(StoreError::Inconsistent {
        what: "find the host of a scan",
    })?;
    Ok(details.name)
}

fn parse<T: DeserializeOwned>(bytes: Option<&Vec<u8>>) -> Option<T> {
    serde_json::from_slice(bytes?).ok()
}

impl Report {
    fn recorded_as(mut self, scan: ScanId) -> Self {
        if let Self::Failed(failed) = &mut self {
            failed.scan = Some(scan);
        }
        self
    }
}
