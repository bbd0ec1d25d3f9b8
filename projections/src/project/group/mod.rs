//! Groups: what they are, who is in them and was, which target counts for each host. A membership
//! follows from the group and the host, so events of both are looked at.

mod member;
mod target;
mod traits;

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::group::{GroupDetails, GroupEvent};
use domain::host::HostEvent;
use domain::id::{GroupId, HostId};
use domain::maintenance::Maintenance;
use domain::scan::ScanEvent;
use domain::settings::SettingsEvent;
use event_store::{Position, StoreError, Tx, Value};

use self::member::Instant;
use super::Projection;
use super::row::{json, text, word};
use crate::event::Event;

/// See the module.
pub(super) struct GroupProjection;

#[async_trait]
impl Projection for GroupProjection {
    fn name(&self) -> &'static str {
        "group"
    }

    fn version(&self) -> i64 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "host_group",
            "group_choice",
            "group_member",
            "group_host",
            "host_target",
            "organisation",
        ]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let at = Instant {
            position: event.recorded.position,
            recorded_at: event.recorded.recorded_at,
        };
        match &event.body {
            DomainEvent::Group(group) => apply_group(tx, group, at).await,
            DomainEvent::Host(host) => apply_host(tx, host, at).await,
            DomainEvent::Scan(ScanEvent::Completed(completed)) => {
                if traits::learn_system(tx, completed.host, &completed.facts).await? {
                    follow_host(tx, completed.host, at).await?;
                }
                Ok(())
            }
            DomainEvent::Settings(settings) => apply_settings(tx, settings).await,
            _ => Ok(()),
        }
    }
}

async fn apply_settings(tx: &mut Tx, settings: &SettingsEvent) -> Result<(), StoreError> {
    match settings {
        SettingsEvent::OrganisationTargetSet(set) => {
            keep(tx, "target", set.after.as_ref().map(json)).await?;
            target::settle_all(tx).await
        }
        SettingsEvent::EnabledLensesSet(set) => {
            keep(tx, "lenses", set.after.as_ref().map(json)).await
        }
        SettingsEvent::OrganisationVariableSet(_) => Ok(()),
    }
}

/// Keeps a setting of the organisation, or forgets it.
async fn keep(tx: &mut Tx, name: &str, value: Option<Value>) -> Result<(), StoreError> {
    let sql = "DELETE FROM organisation WHERE name = $1";
    tx.execute(sql, &[name.into()]).await?;
    if let Some(value) = value {
        let sql = "INSERT INTO organisation (name, value) VALUES ($1, $2)";
        tx.execute(sql, &[name.into(), value]).await?;
    }
    Ok(())
}

async fn apply_group(tx: &mut Tx, group: &GroupEvent, at: Instant) -> Result<(), StoreError> {
    match group {
        GroupEvent::Created(created) => {
            let mut values = vec![text(created.group), at.recorded_at.into()];
            values.extend(details(&created.details));
            let sql = "INSERT INTO host_group (group_id, created_at, changed_at, name, description, \
                color, rule, target, status) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 'active')";
            tx.execute(sql, &values).await?;
            follow_group(tx, created.group, at).await
        }
        GroupEvent::Edited(edited) => {
            let mut values = vec![text(edited.group), at.recorded_at.into()];
            values.extend(details(&edited.after));
            let sql = "UPDATE host_group SET changed_at = $2, name = $3, description = $4, color = $5, \
                rule = $6, target = $7 WHERE group_id = $1";
            tx.execute(sql, &values).await?;
            let moved = if edited.before.rule == edited.after.rule {
                Vec::new()
            } else {
                member::of_group(tx, edited.group, at).await?
            };
            if edited.before.target == edited.after.target {
                return target::settle(tx, &moved).await;
            }
            // Those who stayed have another target as well.
            let mut hosts = member::now(tx, edited.group).await?;
            hosts.extend(moved);
            target::settle(tx, &hosts).await
        }
        GroupEvent::Removed(removed) => set_status(tx, removed.group, "removed", at).await,
        GroupEvent::Restored(restored) => set_status(tx, restored.group, "active", at).await,
        GroupEvent::HostsAdded(added) => {
            member::choose(tx, added.group, &added.hosts).await?;
            follow_group(tx, added.group, at).await
        }
        GroupEvent::HostsRemoved(removed) => {
            member::drop_choice(tx, removed.group, &removed.hosts).await?;
            follow_group(tx, removed.group, at).await
        }
        GroupEvent::MaintenanceStarted(started) => {
            maintain(tx, started.group, Some(&started.maintenance), at).await
        }
        GroupEvent::MaintenanceEnded(ended) => maintain(tx, ended.group, None, at).await,
        GroupEvent::VariableSet(_) => Ok(()),
    }
}

