//! The `openwatch` command: reads the arguments, runs one subcommand, turns its end into an exit code.
//! One file a subcommand; what they do is in the crates.

mod admin;
mod backup;
mod check_config;
mod cli;
mod config;
mod console;
mod exit;
mod interrupts;
mod machine;
mod metrics;
mod migrate;
mod node;
mod output;
mod restore;
mod rules;
mod scan;
mod scans;
mod schema;
mod serve;
mod sources;
mod store;
mod telemetry;
mod version;
mod worker;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::{Cli, Command};
use crate::console::Console;
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let matches = cli::offer(Cli::command()).get_matches();
    let console = Console::new(cli::chosen(&matches));
    // What clap has read with the same arguments it can give.
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli, console) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console.failure(&failure);
            failure.exit().into()
        }
    }
}

fn run(cli: Cli, console: Console) -> Result<Exit, Failure> {
    let config = config::load(&cli.options, &cli.command)?;
    telemetry::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::cannot("could not start the async runtime", error))?;
    let ended = runtime.block_on(dispatch(cli.command, config, console));
    if let Ok(Exit::Interrupted) = ended {
        // What still waits, as for a name server, is not waited for.
        runtime.shutdown_background();
    }
    ended
}

async fn dispatch(
    command: Command,
    config: config::Config,
    console: Console,
) -> Result<Exit, Failure> {
    match command {
        Command::Serve(arguments) => serve::run(&arguments, &config, console).await,
        Command::Worker(_) => worker::run(&config, console).await,
        Command::Scan(arguments) => scan::run(arguments, &config, console).await,
        Command::Scans(arguments) => scans::run(arguments, &config, console).await,
        Command::Rules(arguments) => rules::run(arguments, &config, console).await,
        Command::Admin(arguments) => admin::run(arguments, &config, console).await,
        Command::Backup(arguments) => backup::run(&arguments, &config, console).await,
        Command::Restore(arguments) => restore::run(&arguments, &config, console).await,
        Command::Migrate => migrate::run(&config, console).await,
        Command::CheckConfig => check_config::run(&config, console),
        Command::Schema => schema::run(console),
        Command::Version => version::run(console),
    }
}
