//! Where a running scan is. What stands in the log, that it waits, was taken up, ended, is never lost and comes once to
//! who hands back a position; the steps between are telemetry and may be.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, Result, SimpleObject, Subscription};
use domain::id::ScanId;
use domain::permission::Permission;
use domain::port::{ScanPhase as DomainPhase, ScanProgress as Progress};
use event_store::Position;
use futures::Stream;
use projections::read::{ScanRow, ScanStanding};
use tokio::sync::{broadcast, watch};

use super::feed::Guard;
use crate::access::{require, state};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::typed;
use crate::schema::object::scan::Scan;
use crate::schema::position::EventPosition;
use crate::state::Inner;

/// See the module.
#[derive(Default)]
pub(crate) struct ScanProgressSubscription;

/// What a running scan does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ScanPhase {
    /// It waits for a worker.
    Waiting,
    /// It reaches the host and logs in.
    Connecting,
    /// It reads facts.
    Collecting,
    /// It judges rules.
    Judging,
    /// It has ended; this is the last message.
    Ended,
}

/// Where a scan is.
#[derive(SimpleObject)]
pub(crate) struct ScanProgress {
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// The scan as it is now.
    scan: Scan,
    /// What it does.
    phase: ScanPhase,
    /// How many steps of the phase are done.
    done: u32,
    /// How many there are; 0 while unknown.
    total: u32,
}

#[Subscription]
impl ScanProgressSubscription {
    /// Where a scan is, until it has ended. Without `after` first where it is; with it first what changed since. What
    /// changed several times meanwhile comes once, as it is now.
    async fn scan_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
        #[graphql(desc = "The scan.")] scan: ID,
    ) -> Result<impl Stream<Item = Result<ScanProgress>> + use<>> {
        let access = require(ctx, Permission::ScanRead)?;
        let unknown = || Fault::new(FaultCode::NotFound, "there is no such scan");
        let id: ScanId = typed(&scan).ok_or_else(unknown)?;
        let inner = state(ctx)?;
        let progress = access.store().progress();
        let tables = inner.projections.position();
        let known = access.read().scans_by_id(&[id]).await;
        if known.map_err(Fault::from)?.is_empty() {
            return Err(unknown().into());
        }
        let epoch = access.store().epoch().await.map_err(Fault::from)?;
        let watching = Watching {
            guard: Guard::new(&access, Permission::ScanRead),
            inner,
            id,
            progress,
            tables,
            epoch,
            // A place in another log says nothing about this one.
            sent: after
                .filter(|after| after.epoch == epoch)
                .map(|after| after.position),
            ended: false,
        };
        Ok(futures::stream::unfold(
            watching,
            |mut watching| async move {
                let message = watching.next().await?;
                Some((message.map_err(async_graphql::Error::from), watching))
            },
        ))
    }
}

struct Watching {
    guard: Guard,
    inner: std::sync::Arc<Inner>,
    id: ScanId,
    progress: broadcast::Receiver<Progress>,
    tables: watch::Receiver<Position>,
    epoch: u64,
    /// What changed up to here was sent.
    sent: Option<Position>,
    ended: bool,
}

impl Watching {
    /// The next message: progress, or a change of the standing, or the end.
    async fn next(&mut self) -> Option<Result<ScanProgress, Fault>> {
        while !self.ended {
            let row = match self.row().await {
                Ok(Some(row)) => row,
                Ok(None) => return None,
                Err(fault) => {
                    self.ended = true;
                    return Some(Err(fault));
                }
            };
            let phase = standing(row.status);
            self.ended = phase == ScanPhase::Ended;
            if self.sent < Some(row.changed_position) {
                self.sent = Some(row.changed_position);
                return Some(Ok(self.message(row, phase, (0, 0))));
            }
            if self.ended {
                return None;
            }
            // A worker may be ahead of the tables: that the scan was taken up comes before what it does.
            let is_started = row.status == ScanStanding::Started;
            if let Some(Progress {
                phase, done, total, ..
            }) = self.wait().await
                && is_started
            {
                return Some(Ok(self.message(row, step(phase), (done, total))));
            }
        }
        None
    }

    async fn row(&mut self) -> Result<Option<ScanRow>, Fault> {
        self.tables.mark_unchanged();
        self.guard.check(&self.inner).await?;
        Ok(self
            .inner
            .read
            .scans_by_id(&[self.id])
            .await?
            .into_iter()
            .next())
    }

    fn message(&self, row: ScanRow, phase: ScanPhase, (done, total): (u32, u32)) -> ScanProgress {
        ScanProgress {
            position: EventPosition {
                epoch: self.epoch,
                position: row.changed_position,
                filter: String::new(),
            },
            scan: Scan(row),
            phase,
            done,
            total,
        }
    }

    /// Progress of this scan; nothing when it is better to look at the tables.
    async fn wait(&mut self) -> Option<Progress> {
        loop {
            tokio::select! {
                changed = self.tables.changed() => {
                    self.ended = changed.is_err();
                    return None;
                }
                progress = self.progress.recv() => match progress {
                    Ok(progress) if progress.scan == self.id => return Some(progress),
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        return None;
                    }
                }
            }
        }
    }
}

/// What a scan does as far as the log knows.
fn standing(status: ScanStanding) -> ScanPhase {
    match status {
        ScanStanding::Requested => ScanPhase::Waiting,
        ScanStanding::Started => ScanPhase::Connecting,
        ScanStanding::Completed | ScanStanding::Failed | ScanStanding::Cancelled => {
            ScanPhase::Ended
        }
    }
}

/// What it does as its worker says.
fn step(phase: DomainPhase) -> ScanPhase {
    match phase {
        DomainPhase::Connecting => ScanPhase::Connecting,
        DomainPhase::Collecting => ScanPhase::Collecting,
        DomainPhase::Judging => ScanPhase::Judging,
    }
}
