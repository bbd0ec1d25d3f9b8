//! `openwatch backup`: a copy of the database of the data folder, made while the server goes on.

use std::path::Path;

use domain::words::counted;
use event_store::{DatabaseUrl, copy};
use serde::Serialize;

use crate::cli::BackupArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct BackedUp<'a> {
    file: &'a Path,
    bytes: u64,
}

/// Writes the copy; the file is there when it is whole.
pub(crate) async fn run(
    arguments: &BackupArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let DatabaseUrl::Sqlite(database) = crate::store::url(config)? else {
        return Err(Failure::usage(
            "the database is PostgreSQL: back it up with pg_dump, and see docs/operations.md",
        ));
    };
    if !database.is_file() {
        let place = database.display();
        return Err(Failure::usage(format!("there is no database at {place}")));
    }
    let file = &arguments.file;
    let bytes = write(&database, file).await?;
    console.note(
        "vault.key is not in it: keep a copy of that apart, without it stored credentials are lost",
    );
    let size = counted(bytes, "byte");
    let text = format!("{}: {size}", file.display());
    console.result(&text, &BackedUp { file, bytes })?;
    Ok(Exit::Ok)
}

async fn write(database: &Path, file: &Path) -> Result<u64, Failure> {
    let what = || format!("could not write {}", file.display());
    let unwritten = |error: std::io::Error| Failure::cannot(what(), error);
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // For its owner alone: hashes of passwords and sealed credentials are in it.
    let copy = tempfile::Builder::new()
        .prefix(".openwatch-")
        .tempfile_in(folder)
        .map_err(unwritten)?;
    copy::back_up(database, copy.path())
        .await
        .map_err(|error| Failure::cannot("could not copy the database", error))?;
    copy.as_file().sync_all().map_err(unwritten)?;
    let file = copy
        .persist_noclobber(file)
        .map_err(|error| unwritten(error.error))?;
    file.metadata()
        .map(|metadata| metadata.len())
        .map_err(unwritten)
}
