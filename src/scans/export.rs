//! `openwatch scans export`: a scan of the log, or all scans of a fleet scan, in the formats of `openwatch scan`.
//! Reads the log of the data folder; touches no host.

use export::{Document, FleetReports, ReadError, Scope, stored};

use super::subject::{Subject, caught_up, subject};
use crate::cli::ExportArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Writes the document.
pub(super) async fn run(
    arguments: &ExportArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let format = console.format().of_scans()?;
    let store = crate::store::open_existing(config).await?;
    let mut output = Output::open(arguments.output.as_deref())?;
    let verdicts = &arguments.only.verdict;
    match subject(&store, &arguments.id).await? {
        Subject::Scan(scan) => {
            let report = stored(&store, scan)
                .await
                .map_err(unread)?
                .of_verdicts(verdicts);
            let mut document = Document::new(format, Scope::One);
            output.write(&document.add(&report).map_err(unwritten)?)?;
            output.write(&document.end())?;
        }
        Subject::FleetScan(fleet_scan) => {
            caught_up(&store).await?;
            let mut reports = FleetReports::open(store.clone(), fleet_scan)
                .await
                .map_err(unread)?;
            let mut document = Document::new(format, Scope::Many);
            while let Some(report) = reports.next().await.map_err(unread)? {
                let report = report.of_verdicts(verdicts);
                output.write(&document.add(&report).map_err(unwritten)?)?;
            }
            output.write(&document.end())?;
        }
    }
    store.close().await;
    output.close()?;
    Ok(Exit::Ok)
}

fn unread(error: ReadError) -> Failure {
    match error {
        ReadError::NoScan(_)
        | ReadError::NoFleetScan(_)
        | ReadError::NotEnded(_)
        | ReadError::Trial(_) => Failure::refused(error),
        error => Failure::cannot("could not read the scan", error),
    }
}

/// A format that could not be written.
pub(crate) fn unwritten(error: export::WriteError) -> Failure {
    Failure::cannot("could not write the document", error)
}
