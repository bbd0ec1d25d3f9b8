//! Pages by keyset: a page begins after a row, not at a number, so rows that come and go meanwhile
//! neither repeat nor hide others.

use event_store::{Db, Row, StoreError, Value};
use serde::{Deserialize, Serialize};

/// Rows that are counted before the counting stops.
pub const COUNT_LIMIT: u64 = 10_000;

/// A place between rows: the sort value and the key of a row. Opaque to clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    sort: Scalar,
    key: Scalar,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Int(i64),
    Real(f64),
    Text(String),
}

/// A cursor that this build did not write, or that belongs to another list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list; begin without one")]
pub struct BadCursor;

impl Cursor {
    /// The text that clients hold.
    pub fn to_text(&self) -> String {
        hex::encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads the text of a client.
    pub fn from_text(text: &str) -> Result<Self, BadCursor> {
        let bytes = hex::decode(text).map_err(|_| BadCursor)?;
        serde_json::from_slice(&bytes).map_err(|_| BadCursor)
    }

    fn of(row: &Row) -> Result<Self, StoreError> {
        let scalar = |name| match row.value(name) {
            Some(Value::Int(number)) => Ok(Scalar::Int(*number)),
            Some(Value::Real(number)) => Ok(Scalar::Real(*number)),
            Some(Value::Text(text)) => Ok(Scalar::Text(text.clone())),
            _ => Err(StoreError::Inconsistent {
                what: "make a cursor of a row",
            }),
        };
        Ok(Self {
            sort: scalar("page_sort")?,
            key: scalar("page_key")?,
        })
    }
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Int(number) => Self::Int(*number),
            Scalar::Real(number) => Self::Real(*number),
            Scalar::Text(text) => Self::Text(text.clone()),
        }
    }
}

/// Which rows of a list are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// How many, at most.
    pub size: u32,
    /// Only rows after this place.
    pub after: Option<Cursor>,
    /// Only rows before this place.
    pub before: Option<Cursor>,
    /// The last rows of those instead of the first.
    pub from_end: bool,
}

impl Window {
    /// The first rows.
    pub fn first(size: u32) -> Self {
        Self {
            size,
            after: None,
            before: None,
            from_end: false,
        }
    }
}

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows in order, each with its place.
    pub rows: Vec<(Cursor, T)>,
    /// Whether there are rows behind them.
    pub has_next: bool,
    /// Whether there are rows before them.
    pub has_previous: bool,
}

/// What can be listed page by page: a filter is a list of the rows that it leaves.
pub trait Listing: Clone + Send + Sync + 'static {
    /// One row.
    type Item: Send;

    /// The list in its order.
    fn list(&self) -> List<'static>;

    /// A row of it.
    fn read(row: &Row) -> Result<Self::Item, StoreError>;
}

/// A list in one order. `sort` and `key` are SQL; the pair is unique and never NULL.
pub struct List<'a> {
    pub(super) columns: &'a str,
    pub(super) from: &'a str,
    pub(super) filter: Filter,
    pub(super) sort: &'a str,
    pub(super) key: &'a str,
    pub(super) descending: bool,
}

