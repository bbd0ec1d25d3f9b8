//! Groups of hosts.

use domain::group::{GroupColor, GroupStatus, MembershipRule};
use domain::id::GroupId;
use domain::maintenance::Maintenance;
use domain::target::Target;
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError};

use super::Read;
use super::column::{optional_json, parsed, word};
use super::page::{Filter, List, Listing, contains, whole_events};

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupRow {
    /// The group.
    pub id: GroupId,
    /// Unique while active.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Its colour.
    pub color: GroupColor,
    /// Which hosts are members; nothing where people choose them.
    pub rule: Option<MembershipRule>,
    /// The score that its hosts have to reach.
    pub target: Option<Target>,
    /// A maintenance that nobody has ended, and when it began. It may have come to its end by itself.
    pub maintenance: Option<(Maintenance, Timestamp)>,
    /// Active or removed.
    pub status: GroupStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// Which groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupFilter {
    /// A text in the name or the description.
    pub search: Option<String>,
    /// Active or removed; without it both.
    pub status: Option<GroupStatus>,
    /// These only, when there are any.
    pub ids: Vec<GroupId>,
}

const COLUMNS: &str = "host_group.group_id, host_group.name, host_group.description, host_group.color, \
    host_group.rule, host_group.target, host_group.maintenance, host_group.maintenance_since, \
    host_group.status, host_group.created_at, host_group.changed_at";

impl Listing for GroupFilter {
    type Item = GroupRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let ids = filter.ids.iter().map(|id| id.to_string().into()).collect();
        let status = filter.status.map(|status| match status {
            GroupStatus::Removed => "removed".into(),
            GroupStatus::Active | GroupStatus::Unknown => "active".into(),
        });
        List {
            columns: COLUMNS,
            from: "host_group",
            filter: Filter::default()
                .maybe(
                    "lower(host_group.name || ' ' || host_group.description) LIKE ? ESCAPE '\\'",
                    filter.search.as_deref().map(contains),
                )
                .maybe("host_group.status = ?", status)
                .any_of("host_group.group_id", ids),
            sort: "lower(host_group.name)",
            key: "host_group.group_id",
            descending: false,
        }
    }

    fn read(row: &Row) -> Result<GroupRow, StoreError> {
        GroupRow::read(row)
    }
}

impl GroupRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let status: String = row.get("status")?;
        let since: Option<Timestamp> = row.get("maintenance_since")?;
        Ok(Self {
            id: parsed(row, "group_id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            color: word(row, "color")?,
            rule: optional_json(row, "rule")?,
            target: optional_json(row, "target")?,
            maintenance: optional_json(row, "maintenance")?.zip(since),
            status: if status == "removed" {
                GroupStatus::Removed
            } else {
                GroupStatus::Active
            },
            created_at: row.get("created_at")?,
            changed_at: row.get("changed_at")?,
        })
    }
}

impl Read {
    /// The groups with these ids, removed ones as well, in any order.
    pub async fn groups_by_id(&self, ids: &[GroupId]) -> Result<Vec<GroupRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = GroupFilter {
            ids: ids.to_vec(),
            ..GroupFilter::default()
        };
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        filter.list().all(&self.db, limit, GroupRow::read).await
    }

    /// The target of the organisation.
    pub async fn organisation_target(&self) -> Result<Option<Target>, StoreError> {
        let sql = "SELECT value FROM organisation WHERE name = 'target'";
        let row = self.db.fetch_optional(sql, &[]).await?;
        row.map_or(Ok(None), |row| optional_json(&row, "value"))
    }

    /// The frameworks that the organisation looks through; nothing: all.
    pub async fn enabled_lenses(&self) -> Result<Option<Vec<String>>, StoreError> {
        let sql = "SELECT value FROM organisation WHERE name = 'lenses'";
        let row = self.db.fetch_optional(sql, &[]).await?;
        row.map_or(Ok(None), |row| optional_json(&row, "value"))
    }

    /// Groups that something happened to after one position up to another, in the order of the log, about
    /// `limit`, never a part of what one event did: changes of the group itself, and hosts that came or went.
    pub async fn group_changes(
        &self,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<(Position, GroupId)>, StoreError> {
        let sql = whole_events(
            "SELECT position, subject_key AS group_id FROM audit \
             WHERE subject_kind = 'group' AND position > $1 AND position <= $2 \
             UNION SELECT from_position, group_id FROM group_member \
             WHERE from_position > $1 AND from_position <= $2 \
             UNION SELECT to_position, group_id FROM group_member \
             WHERE to_position > $1 AND to_position <= $2",
            "group_id",
            limit,
        );
        let rows = self
            .db
            .fetch_all(&sql, &[after.0.into(), through.0.into()])
            .await?;
        rows.iter()
            .map(|row| Ok((row.get("position")?, parsed(row, "group_id")?)))
            .collect()
    }
}
