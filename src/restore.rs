//! `openwatch restore`: puts a copy in the place of the database, or says that somebody else has done so. From then on
//! the places that clients remember are void: the same number may stand for another event.

use std::path::{Path, PathBuf};

use domain::words::counted;
use event_store::{DatabaseUrl, Store, StoreOptions, copy};
use serde::Serialize;

use crate::cli::RestoreArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::sources;

#[derive(Serialize)]
struct Restored {
    head: u64,
    epoch: u64,
    replaced: Option<PathBuf>,
}

/// Restores, and says what the log holds now.
pub(crate) async fn run(
    arguments: &RestoreArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let restored = match (&arguments.file, crate::store::url(config)?) {
        (Some(file), DatabaseUrl::Sqlite(database)) => {
            crate::store::create_data_dir(config)?;
            put_in_place(file, &database).await?
        }
        (Some(_), DatabaseUrl::Postgres(_)) => {
            return Err(Failure::usage(
                "the database is PostgreSQL: restore it with pg_restore or psql, then run openwatch restore without a file",
            ));
        }
        (None, _) => begin_anew(crate::store::open_existing(config).await?, None).await?,
    };
    if let Some(replaced) = &restored.replaced {
        let replaced = replaced.display();
        console.note(&format!("the database of before is {replaced}"));
    }
    let text = format!(
        "the log holds {}; clients that followed it begin anew",
        counted(restored.head, "event")
    );
    console.result(&text, &restored)?;
    Ok(Exit::Ok)
}

/// Begins a new epoch.
async fn begin_anew(store: Store, replaced: Option<PathBuf>) -> Result<Restored, Failure> {
    let begun = store.begin_epoch().await;
    let head = store.head().borrow().0;
    store.close().await;
    let epoch = begun.map_err(|error| Failure::cannot("could not begin a new epoch", error))?;
    Ok(Restored {
        head,
        epoch,
        replaced,
    })
}

/// Makes a copy of the file ready beside the database, and puts it in its place in one step: whatever goes wrong
/// before, a loss of power as well, the database stays as it is.
async fn put_in_place(file: &Path, database: &Path) -> Result<Restored, Failure> {
    let moved = |error: std::io::Error| {
        Failure::cannot(format!("could not replace {}", database.display()), error)
    };
    let folder = match database.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let fresh = tempfile::Builder::new()
        .prefix(".openwatch-restore-")
        .tempdir_in(folder)
        .map_err(moved)?;
    let fresh = fresh.path().join("openwatch.db");
    std::fs::copy(file, &fresh)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    let restored = ready(file, &fresh).await?;
    let unusable = |error| Failure::cannot("the database cannot be replaced", error);
    copy::settle(&fresh).await.map_err(unusable)?;
    let replaced = if database.exists() {
        copy::settle(database).await.map_err(unusable)?;
        let aside = database.with_extension(format!("db.before-{}", restored.epoch));
        std::fs::hard_link(database, &aside).map_err(moved)?;
        Some(aside)
    } else {
        None
    };
    std::fs::rename(&fresh, database).map_err(moved)?;
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(moved)?;
    Ok(Restored {
        replaced,
        ..restored
    })
}

/// Opens the copy, looks whether every event of it is sound, and begins a new epoch in it.
async fn ready(file: &Path, fresh: &Path) -> Result<Restored, Failure> {
    let place = file.display();
    let url = DatabaseUrl::Sqlite(fresh.to_owned());
    let options = StoreOptions::new(url, sources::clock(), sources::ids());
    let store = Store::open(options)
        .await
        .map_err(|error| Failure::cannot(format!("{place} is no backup of OpenWatch"), error))?;
    let verified = store
        .verify(&[])
        .await
        .map_err(|error| Failure::cannot(format!("could not read {place}"), error))?;
    if let Some(flaw) = verified.flaw {
        store.close().await;
        return Err(Failure::refused(format!(
            "the log in {place} is not sound: {flaw:?}"
        )));
    }
    if verified.head.size == 0 {
        store.close().await;
        return Err(Failure::refused(format!(
            "{place} is no backup of OpenWatch: it holds no event"
        )));
    }
    begin_anew(store, None).await
}