async fn apply_host(tx: &mut Tx, host: &HostEvent, at: Instant) -> Result<(), StoreError> {
    let id = match host {
        HostEvent::Registered(registered) => {
            traits::enter(tx, registered.host, &registered.details).await?;
            registered.host
        }
        HostEvent::Edited(edited) => {
            traits::change(tx, edited.host, &edited.after).await?;
            edited.host
        }
        HostEvent::Removed(removed) => {
            traits::set_active(tx, removed.host, false).await?;
            removed.host
        }
        HostEvent::Restored(restored) => {
            traits::set_active(tx, restored.host, true).await?;
            restored.host
        }
        HostEvent::TargetSet(set) => {
            traits::set_target(tx, set.host, set.after.as_ref()).await?;
            return target::settle(tx, &[set.host]).await;
        }
        HostEvent::MaintenanceStarted(started) => {
            let maintenance = Some((&started.maintenance, at));
            return traits::maintain(tx, started.host, maintenance).await;
        }
        HostEvent::MaintenanceEnded(ended) => {
            return traits::maintain(tx, ended.host, None).await;
        }
        HostEvent::KeyTrusted(_) | HostEvent::KeyForgotten(_) | HostEvent::VariableSet(_) => {
            return Ok(());
        }
    };
    member::of_host(tx, id, at).await?;
    target::settle(tx, &[id]).await
}

/// Brings the members of a group, and the targets of those who came or went, up to date.
async fn follow_group(tx: &mut Tx, group: GroupId, at: Instant) -> Result<(), StoreError> {
    let moved = member::of_group(tx, group, at).await?;
    target::settle(tx, &moved).await
}

/// Brings the groups of a host up to date, and its target where it came into one or went out.
async fn follow_host(tx: &mut Tx, host: HostId, at: Instant) -> Result<(), StoreError> {
    if member::of_host(tx, host, at).await? {
        target::settle(tx, &[host]).await?;
    }
    Ok(())
}

async fn set_status(
    tx: &mut Tx,
    group: GroupId,
    status: &str,
    at: Instant,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE host_group SET status = $2, changed_at = $3 WHERE group_id = $1",
        &[text(group), status.into(), at.recorded_at.into()],
    )
    .await?;
    follow_group(tx, group, at).await
}

async fn maintain(
    tx: &mut Tx,
    group: GroupId,
    maintenance: Option<&Maintenance>,
    at: Instant,
) -> Result<(), StoreError> {
    let since = maintenance.map(|_| at.recorded_at);
    tx.execute(
        "UPDATE host_group SET maintenance = $2, maintenance_since = $3, changed_at = $4, \
         maintenance_until = $5 WHERE group_id = $1",
        &[
            text(group),
            maintenance.map(json).into(),
            since.into(),
            at.recorded_at.into(),
            maintenance.and_then(|one| one.until).into(),
        ],
    )
    .await
    .map(drop)
}

fn details(details: &GroupDetails) -> [Value; 5] {
    [
        details.name.as_str().into(),
        details.description.as_str().into(),
        word(&details.color).into(),
        details.rule.as_ref().map(json).into(),
        details.target.as_ref().map(json).into(),
    ]
}

/// A list of hosts as it stands in a statement, from the parameter with this number on.
fn list(hosts: &[HostId], from: usize) -> (String, Vec<Value>) {
    let places: Vec<String> = (from..from + hosts.len())
        .map(|number| format!("${number}"))
        .collect();
    (places.join(", "), hosts.iter().map(text).collect())
}

impl From<Instant> for [Value; 2] {
    fn from(at: Instant) -> Self {
        let Position(position) = at.position;
        [position.into(), at.recorded_at.into()]
    }
}
