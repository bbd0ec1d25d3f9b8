//! Machines under watch.

use domain::host::{Connection, HostKey, HostStatus};
use domain::id::{GroupId, HostId, ScanId};
use domain::scan::HostFacts;
use domain::time::Timestamp;
use domain::verdict::Totals;
use event_store::{Row, StoreError};

use super::Read;
use super::column::{json, optional_json, optional_parsed, parsed};
use super::page::{Filter, List, Listing, contains};

/// One machine.
#[derive(Debug, Clone, PartialEq)]
pub struct HostRow {
    /// The host.
    pub id: HostId,
    /// Unique within its environment while active.
    pub name: String,
    /// `production`, `staging`, ….
    pub environment: String,
    /// Free text.
    pub description: String,
    /// For filters.
    pub tags: Vec<String>,
    /// How it is reached.
    pub connection: Connection,
    /// SSH host keys that are trusted.
    pub trusted_keys: Vec<HostKey>,
    /// Active or removed.
    pub status: HostStatus,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What the newest completed scan learned of it, and when.
    pub facts: Option<(HostFacts, Timestamp)>,
    /// Its verdicts, counted.
    pub posture: Option<Posture>,
    /// The newest scan, whatever came of it.
    pub latest_scan: Option<ScanId>,
    /// The scan that is requested or running.
    pub active_scan: Option<ScanId>,
}

/// The verdicts of a host, counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Posture {
    /// How many rules ended in each verdict.
    pub totals: Totals,
    /// The newest completed scan.
    pub scan: ScanId,
    /// When it ended.
    pub observed_at: Timestamp,
}

/// Which machines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostFilter {
    /// A text in the name, the description or the address.
    pub search: Option<String>,
    /// Active or removed; without it both.
    pub status: Option<HostStatus>,
    /// The environment.
    pub environment: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// In this group.
    pub group: Option<GroupId>,
    /// In that group at this instant instead of now.
    pub group_at: Option<Timestamp>,
    /// In maintenance at this instant, or not.
    pub maintenance: Option<(bool, Timestamp)>,
    /// In a group, or in none.
    pub grouped: Option<bool>,
    /// `ID` of os-release.
    pub os: Option<String>,
    /// With a score below this, 0 to 1.
    pub score_below: Option<f64>,
    /// With a score that does not reach the target that counts for it, or with one that does.
    pub below_target: Option<bool>,
    /// A framework that fits them; its score then makes the order by score.
    pub lens: Option<String>,
    /// These only, when there are any.
    pub ids: Vec<HostId>,
    /// The order.
    pub order: HostOrder,
}

/// The orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostOrder {
    /// By name.
    #[default]
    Name,
    /// By score, the worst first; hosts without one come first of all.
    Score,
    /// The newest first.
    Registered,
}

const COLUMNS: &str = "host.host_id, host.name, host.environment, host.description, host.tags, \
    host.connection, host.trusted_keys, host.status, host.registered_at, host.facts, host.facts_at, \
    host.latest_scan_id, host.active_scan_id, host_posture.scan_id AS posture_scan_id, \
    host_posture.observed_at, host_posture.pass, host_posture.fail, host_posture.error, \
    host_posture.not_applicable, host_posture.manual";

const FROM: &str = "host LEFT JOIN host_posture ON host_posture.host_id = host.host_id";

const FROM_LENS: &str = "host JOIN host_lens ON host_lens.host_id = host.host_id \
    LEFT JOIN host_posture ON host_posture.host_id = host.host_id";

impl Listing for HostFilter {
    type Item = HostRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let (sort, descending) = match filter.order {
            HostOrder::Name => ("lower(host.name)", false),
            HostOrder::Score if filter.lens.is_some() => ("coalesce(host_lens.score, -1.0)", false),
            HostOrder::Score => ("coalesce(host_posture.score, -1.0)", false),
            HostOrder::Registered => ("host.registered_at", true),
        };
        let search = filter.search.as_deref().map(contains);
        let tag = filter
            .tag
            .as_ref()
            .map(|tag| contains(&serde_json::json!(tag).to_string()));
        let ids = filter.ids.iter().map(|id| id.to_string().into()).collect();
        let conditions = grouping(filter)
        .maybe(
            "lower(host.name || ' ' || host.description || ' ' || host.connection) LIKE ? ESCAPE '\\'",
            search,
        )
        .maybe("host.status = ?", filter.status.map(|status| word(status).into()))
        .maybe("host.environment = ?", filter.environment.clone().map(Into::into))
        .maybe("lower(host.tags) LIKE ? ESCAPE '\\'", tag)
        .maybe("host_lens.framework = ?", filter.lens.clone().map(Into::into))
        .any_of("host.host_id", ids);
        List {
            columns: COLUMNS,
            from: if filter.lens.is_some() {
                FROM_LENS
            } else {
                FROM
            },
            filter: conditions,
            sort,
            key: "host.host_id",
            descending,
        }
    }

    fn read(row: &Row) -> Result<HostRow, StoreError> {
        HostRow::read(row)
    }
}

