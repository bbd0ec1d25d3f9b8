//! What the reactors need to know of the log as a whole: open scans, fleet scans, hosts, the last result
//! of a host, the default credential, enabled rule packs. A read model may answer; [`LogBoard`] folds the log itself, in
//! memory, and keeps what it has folded for the next start.

pub(crate) mod fleet;
pub(crate) mod hosts;
pub(crate) mod open;

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use domain::causes::in_full;
use domain::credential::CredentialEvent;
use domain::event::{DomainEvent, Position, RecordedEvent};
use domain::id::{CredentialId, HostId, RulePackId};
use domain::rule_pack::RulePackEvent;
use domain::scan::{ScanCompleted, ScanEvent};
use event_store::{PageLimit, Store, StoreError};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use self::fleet::Fleet;
use self::hosts::Hosts;
pub use self::open::OpenScan;
use self::open::OpenScans;

/// What is known of the log as a whole.
#[async_trait]
pub trait Board: Send + Sync {
    /// Scans that have not ended, in the order in which they should be taken up, at most `limit`.
    async fn open_scans(&self, limit: usize) -> Result<Vec<OpenScan>, StoreError>;

    /// Whether an attempt at a scan should go on, as far as this process has heard.
    async fn standing(&self, open: OpenScan, attempt: u32) -> Result<AttemptStanding, StoreError>;

    /// The newest result of a host.
    async fn last_completed(&self, host: HostId) -> Result<Option<Box<ScanCompleted>>, StoreError>;

    /// The credential that hosts without one of their own use.
    async fn default_credential(&self) -> Result<Option<CredentialId>, StoreError>;

    /// The versions of rule packs that count, by pack.
    async fn enabled_packs(&self) -> Result<BTreeMap<RulePackId, u32>, StoreError>;
}

/// What became of an attempt at a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptStanding {
    /// It should go on.
    Open,
    /// The scan has ended, or another attempt at it was started.
    Ended,
    /// The host was taken out of watch.
    HostRemoved,
}

/// A board that reads the log from where it, or another process, has kept what it folded, and keeps up with it.
pub struct LogBoard {
    store: Store,
    view: Mutex<Kept>,
    /// After how many events the view is kept again.
    every: u64,
}

/// The name of what is kept.
const NAME: &str = "board";
/// Raise it whenever the fold, or the form of the view, changes: what older code kept is not read.
const VERSION: u32 = 1;
/// Events that a start reads again at most, and a few more.
const EVERY: u64 = 5_000;

/// The view, and up to where it is kept; nothing before it was looked for.
#[derive(Default)]
struct Kept {
    view: View,
    until: Option<Position>,
}

/// Everything, as of a position.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct View {
    position: Position,
    pub(crate) open: OpenScans,
    pub(crate) fleet: Fleet,
    pub(crate) hosts: Hosts,
    completed: HashMap<HostId, Position>,
    default: Option<CredentialId>,
    packs: BTreeMap<RulePackId, u32>,
}

impl LogBoard {
    /// A board that has read nothing yet.
    pub fn new(store: Store) -> Self {
        Self::keeping(store, EVERY)
    }

    /// The same, which keeps its view after so many events.
    pub(crate) fn keeping(store: Store, every: u64) -> Self {
        Self {
            store,
            view: Mutex::default(),
            every,
        }
    }

    /// Reads to the end of the log and asks.
    pub(crate) async fn ask<T>(&self, question: impl FnOnce(&View) -> T) -> Result<T, StoreError> {
        let mut kept = self.view.lock().await;
        kept.take_up(&self.store).await?;
        while kept.view.read_on(&self.store).await? {}
        kept.keep(&self.store, self.every).await;
        Ok(question(&kept.view))
    }

    /// Asks after reading to the end that this process has heard of: many may ask at each move of the log, and only
    /// the first of them reads.
    async fn ask_known<T>(&self, question: impl FnOnce(&View) -> T) -> Result<T, StoreError> {
        let mut kept = self.view.lock().await;
        kept.take_up(&self.store).await?;
        let known = *self.store.head().borrow();
        while kept.view.position < known && kept.view.read_on(&self.store).await? {}
        Ok(question(&kept.view))
    }
}

impl Kept {
    /// Begins with what was kept, the first time.
    async fn take_up(&mut self, store: &Store) -> Result<(), StoreError> {
        if self.until.is_some() {
            return Ok(());
        }
        if let Some((position, state)) = store.kept_fold(NAME, VERSION).await? {
            // A log that was taken back to an earlier state knows nothing of what came after.
            let is_ahead = position > *store.head().borrow();
            match serde_json::from_slice(&state) {
                Ok(view) if !is_ahead => self.view = view,
                _ => tracing::warn!(
                    %position,
                    is_ahead,
                    "what was folded of the log cannot be used; beginning anew"
                ),
            }
        }
        self.until = Some(self.view.position);
        Ok(())
    }

