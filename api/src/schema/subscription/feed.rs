//! Following the log in order, from a place that the client names: first what it missed, then what
//! comes. The reader pulls from the read tables by position and is only woken by them, so nothing is
//! lost however often the connection breaks, and a slow reader costs nothing. Nothing is doubled either,
//! but for an event that did several things: who leaves after some of them gets all of them again.

use std::sync::Arc;

use async_graphql::{Enum, Result};
use domain::permission::Permission;
use event_store::{Position, StoreError};
use futures::Stream;
use futures::future::BoxFuture;
use tokio::sync::watch;

use crate::access::Access;
use crate::auth::caller::{Proof, identify};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::position::EventPosition;
use crate::state::Inner;

/// Rows that are read at once.
pub(crate) const BATCH: u32 = 100;

/// What a message of a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum FeedMessageKind {
    /// The subscription begins here; what comes next is new.
    Ready,
    /// Something happened.
    Event,
    /// Everything that was missed has been sent; what comes next is new.
    CaughtUp,
    /// The place that was asked for is not in this log: query anew, then go on from here.
    Resync,
}

/// A message of a subscription.
pub(crate) struct Message<T> {
    pub(crate) kind: FeedMessageKind,
    pub(crate) position: EventPosition,
    pub(crate) item: Option<T>,
}

/// Reads what happened after one place up to another, about [`BATCH`] of it: never a part of an event.
pub(crate) type Fetch<T> = Arc<
    dyn Fn(Position, Position) -> BoxFuture<'static, Result<Vec<(Position, T)>, StoreError>>
        + Send
        + Sync,
>;

/// One subscription while it runs.
struct Feed<T> {
    inner: Arc<Inner>,
    guard: Guard,
    fetch: Fetch<T>,
    mark: String,
    epoch: u64,
    /// Everything up to here was sent.
    cursor: Position,
    tables: watch::Receiver<Position>,
    /// What to say before the next event.
    opening: Option<FeedMessageKind>,
    pending: std::collections::VecDeque<(Position, T)>,
    /// Whether `CAUGHT_UP` is still owed.
    behind: bool,
}

/// The permission, looked at again whenever something is sent.
pub(super) struct Guard {
    permission: Permission,
    proof: Proof,
    address: String,
}

impl Guard {
    pub(super) fn new(access: &Access<'_>, permission: Permission) -> Self {
        Self {
            permission,
            proof: access.proof().clone(),
            address: access.caller().address.clone(),
        }
    }

    pub(super) async fn check(&self, inner: &Inner) -> Result<(), Fault> {
        let caller = identify(&inner.store, &self.proof, &self.address).await?;
        match caller {
            Some(caller) if caller.may(self.permission) => Ok(()),
            _ => Err(Fault::new(
                FaultCode::Forbidden,
                "you may not follow this any more",
            )),
        }
    }
}

/// Begins to follow. `mark` stands for the filter: a place of another filter is refused.
pub(crate) async fn follow<T: Send + 'static>(
    access: &Access<'_>,
    inner: Arc<Inner>,
    permission: Permission,
    after: Option<EventPosition>,
    (mark, fetch): (String, Fetch<T>),
) -> Result<impl Stream<Item = Result<Message<T>>> + use<T>, Fault> {
    let mut tables = inner.projections.position();
    let now = *tables.borrow_and_update();
    let epoch = inner.store.epoch().await?;
    let (cursor, opening, behind) = match after {
        None => (now, Some(FeedMessageKind::Ready), false),
        Some(after) if !after.filter.is_empty() && after.filter != mark => {
            let message = "the position belongs to a subscription with another filter";
            return Err(Fault::new(FaultCode::BadUserInput, message));
        }
        Some(after) if after.epoch != epoch || after.position > *inner.store.head().borrow() => {
            (now, Some(FeedMessageKind::Resync), false)
        }
        Some(after) => (after.position, None, true),
    };
    let feed = Feed {
        inner,
        guard: Guard::new(access, permission),
        fetch,
        mark,
        epoch,
        cursor,
        tables,
        opening,
        pending: std::collections::VecDeque::new(),
        behind,
    };
    Ok(futures::stream::unfold(Some(feed), |feed| async move {
        let mut feed = feed?;
        match feed.next().await {
            Ok(Some(message)) => Some((Ok(message), Some(feed))),
            Ok(None) => None,
            Err(fault) => Some((Err(fault.into()), None)),
        }
    }))
}

impl<T> Feed<T> {
    /// The next message; nothing when the server stops.
    async fn next(&mut self) -> Result<Option<Message<T>>, Fault> {
        if let Some(kind) = self.opening.take() {
            return Ok(Some(self.message(kind, None)));
        }
        loop {
            if let Some((position, item)) = self.pending.pop_front() {
                self.guard.check(&self.inner).await?;
                // What one event did may be several things: a reader who comes back after one of them gets
                // the others.
                let whole = self
                    .pending
                    .front()
                    .is_none_or(|(next, _)| *next != position);
                if whole {
                    self.cursor = position;
                }
                return Ok(Some(self.message(FeedMessageKind::Event, Some(item))));
            }
            let through = *self.tables.borrow_and_update();
            if self.cursor < through {
                let found = (self.fetch)(self.cursor, through).await?;
                // A full batch may have cut something off; a short one has reached its end.
                let full = found.len() >= BATCH as usize;
                self.pending = found.into();
                if !full && self.pending.is_empty() {
                    self.cursor = through;
                }
                if !self.pending.is_empty() {
                    continue;
                }
            }
            if self.behind {
                self.behind = false;
                return Ok(Some(self.message(FeedMessageKind::CaughtUp, None)));
            }
            if self.tables.changed().await.is_err() {
                return Ok(None);
            }
        }
    }

    fn message(&self, kind: FeedMessageKind, item: Option<T>) -> Message<T> {
        let position = EventPosition {
            epoch: self.epoch,
            position: self.cursor,
            filter: self.mark.clone(),
        };
        Message {
            kind,
            position,
            item,
        }
    }
}

/// The mark of a filter.
pub(crate) fn mark(filter: &impl std::fmt::Debug) -> String {
    let digest = domain::digest::Digest::of(format!("{filter:?}").as_bytes()).to_string();
    digest.chars().take(8).collect()
}
