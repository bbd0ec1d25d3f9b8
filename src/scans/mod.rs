//! `openwatch scans`: what is done with scans that the log holds. One file an action.

mod export;
mod retry;
mod subject;

pub(crate) use export::unwritten;

use crate::cli::{ScansAction, ScansArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs one of the actions.
pub(crate) async fn run(
    arguments: ScansArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    match arguments.action {
        ScansAction::Export(arguments) => export::run(&arguments, config, console).await,
        ScansAction::Retry(arguments) => retry::run(&arguments, config, console).await,
    }
}
