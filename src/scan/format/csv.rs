//! One line a rule and target (RFC 4180), for spreadsheets. A cell that a spreadsheet would take for a formula
//! begins with an apostrophe.

use std::borrow::Cow;

use crate::exit::Failure;
use crate::scan::report::Report;

const HEADER: [&str; 11] = [
    "host",
    "platform",
    "started_at",
    "rule",
    "title",
    "severity",
    "verdict",
    "reason",
    "expected",
    "actual",
    "controls",
];

/// The table. A target that was not scanned is one line with the verdict `NOT_SCANNED`.
pub(super) fn write(reports: &[Report]) -> Result<String, Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let written = rows(&mut table, reports);
    let bytes = written.and_then(|()| {
        table
            .into_inner()
            .map_err(|error| error.into_error().into())
    });
    let bytes = bytes.map_err(|error: csv::Error| Failure::cannot("could not write CSV", error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn rows(table: &mut csv::Writer<Vec<u8>>, reports: &[Report]) -> Result<(), csv::Error> {
    table.write_record(HEADER)?;
    for report in reports {
        match report {
            Report::Failed(failed) => {
                let (host, detail) = (cell(&failed.host.name), cell(&failed.error.detail));
                let at = failed.started_at.as_str();
                table.write_record([
                    &host,
                    "",
                    at,
                    "",
                    "",
                    "",
                    "NOT_SCANNED",
                    &detail,
                    "",
                    "",
                    "",
                ])?;
            }
            Report::Scanned(scanned) => {
                for result in &scanned.results {
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
                    ])?;
                }
            }
        }
    }
    Ok(())
}

pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
