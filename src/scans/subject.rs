//! Which scan or fleet scan an argument means, and the read tables that are asked about it.

use domain::id::{FleetScanId, ScanId, TypedId};
use event_store::Store;

use crate::exit::Failure;

/// What is meant.
pub(super) enum Subject {
    Scan(ScanId),
    FleetScan(FleetScanId),
}

/// What an id means: as `scan --record` prints it, as the API names it, or the address of a page.
pub(super) async fn subject(store: &Store, given: &str) -> Result<Subject, Failure> {
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

/// Brings the read tables up to date.
pub(super) async fn caught_up(store: &Store) -> Result<(), Failure> {
    projections::migrate(store.db())
        .await
        .map_err(|error| Failure::cannot("could not open the read tables", error))?;
    projections::catch_up(store)
        .await
        .map(drop)
        .map_err(|error| Failure::cannot("could not bring the read tables up to date", error))
}
