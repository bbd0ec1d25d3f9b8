//! The values that people have set for variables of rules, each with who set it and when. Which of several counts
//! for a host is decided by the domain.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::group::GroupEvent;
use domain::host::HostEvent;
use domain::settings::SettingsEvent;
use event_store::{StoreError, Tx};

use super::Projection;
use crate::event::Event;

/// See the module.
pub(super) struct VariableProjection;

/// A value that was set in a place, or taken away from it.
struct Set<'e> {
    source: &'static str,
    place: String,
    name: &'e str,
    after: Option<&'e str>,
}

#[async_trait]
impl Projection for VariableProjection {
    fn name(&self) -> &'static str {
        "variable"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["variable_value"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let Some(set) = set(&event.body) else {
            return Ok(());
        };
        let key = [
            set.source.into(),
            set.place.as_str().into(),
            set.name.into(),
        ];
        tx.execute(
            "DELETE FROM variable_value WHERE source = $1 AND source_id = $2 AND name = $3",
            &key,
        )
        .await?;
        let Some(value) = set.after else {
            return Ok(());
        };
        let recorded = &event.recorded;
        let mut row = key.to_vec();
        row.extend([
            value.into(),
            recorded.metadata.actor.label.as_str().into(),
            recorded.recorded_at.into(),
            recorded.position.0.into(),
        ]);
        tx.execute(
            "INSERT INTO variable_value (source, source_id, name, value, set_by, set_at, position) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &row,
        )
        .await
        .map(drop)
    }
}

fn set(event: &DomainEvent) -> Option<Set<'_>> {
    let (source, place, name, after) = match event {
        DomainEvent::Settings(SettingsEvent::OrganisationVariableSet(set)) => {
            ("ORGANISATION", String::new(), &set.name, &set.after)
        }
        DomainEvent::Group(GroupEvent::VariableSet(set)) => {
            ("GROUP", set.group.to_string(), &set.name, &set.after)
        }
        DomainEvent::Host(HostEvent::VariableSet(set)) => {
            ("HOST", set.host.to_string(), &set.name, &set.after)
        }
        _ => return None,
    };
    Some(Set {
        source,
        place,
        name,
        after: after.as_deref(),
    })
}
