//! `JUnit` XML as build servers read it: a suite for each target, a case for each rule. A fail is a failure,
//! "could not tell" is an error, what does not apply or needs a person is skipped.

use std::io;

use domain::verdict::Verdict;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::exit::Failure;
use crate::scan::report::{FailedReport, Report, ResultReport, ScanReport};

type Xml = Writer<Vec<u8>>;

/// The document.
pub(super) fn write(reports: &[Report]) -> Result<String, Failure> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    document(&mut xml, reports)
        .map_err(|error| Failure::cannot("could not write JUnit XML", error))?;
    Ok(String::from_utf8_lossy(&xml.into_inner()).into_owned())
}

fn document(xml: &mut Xml, reports: &[Report]) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "openwatch"))
        .write_inner_content(|xml| {
            reports.iter().try_for_each(|report| match report {
                Report::Scanned(scanned) => suite(xml, scanned),
                Report::Failed(failed) => failed_suite(xml, failed),
            })
        })?;
    Ok(())
}

fn suite(xml: &mut Xml, scanned: &ScanReport) -> io::Result<()> {
    let summary = &scanned.summary;
    let skipped = summary.not_applicable + summary.manual;
    let seconds = std::time::Duration::from_millis(scanned.duration_ms).as_secs_f64();
    xml.create_element("testsuite")
        .with_attribute(("name", &*clean(&scanned.host.name)))
        .with_attribute(("timestamp", &*scanned.started_at))
        .with_attribute(("time", &*format!("{seconds:.3}")))
        .with_attribute(("tests", &*scanned.results.len().to_string()))
        .with_attribute(("failures", &*summary.fail.to_string()))
        .with_attribute(("errors", &*summary.error.to_string()))
        .with_attribute(("skipped", &*skipped.to_string()))
        .write_inner_content(|xml| {
            scanned
                .results
                .iter()
                .try_for_each(|result| case(xml, result))
        })?;
    Ok(())
}

fn failed_suite(xml: &mut Xml, failed: &FailedReport) -> io::Result<()> {
    xml.create_element("testsuite")
        .with_attribute(("name", &*clean(&failed.host.name)))
        .with_attribute(("timestamp", &*failed.started_at))
        .with_attributes([
            ("tests", "1"),
            ("failures", "0"),
            ("errors", "1"),
            ("skipped", "0"),
        ])
        .write_inner_content(|xml| {
            xml.create_element("testcase")
                .with_attribute(("name", "scan"))
                .write_inner_content(|xml| {
                    let error = xml.create_element("error");
                    error
                        .with_attribute(("message", &*clean(&failed.error.detail)))
                        .write_empty()?;
                    Ok(())
                })?;
            Ok(())
        })?;
    Ok(())
}

fn case(xml: &mut Xml, result: &ResultReport) -> io::Result<()> {
    let severity = result.severity.as_str();
    let element = xml
        .create_element("testcase")
        .with_attribute(("name", &*clean(&result.rule)))
        .with_attribute(("classname", severity));
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
        inner.write_text_content(BytesText::new(&clean(&result.title)))?;
        Ok(())
    })?;
    Ok(())
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
