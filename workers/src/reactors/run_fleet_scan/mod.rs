//! The fleet scan reactor: asks for the scans of fleet scans a few at a time, within the limits, fairly
//! between those who asked, and ends what has come to its end.
//!
//! Of all processes one acts, under a lease. It keeps nothing: what it does follows from the log, each
//! request has one command id however often it is sent, and a host has one open scan, so a process that
//! dies or is overtaken loses and doubles nothing.

mod plan;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::digest::Digest;
use domain::fleet_scan::{
    AttachScan, CompleteFleetScan, FleetLimits, FleetScan, FleetScanCommand, SkipHost,
};
use domain::host::Host;
use domain::id::{CommandId, HostId, ScanId, TypedId as _};
use domain::scan::{CancelScan, RequestScan, Scan, ScanCommand, Selection, Trigger};
use event_store::{CommandContext, ExecuteError, Lease, Store, StoreError};
use futures::{StreamExt as _, stream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use self::plan::{Of, Plan, Step, plan};
use super::board::LogBoard;
use crate::subnet::Names;
use domain::causes::in_full;

/// The kind of the lease; there is one for all fleet scans.
const LEASE: &str = "fleet_scan";
/// How long the lease lasts without a sign of life; a third of it is the heartbeat.
const TTL: Duration = Duration::from_secs(15);
/// How often the reactor looks without being woken.
const LOOK: Duration = Duration::from_secs(1);
/// The least time between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// Steps that are taken at the same time: their events share a commit.
const TOGETHER: usize = 32;

/// What a reactor works with.
pub struct FleetScanReactor {
    /// The log.
    pub store: Store,
    /// What is open.
    pub board: Arc<LogBoard>,
    /// The name of this process. Unique among the processes of a database.
    pub name: String,
    /// How much all fleet scans together may do at a time.
    pub most: FleetLimits,
}

/// The lease, while it is ours.
struct Held {
    lease: Lease,
    renewed: Instant,
}

impl FleetScanReactor {
    /// Works until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut head = self.store.head();
        let mut lease = None;
        let mut names = Names::default();
        while !stop.is_cancelled() {
            head.mark_unchanged();
            if let Err(error) = self.step(&mut lease, &mut names).await {
                tracing::warn!(
                    error = in_full(&error),
                    "fleet scans stand still; trying again"
                );
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(LOOK) => {}
                () = async { sleep(PAUSE).await; let _ = head.changed().await; } => {}
            }
        }
        self.give_back(&mut lease).await;
    }

    async fn step(&self, held: &mut Option<Held>, names: &mut Names) -> Result<(), StoreError> {
        let idle = self.board.ask(|view| view.fleet.batches().next().is_none());
        if idle.await? {
            self.give_back(held).await;
            return Ok(());
        }
        while self.holds(held).await? {
            let now = self.store.clock().now();
            let planned = self.board.ask(|view| plan(view, names, &self.most, now));
            let Plan { steps, names: ask } = planned.await?;
            if steps.is_empty() && ask.is_empty() {
                return Ok(());
            }
            let mut taken = stream::iter(steps)
                .map(|step| self.take(step))
                .buffer_unordered(TOGETHER);
            let mut moved = false;
            while let Some(done) = taken.next().await {
                moved |= done?;
            }
            drop(taken);
            moved |= !ask.is_empty();
            names.look_up(ask).await;
            if !moved {
                // Somebody else was faster, or a command is refused: not again before the log moves.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether the lease is ours: taken, or kept for another while.
    async fn holds(&self, held: &mut Option<Held>) -> Result<bool, StoreError> {
        if let Some(ours) = held {
            if ours.renewed.elapsed() < TTL / 3 {
                return Ok(true);
            }
            if self.store.renew_lease(&ours.lease, TTL).await? {
                ours.renewed = Instant::now();
                return Ok(true);
            }
            *held = None;
        }
        let lease = self
            .store
            .acquire_lease(LEASE, "all", &self.name, TTL)
            .await?;
        *held = lease.map(|lease| Held {
            lease,
            renewed: Instant::now(),
        });
        Ok(held.is_some())
    }

    async fn give_back(&self, held: &mut Option<Held>) {
        if let Some(ours) = held.take()
            && let Err(error) = self.store.release_lease(&ours.lease).await
        {
            tracing::debug!(%error, "a lease runs out by itself");
        }
    }

    /// Takes one step; false when it came to nothing.
    async fn take(&self, step: Step) -> Result<bool, StoreError> {
        match step {
            Step::Request {
                of,
                host,
                attempt,
                selection,
            } => self.request(of, host, attempt, selection).await,
            Step::Attach { of, host, scan } => {
                let command = FleetScanCommand::Attach(AttachScan { host, scan });
                self.tell(of, command).await
            }
            Step::Skip { of, host, reason } => {
                let command = FleetScanCommand::Skip(SkipHost { host, reason });
                self.tell(of, command).await
            }
            Step::Complete { of, totals } => {
                let command = FleetScanCommand::Complete(CompleteFleetScan { totals });
                self.tell(of, command).await
            }
            Step::Cancel { of, scan } => {
                let command = ScanCommand::Cancel(CancelScan);
                let context = context(of, self.draw());
                let cancelled = self.store.execute::<Scan>(scan, command, context).await;
                came_to(cancelled.map(drop))
            }
        }
    }

    async fn request(
        &self,
        of: Of,
        host: HostId,
        attempt: u32,
        selection: Selection,
    ) -> Result<bool, StoreError> {
        let state = self.store.load::<Host>(host).await?.state;
        let Some(scannable) = state.scannable() else {
            return Ok(false);
        };
        let scan = ScanId::draw(self.store.ids().as_ref());
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: scannable,
            trigger: Trigger::FleetScan,
            selection,
            fleet_scan: Some(of.fleet_scan),
        });
        let context = context(of, command_of(of, host, attempt));
        let requested = self.store.execute::<Scan>(scan, command, context).await;
        came_to(requested.map(drop))
    }

    async fn tell(&self, of: Of, command: FleetScanCommand) -> Result<bool, StoreError> {
        let context = context(of, self.draw());
        let told = self
            .store
            .execute::<FleetScan>(of.fleet_scan, command, context)
            .await;
        came_to(told.map(drop))
    }

    fn draw(&self) -> CommandId {
        CommandId::draw(self.store.ids().as_ref())
    }
}

fn context(of: Of, command: CommandId) -> CommandContext {
    let actor = Actor::system("fleet_scan");
    CommandContext::new(command, actor, of.correlation).caused_by(of.requested_at)
}

/// The one command for an attempt at a host: whoever sends it again gets the first answer.
fn command_of(of: Of, host: HostId, attempt: u32) -> CommandId {
    let text = format!("fleet scan {} {host} {attempt}", of.fleet_scan);
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(Digest::of(text.as_bytes()).as_bytes()) {
        *to = *from;
    }
    // A UUID of the form for custom content (RFC 9562, section 5.8).
    CommandId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Only a store that fails is a failure: a refusal means that the log has moved on.
fn came_to<E: std::error::Error>(done: Result<(), ExecuteError<E>>) -> Result<bool, StoreError>
where
    ExecuteError<E>: std::error::Error,
{
    match done {
        Ok(()) => Ok(true),
        Err(ExecuteError::Store(error)) => Err(error),
        Err(error) => {
            tracing::debug!(error = in_full(&error), "a step of a fleet scan is moot");
            Ok(false)
        }
    }
}
