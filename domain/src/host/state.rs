//! The folded state of a host, and the gate that every scan passes.

use super::command::{HostDetails, HostKey};
use super::event::HostEvent;
use crate::id::HostId;
use crate::maintenance::Maintenance;
use crate::target::Target;
use crate::variable::{VariableValues, changed};

/// Where a host is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostStatus {
    /// No event yet.
    #[default]
    Unknown,
    /// Under watch.
    Active,
    /// Out of watch; history stays.
    Removed,
}

/// What the events of a host add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// Where it is in its life.
    pub status: HostStatus,
    /// The id, once registered.
    pub host: Option<HostId>,
    /// What it is, once registered.
    pub details: Option<HostDetails>,
    /// The keys that are trusted.
    pub trusted_keys: Vec<HostKey>,
    /// The target of its own.
    pub target: Option<Target>,
    /// The maintenance of its own that was started and not ended; it may have come to its end by itself.
    pub maintenance: Option<Maintenance>,
    /// The values that variables of rules have for it.
    pub variables: VariableValues,
}

/// Proof that a host may be scanned. Only [`HostState::scannable`] makes one, so no scan can be
/// asked for a host that is unknown or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScannableHost(HostId);

impl ScannableHost {
    /// The host.
    pub fn id(self) -> HostId {
        self.0
    }
}

impl HostState {
    /// The proof that the host may be scanned; `None` when it is unknown or removed.
    pub fn scannable(&self) -> Option<ScannableHost> {
        match (self.status, self.host) {
            (HostStatus::Active, Some(host)) => Some(ScannableHost(host)),
            _ => None,
        }
    }

    pub(super) fn evolve(mut self, event: &HostEvent) -> Self {
        match event {
            HostEvent::Registered(event) => {
                self.status = HostStatus::Active;
                self.host = Some(event.host);
                self.details = Some(event.details.clone());
            }
            HostEvent::Edited(event) => self.details = Some(event.after.clone()),
            HostEvent::Removed(_) => self.status = HostStatus::Removed,
            HostEvent::Restored(_) => self.status = HostStatus::Active,
            HostEvent::KeyTrusted(event) => {
                self.trusted_keys.retain(|key| !same_slot(key, &event.key));
                self.trusted_keys.push(event.key.clone());
            }
            HostEvent::KeyForgotten(event) => self.trusted_keys.retain(|key| *key != event.key),
            HostEvent::TargetSet(event) => self.target.clone_from(&event.after),
            HostEvent::MaintenanceStarted(event) => {
                self.maintenance = Some(event.maintenance.clone());
            }
            HostEvent::MaintenanceEnded(_) => self.maintenance = None,
            HostEvent::VariableSet(event) => {
                changed(&mut self.variables, &event.name, event.after.as_deref());
            }
        }
        self
    }
}

/// Whether two keys compete: one endpoint has at most one trusted key of an algorithm.
pub(super) fn same_slot(one: &HostKey, other: &HostKey) -> bool {
    one.endpoint == other.endpoint && one.algorithm == other.algorithm
}
