//! Machines under watch: details, trusted keys, what scans learned of them, their newest scan.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::host::{Connection, HostDetails, HostEvent, HostKey};
use domain::id::HostId;
use domain::scan::ScanEvent;
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text};
use crate::event::Event;

/// See the module.
pub(super) struct HostProjection;

#[async_trait]
impl Projection for HostProjection {
    fn name(&self) -> &'static str {
        "host"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["host"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        match &event.body {
            DomainEvent::Host(host) => apply_host(tx, host, event).await,
            DomainEvent::Scan(scan) => apply_scan(tx, scan, event).await,
            _ => Ok(()),
        }
    }
}

async fn apply_host(tx: &mut Tx, host: &HostEvent, event: &Event) -> Result<(), StoreError> {
    match host {
        HostEvent::Registered(registered) => {
            let mut values = vec![text(registered.host)];
            values.extend(details(&registered.details));
            values.push(event.recorded.recorded_at.into());
            tx.execute(
                "INSERT INTO host (host_id, name, environment, description, tags, connection, \
                 credential_id, trusted_keys, status, registered_at, changed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, '[]', 'active', $8, $8)",
                &values,
            )
            .await
            .map(drop)
        }
        HostEvent::Edited(edited) => {
            let mut values = vec![text(edited.host)];
            values.extend(details(&edited.after));
            values.push(event.recorded.recorded_at.into());
            tx.execute(
                "UPDATE host SET name = $2, environment = $3, description = $4, tags = $5, \
                 connection = $6, credential_id = $7, changed_at = $8 WHERE host_id = $1",
                &values,
            )
            .await
            .map(drop)
        }
        HostEvent::Removed(removed) => set_status(tx, removed.host, "removed", event).await,
        HostEvent::Restored(restored) => set_status(tx, restored.host, "active", event).await,
        HostEvent::KeyTrusted(trusted) => {
            let replaced = trusted.replaced.as_ref();
            change_keys(tx, trusted.host, replaced, Some(&trusted.key), event).await
        }
        HostEvent::KeyForgotten(forgotten) => {
            change_keys(tx, forgotten.host, Some(&forgotten.key), None, event).await
        }
        // Targets, maintenance and variables are kept with those of groups.
        HostEvent::TargetSet(_)
        | HostEvent::VariableSet(_)
        | HostEvent::MaintenanceStarted(_)
        | HostEvent::MaintenanceEnded(_) => Ok(()),
    }
}

fn details(details: &HostDetails) -> [Value; 6] {
    let credential = match &details.connection {
        Connection::Ssh(ssh) => ssh.credential.map(|credential| credential.to_string()),
        Connection::Local => None,
    };
    [
        details.name.as_str().into(),
        details.environment.as_str().into(),
        details.description.as_str().into(),
        json(&details.tags),
        json(&details.connection),
        credential.into(),
    ]
}

async fn set_status(
    tx: &mut Tx,
    host: HostId,
    status: &str,
    event: &Event,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE host SET status = $2, changed_at = $3 WHERE host_id = $1",
        &[text(host), status.into(), event.recorded.recorded_at.into()],
    )
    .await
    .map(drop)
}

async fn change_keys(
    tx: &mut Tx,
    host: HostId,
    gone: Option<&HostKey>,
    new: Option<&HostKey>,
    event: &Event,
) -> Result<(), StoreError> {
    let row = tx
        .fetch_optional(
            "SELECT trusted_keys FROM host WHERE host_id = $1",
            &[text(host)],
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    let known: String = row.get("trusted_keys")?;
    let mut keys: Vec<HostKey> =
        serde_json::from_str(&known).map_err(|_| StoreError::Inconsistent {
            what: "read the trusted keys of a host",
        })?;
    keys.retain(|key| Some(key) != gone && Some(key) != new);
    keys.extend(new.cloned());
    tx.execute(
        "UPDATE host SET trusted_keys = $2, changed_at = $3 WHERE host_id = $1",
        &[text(host), json(&keys), event.recorded.recorded_at.into()],
    )
    .await
    .map(drop)
}

async fn apply_scan(tx: &mut Tx, scan: &ScanEvent, event: &Event) -> Result<(), StoreError> {
    let at: Value = event.recorded.recorded_at.into();
    let (sql, values) = match scan {
        ScanEvent::Requested(requested) => (
            "UPDATE host SET latest_scan_id = $2, active_scan_id = $2, changed_at = $3 WHERE host_id = $1",
            vec![text(requested.host), text(requested.scan), at],
        ),
        ScanEvent::TrialRequested(requested) => (
            "UPDATE host SET active_scan_id = $2, changed_at = $3 WHERE host_id = $1",
            vec![text(requested.host), text(requested.scan), at],
        ),
        ScanEvent::Started(_) => return Ok(()),
        ScanEvent::Completed(completed) => (
            "UPDATE host SET active_scan_id = NULL, facts = $2, facts_at = $3, changed_at = $4 \
             WHERE host_id = $1",
            vec![
                text(completed.host),
                json(&completed.facts),
                completed.finished_at.into(),
                at,
            ],
        ),
        // What a trial learned counts for nothing.
        ScanEvent::TrialCompleted(completed) => (
            "UPDATE host SET active_scan_id = NULL, changed_at = $2 WHERE host_id = $1",
            vec![text(completed.host), at],
        ),
        ScanEvent::Failed(failed) => (
            "UPDATE host SET active_scan_id = NULL, changed_at = $2 WHERE host_id = $1",
            vec![text(failed.host), at],
        ),
        ScanEvent::Cancelled(cancelled) => (
            "UPDATE host SET active_scan_id = NULL, changed_at = $2 WHERE host_id = $1",
            vec![text(cancelled.host), at],
        ),
    };
    tx.execute(sql, &values).await.map(drop)
}
