//! `JUnit` XML as build servers read it: a suite for each target, a case for each rule. A fail is a failure,
//! "could not tell" is an error, what does not apply or needs a person is skipped. A target that was not scanned
//! is a suite with one case, which is an error, or skipped where that was meant.

use std::fmt::Write as _;
use std::io;

use domain::verdict::Verdict;
use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::error::WriteError;
use crate::report::{FailedReport, NoVerdicts, Report, ResultReport, ScanReport};

type Xml = Writer<Vec<u8>>;

/// What stands around the suites: before them, before the first, between two, after the last, after them.
pub(super) const SUITES: (&str, &str, &str, &str, &str) = (
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"openwatch\">\n",
    "",
    "\n",
    "\n",
    "</testsuites>\n",
);

/// The suite of a target.
pub(super) fn suite(report: &Report) -> Result<String, WriteError> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    match report {
        Report::Scanned(scanned) => scanned_suite(&mut xml, scanned)?,
        Report::Failed(failed) => failed_suite(&mut xml, failed)?,
    }
    Ok(String::from_utf8_lossy(&xml.into_inner()).into_owned())
}

fn scanned_suite(xml: &mut Xml, scanned: &ScanReport) -> io::Result<()> {
    let count = |verdicts: &[Verdict]| {
        let results = scanned.results.iter();
        let those = results.filter(|result| verdicts.contains(&result.verdict));
        those.count().to_string()
    };
    let seconds = std::time::Duration::from_millis(scanned.duration_ms).as_secs_f64();
    xml.create_element("testsuite")
        .with_attribute(("name", &*clean(&scanned.host.name)))
        .with_attribute(("hostname", &*clean(&scanned.host.hostname)))
        .with_attribute(("timestamp", second(&scanned.started_at)))
        .with_attribute(("time", &*format!("{seconds:.3}")))
        .with_attribute(("tests", &*scanned.results.len().to_string()))
        .with_attribute(("failures", &*count(&[Verdict::Fail])))
        .with_attribute(("errors", &*count(&[Verdict::Error])))
        .with_attribute((
            "skipped",
            &*count(&[Verdict::NotApplicable, Verdict::Manual]),
        ))
        .write_inner_content(|xml| {
            properties(xml, scanned)?;
            let mut results = scanned.results.iter();
            results.try_for_each(|result| case(xml, &scanned.host.name, result))
        })?;
    Ok(())
}

/// What else is known, by name.
fn properties(xml: &mut Xml, scanned: &ScanReport) -> io::Result<()> {
    let share = |share: Option<f64>| share.map_or_else(String::new, |share| format!("{share:.4}"));
    let scan = scanned
        .record
        .as_ref()
        .map(|record| record.scan.to_string());
    let known = [
        ("platform", scanned.host.platform.name.clone()),
        ("pack", scanned.pack.name.clone()),
        ("pack_hash", scanned.pack.hash.clone()),
        ("score", share(scanned.summary.score)),
        ("coverage", share(scanned.summary.coverage)),
        ("scan", scan.unwrap_or_default()),
    ];
    xml.create_element("properties")
        .write_inner_content(|xml| {
            for (name, value) in known.iter().filter(|(_, value)| !value.is_empty()) {
                xml.create_element("property")
                    .with_attribute(("name", *name))
                    .with_attribute(("value", &*clean(value)))
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

fn failed_suite(xml: &mut Xml, failed: &FailedReport) -> io::Result<()> {
    let (outcome, errors, skipped) = match failed.error.reason {
        NoVerdicts::Skipped(_) => ("skipped", "0", "1"),
        NoVerdicts::Failed(_) | NoVerdicts::Stopped(_) => ("error", "1", "0"),
    };
    let name = clean(&failed.host.name);
    xml.create_element("testsuite")
        .with_attribute(("name", &*name))
        .with_attribute(("timestamp", second(&failed.started_at)))
        .with_attributes([("tests", "1"), ("failures", "0")])
        .with_attributes([("errors", errors), ("skipped", skipped)])
        .write_inner_content(|xml| {
            xml.create_element("testcase")
                .with_attributes([("name", "scan"), ("classname", &*name)])
                .write_inner_content(|xml| {
                    xml.create_element(outcome)
                        .with_attribute(("message", &*clean(&failed.error.detail)))
                        .write_empty()?;
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

fn case(xml: &mut Xml, host: &str, result: &ResultReport) -> io::Result<()> {
    let severity = result.severity.as_str();
    // What is before the last dot is the package, by which Jenkins groups.
    let class = format!("{}.{severity}", clean(host));
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", &*clean(&result.rule)))
        .with_attribute(("classname", &*class));
    let outcome = match result.verdict {
        Verdict::Pass => {
            element.write_empty()?;
            return Ok(());
        }
        Verdict::Fail => "failure",
        Verdict::Error => "error",
        Verdict::NotApplicable | Verdict::Manual => "skipped",
    };
    element.write_inner_content(|xml| {
        let mut inner = xml
            .create_element(outcome)
            .with_attribute(("message", &*clean(&result.reason)));
        if outcome != "skipped" {
            inner = inner.with_attribute(("type", severity));
        }
        inner.write_text_content(BytesText::new(&clean(&body(result))))?;
        Ok(())
    })?;
    Ok(())
}

/// What somebody reads who opens a case.
fn body(result: &ResultReport) -> String {
    let mut text = format!("{}\n", result.title);
    let place = result
        .source
        .as_ref()
        .map(|source| format!("{}:{}", source.path, source.line));
    let lines = [
        ("expected", result.expected.as_deref()),
        ("actual", result.actual.as_deref()),
        ("at", place.as_deref()),
    ];
    for (name, value) in lines {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    for evidence in &result.evidence {
        let _ = writeln!(text, "$ {}", evidence.command);
    }
    if !result.controls.is_empty() {
        let _ = writeln!(text, "controls: {}", result.controls.join(" "));
    }
    text
}

/// An instant without fraction and zone (it is UTC), as the schemas of consumers demand.
fn second(instant: &str) -> &str {
    instant.split(['.', 'Z']).next().unwrap_or(instant)
}

/// Without the characters that XML 1.0 cannot hold (section 2.2).
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c < ' ' && !"\t\n\r".contains(c) || ('\u{fffe}'..='\u{ffff}').contains(&c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}
