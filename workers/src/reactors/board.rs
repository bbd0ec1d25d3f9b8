//! What the reactors need to know of the log as a whole: open scans, the last result of a host, the
//! default credential. A read model may answer; [`LogBoard`] folds the log itself, in memory.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use domain::credential::CredentialEvent;
use domain::event::{DomainEvent, Position, RecordedEvent};
use domain::id::{CredentialId, HostId, ScanId};
use domain::scan::{ScanCompleted, ScanEvent};
use event_store::{PageLimit, Store, StoreError};
use tokio::sync::Mutex;

/// A scan that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenScan {
    /// The scan.
    pub scan: ScanId,
    /// Its host.
    pub host: HostId,
}

/// What is known of the log as a whole.
#[async_trait]
pub trait Board: Send + Sync {
    /// Scans that have not ended, the oldest first, at most `limit`.
    async fn open_scans(&self, limit: usize) -> Result<Vec<OpenScan>, StoreError>;

    /// The newest result of a host.
    async fn last_completed(&self, host: HostId) -> Result<Option<Box<ScanCompleted>>, StoreError>;

    /// The credential that hosts without one of their own use.
    async fn default_credential(&self) -> Result<Option<CredentialId>, StoreError>;
}

/// A board that reads the log from its beginning and keeps up with it.
pub struct LogBoard {
    store: Store,
    view: Mutex<View>,
}

#[derive(Default)]
struct View {
    position: Position,
    open: BTreeMap<Position, OpenScan>,
    requested_at: HashMap<ScanId, Position>,
    completed: HashMap<HostId, Position>,
    default: Option<CredentialId>,
}

impl LogBoard {
    /// A board that has read nothing yet.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            view: Mutex::default(),
        }
    }

    /// Reads to the end of the log and asks.
    async fn ask<T>(&self, question: impl FnOnce(&View) -> T) -> Result<T, StoreError> {
        let mut view = self.view.lock().await;
        loop {
            let page = self
                .store
                .read_after(view.position, PageLimit::default())
                .await?;
            if page.is_empty() {
                return Ok(question(&view));
            }
            for event in &page {
                view.fold(event)?;
            }
        }
    }
}

#[async_trait]
impl Board for LogBoard {
    async fn open_scans(&self, limit: usize) -> Result<Vec<OpenScan>, StoreError> {
        self.ask(|view| view.open.values().take(limit).copied().collect())
            .await
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
}

fn decode(event: &RecordedEvent) -> Result<DomainEvent, StoreError> {
    event.decode().map_err(|source| StoreError::Decode {
        position: event.position,
        source,
    })
}

impl View {
    fn fold(&mut self, event: &RecordedEvent) -> Result<(), StoreError> {
        if matches!(event.stream.kind.as_str(), "scan" | "credential") {
            match decode(event)? {
                DomainEvent::Scan(scan) => self.fold_scan(event.position, &scan),
                DomainEvent::Credential(credential) => self.fold_credential(&credential),
                _ => {}
            }
        }
        self.position = event.position;
        Ok(())
    }

    fn fold_scan(&mut self, position: Position, event: &ScanEvent) {
        match event {
            ScanEvent::Requested(event) => {
                let open = OpenScan {
                    scan: event.scan,
                    host: event.host,
                };
                self.open.insert(position, open);
                self.requested_at.insert(event.scan, position);
            }
            ScanEvent::Started(_) => {}
            ScanEvent::Completed(event) => {
                self.close(event.scan);
                self.completed.insert(event.host, position);
            }
            ScanEvent::Failed(event) => self.close(event.scan),
            ScanEvent::Cancelled(event) => self.close(event.scan),
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

    fn close(&mut self, scan: ScanId) {
        if let Some(position) = self.requested_at.remove(&scan) {
            self.open.remove(&position);
        }
    }
}
