//! `openwatch scans retry`: asks for the failed hosts of a fleet scan once more, as the API does. Touches no host: the
//! servers and workers of the database scan them.

use domain::actor::Actor;
use domain::fleet_scan::{FleetScan, FleetScanCommand, RequestFleetScan};
use domain::id::{CommandId, CorrelationId, FleetScanId, TypedId as _};
use domain::words::counted;
use event_store::{CommandContext, ExecuteError, Store};
use projections::read::Read;
use serde::Serialize;

use super::subject::{Subject, caught_up, subject};
use crate::cli::RetryArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Asked {
    fleet_scan: FleetScanId,
    retry_of: FleetScanId,
    hosts: usize,
}

/// Asks, and prints the id of the new fleet scan.
pub(super) async fn run(
    arguments: &RetryArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let store = crate::store::open_existing(config).await?;
    let asked = ask(&store, &arguments.id).await;
    store.close().await;
    let asked = asked?;
    let hosts = counted(asked.hosts, "host");
    console.note(&format!(
        "{hosts} will be scanned by the servers and workers of this database"
    ));
    console.result(&asked.fleet_scan.to_string(), &asked)?;
    Ok(Exit::Ok)
}

async fn ask(store: &Store, id: &str) -> Result<Asked, Failure> {
    let retry_of = match subject(store, id).await? {
        Subject::FleetScan(fleet_scan) => fleet_scan,
        Subject::Scan(_) => {
            return Err(Failure::refused(
                "there is no fleet scan with this id; a single scan is asked for anew on the page of its host",
            ));
        }
    };
    caught_up(store).await?;
    let command = failed(store, retry_of).await?;
    let (fleet_scan, hosts) = (command.fleet_scan, command.hosts.len());
    let ids = store.ids().as_ref();
    let context = CommandContext::new(
        CommandId::draw(ids),
        Actor::system("command_line"),
        CorrelationId::draw(ids),
    );
    let command = FleetScanCommand::Request(Box::new(command));
    store
        .execute::<FleetScan>(fleet_scan, command, context)
        .await
        .map_err(|error| match error {
            ExecuteError::Refused(error) => Failure::refused(error),
            error => Failure::cannot("could not ask for the fleet scan", error),
        })?;
    Ok(Asked {
        fleet_scan,
        retry_of,
        hosts,
    })
}

/// The request for the hosts that have failed.
async fn failed(store: &Store, retry_of: FleetScanId) -> Result<RequestFleetScan, Failure> {
    let again = Read::new(store.db().clone())
        .fleet_scan_again(retry_of, FleetScanId::draw(store.ids().as_ref()))
        .await
        .map_err(|error| Failure::cannot("could not read the fleet scan", error))?;
    again
        .filter(|command| !command.hosts.is_empty())
        .ok_or_else(|| {
            Failure::refused(
                "no host has failed in this fleet scan, so there is nothing to try again",
            )
        })
}
