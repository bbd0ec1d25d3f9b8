//! `--record`: appends the scans to the log of the data folder, as if a worker had made them. A host
//! that the log does not know is registered.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::actor::Actor;
use domain::aggregate::Aggregate as _;
use domain::event::DomainEvent;
use domain::host::{
    Connection, Host, HostCommand, HostDetails, HostState, RegisterHost, SshConnection,
};
use domain::id::{CommandId, CorrelationId, HostId, TypedId as _};
use event_store::{CommandContext, PageLimit, Position, Store};
use export::Report;
use workers::entropy::SystemEntropy;
use workers::pack_scanner::{Origins, PackScanner};
use workers::reactors::board::LogBoard;
use workers::reactors::run_scan::{Observed, ScanReactor, ScanSettings};
use workers::scanner::OneScanner;
use workers::vault::FileVault;

use super::Run;
use super::look::{Looked, report};
use super::target::Named;
use crate::config::Config;
use crate::exit::Failure;
use crate::rules::trust::trust;
use crate::sources;

/// The log, ready to be written to.
pub(super) struct Recorder {
    store: Store,
    reactor: ScanReactor,
    /// The hosts by the key of their stream, as far as the log was read.
    hosts: BTreeMap<String, HostState>,
    read_up_to: Position,
}

/// Opens the log.
pub(super) async fn open(config: &Config, run: &Run) -> Result<Recorder, Failure> {
    let store = crate::store::open(config).await?;
    projections::migrate(store.db())
        .await
        .map_err(|error| Failure::cannot("could not open the read tables", error))?;
    if let Some(voucher) = &run.voucher {
        trust(&store, &run.base, voucher.clone()).await?;
    }
    // No stored secret is needed: the host was reached with what the arguments gave.
    let vault = FileVault::ephemeral(Arc::new(SystemEntropy))
        .map_err(|error| Failure::cannot("could not prepare to record", error))?;
    let scanner = PackScanner::new(
        run.base.clone(),
        Origins::new(),
        sources::clock(),
        sources::ids(),
    )
    .map_err(|error| Failure::cannot("could not prepare the rules", error))?;
    let reactor = ScanReactor {
        store: store.clone(),
        board: Arc::new(LogBoard::new(store.clone())),
        vault: Arc::new(vault),
        scanners: Arc::new(OneScanner(Arc::new(scanner))),
        settings: ScanSettings::new("command_line", 1, run.ssh.clone()),
    };
    Ok(Recorder {
        store,
        reactor,
        hosts: BTreeMap::new(),
        read_up_to: Position(0),
    })
}

impl Recorder {
    /// Appends one scan that came to its end, and gives it back as the log has it. Of one that was called off there is
    /// nothing to append.
    pub(super) async fn record(&mut self, looked: &Looked, run: &Run) -> Result<Report, Failure> {
        let Some(outcome) = looked.ended() else {
            return Ok(report(run, looked));
        };
        self.catch_up().await?;
        let host = match self.find(&looked.named) {
            Some(host) => host,
            None => self.register(looked, run).await?,
        };
        // Which groups the host is in is asked of the read tables.
        projections::catch_up(&self.store).await.map_err(|error| {
            Failure::cannot("could not bring the read tables up to date", error)
        })?;
        let observed = Observed {
            selection: run.selection.clone(),
            outcome,
            login: looked.login.clone(),
            presented_keys: looked.trusted_keys.clone(),
            started_at: looked.started_at,
            finished_at: sources::clock().now(),
        };
        let scan = self
            .reactor
            .record_observed(host, observed)
            .await
            .map_err(|error| Failure::cannot("could not record the scan", error))?;
        run.progress.note(&format!(
            "{}: recorded as scan {scan}",
            looked.named.label()
        ));
        export::stored(&self.store, scan)
            .await
            .map_err(|error| Failure::cannot("could not read what was recorded", error))
    }

    /// Reads what is new in the log.
    async fn catch_up(&mut self) -> Result<(), Failure> {
        loop {
            let page = self.store.read_after(self.read_up_to, PageLimit::default());
            let page = page
                .await
                .map_err(|error| Failure::cannot("could not read the log", error))?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            self.read_up_to = last.position;
            for event in page.iter().filter(|event| event.stream.kind == Host::KIND) {
                let body = event
                    .decode()
                    .map_err(|error| Failure::cannot("could not read the log", error))?;
                if let DomainEvent::Host(body) = body {
                    let state = self.hosts.entry(event.stream.key.clone()).or_default();
                    *state = Host::evolve(std::mem::take(state), &body);
                }
            }
        }
    }

    /// The host under watch that is reached in the same way.
    fn find(&self, named: &Named) -> Option<HostId> {
        let same = |connection: &Connection| match (named, connection) {
            (Named::Local, Connection::Local) => true,
            (Named::Remote { endpoint, .. }, Connection::Ssh(ssh)) => {
                ssh.address == endpoint.address && ssh.port == endpoint.port
            }
            _ => false,
        };
        let mut hosts = self.hosts.values();
        hosts.find_map(|host| {
            let watched = host.scannable()?;
            same(&host.details.as_ref()?.connection).then(|| watched.id())
        })
    }

    async fn register(&self, looked: &Looked, run: &Run) -> Result<HostId, Failure> {
        let host = HostId::draw(self.store.ids().as_ref());
        let (name, connection) = match &looked.named {
            Named::Local => (crate::machine::name(), Connection::Local),
            Named::Remote { name, endpoint, .. } => {
                let ssh = SshConnection {
                    address: endpoint.address.clone(),
                    port: endpoint.port,
                    credential: None,
                    sudo: run.access.sudo(),
                    host_key_policy: domain::host::HostKeyPolicy::Strict,
                    jump: None,
                };
                let name = name.clone().unwrap_or_else(|| endpoint.address.clone());
                (name, Connection::Ssh(ssh))
            }
        };
        let details = HostDetails {
            name,
            environment: "production".to_owned(),
            description: "Registered by openwatch scan --record".to_owned(),
            tags: Vec::new(),
            connection,
        };
        let register = HostCommand::Register(RegisterHost {
            host,
            details,
            trusted_keys: looked.trusted_keys.clone(),
        });
        let ids = self.store.ids().as_ref();
        let context = CommandContext::new(
            CommandId::draw(ids),
            Actor::system("command_line"),
            CorrelationId::draw(ids),
        );
        self.store
            .execute::<Host>(host, register, context)
            .await
            .map_err(|error| Failure::cannot("could not register the host", error))?;
        Ok(host)
    }

    /// Waits until everything is written.
    pub(super) async fn close(self) {
        self.store.close().await;
    }
}
