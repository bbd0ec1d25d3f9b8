//! One line a rule and target (RFC 4180, lines end with LF), for spreadsheets. A cell that a spreadsheet would
//! take for a formula begins with an apostrophe.

use std::borrow::Cow;

use crate::error::WriteError;
use crate::report::{FailedReport, Report, ScanReport};

/// The first line.
pub(super) const HEADER: &str = "host,platform,started_at,rule,title,severity,verdict,reason,expected,actual,controls,source,scan\n";

/// The lines of a target. One that was not scanned is one line with the verdict `NOT_SCANNED`.
pub(super) fn rows(report: &Report) -> Result<String, WriteError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    match report {
        Report::Failed(failed) => failed_row(&mut table, failed)?,
        Report::Scanned(scanned) => scanned_rows(&mut table, scanned)?,
    }
    let bytes = table
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failed_row(table: &mut csv::Writer<Vec<u8>>, failed: &FailedReport) -> Result<(), csv::Error> {
    let (host, detail) = (cell(&failed.host.name), cell(&failed.error.detail));
    let scan = failed.scan.map(|scan| scan.to_string());
    table.write_record([
        &host,
        "",
        failed.started_at.as_str(),
        "",
        "",
        "",
        "NOT_SCANNED",
        &detail,
        "",
        "",
        "",
        "",
        scan.as_deref().unwrap_or_default(),
    ])
}

fn scanned_rows(table: &mut csv::Writer<Vec<u8>>, scanned: &ScanReport) -> Result<(), csv::Error> {
    let scan = scanned
        .record
        .as_ref()
        .map(|record| record.scan.to_string());
    for result in &scanned.results {
        let source = result
            .source
            .as_ref()
            .map(|source| format!("{}:{}", source.path, source.line));
        table.write_record([
            &*cell(&scanned.host.name),
            &*cell(&scanned.host.platform.name),
            &scanned.started_at,
            &*cell(&result.rule),
            &*cell(&result.title),
            result.severity.as_str(),
            &result.verdict.as_str().to_uppercase(),
            &*cell(&result.reason),
            &*cell(result.expected.as_deref().unwrap_or_default()),
            &*cell(result.actual.as_deref().unwrap_or_default()),
            &*cell(&result.controls.join(" ")),
            &*cell(source.as_deref().unwrap_or_default()),
            scan.as_deref().unwrap_or_default(),
        ])?;
    }
    Ok(())
}

/// Text as a spreadsheet shows it and does not carry it out. What begins a formula (OWASP, "CSV Injection",
/// with the full-width forms) gets an apostrophe before it; numbers with a sign stay numbers.
pub fn cell(text: &str) -> Cow<'_, str> {
    const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINNINGS) && !is_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Digits with a sign before and a point among them, and nothing else.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    text.len() - digits.len() <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "--1",
            "-",
            "-inf",
            "＝1",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for plain in ["-1", "+1.5", "-0.25", "-1e5", "", "a=b", "0644", "1-2"] {
            assert_eq!(cell(plain), plain);
        }
    }
}
