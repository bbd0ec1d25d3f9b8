//! `openwatch worker`: scans for a shared database, beside the `serve` processes.

use domain::words::counted;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::interrupts::told_to_stop;
use crate::node::Node;
use crate::rules::sources::Rules;

/// Scans until it is told to stop.
pub(crate) async fn run(config: &Config, console: Console) -> Result<Exit, Failure> {
    if config.settings.database_url.is_none() {
        return Err(Failure::usage(
            "a worker needs a shared database: --database-url postgres://…; \
             with SQLite, `openwatch serve` scans by itself",
        ));
    }
    let rules = Rules::configured(config, console).await?;
    let node = Node::open(config, rules).await?;
    node.announce_rules().await?;
    let stop = CancellationToken::new();
    let scanning = node.start_scanning(config, stop.clone());
    console.note(&format!(
        "scanning up to {} at a time; Ctrl-C stops",
        counted(config.settings.concurrency, "host")
    ));
    told_to_stop().await;
    stop.cancel();
    // A scan task that broke has been logged already.
    let _ = scanning.await;
    node.store.close().await;
    Ok(Exit::Ok)
}
