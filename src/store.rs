//! Opens the log of the data folder or of the shared database, with failures that say what to do.

use event_store::{DatabaseUrl, Store, StoreOptions};

use crate::config::Config;
use crate::exit::Failure;
use crate::sources;

/// Opens the store that the configuration names.
pub(crate) async fn open(config: &Config) -> Result<Store, Failure> {
    if config.settings.database_url.is_none() {
        create_data_dir(config)?;
    }
    open_at(url(config)?).await
}

/// Opens a store that is there already: to read from none would be a mistake in the address, and make an empty one.
pub(crate) async fn open_existing(config: &Config) -> Result<Store, Failure> {
    let url = url(config)?;
    if let DatabaseUrl::Sqlite(path) = &url
        && !path.is_file()
    {
        return Err(Failure::usage(format!(
            "there is no database at {} (name another folder with --data-dir)",
            path.display()
        )));
    }
    open_at(url).await
}

/// Where the database is.
pub(crate) fn url(config: &Config) -> Result<DatabaseUrl, Failure> {
    config
        .database_url()
        .parse()
        .map_err(|error: event_store::BadUrl| {
            Failure::usage(format!("the database URL does not hold: {error}"))
        })
}

/// Opens a store by its address.
pub(crate) async fn open_at(url: DatabaseUrl) -> Result<Store, Failure> {
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
