//! Runs the projections: follows the log, applies each page in one transaction with the checkpoints,
//! and tells who waits how far the tables have come.

use std::time::Duration;

use domain::causes::in_full;
use event_store::{PageLimit, Position, Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::checkpoint::{self, Checkpoint};
use crate::event::{Event, EventReader};
use crate::project::{ALL, Projection};

/// Events that are applied in one transaction, at most.
const BATCH: PageLimit = PageLimit {
    rows: 200,
    bytes: 4 * 1024 * 1024,
};
/// How long a failure of the database is waited out.
const AGAIN: Duration = Duration::from_millis(500);

/// The tables do not hold the wanted event yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the read tables are at position {at}, not yet at {wanted}; ask again")]
pub struct Behind {
    /// How far they are.
    pub at: Position,
    /// What was asked for.
    pub wanted: Position,
}

/// The running projections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Projections {
    position: watch::Receiver<Position>,
}

impl Projections {
    /// Starts them; the task ends when `stop` is cancelled. The tables must have been migrated.
    pub async fn start(
        store: Store,
        stop: CancellationToken,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let checkpoints = checkpoint::load(store.db(), ALL).await?;
        let (sender, position) = watch::channel(lowest(&checkpoints));
        let runner = Runner {
            store,
            checkpoints,
            reader: EventReader::default(),
            position: sender,
        };
        Ok((Self { position }, tokio::spawn(runner.run(stop))))
    }

    /// The last event that all tables hold.
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.clone()
    }

    /// Waits until all tables hold an event.
    pub async fn at_least(&self, wanted: Position, limit: Duration) -> Result<(), Behind> {
        let mut position = self.position.clone();
        let reached = timeout(limit, position.wait_for(|at| *at >= wanted)).await;
        match reached {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Behind {
                at: *self.position.borrow(),
                wanted,
            }),
        }
    }
}

/// Throws every table away and builds it anew, to the end of the log as it is now.
///
/// Meant for tables that are known to be wrong, and for proof that they are not.
pub async fn rebuild(store: &Store) -> Result<Position, StoreError> {
    for projection in ALL {
        let mut tx = store.db().begin().await?;
        checkpoint::empty(&mut tx, *projection).await?;
        tx.commit().await?;
    }
    catch_up(store).await
}

/// Brings every table to the end of the log as it is now, in a process that does not run the projections. Who runs
/// them meanwhile is not disturbed.
pub async fn catch_up(store: &Store) -> Result<Position, StoreError> {
    let checkpoints = checkpoint::load(store.db(), ALL).await?;
    let (position, _) = watch::channel(Position(0));
    let mut runner = Runner {
        store: store.clone(),
        checkpoints,
        reader: EventReader::default(),
        position,
    };
    while runner.step().await? {}
    Ok(lowest(&runner.checkpoints))
}

struct Runner {
    store: Store,
    checkpoints: Vec<Checkpoint>,
    reader: EventReader,
    position: watch::Sender<Position>,
}

/// What came of a page.
enum Applied {
    /// It is in the tables.
    Here,
    /// Somebody else has put it there.
    Elsewhere,
}

fn lowest(checkpoints: &[Checkpoint]) -> Position {
    checkpoints
        .iter()
        .map(|one| one.position)
        .min()
        .unwrap_or_default()
}

impl Runner {
    async fn run(mut self, stop: CancellationToken) {
        let mut head = self.store.head();
        while !stop.is_cancelled() {
            head.mark_unchanged();
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(
                        error = in_full(&error),
                        "the read tables cannot be written; trying again"
                    );
                    tokio::select! { () = stop.cancelled() => {} () = sleep(AGAIN) => {} }
                    continue;
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                changed = head.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Applies one page to the projections that are furthest behind; false at the end of the log.
    async fn step(&mut self) -> Result<bool, StoreError> {
        let from = lowest(&self.checkpoints);
        let next = self
            .checkpoints
            .iter()
            .map(|one| one.position)
            .filter(|at| *at > from)
            .min();
        let mut page = self.store.read_after(from, BATCH).await?;
        // The others join where they stand.
        page.retain(|event| next.is_none_or(|next| event.position <= next));
        let Some(to) = page.last().map(|event| event.position) else {
            self.position.send_replace(from);
            return Ok(false);
        };
        let mut events = Vec::with_capacity(page.len());
        for recorded in page {
            events.push(self.reader.read(&self.store, recorded).await?);
        }
        let behind: Vec<&'static dyn Projection> = self
            .checkpoints
            .iter()
            .filter(|one| one.position == from)
            .map(|one| one.projection)
            .collect();
        match self.apply(&behind, &events, (from, to)).await {
            Ok(Applied::Here) => self.moved(&behind, to),
            Ok(Applied::Elsewhere) => self.look(&behind).await?,
            Err(error) if behind.len() > 1 => {
                self.apart(&behind, &events, (from, to), error).await?;
            }
            Err(error) => return Err(error),
        }
        self.position.send_replace(lowest(&self.checkpoints));
        Ok(true)
    }

    async fn apply(
        &self,
        projections: &[&'static dyn Projection],
        events: &[Event],
        (from, to): (Position, Position),
    ) -> Result<Applied, StoreError> {
        let mut tx = self.store.db().begin().await?;
        for projection in projections {
            if !checkpoint::advance(&mut tx, *projection, from, to).await? {
                return Ok(Applied::Elsewhere);
            }
        }
        for event in events {
            for projection in projections {
                projection.apply(&mut tx, event).await?;
            }
        }
        tx.commit().await?;
        Ok(Applied::Here)
    }

    /// One of several projections fails: each goes on by itself, and the one that fails stands still.
    async fn apart(
        &mut self,
        projections: &[&'static dyn Projection],
        events: &[Event],
        span: (Position, Position),
        error: StoreError,
    ) -> Result<(), StoreError> {
        let mut any = false;
        for projection in projections {
            match self.apply(&[*projection], events, span).await {
                Ok(Applied::Here) => {
                    any = true;
                    self.moved(&[*projection], span.1);
                }
                Ok(Applied::Elsewhere) => {
                    any = true;
                    self.look(&[*projection]).await?;
                }
                Err(error) => {
                    let (name, at) = (projection.name(), span.0);
                    tracing::error!(projection = name, %at, error = in_full(&error), "an event cannot be projected");
                }
            }
        }
        if any { Ok(()) } else { Err(error) }
    }

    fn moved(&mut self, projections: &[&'static dyn Projection], to: Position) {
        for one in &mut self.checkpoints {
            if projections
                .iter()
                .any(|projection| projection.name() == one.projection.name())
            {
                one.position = to;
            }
        }
    }

    /// Somebody else has moved checkpoints: where are they now?
    async fn look(&mut self, projections: &[&'static dyn Projection]) -> Result<(), StoreError> {
        for projection in projections {
            match checkpoint::standing(self.store.db(), *projection).await? {
                Some(position) => self.moved(&[*projection], position),
                // Newer code has taken it over.
                None => {
                    self.checkpoints
                        .retain(|one| one.projection.name() != projection.name());
                }
            }
        }
        Ok(())
    }
}
