//! Opens the log of the data folder or of the shared database, with failures that say what to do.

use event_store::{Store, StoreOptions};

use crate::config::Config;
use crate::exit::Failure;
use crate::sources;

/// Opens the store that the configuration names.
pub(crate) async fn open(config: &Config) -> Result<Store, Failure> {
    if config.settings.database_url.is_none() {
        create_data_dir(config)?;
    }
    let url = config
        .database_url()
        .parse()
        .map_err(|error: event_store::BadUrl| {
            Failure::usage(format!("the database URL does not hold: {error}"))
        })?;
    let options = StoreOptions::new(url, sources::clock(), sources::ids());
    Store::open(options)
        .await
        .map_err(|error| Failure::cannot("could not open the database", error))
}

/// Makes the data folder, readable by its owner alone.
pub(crate) fn create_data_dir(config: &Config) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    let folder = &config.settings.data_dir;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| {
            let what = format!(
                "could not create the data folder {} (choose another with --data-dir)",
                folder.display()
            );
            Failure::cannot(what, error)
        })
}
