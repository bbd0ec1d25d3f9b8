//! `openwatch migrate`: brings the database to the form of this version and says what was done.

use domain::words::counted;
use serde::Serialize;

use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Migrated {
    head: u64,
}

/// Opens the database, which migrates it, and brings every projection up to date.
pub(crate) async fn run(config: &Config, console: Console) -> Result<Exit, Failure> {
    let store = crate::store::open(config).await?;
    projections::migrate(store.db())
        .await
        .map_err(|error| Failure::cannot("could not migrate the read tables", error))?;
    let head = store.head().borrow().0;
    store.close().await;
    let text = format!(
        "the database is up to date; the log holds {}",
        counted(head, "event")
    );
    console.result(&text, &Migrated { head })?;
    Ok(Exit::Ok)
}
