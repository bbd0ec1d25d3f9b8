//! The first start: a one-time link for the first administrator, and this machine as the first host,
//! scanned, so that the first page a newcomer sees is true.

use std::path::PathBuf;

use domain::aggregate::Aggregate as _;
use domain::host::{Connection, Host, HostCommand, HostDetails, RegisterHost, ScannableHost};
use domain::id::{HostId, ScanId, TypedId as _};
use domain::rule_set::RuleSet;
use domain::scan::{RequestScan, Scan, ScanCommand, Selection, Trigger};
use event_store::{PageLimit, Position};

use crate::config::Config;
use crate::exit::Failure;
use crate::node::Node;

/// The file in the data folder that holds the token of the setup link until it is used.
const TOKEN_FILE: &str = "setup-token";

/// The token of the setup link: the one of an earlier start that nobody used, or a new one.
pub(super) fn setup_token(config: &Config) -> Result<String, Failure> {
    crate::store::create_data_dir(config)?;
    let path = token_path(config);
    if let Ok(token) = std::fs::read_to_string(&path) {
        return Ok(token.trim().to_owned());
    }
    let token = api::random_secret()
        .map_err(|error| Failure::cannot("the system gives no random bytes", error))?;
    write_private(&path, &token)
        .map_err(|error| Failure::cannot(format!("could not write {}", path.display()), error))?;
    Ok(token)
}

/// Throws the token away once an administrator exists.
pub(super) fn forget_setup_token(config: &Config) {
    let path = token_path(config);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "could not remove the used setup token");
        }
        _ => {}
    }
}

/// Events from the beginning of the log that are looked at to tell a first start.
const BEGINNING: usize = 100;

/// Registers this machine and asks for its first scan. Does nothing when anything happened before but that rules were
/// trusted.
pub(super) async fn register_this_machine(node: &Node) -> Result<(), Failure> {
    let store = &node.store;
    let events = store
        .read_after(Position(0), PageLimit::rows(BEGINNING))
        .await
        .map_err(|error| Failure::cannot("could not read the log", error))?;
    if events
        .iter()
        .any(|event| event.stream.kind != RuleSet::KIND)
    {
        return Ok(());
    }
    let host = HostId::draw(store.ids().as_ref());
    let details = HostDetails {
        name: crate::machine::name(),
        environment: "production".to_owned(),
        description: "The machine that OpenWatch runs on".to_owned(),
        tags: Vec::new(),
        connection: Connection::Local,
    };
    let register = HostCommand::Register(RegisterHost {
        host,
        details,
        trusted_keys: Vec::new(),
    });
    let registered = store
        .execute::<Host>(host, register, node.context("first_start"))
        .await
        .map_err(|error| Failure::cannot("could not register this machine", error))?;
    match registered.state.scannable() {
        Some(scannable) => request_scan(node, scannable).await,
        None => Ok(()),
    }
}

async fn request_scan(node: &Node, host: ScannableHost) -> Result<(), Failure> {
    let scan = ScanId::draw(node.store.ids().as_ref());
    let (trigger, selection) = (Trigger::Registration, Selection::default());
    let request = ScanCommand::Request(RequestScan {
        scan,
        host,
        trigger,
        selection,
        fleet_scan: None,
    });
    node.store
        .execute::<Scan>(scan, request, node.context("first_start"))
        .await
        .map(drop)
        .map_err(|error| Failure::cannot("could not ask for the first scan", error))
}

fn token_path(config: &Config) -> PathBuf {
    config.settings.data_dir.join(TOKEN_FILE)
}

/// Writes a new file that nobody else may read.
pub(super) fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}
