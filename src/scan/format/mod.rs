//! The formats of a scan's result. One file each; all are written from the same reports.

mod csv;
mod junit;
mod sarif;
mod text;

pub(crate) use csv::cell;

use serde::Serialize;

use super::report::Report;
use crate::cli::Format;
use crate::exit::Failure;

/// The reports in a format, without a line break at the end.
pub(super) fn write(reports: &[Report], format: Format) -> Result<String, Failure> {
    let text = match format {
        Format::Text => text::write(reports),
        // One target gives one object, as scripts for one host expect.
        Format::Json => match reports {
            [report] => json(report)?,
            reports => json(&reports)?,
        },
        Format::Jsonl => lines(reports)?,
        Format::Csv => csv::write(reports)?,
        Format::Junit => junit::write(reports)?,
        Format::Sarif => json(&sarif::log(reports))?,
        Format::Markdown => return Err(no_markdown()),
    };
    Ok(text.trim_end().to_owned())
}

/// A scan has no page of documentation.
pub(super) fn no_markdown() -> Failure {
    Failure::usage("a scan is printed as text, json, jsonl, csv, junit or sarif, not as markdown")
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::cannot("could not write JSON", error))
}

/// One object a target, each on its own line.
fn lines(reports: &[Report]) -> Result<String, Failure> {
    let lines: Result<Vec<String>, _> = reports.iter().map(serde_json::to_string).collect();
    let lines = lines.map_err(|error| Failure::cannot("could not write JSON", error))?;
    Ok(lines.join("\n"))
}