/// Conditions with their parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Filter {
    /// No condition, for a statement that has these parameters of its own before those of conditions.
    pub(super) fn after(params: impl IntoIterator<Item = Value>) -> Self {
        Self {
            conditions: Vec::new(),
            params: params.into_iter().collect(),
        }
    }

    /// Adds a condition; each `?` in it stands for the next parameter.
    pub(super) fn with(mut self, condition: &str, params: impl IntoIterator<Item = Value>) -> Self {
        let mut text = String::new();
        let mut params = params.into_iter();
        for c in condition.chars() {
            match (c == '?').then(|| params.next()).flatten() {
                Some(value) => text.push_str(&self.bind(value)),
                None => text.push(c),
            }
        }
        self.conditions.push(text);
        self
    }

    /// Adds a condition when there is a value for it.
    pub(super) fn maybe(self, condition: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(condition, [value]),
            None => self,
        }
    }

    /// Adds `expression IN (…)` when the list is not empty.
    pub(super) fn any_of(mut self, expression: &str, values: Vec<Value>) -> Self {
        if values.is_empty() {
            return self;
        }
        let list: Vec<String> = values.into_iter().map(|value| self.bind(value)).collect();
        self.conditions
            .push(format!("{expression} IN ({})", list.join(", ")));
        self
    }

    /// The condition and its parameters, for statements that are no list.
    pub(super) fn into_sql(self) -> (String, Vec<Value>) {
        (self.sql(), self.params)
    }

    /// Adds that a condition holds for at least one of the values, when there are any.
    pub(super) fn one_holds(
        mut self,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        let any: Vec<String> = values
            .into_iter()
            .map(|value| condition.replace('?', &self.bind(value)))
            .collect();
        if !any.is_empty() {
            self.conditions.push(format!("({})", any.join(" OR ")));
        }
        self
    }

    fn bind(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    /// A statement with the conditions in the place of `{}`, and its parameters.
    pub(super) fn fill(self, statement: &str) -> (String, Vec<Value>) {
        (statement.replacen("{}", &self.sql(), 1), self.params)
    }

    fn sql(&self) -> String {
        if self.conditions.is_empty() {
            "TRUE".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }
}

/// The first rows of what happened, about `limit` of them: what one event did is never taken apart, so
/// that a reader who goes on from its position misses nothing.
pub(super) fn whole_events(changes: &str, key: &str, limit: u32) -> String {
    let last = limit.saturating_sub(1);
    format!(
        "WITH changed AS ({changes}) SELECT position, {key} FROM changed WHERE position <= coalesce(\
         (SELECT position FROM changed ORDER BY position LIMIT 1 OFFSET {last}), $2) \
         ORDER BY position, {key}"
    )
}

/// A pattern that finds a text anywhere, for `LIKE … ESCAPE '\'` against lower case.
pub(super) fn contains(text: &str) -> Value {
    format!("%{}%", literal(&text.to_lowercase())).into()
}

/// A pattern that finds texts that begin with this one.
pub(super) fn starts_with(text: &str) -> Value {
    format!("{}%", literal(text)).into()
}

/// A text in which nothing is special to `LIKE … ESCAPE '\'`.
fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

impl List<'_> {
    /// Reads a page.
    pub(super) async fn page<T>(
        &self,
        db: &Db,
        window: &Window,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let (sql, params) = self.statement(window);
        let mut rows = db.fetch_all(&sql, &params).await?;
        let more = rows.len() > window.size as usize;
        rows.truncate(window.size as usize);
        if window.from_end {
            rows.reverse();
        }
        let rows = rows
            .iter()
            .map(|row| Ok((Cursor::of(row)?, read(row)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let (bounded_before, bounded_after) = (window.after.is_some(), window.before.is_some());
        Ok(if window.from_end {
            Page {
                rows,
                has_next: bounded_after,
                has_previous: more,
            }
        } else {
            Page {
                rows,
                has_next: more,
                has_previous: bounded_before,
            }
        })
    }

    fn statement(&self, window: &Window) -> (String, Vec<Value>) {
        let (sort, key) = (self.sort, self.key);
        let mut filter = self.filter.clone();
        let bounds = [
            (&window.after, !self.descending),
            (&window.before, self.descending),
        ];
        for (cursor, upwards) in bounds {
            if let Some(cursor) = cursor {
                let sign = if upwards { '>' } else { '<' };
                let condition = format!("({sort}, {key}) {sign} (?, ?)");
                filter = filter.with(&condition, [(&cursor.sort).into(), (&cursor.key).into()]);
            }
        }
        let direction = if self.descending == window.from_end {
            "ASC"
        } else {
            "DESC"
        };
        let sql = format!(
            "SELECT {}, {sort} AS page_sort, {key} AS page_key FROM {} WHERE {} \
             ORDER BY {sort} {direction}, {key} {direction} LIMIT {}",
            self.columns,
            self.from,
            filter.sql(),
            u64::from(window.size) + 1,
        );
        (sql, filter.params)
    }

    /// Counts the rows, up to [`COUNT_LIMIT`].
    pub(super) async fn count(&self, db: &Db) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) AS number FROM (SELECT 1 FROM {} WHERE {} LIMIT {COUNT_LIMIT}) AS some_rows",
            self.from,
            self.filter.sql(),
        );
        let row = db.fetch_optional(&sql, &self.filter.params).await?;
        row.map_or(Ok(0), |row| row.get("number"))
    }

    /// Reads every row that the filter leaves, at most `limit`.
    pub(super) async fn all<T>(
        &self,
        db: &Db,
        limit: u32,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let page = self.page(db, &Window::first(limit), read).await?;
        Ok(page.rows.into_iter().map(|(_, row)| row).collect())
    }
}