    /// Keeps the view when much has happened. Without it the next start takes longer, and nothing else.
    async fn keep(&mut self, store: &Store, every: u64) {
        let (now, until) = (self.view.position, self.until.unwrap_or_default());
        if now.0 < until.0 + every {
            return;
        }
        let kept = match serde_json::to_vec(&self.view) {
            Ok(state) => store.keep_fold(NAME, VERSION, now, &state).await,
            Err(_) => Err(StoreError::Inconsistent {
                what: "write down what was folded of the log",
            }),
        };
        if let Err(error) = kept {
            tracing::warn!(
                error = in_full(&error),
                "what was folded of the log is not kept"
            );
        }
        self.until = Some(now);
    }
}

#[async_trait]
impl Board for LogBoard {
    async fn open_scans(&self, limit: usize) -> Result<Vec<OpenScan>, StoreError> {
        self.ask(|view| view.open.in_turn(limit)).await
    }

    async fn standing(&self, open: OpenScan, attempt: u32) -> Result<AttemptStanding, StoreError> {
        self.ask_known(|view| view.standing(open, attempt)).await
    }

    async fn last_completed(&self, host: HostId) -> Result<Option<Box<ScanCompleted>>, StoreError> {
        let position = self.ask(|view| view.completed.get(&host).copied()).await?;
        let Some(position) = position else {
            return Ok(None);
        };
        let Some(event) = self.store.read_one(position).await? else {
            return Ok(None);
        };
        match decode(&event)? {
            DomainEvent::Scan(ScanEvent::Completed(completed)) => Ok(Some(completed)),
            _ => Ok(None),
        }
    }

    async fn default_credential(&self) -> Result<Option<CredentialId>, StoreError> {
        self.ask(|view| view.default).await
    }

    async fn enabled_packs(&self) -> Result<BTreeMap<RulePackId, u32>, StoreError> {
        self.ask(|view| view.packs.clone()).await
    }
}

fn decode(event: &RecordedEvent) -> Result<DomainEvent, StoreError> {
    event.decode().map_err(|source| StoreError::Decode {
        position: event.position,
        source,
    })
}

impl View {
    /// Takes in the next events; false at the end of the log.
    async fn read_on(&mut self, store: &Store) -> Result<bool, StoreError> {
        let page = store
            .read_after(self.position, PageLimit::default())
            .await?;
        for event in &page {
            self.fold(event)?;
        }
        Ok(!page.is_empty())
    }

    /// The start of this very attempt may not have been heard of yet.
    fn standing(&self, open: OpenScan, attempt: u32) -> AttemptStanding {
        if self
            .open
            .attempt(open.scan)
            .is_none_or(|last| last > attempt)
        {
            return AttemptStanding::Ended;
        }
        let removed = self.hosts.get(open.host).is_some_and(|host| !host.active);
        if removed {
            AttemptStanding::HostRemoved
        } else {
            AttemptStanding::Open
        }
    }

    fn fold(&mut self, event: &RecordedEvent) -> Result<(), StoreError> {
        let kind = event.stream.kind.as_str();
        if matches!(
            kind,
            "scan" | "fleet_scan" | "host" | "credential" | "rule_pack"
        ) {
            match decode(event)? {
                DomainEvent::Scan(scan) => {
                    let requester = self.fleet.requester_of(&scan);
                    self.open.fold(&scan, event, requester);
                    self.fleet.fold_scan(&scan, event);
                    if let ScanEvent::Completed(completed) = scan {
                        self.completed.insert(completed.host, event.position);
                    }
                }
                DomainEvent::FleetScan(fleet_scan) => self.fleet.fold(&fleet_scan, event),
                DomainEvent::Host(host) => self.hosts.fold(&host),
                DomainEvent::Credential(credential) => self.fold_credential(&credential),
                DomainEvent::RulePack(pack) => self.fold_pack(&pack),
                _ => {}
            }
        }
        self.position = event.position;
        Ok(())
    }

    fn fold_pack(&mut self, event: &RulePackEvent) {
        match event {
            RulePackEvent::VersionEnabled(event) => {
                self.packs.insert(event.pack, event.after);
            }
            RulePackEvent::Disabled(event) => {
                self.packs.remove(&event.pack);
            }
            RulePackEvent::Removed(event) => {
                self.packs.remove(&event.pack);
            }
            RulePackEvent::Created(_)
            | RulePackEvent::VersionUploaded(_)
            | RulePackEvent::VersionTrusted(_) => {}
        }
    }

    fn fold_credential(&mut self, event: &CredentialEvent) {
        match event {
            CredentialEvent::DefaultMade(event) => self.default = Some(event.credential),
            CredentialEvent::DefaultCleared(event) if self.default == Some(event.credential) => {
                self.default = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