/// A score that does not reach the target, or does, exactly: without rounding. By a framework, its score and its
/// target count, and where it has none of its own, that over all rules.
fn by_target(conditions: Filter, below: bool, by_lens: bool) -> Filter {
    let (verdicts, target) = if by_lens {
        (
            "host_lens",
            "coalesce((SELECT percent FROM host_target WHERE host_target.host_id = host.host_id \
             AND host_target.framework = host_lens.framework), \
             (SELECT percent FROM host_target WHERE host_target.host_id = host.host_id \
             AND host_target.framework = ''))",
        )
    } else {
        (
            "host_posture",
            "(SELECT percent FROM host_target WHERE host_target.host_id = host.host_id \
             AND host_target.framework = '')",
        )
    };
    let compared = if below { "<" } else { ">=" };
    let condition = format!(
        "{verdicts}.pass + {verdicts}.fail > 0 AND {verdicts}.pass * 100 {compared} \
         {target} * ({verdicts}.pass + {verdicts}.fail)"
    );
    conditions.with(&condition, [])
}

/// Of its own or of a group, and not at its end.
const IN_MAINTENANCE: &str = "(EXISTS (SELECT 1 FROM group_host \
    WHERE group_host.host_id = host.host_id AND group_host.maintenance IS NOT NULL \
    AND coalesce(group_host.maintenance_until > ?, TRUE)) \
    OR EXISTS (SELECT 1 FROM group_member \
    JOIN host_group ON host_group.group_id = group_member.group_id \
    WHERE group_member.host_id = host.host_id AND group_member.to_position IS NULL \
    AND host_group.maintenance IS NOT NULL \
    AND coalesce(host_group.maintenance_until > ?, TRUE)))";

const IN_ANY: &str = "EXISTS (SELECT 1 FROM group_member \
    WHERE group_member.host_id = host.host_id AND group_member.to_position IS NULL)";

/// The conditions that groups and what is known through them make possible.
fn grouping(filter: &HostFilter) -> Filter {
    let in_group = |when: &str| {
        format!(
            "EXISTS (SELECT 1 FROM group_member WHERE group_member.host_id = host.host_id \
             AND group_member.group_id = ? AND {when})"
        )
    };
    let conditions = match (filter.group, filter.group_at) {
        (None, _) => Filter::default(),
        (Some(group), None) => Filter::default().with(
            &in_group("group_member.to_position IS NULL"),
            [group.into()],
        ),
        (Some(group), Some(at)) => Filter::default().with(
            &in_group("group_member.from_at <= ? AND coalesce(group_member.to_at > ?, TRUE)"),
            [group.into(), at.into(), at.into()],
        ),
    };
    let conditions = match filter.grouped {
        None => conditions,
        Some(true) => conditions.with(IN_ANY, []),
        Some(false) => conditions.with(&format!("NOT {IN_ANY}"), []),
    };
    let conditions = match filter.below_target {
        None => conditions,
        Some(below) => by_target(conditions, below, filter.lens.is_some()),
    };
    let conditions = match filter.maintenance {
        None => conditions,
        Some((true, now)) => conditions.with(IN_MAINTENANCE, [now.into(), now.into()]),
        Some((false, now)) => {
            conditions.with(&format!("NOT {IN_MAINTENANCE}"), [now.into(), now.into()])
        }
    };
    conditions
        .maybe(
            "EXISTS (SELECT 1 FROM group_host WHERE group_host.host_id = host.host_id \
             AND group_host.os_id = ?)",
            filter.os.clone().map(Into::into),
        )
        .maybe("host_posture.score < ?", filter.score_below.map(Into::into))
}

fn word(status: HostStatus) -> &'static str {
    if status == HostStatus::Removed {
        "removed"
    } else {
        "active"
    }
}

impl HostRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let status: String = row.get("status")?;
        let facts: Option<HostFacts> = optional_json(row, "facts")?;
        let facts_at: Option<Timestamp> = row.get("facts_at")?;
        Ok(Self {
            id: parsed(row, "host_id")?,
            name: row.get("name")?,
            environment: row.get("environment")?,
            description: row.get("description")?,
            tags: json(row, "tags")?,
            connection: json(row, "connection")?,
            trusted_keys: json(row, "trusted_keys")?,
            status: if status == "removed" {
                HostStatus::Removed
            } else {
                HostStatus::Active
            },
            registered_at: row.get("registered_at")?,
            facts: facts.zip(facts_at),
            posture: posture(row)?,
            latest_scan: optional_parsed(row, "latest_scan_id")?,
            active_scan: optional_parsed(row, "active_scan_id")?,
        })
    }
}

fn posture(row: &Row) -> Result<Option<Posture>, StoreError> {
    let Some(scan) = optional_parsed(row, "posture_scan_id")? else {
        return Ok(None);
    };
    Ok(Some(Posture {
        totals: Totals {
            pass: row.get("pass")?,
            fail: row.get("fail")?,
            error: row.get("error")?,
            not_applicable: row.get("not_applicable")?,
            manual: row.get("manual")?,
        },
        scan,
        observed_at: row.get("observed_at")?,
    }))
}

impl Read {
    /// The ids of all machines that a filter leaves, in its order, at most `limit`.
    pub async fn host_ids(
        &self,
        filter: &HostFilter,
        limit: u32,
    ) -> Result<Vec<HostId>, StoreError> {
        let ids = List {
            columns: "host.host_id",
            ..filter.list()
        };
        ids.all(&self.db, limit, |row| parsed(row, "host_id")).await
    }

    /// The machines with these ids, in any order.
    pub async fn hosts_by_id(&self, ids: &[HostId]) -> Result<Vec<HostRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = HostFilter {
            ids: ids.to_vec(),
            ..HostFilter::default()
        };
        filter
            .list()
            .all(
                &self.db,
                u32::try_from(ids.len()).unwrap_or(u32::MAX),
                HostRow::read,
            )
            .await
    }
}
