//! SARIF 2.1.0 (OASIS), for code scanning dashboards: a run for each target, a result for each rule with its kind.
//! Only a fail has a level; "could not tell" is `open`, which is neither a pass nor a fail (section 3.27.9).

use domain::verdict::{Severity, Verdict};
use serde_json::{Map, Value, json};

use crate::report::{FailedReport, NoVerdicts, Report, ResultReport, ScanReport};

/// What stands around the runs: before them, before the first, between two, after the last, after them.
pub(super) const RUNS: (&str, &str, &str, &str, &str) = (
    "{\n  \"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n  \
     \"version\": \"2.1.0\",\n  \"runs\": [",
    "\n",
    ",\n",
    "\n  ",
    "]\n}\n",
);

/// The run of a target.
pub(super) fn run(report: &Report) -> Value {
    match report {
        Report::Scanned(scanned) => scanned_run(scanned),
        Report::Failed(failed) => failed_run(failed),
    }
}

fn driver(rules: &[Value]) -> Value {
    json!({ "driver": {
        "name": "OpenWatch",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    } })
}

/// Which series of runs this one belongs to, and which of them it is: those of one host are compared.
fn automation(host: &str, scan: Option<String>) -> Value {
    let mut details = json!({ "id": format!("openwatch/{host}/") });
    if let (Some(scan), Some(fields)) = (scan, details.as_object_mut()) {
        fields.insert("guid".to_owned(), scan.into());
    }
    details
}

fn scanned_run(scanned: &ScanReport) -> Value {
    let host = scanned.host.name.as_str();
    let rules: Vec<Value> = scanned.results.iter().map(rule).collect();
    let results = scanned.results.iter().enumerate();
    let results: Vec<Value> = results
        .map(|(place, result)| alert(host, result, place))
        .collect();
    let scan = scanned
        .record
        .as_ref()
        .map(|record| record.scan.to_string());
    json!({
        "tool": driver(&rules),
        "automationDetails": automation(host, scan),
        "invocations": [{ "executionSuccessful": true, "startTimeUtc": scanned.started_at }],
        "results": results,
        "properties": {
            "host": scanned.host,
            "pack": scanned.pack,
            "summary": scanned.summary,
            "record": scanned.record,
        },
    })
}

fn failed_run(failed: &FailedReport) -> Value {
    let level = match failed.error.reason {
        NoVerdicts::Skipped(_) => "note",
        NoVerdicts::Failed(_) | NoVerdicts::Stopped(_) => "error",
    };
    let scan = failed.scan.map(|scan| scan.to_string());
    json!({
        "tool": driver(&[]),
        "automationDetails": automation(&failed.host.name, scan),
        "invocations": [{
            "executionSuccessful": false,
            "startTimeUtc": failed.started_at,
            "toolExecutionNotifications": [{
                "level": level,
                "message": { "text": failed.error.detail },
                "descriptor": { "id": failed.error.reason },
            }],
        }],
        "results": [],
    })
}

fn rule(result: &ResultReport) -> Value {
    // Frameworks and not their hundreds of controls: dashboards keep ten tags (GitHub, "SARIF support").
    let mut tags = vec!["security"];
    for control in &result.controls {
        let framework = control.split(':').next().unwrap_or_default();
        if !tags.contains(&framework) {
            tags.push(framework);
        }
    }
    json!({
        "id": result.rule,
        "shortDescription": { "text": result.title },
        "fullDescription": { "text": words(&result.description, &result.title) },
        "help": { "text": words(&result.description, &result.title) },
        "defaultConfiguration": { "level": level(result.severity) },
        "properties": {
            "tags": tags,
            "controls": result.controls,
            "severity": result.severity,
            // The scale of CVSS, 0 to 10, as code scanning dashboards read it.
            "security-severity": match result.severity {
                Severity::Critical => "9.5",
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "2.0",
            },
        },
    })
}

fn alert(host: &str, result: &ResultReport, place: usize) -> Value {
    let (kind, level) = match result.verdict {
        Verdict::Pass => ("pass", "none"),
        Verdict::Fail => ("fail", level(result.severity)),
        Verdict::Error => ("open", "none"),
        Verdict::NotApplicable => ("notApplicable", "none"),
        Verdict::Manual => ("review", "none"),
    };
    // A waived result gets its `suppressions` here (section 3.27.23).
    json!({
        "ruleId": result.rule,
        "ruleIndex": place,
        "kind": kind,
        "level": level,
        "message": { "text": message(result) },
        "locations": [location(host, result)],
        "partialFingerprints": fingerprints(host, &result.rule),
        "properties": {
            "verdict": result.verdict,
            "expected": result.expected,
            "actual": result.actual,
        },
    })
}

/// What a dashboard shows that knows no kinds.
fn message(result: &ResultReport) -> String {
    let reason = words(&result.reason, &result.title);
    match result.verdict {
        Verdict::Error => format!("Could not tell: {reason}"),
        Verdict::Manual => format!("A person has to judge: {reason}"),
        Verdict::Pass | Verdict::Fail | Verdict::NotApplicable => reason.to_owned(),
    }
}

/// The file and line that decided, below a folder with the name of the host: results of many hosts meet in one
/// dashboard, which refuses results without a file. Where no file decided it is the host alone.
fn location(host: &str, result: &ResultReport) -> Value {
    let source = result.source.as_ref();
    let of_evidence = result.evidence.iter().find_map(|item| {
        let file = item.file.as_deref()?;
        Some((file, item.line))
    });
    let place = source
        .map(|source| (source.path.as_str(), Some(source.line)))
        .or(of_evidence);
    let mut physical = Map::new();
    let uri = match place {
        Some((file, _)) => format!("{}/{}", encode(host), encode(file.trim_start_matches('/'))),
        None => encode(host),
    };
    physical.insert("artifactLocation".to_owned(), json!({ "uri": uri }));
    let line = place.and_then(|(_, line)| line).unwrap_or(1).max(1);
    physical.insert("region".to_owned(), json!({ "startLine": line }));
    json!({
        "physicalLocation": physical,
        "logicalLocations": [{ "name": host, "fullyQualifiedName": host, "kind": "resource" }],
    })
}

/// What makes a result the same one as before: the host and the rule, wherever a file has moved to. The first
/// name is the one that GitHub reads.
fn fingerprints(host: &str, rule: &str) -> Value {
    let hash =
        domain::digest::Digest::of_parts(&[host.as_bytes(), &[0], rule.as_bytes()]).to_string();
    let short = hash.get(..16).unwrap_or(&hash);
    json!({
        "primaryLocationLineHash": format!("{short}:1"),
        "hostAndRule/v1": format!("{host}/{rule}"),
    })
}

/// Text that must not be empty.
fn words<'t>(text: &'t str, instead: &'t str) -> &'t str {
    if text.trim().is_empty() {
        instead
    } else {
        text
    }
}

/// A path as part of an address (RFC 3986 section 3.3). A colon too, which the first segment of a relative
/// address must not have.
fn encode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}
