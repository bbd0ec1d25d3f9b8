//! `openwatch scans export`: a scan of the log, or all scans of a fleet scan, in the formats of `openwatch scan`.
//! Reads the log of the data folder; touches no host.

use domain::id::{FleetScanId, ScanId, TypedId};
use event_store::Store;
use export::{Document, FleetReports, ReadError, Scope, stored};

use crate::cli::ExportArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// What is exported.
enum Subject {
    Scan(ScanId),
    FleetScan(FleetScanId),
}

/// Writes the document.
pub(super) async fn run(
    arguments: &ExportArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let format = console.format().of_scans()?;
    let store = crate::store::open(config).await?;
    let mut output = Output::open(arguments.output.as_deref())?;
    let verdicts = &arguments.only.verdict;
    match subject(&store, &arguments.id).await? {
        Subject::Scan(scan) => {
            let report = stored(&store, scan).await.map_err(unread)?.only(verdicts);
            let mut document = Document::new(format, Scope::One);
            output.write(&document.add(&report).map_err(unwritten)?)?;
            output.write(&document.end())?;
        }
        Subject::FleetScan(fleet_scan) => {
            let behind =
                |error| Failure::cannot("could not bring the read tables up to date", error);
            projections::migrate(store.db())
                .await
                .map_err(|error| Failure::cannot("could not open the read tables", error))?;
            projections::catch_up(&store).await.map_err(behind)?;
            let mut reports = FleetReports::open(store.clone(), fleet_scan)
                .await
                .map_err(unread)?;
            let mut document = Document::new(format, Scope::Many);
            while let Some(report) = reports.next().await.map_err(unread)? {
                let report = report.only(verdicts);
                output.write(&document.add(&report).map_err(unwritten)?)?;
            }
            output.write(&document.end())?;
        }
    }
    store.close().await;
    output.close()?;
    Ok(Exit::Ok)
}

/// What an id means: as `scan --record` prints it, as the API names it, or the address of a page.
async fn subject(store: &Store, given: &str) -> Result<Subject, Failure> {
    let id = given.split(['?', '#']).next().unwrap_or_default();
    let id = id
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if let Some((kind, key)) = api::id_parts(id) {
        if kind == ScanId::KIND
            && let Ok(scan) = key.parse()
        {
            return Ok(Subject::Scan(scan));
        }
        if kind == FleetScanId::KIND
            && let Ok(fleet_scan) = key.parse()
        {
            return Ok(Subject::FleetScan(fleet_scan));
        }
    }
    let scan: ScanId = id.parse().map_err(|_| {
        Failure::usage(format!(
            "{given:?} is no id of a scan: openwatch scan --record prints it, and the address of its page ends with it"
        ))
    })?;
    let fleet_scan = FleetScanId::from_uuid(scan.uuid());
    let of_fleet = store
        .load::<domain::fleet_scan::FleetScan>(fleet_scan)
        .await
        .map_err(|error| Failure::cannot("could not read the log", error))?;
    Ok(match of_fleet.state.fleet_scan {
        Some(fleet_scan) => Subject::FleetScan(fleet_scan),
        None => Subject::Scan(scan),
    })
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
