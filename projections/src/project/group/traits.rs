//! What the rules of groups look at in hosts, and what hosts say for themselves.

use domain::group::HostTraits;
use domain::host::HostDetails;
use domain::id::HostId;
use domain::maintenance::Maintenance;
use domain::scan::HostFacts;
use domain::target::Target;
use event_store::{Row, StoreError, Tx, Value};

use super::super::row::{json, text};
use super::member::Instant;

/// The columns of [`Known`].
pub(super) const COLUMNS: &str = "host_id, active, name, environment, tags, os_id, os_version";

/// A host as rules see it.
pub(super) struct Known {
    pub(super) host: HostId,
    pub(super) active: bool,
    name: String,
    environment: String,
    tags: Vec<String>,
    os: Option<(String, String)>,
}

impl Known {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let tags: String = row.get("tags")?;
        let os: (Option<String>, Option<String>) = (row.get("os_id")?, row.get("os_version")?);
        Ok(Self {
            host: row.get("host_id")?,
            active: row.get("active")?,
            name: row.get("name")?,
            environment: row.get("environment")?,
            tags: serde_json::from_str(&tags).map_err(|_| StoreError::Inconsistent {
                what: "read the tags of a host",
            })?,
            os: os.0.zip(os.1),
        })
    }

    pub(super) fn traits(&self) -> HostTraits<'_> {
        HostTraits {
            name: &self.name,
            environment: &self.environment,
            tags: &self.tags,
            os: self
                .os
                .as_ref()
                .map(|(id, version)| (id.as_str(), version.as_str())),
        }
    }
}

pub(super) async fn enter(
    tx: &mut Tx,
    host: HostId,
    details: &HostDetails,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO group_host (host_id, active, name, environment, tags) VALUES ($1, 1, $2, $3, $4)",
        &[
            text(host),
            details.name.as_str().into(),
            details.environment.as_str().into(),
            json(&details.tags),
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn change(
    tx: &mut Tx,
    host: HostId,
    details: &HostDetails,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE group_host SET name = $2, environment = $3, tags = $4 WHERE host_id = $1",
        &[
            text(host),
            details.name.as_str().into(),
            details.environment.as_str().into(),
            json(&details.tags),
        ],
    )
    .await
    .map(drop)
}

/// Notes what a scan has found; false when it was known. A host without os-release runs nothing known.
pub(super) async fn learn_system(
    tx: &mut Tx,
    host: HostId,
    facts: &HostFacts,
) -> Result<bool, StoreError> {
    let known = !facts.os_id.is_empty();
    let of = |text: &str| Value::from(known.then(|| text.to_owned()));
    let changed = tx
        .execute(
            "UPDATE group_host SET os_id = $2, os_version = $3 WHERE host_id = $1 \
             AND (coalesce(os_id, '') <> $4 OR coalesce(os_version, '') <> $5)",
            &[
                text(host),
                of(&facts.os_id),
                of(&facts.os_version),
                facts.os_id.as_str().into(),
                facts.os_version.as_str().into(),
            ],
        )
        .await?;
    Ok(changed > 0)
}

pub(super) async fn set_active(tx: &mut Tx, host: HostId, active: bool) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE group_host SET active = $2 WHERE host_id = $1",
        &[text(host), active.into()],
    )
    .await
    .map(drop)
}

pub(super) async fn set_target(
    tx: &mut Tx,
    host: HostId,
    target: Option<&Target>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE group_host SET target = $2 WHERE host_id = $1",
        &[text(host), target.map(json).into()],
    )
    .await
    .map(drop)
}

pub(super) async fn maintain(
    tx: &mut Tx,
    host: HostId,
    started: Option<(&Maintenance, Instant)>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE group_host SET maintenance = $2, maintenance_since = $3, \
         maintenance_until = $4 WHERE host_id = $1",
        &[
            text(host),
            started.map(|(maintenance, _)| json(maintenance)).into(),
            started.map(|(_, at)| at.recorded_at).into(),
            started.and_then(|(one, _)| one.until).into(),
        ],
    )
    .await
    .map(drop)
}
