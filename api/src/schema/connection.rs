//! Lists as connections of Relay: keyset cursors, 1 to 100 rows, 25 without a wish; the number of all
//! rows is asked for apart.

use std::future::Future;
use std::pin::Pin;

use async_graphql::connection::{self, CursorType, Edge, EmptyFields};
use async_graphql::{Object, OutputType};
use event_store::StoreError;
use projections::read::{BadCursor, COUNT_LIMIT, Cursor, Listing, Window};

use super::error::{Fault, FaultCode};
use crate::access::Access;

/// Rows of a page when the client has no wish.
const USUAL: u32 = 25;
/// Rows of a page at most.
const MOST: i32 = 100;

/// The arguments of every connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
}

/// A page of a list.
pub(crate) type Connection<T> = connection::Connection<PageCursor, T, Counted, EmptyFields>;

/// The cursor of a row.
pub(crate) struct PageCursor(Cursor);

impl CursorType for PageCursor {
    type Error = BadCursor;

    fn decode_cursor(text: &str) -> Result<Self, BadCursor> {
        Cursor::from_text(text).map(Self)
    }

    fn encode_cursor(&self) -> String {
        self.0.to_text()
    }
}

type Counting = Pin<Box<dyn Future<Output = Result<u64, StoreError>> + Send>>;

/// Counts the rows of a list, when it is asked for.
pub(crate) struct Counted(Box<dyn Fn() -> Counting + Send + Sync>);

#[Object]
impl Counted {
    /// How many rows the whole list has, counted up to 10000. Costs a query of its own.
    #[graphql(complexity = 10)]
    async fn total_count(&self) -> async_graphql::Result<i32> {
        let count = (self.0)().await.map_err(Fault::from)?;
        Ok(i32::try_from(count.min(COUNT_LIMIT)).unwrap_or(i32::MAX))
    }
}

impl Wish {
    /// The arguments in their order in the schema.
    pub(crate) fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Self {
        Self {
            first,
            after,
            last,
            before,
        }
    }

    /// The window that is wished for, or what is wrong with the wish.
    fn window(&self) -> Result<Window, Fault> {
        let bad = |message: &str| Fault::new(FaultCode::BadUserInput, message);
        if self.first.is_some() && self.last.is_some() {
            return Err(bad("give first or last, not both"));
        }
        let size = match self.first.or(self.last) {
            None => USUAL,
            Some(size @ 1..=MOST) => size.unsigned_abs(),
            Some(_) => return Err(bad("first and last go from 1 to 100")),
        };
        let cursor = |text: &Option<String>| {
            text.as_deref()
                .map(Cursor::from_text)
                .transpose()
                .map_err(|error| Fault::new(FaultCode::BadCursor, error.to_string()))
        };
        Ok(Window {
            size,
            after: cursor(&self.after)?,
            before: cursor(&self.before)?,
            from_end: self.last.is_some(),
        })
    }
}

/// A page of a list as a connection.
pub(crate) async fn listed<L: Listing, T: OutputType>(
    access: &Access<'_>,
    filter: L,
    wish: Wish,
    make: impl Fn(L::Item) -> T,
) -> async_graphql::Result<Connection<T>> {
    let read = access.read().clone();
    let page = read.page(&filter, &wish.window()?).await;
    let page = page.map_err(Fault::from)?;
    let counted = Counted(Box::new(move || {
        let (read, filter) = (read.clone(), filter.clone());
        Box::pin(async move { read.count(&filter).await })
    }));
    let mut connection =
        Connection::with_additional_fields(page.has_previous, page.has_next, counted);
    connection.edges = page
        .rows
        .into_iter()
        .map(|(cursor, row)| Edge::new(PageCursor(cursor), make(row)))
        .collect();
    Ok(connection)
}

/// What a list costs: its rows times what a row costs.
pub(crate) fn list_cost(first: Option<i32>, last: Option<i32>, row: usize) -> usize {
    let rows = first.or(last).unwrap_or(25).clamp(1, MOST);
    1 + usize::try_from(rows).unwrap_or(100) * row.max(1)
}
