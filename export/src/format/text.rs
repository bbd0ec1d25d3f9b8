//! For people: the worst first, one line a rule.

use std::fmt::Write as _;

use domain::verdict::Verdict;
use domain::words::counted;

use crate::report::{Report, ResultReport, ScanReport, Summary};

const ORDER: [Verdict; 5] = [
    Verdict::Fail,
    Verdict::Error,
    Verdict::Manual,
    Verdict::NotApplicable,
    Verdict::Pass,
];

/// The block of a target.
pub(super) fn block(report: &Report) -> String {
    match report {
        Report::Scanned(scanned) => scanned_block(scanned),
        Report::Failed(failed) => {
            format!(
                "{}: not scanned: {}\n",
                failed.host.name, failed.error.detail
            )
        }
    }
}

fn scanned_block(scanned: &ScanReport) -> String {
    let host = &scanned.host;
    let mut text = format!(
        "{} ({}, {})\n",
        host.name, host.hostname, host.platform.name
    );
    let lengths = scanned.results.iter().map(|result| result.rule.len());
    let width = lengths.max().unwrap_or(0);
    for verdict in ORDER {
        let those = scanned
            .results
            .iter()
            .filter(|result| result.verdict == verdict);
        for result in those {
            line(&mut text, result, width);
        }
    }
    text.push_str(&last_line(scanned));
    let differ = scanned
        .results
        .iter()
        .filter(|result| result.strict.is_some())
        .count();
    if differ > 0 {
        let _ = writeln!(
            text,
            "  {} would differ under strict semantics; --format json says why",
            counted(differ, "verdict")
        );
    }
    text
}

fn line(text: &mut String, result: &ResultReport, width: usize) {
    let word = result.verdict.as_str().replace('_', " ").to_uppercase();
    let why = if result.verdict == Verdict::Pass {
        &result.title
    } else {
        &result.reason
    };
    let (severity, rule) = (result.severity.as_str(), &result.rule);
    let _ = writeln!(text, "  {word:14} {severity:8} {rule:width$}  {why}");
}

fn last_line(scanned: &ScanReport) -> String {
    let Summary {
        pass,
        fail,
        error,
        not_applicable,
        manual,
        ..
    } = &scanned.summary;
    let percent = |share: Option<f64>| {
        share.map_or_else(
            || "none".to_owned(),
            |share| format!("{:.1} %", share * 100.0),
        )
    };
    format!(
        "  {pass} pass, {fail} fail, {error} error, {not_applicable} not applicable, {manual} manual; \
         score {}, coverage {}; {} ms, {} round trips\n",
        percent(scanned.summary.score),
        percent(scanned.summary.coverage),
        scanned.duration_ms,
        scanned.cost.round_trips,
    )
}
