//! SARIF 2.1.0 (OASIS), for code scanning dashboards: a run for each target. Only what failed or could not be
//! told is an alert; the rest is there with its kind.

use std::collections::BTreeMap;

use domain::verdict::{Severity, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use crate::scan::report::{FailedReport, Report, ResultReport, ScanReport};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The document.
#[derive(Debug, Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Value>,
}

/// A run for each target.
pub(super) fn log(reports: &[Report]) -> Log {
    let runs = reports.iter().map(|report| match report {
        Report::Scanned(scanned) => scanned_run(scanned),
        Report::Failed(failed) => failed_run(failed),
    });
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: runs.collect(),
    }
}

fn driver(rules: &[Value]) -> Value {
    json!({ "driver": {
        "name": "OpenWatch",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    } })
}

fn scanned_run(scanned: &ScanReport) -> Value {
    let rules: Vec<Value> = scanned.results.iter().map(rule).collect();
    let places: BTreeMap<&str, usize> = scanned
        .results
        .iter()
        .zip(0..)
        .map(|(result, at)| (result.rule.as_str(), at))
        .collect();
    let results: Vec<Value> = scanned
        .results
        .iter()
        .map(|result| alert(&scanned.host.name, result, places.get(result.rule.as_str())))
        .collect();
    json!({
        "tool": driver(&rules),
        "automationDetails": { "id": format!("openwatch/{}/", scanned.host.name) },
        "invocations": [{ "executionSuccessful": true, "startTimeUtc": scanned.started_at }],
        "results": results,
        "properties": { "host": scanned.host, "pack": scanned.pack },
    })
}

fn failed_run(failed: &FailedReport) -> Value {
    json!({
        "tool": driver(&[]),
        "automationDetails": { "id": format!("openwatch/{}/", failed.host.name) },
        "invocations": [{
            "executionSuccessful": false,
            "startTimeUtc": failed.started_at,
            "toolExecutionNotifications": [{
                "level": "error",
                "message": { "text": failed.error.detail },
                "descriptor": { "id": failed.error.reason },
            }],
        }],
        "results": [],
    })
}

fn rule(result: &ResultReport) -> Value {
    json!({
        "id": result.rule,
        "shortDescription": { "text": result.title },
        "fullDescription": { "text": result.description },
        "defaultConfiguration": { "level": level(result.severity) },
        "properties": {
            "tags": result.controls,
            // The scale of code scanning dashboards, 0 to 10.
            "security-severity": match result.severity {
                Severity::Critical => "9.5",
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "2.0",
            },
        },
    })
}

fn alert(host: &str, result: &ResultReport, rule_index: Option<&usize>) -> Value {
    let (kind, level) = match result.verdict {
        Verdict::Pass => ("pass", "none"),
        Verdict::Fail => ("fail", level(result.severity)),
        Verdict::Error => ("open", "none"),
        Verdict::NotApplicable => ("notApplicable", "none"),
        Verdict::Manual => ("review", "none"),
    };
    let place = result
        .evidence
        .iter()
        .find_map(|item| Some((item.file.as_deref()?, item.line)));
    let physical = place.map(|(file, line)| {
        json!({
            "artifactLocation": { "uri": format!("file://{file}") },
            "region": { "startLine": line.unwrap_or(1).max(1) },
        })
    });
    let mut location = json!({
        "logicalLocations": [{ "name": host, "fullyQualifiedName": host, "kind": "resource" }],
    });
    if let (Some(physical), Some(fields)) = (physical, location.as_object_mut()) {
        fields.insert("physicalLocation".to_owned(), physical);
    }
    json!({
        "ruleId": result.rule,
        "ruleIndex": rule_index,
        "kind": kind,
        "level": level,
        "message": { "text": result.reason },
        "locations": [location],
        "partialFingerprints": { "hostAndRule/v1": format!("{host}/{}", result.rule) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}
