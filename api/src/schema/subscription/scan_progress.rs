//! Where a running scan is. Progress itself is telemetry and may be lost; the end never is.

use std::time::Duration;

use async_graphql::{Context, Enum, ID, Result, SimpleObject, Subscription};
use domain::id::ScanId;
use domain::permission::Permission;
use domain::port::{ScanPhase as DomainPhase, ScanProgress as Progress};
use futures::Stream;
use projections::read::{ScanRow, ScanStanding};
use tokio::sync::{broadcast, watch};

use crate::access::{require, state};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::typed;
use crate::schema::object::scan::Scan;
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
    /// Where a scan is, until it has ended.
    async fn scan_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scan.")] scan: ID,
    ) -> Result<impl Stream<Item = Result<ScanProgress>> + use<>> {
        let access = require(ctx, Permission::ScanRead)?;
        let unknown = || Fault::new(FaultCode::NotFound, "there is no such scan");
        let id: ScanId = typed(&scan).ok_or_else(unknown)?;
        let inner = state(ctx)?;
        let progress = access.store().progress();
        let tables = inner.projections.position();
        if access
            .read()
            .scans_by_id(&[id])
            .await
            .map_err(Fault::from)?
            .is_empty()
        {
            return Err(unknown().into());
        }
        let watching = Watching {
            inner,
            id,
            progress,
            tables,
            last: None,
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
    inner: std::sync::Arc<Inner>,
    id: ScanId,
    progress: broadcast::Receiver<Progress>,
    tables: watch::Receiver<event_store::Position>,
    last: Option<(ScanStanding, u32)>,
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
            if self.last != Some((row.status, row.attempt)) {
                self.last = Some((row.status, row.attempt));
                return Some(Ok(self.standing(row)));
            }
            if let Some(progress) = self.wait().await {
                return Some(Ok(describe(row, &progress)));
            }
        }
        None
    }

    async fn row(&mut self) -> Result<Option<ScanRow>, Fault> {
        self.tables.mark_unchanged();
        Ok(self
            .inner
            .read
            .scans_by_id(&[self.id])
            .await?
            .into_iter()
            .next())
    }

    fn standing(&mut self, row: ScanRow) -> ScanProgress {
        let phase = match row.status {
            ScanStanding::Requested => ScanPhase::Waiting,
            ScanStanding::Started => ScanPhase::Connecting,
            ScanStanding::Completed | ScanStanding::Failed | ScanStanding::Cancelled => {
                self.ended = true;
                ScanPhase::Ended
            }
        };
        ScanProgress {
            scan: Scan(row),
            phase,
            done: 0,
            total: 0,
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

fn describe(row: ScanRow, progress: &Progress) -> ScanProgress {
    let phase = match progress.phase {
        DomainPhase::Connecting => ScanPhase::Connecting,
        DomainPhase::Collecting => ScanPhase::Collecting,
        DomainPhase::Judging => ScanPhase::Judging,
    };
    ScanProgress {
        scan: Scan(row),
        phase,
        done: progress.done,
        total: progress.total,
    }
}
