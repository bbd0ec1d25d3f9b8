//! The scan reactor: claims open scans by lease, runs them, records what came of them.
//!
//! Scans that somebody waits for come before those of fleet scans, and some places are kept for them: a
//! fleet scan whose hosts do not answer cannot hold a person up.
//!
//! It looks at everything that is open whenever the log moves and once in a while, so a scan whose
//! worker died is taken over when its lease has expired, and nothing depends on a message.

mod after;
mod attempt;
mod history;
mod record;
mod resolve;
mod surroundings;
#[cfg(test)]
mod tests;
mod transitions;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::id::ScanId;
use domain::port::Vault;
use event_store::{Store, StoreError};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::board::{Board, OpenScan};
use crate::scanner::Scanners;
use crate::ssh::SshOptions;

pub use after::Observed;
pub(crate) use attempt::Stopped;
pub(crate) use history::completed_scan;
pub use record::{Recorded, describe_results};
pub(crate) use resolve::{hop, login};

/// The kind of the leases.
const LEASE: &str = "scan";
/// How many open scans are looked at together.
const OPEN_LIMIT: usize = 1000;
/// How often the reactor looks without being woken.
const LOOK: Duration = Duration::from_secs(1);
/// A scan that somebody else holds is not asked for again before this time.
const HELD: Duration = Duration::from_secs(2);

/// How the reactor works.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    /// The name of this worker, as scans show it. Unique among the processes of a database.
    pub name: String,
    /// How many scans run at the same time.
    pub concurrency: usize,
    /// How long a lease lasts without a sign of life; a third of it is the heartbeat.
    pub lease: Duration,
    /// How long running scans may go on after the order to stop.
    pub grace: Duration,
    /// How hosts are reached.
    pub ssh: SshOptions,
}

impl ScanSettings {
    /// Settings with the usual times.
    pub fn new(name: impl Into<String>, concurrency: usize, ssh: SshOptions) -> Self {
        Self {
            name: name.into(),
            concurrency,
            lease: Duration::from_secs(15),
            grace: Duration::from_secs(5),
            ssh,
        }
    }

    /// Places that scans of fleet scans may take: an eighth, and at least one of several, is kept for
    /// scans that somebody waits for.
    fn for_fleet_scans(&self) -> usize {
        match self.concurrency {
            0 | 1 => self.concurrency,
            several => several - (several / 8).max(1),
        }
    }
}

/// What a reactor works with.
pub struct ScanReactor {
    /// The log.
    pub store: Store,
    /// What is open.
    pub board: Arc<dyn Board>,
    /// Where secrets are sealed.
    pub vault: Arc<dyn Vault>,
    /// The rules, asked for anew by each scan.
    pub scanners: Arc<dyn Scanners>,
    /// How it works.
    pub settings: ScanSettings,
}

/// The scans that run, and those that others hold.
#[derive(Default)]
struct Work {
    tasks: JoinSet<()>,
    running: HashMap<Id, OpenScan>,
    held: HashMap<ScanId, Instant>,
}

impl ScanReactor {
    /// Works until `stop`; then lets running scans finish for a while and gives the rest back.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let abandon = CancellationToken::new();
        let mut work = Work::default();
        let mut head = self.store.head();
        while !stop.is_cancelled() {
            head.mark_unchanged();
            if let Err(error) = self.claim(&mut work, &abandon).await {
                tracing::warn!(%error, "open scans cannot be read; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Ok(()) = head.changed() => {}
                Some(done) = work.tasks.join_next_with_id() => work.finished(done),
                () = sleep(LOOK) => {}
            }
        }
        let finishing = async { while work.tasks.join_next().await.is_some() {} };
        if timeout(self.settings.grace, finishing).await.is_err() {
            abandon.cancel();
            while work.tasks.join_next().await.is_some() {}
        }
    }

    async fn claim(
        self: &Arc<Self>,
        work: &mut Work,
        abandon: &CancellationToken,
    ) -> Result<(), StoreError> {
        while let Some(done) = work.tasks.try_join_next_with_id() {
            work.finished(done);
        }
        if work.running.len() >= self.settings.concurrency {
            return Ok(());
        }
        let open = self.board.open_scans(OPEN_LIMIT).await?;
        let still: HashSet<ScanId> = open.iter().map(|open| open.scan).collect();
        work.held.retain(|scan, _| still.contains(scan));
        for open in open {
            if work.running.len() >= self.settings.concurrency {
                return Ok(());
            }
            let full = open.background && work.background() >= self.settings.for_fleet_scans();
            if !full && work.may_try(open.scan) {
                self.try_claim(open, work, abandon).await?;
            }
        }
        Ok(())
    }

    async fn try_claim(
        self: &Arc<Self>,
        open: OpenScan,
        work: &mut Work,
        abandon: &CancellationToken,
    ) -> Result<(), StoreError> {
        let (key, owner) = (open.scan.to_string(), self.settings.name.as_str());
        let lease = self
            .store
            .acquire_lease(LEASE, &key, owner, self.settings.lease)
            .await?;
        let Some(lease) = lease else {
            work.held.insert(open.scan, Instant::now() + HELD);
            return Ok(());
        };
        let (reactor, abandon) = (Arc::clone(self), abandon.clone());
        let task = work.tasks.spawn(async move {
            Box::pin(attempt::run(&reactor, open, lease, abandon)).await;
        });
        work.running.insert(task.id(), open);
        Ok(())
    }
}

impl Work {
    /// How many scans of fleet scans run.
    fn background(&self) -> usize {
        let running = self.running.values();
        running.filter(|running| running.background).count()
    }

    fn may_try(&self, scan: ScanId) -> bool {
        let runs = self.running.values().any(|running| running.scan == scan);
        let held = self.held.get(&scan);
        !runs && held.is_none_or(|until| Instant::now() >= *until)
    }

    fn finished(&mut self, done: Result<(Id, ()), JoinError>) {
        let task = match done {
            Ok((task, ())) => task,
            Err(error) => {
                tracing::error!(%error, "a scan task broke; its lease runs out");
                error.id()
            }
        };
        if let Some(open) = self.running.remove(&task) {
            // What could not be recorded is tried again later, not at once.
            self.held.insert(open.scan, Instant::now() + HELD);
        }
    }
}
