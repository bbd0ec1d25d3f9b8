//! `openwatch version`: what is running.

use serde::Serialize;

use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Version {
    version: &'static str,
    target: &'static str,
}

/// Prints the version.
pub(crate) fn run(console: Console) -> Result<Exit, Failure> {
    let version = Version {
        version: env!("CARGO_PKG_VERSION"),
        target: std::env::consts::ARCH,
    };
    let text = format!("openwatch {} ({})", version.version, version.target);
    console.result(&text, &version)?;
    Ok(Exit::Ok)
}
