//! What `serve` and `worker` have in common: one process of an installation, with its log, its vault,
//! its rules and its scan reactor.

use std::sync::Arc;

use domain::actor::Actor;
use domain::catalogue::Catalogue;
use domain::fleet_scan::FleetLimits;
use domain::id::{CommandId, CorrelationId, TypedId as _};
use domain::rule_base::{RULE_BASE, RuleBase};
use event_store::{Attachment, CommandContext, Store};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use workers::entropy::SystemEntropy;
use workers::reactors::board::LogBoard;
use workers::reactors::run_fleet_scan::FleetScanReactor;
use workers::reactors::run_scan::{ScanReactor, ScanSettings};
use workers::scanner::Scanners as _;
use workers::shelf::Shelf;
use workers::ssh::SshOptions;
use workers::vault::FileVault;

use crate::config::Config;
use crate::exit::Failure;
use crate::rules::sources::Rules;
use crate::rules::trust::trust;
use crate::sources;

/// One process of an installation.
pub(crate) struct Node {
    /// The log.
    pub(crate) store: Store,
    /// Where secrets are sealed.
    pub(crate) vault: Arc<FileVault>,
    /// What is known of the log as a whole.
    pub(crate) board: Arc<LogBoard>,
    /// The rules: those that ship, and those of the organisation.
    pub(crate) shelf: Arc<Shelf>,
    /// How hosts are reached.
    pub(crate) ssh: SshOptions,
}

impl Node {
    /// Opens the log, brings the tables to the form of this build, opens the vault; writes down what speaks for
    /// rules that do not ship.
    pub(crate) async fn open(config: &Config, rules: Rules) -> Result<Self, Failure> {
        crate::store::create_data_dir(config)?;
        let store = crate::store::open(config).await?;
        projections::migrate(store.db()).await.map_err(|error| {
            Failure::cannot("could not bring the read tables up to date", error)
        })?;
        let vault = open_vault(&store, config).await?;
        if let Some((own, voucher)) = rules.own {
            trust(&store, &own, voucher).await?;
        }
        let board = Arc::new(LogBoard::new(store.clone()));
        let shelf = Shelf::new(
            store.clone(),
            board.clone(),
            rules.base,
            rules.trusted,
            (sources::clock(), sources::ids()),
        );
        Ok(Self {
            board,
            store,
            vault: Arc::new(vault),
            shelf: Arc::new(shelf),
            ssh: SshOptions {
                agent_socket: config.settings.ssh_agent.clone(),
                ..SshOptions::default()
            },
        })
    }

    /// Says which rules this process was started with: those that are gone count no more.
    pub(crate) async fn announce_rules(&self) -> Result<(), Failure> {
        let (announcement, blob) = self
            .shelf
            .announcement(env!("CARGO_PKG_VERSION"))
            .map_err(|error| Failure::cannot("could not prepare the rules", error))?;
        let context = self.context("rules").attach(blob);
        self.store
            .execute::<RuleBase>(RULE_BASE, announcement, context)
            .await
            .map(drop)
            .map_err(|error| Failure::cannot("could not announce the rules", error))
    }

    /// Publishes the rules, so that they can be looked at before the first scan.
    pub(crate) async fn publish_rules(&self) -> Result<(), Failure> {
        let scanner = self
            .shelf
            .current()
            .await
            .map_err(|error| Failure::cannot("could not prepare the rules", error))?;
        let catalogue = scanner.catalogue().clone();
        let blob = Attachment::Blob {
            hash: catalogue.content,
            bytes: scanner.content().to_vec(),
        };
        let context = self.context("rules").attach(blob);
        self.store
            .execute::<Catalogue>(catalogue.catalogue, catalogue, context)
            .await
            .map(drop)
            .map_err(|error| Failure::cannot("could not publish the rules", error))
    }

    /// Starts to scan, and to share out fleet scans.
    pub(crate) fn start_scanning(
        &self,
        config: &Config,
        stop: CancellationToken,
    ) -> JoinHandle<()> {
        let name = format!("{}/{}", crate::machine::name(), std::process::id());
        let fleet = Arc::new(FleetScanReactor {
            store: self.store.clone(),
            board: self.board.clone(),
            name: name.clone(),
            most: FleetLimits {
                total: config.settings.fleet_concurrency.get().into(),
                per_subnet: config.settings.subnet_concurrency.get().into(),
                ..FleetLimits::default()
            },
        });
        let concurrency = usize::from(config.settings.concurrency);
        let reactor = Arc::new(ScanReactor {
            store: self.store.clone(),
            board: self.board.clone(),
            vault: self.vault.clone(),
            scanners: self.shelf.clone(),
            settings: ScanSettings::new(name, concurrency, self.ssh.clone()),
        });
        tokio::spawn(async move {
            tokio::join!(reactor.run(stop.clone()), fleet.run(stop));
        })
    }

    /// A context for a command of the process itself.
    pub(crate) fn context(&self, part: &str) -> CommandContext {
        let ids = self.store.ids().as_ref();
        CommandContext::new(
            CommandId::draw(ids),
            Actor::system(part),
            CorrelationId::draw(ids),
        )
    }
}

async fn open_vault(store: &Store, config: &Config) -> Result<FileVault, Failure> {
    let unread = |error| Failure::cannot("could not read the database", error);
    let folder = &config.settings.data_dir;
    let known = store.vault_keys().await.map_err(unread)?;
    let vault = FileVault::create_or_open(folder, !known.is_empty(), Arc::new(SystemEntropy))
        .map_err(|error| Failure::cannot("could not open the vault", error))?;
    let registered = store
        .register_vault_keys(&vault.key_ids())
        .await
        .map_err(unread)?;
    vault
        .belongs_to(folder, &registered)
        .map_err(|error| Failure::cannot("could not open the vault", error))?;
    Ok(vault)
}
