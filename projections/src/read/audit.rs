//! Every event: who did what, from where, and what changed.

use std::collections::HashMap;

use domain::id::{CommandId, CorrelationId, HostId};
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::Read;
use super::column::{json, parsed};
use super::page::{Filter, List, Listing, whole_events};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its place in the log.
    pub position: Position,
    /// When it was written to the log.
    pub recorded_at: Timestamp,
    /// The stored type: `host.registered.v1`.
    pub action: String,
    /// The stream: `host/…`.
    pub subject: String,
    /// `USER`, `TOKEN`, `SYSTEM` or `ANONYMOUS`.
    pub actor_kind: String,
    /// The id of the user, token or part of the product.
    pub actor_id: String,
    /// Its name at that time.
    pub actor_label: String,
    /// The network address that it came from.
    pub actor_address: Option<String>,
    /// What changed.
    pub changes: Vec<AuditChange>,
    /// The event.
    pub body: Json,
    /// Shared by everything that one request set in motion.
    pub correlation: CorrelationId,
    /// The command that was decided.
    pub command: CommandId,
}

/// One field that an event changed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AuditChange {
    /// The field, with dots for fields of fields.
    pub field: String,
    /// What it was; nothing when it was not set.
    pub before: Option<Json>,
    /// What it is.
    pub after: Option<Json>,
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuditFilter {
    /// At this place in the log.
    pub position: Option<Position>,
    /// By the one with this id.
    pub actor: Option<String>,
    /// Of this type: `host.registered.v1`, or the beginning of one: `host.`.
    pub action: Option<String>,
    /// Of this stream: `host/…`.
    pub subject: Option<String>,
    /// Concerning this host.
    pub host: Option<HostId>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

const COLUMNS: &str = "position, recorded_at, action, subject_kind, subject_key, actor_kind, actor_id, \
    actor_label, actor_address, changes, body, correlation, command";

impl Listing for AuditFilter {
    type Item = AuditRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let conditions = Filter::default()
            .maybe(
                "position = ?",
                filter.position.map(|position| position.0.into()),
            )
            .maybe("actor_id = ?", filter.actor.clone().map(Into::into))
            .maybe(
                "subject_kind || '/' || subject_key = ?",
                filter.subject.clone().map(Into::into),
            )
            .maybe(
                "position IN (SELECT position FROM audit_host WHERE host_id = ?)",
                filter.host.map(|host| host.to_string().into()),
            )
            .maybe("recorded_at >= ?", filter.since.map(Into::into))
            .maybe("recorded_at < ?", filter.until.map(Into::into))
            .maybe(
                "action LIKE ? ESCAPE '\\'",
                filter.action.as_deref().map(beginning),
            );
        List {
            columns: COLUMNS,
            from: "audit",
            filter: conditions,
            sort: "position",
            key: "position",
            descending: true,
        }
    }

    fn read(row: &Row) -> Result<AuditRow, StoreError> {
        AuditRow::read(row)
    }
}

/// A pattern for what begins with a text.
fn beginning(text: &str) -> Value {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("{escaped}%").into()
}

impl AuditRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let (kind, key): (String, String) = (row.get("subject_kind")?, row.get("subject_key")?);
        Ok(Self {
            position: row.get("position")?,
            recorded_at: row.get("recorded_at")?,
            action: row.get("action")?,
            subject: format!("{kind}/{key}"),
            actor_kind: row.get("actor_kind")?,
            actor_id: row.get("actor_id")?,
            actor_label: row.get("actor_label")?,
            actor_address: row.get("actor_address")?,
            changes: json(row, "changes")?,
            body: json(row, "body")?,
            correlation: parsed(row, "correlation")?,
            command: parsed(row, "command")?,
        })
    }
}

impl Read {
    /// Which hosts events after one position up to another concern, in the order of the log.
    pub async fn host_changes(
        &self,
        hosts: &[HostId],
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<(Position, HostId)>, StoreError> {
        let ids: Vec<Value> = hosts.iter().map(|host| Value::from(*host)).collect();
        let part = |table: &str, position: &str, filter: Filter| {
            let (condition, params) = filter
                .with(&format!("{position} > ?"), [after.0.into()])
                .with(&format!("{position} <= ?"), [through.0.into()])
                .any_of("host_id", ids.clone())
                .into_sql();
            let sql =
                format!("SELECT {position} AS position, host_id FROM {table} WHERE {condition}");
            (sql, params)
        };
        // The parts name the same parameters.
        let (of_events, params) = part("audit_host", "position", Filter::default());
        let (came, _) = part("group_member", "from_position", Filter::default());
        let (went, _) = part("group_member", "to_position", Filter::default());
        let sql = whole_events(
            &format!("{of_events} UNION {came} UNION {went}"),
            "host_id",
            limit,
        );
        let rows = self.db.fetch_all(&sql, &params).await?;
        rows.iter()
            .map(|row| Ok((row.get("position")?, parsed(row, "host_id")?)))
            .collect()
    }

    /// The hosts that events concern, by position.
    pub async fn audit_hosts(
        &self,
        positions: &[Position],
    ) -> Result<HashMap<Position, Vec<HostId>>, StoreError> {
        let mut found: HashMap<Position, Vec<HostId>> = HashMap::new();
        if positions.is_empty() {
            return Ok(found);
        }
        let list = List {
            columns: "position, host_id",
            from: "audit_host",
            filter: Filter::default().any_of(
                "position",
                positions.iter().map(|position| position.0.into()).collect(),
            ),
            sort: "position",
            key: "host_id",
            descending: false,
        };
        let rows = list
            .all(&self.db, 10_000, |row| {
                Ok((
                    row.get::<Position>("position")?,
                    parsed::<HostId>(row, "host_id")?,
                ))
            })
            .await?;
        for (position, host) in rows {
            found.entry(position).or_default().push(host);
        }
        Ok(found)
    }
}
