//! Following the log: pages from a cursor on, without end. The cursor pulls and the watched head only
//! wakes, so nothing is missed and a slow reader costs nothing but its cursor.

use domain::event::{Position, RecordedEvent};
use futures::stream::{self, Stream};
use tokio::sync::watch;

use crate::error::StoreError;
use crate::read::PageLimit;
use crate::store::Store;

/// A piece of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events in order; never empty.
    pub events: Vec<RecordedEvent>,
    /// Where to go on: the position of the last event.
    pub position: Position,
}

impl Store {
    /// The events after a position as they come. Ends when the store is closed; after an error the next
    /// page is tried again from the same place.
    pub fn follow(
        &self,
        after: Position,
        limit: PageLimit,
    ) -> impl Stream<Item = Result<Page, StoreError>> + Send + use<> {
        let cursor = (self.clone(), self.head(), after);
        stream::unfold(cursor, move |(store, mut head, after)| async move {
            let page = next_page(&store, &mut head, after, limit).await?;
            let after = page.as_ref().map_or(after, |page| page.position);
            Some((page, (store, head, after)))
        })
    }
}

async fn next_page(
    store: &Store,
    head: &mut watch::Receiver<Position>,
    after: Position,
    limit: PageLimit,
) -> Option<Result<Page, StoreError>> {
    loop {
        tokio::select! {
            () = store.closed() => return None,
            moved = moved_beyond(head, after) => moved?,
        }
        match store.read_after(after, limit).await {
            Ok(events) => {
                if let Some(last) = events.last() {
                    let position = last.position;
                    return Some(Ok(Page { events, position }));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

async fn moved_beyond(head: &mut watch::Receiver<Position>, after: Position) -> Option<()> {
    head.wait_for(|position| *position > after)
        .await
        .ok()
        .map(drop)
}
