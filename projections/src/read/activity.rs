//! What happened, in words for people.

use domain::actor::Actor;
use domain::id::{FleetScanId, GroupId, HostId, ScanId};
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError};

use super::Read;
use super::column::{json, optional_parsed};
use super::page::{Filter, List, Listing};

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRow {
    /// The event.
    pub position: Position,
    /// When it was written to the log.
    pub occurred_at: Timestamp,
    /// `SCAN`, `HOST`, `GROUP`, `CREDENTIAL`, `USER`, `RULES`, `SETTINGS` or `SESSION`.
    pub kind: String,
    /// `INFO`, `WARNING` or `ERROR`.
    pub severity: String,
    /// The line.
    pub title: String,
    /// Who.
    pub actor: Actor,
    /// The host that it concerns.
    pub host: Option<HostId>,
    /// The scan that it concerns.
    pub scan: Option<ScanId>,
    /// The group that it concerns.
    pub group: Option<GroupId>,
    /// The fleet scan that it concerns.
    pub fleet_scan: Option<FleetScanId>,
}

/// Which lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActivityFilter {
    /// Of this host.
    pub host: Option<HostId>,
    /// Of this group.
    pub group: Option<GroupId>,
    /// Of these kinds, when there are any.
    pub kinds: Vec<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

fn conditions(filter: &ActivityFilter) -> Filter {
    let kinds = filter
        .kinds
        .iter()
        .map(|kind| kind.as_str().into())
        .collect();
    Filter::default()
        .maybe(
            "host_id = ?",
            filter.host.map(|host| host.to_string().into()),
        )
        .maybe("group_id = ?", filter.group.map(Into::into))
        .any_of("kind", kinds)
        .maybe("occurred_at >= ?", filter.since.map(Into::into))
        .maybe("occurred_at < ?", filter.until.map(Into::into))
}

fn of(filter: Filter, descending: bool) -> List<'static> {
    List {
        columns: "position, occurred_at, kind, severity, title, actor, host_id, scan_id, group_id, \
            fleet_scan_id",
        from: "activity",
        filter,
        sort: "position",
        key: "position",
        descending,
    }
}

impl Listing for ActivityFilter {
    type Item = ActivityRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        of(conditions(filter), true)
    }

    fn read(row: &Row) -> Result<ActivityRow, StoreError> {
        ActivityRow::read(row)
    }
}

impl ActivityRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            position: row.get("position")?,
            occurred_at: row.get("occurred_at")?,
            kind: row.get("kind")?,
            severity: row.get("severity")?,
            title: row.get("title")?,
            actor: json(row, "actor")?,
            host: optional_parsed(row, "host_id")?,
            scan: optional_parsed(row, "scan_id")?,
            group: optional_parsed(row, "group_id")?,
            fleet_scan: optional_parsed(row, "fleet_scan_id")?,
        })
    }
}

impl Read {
    /// The lines after one position up to another, in the order of the log, at most `limit`.
    pub async fn activity_between(
        &self,
        filter: &ActivityFilter,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<ActivityRow>, StoreError> {
        let span = conditions(filter)
            .with("position > ?", [after.0.into()])
            .with("position <= ?", [through.0.into()]);
        of(span, false)
            .all(&self.db, limit, ActivityRow::read)
            .await
    }

    /// The line of one event, when it has one.
    pub async fn activity_at(&self, position: Position) -> Result<Option<ActivityRow>, StoreError> {
        let one = Filter::default().with("position = ?", [position.0.into()]);
        Ok(of(one, false)
            .all(&self.db, 1, ActivityRow::read)
            .await?
            .into_iter()
            .next())
    }
}
