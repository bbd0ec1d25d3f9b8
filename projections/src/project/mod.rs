//! The projections: from events to rows. Each has one file, its `mod`, and one line in the list below. Some
//! share the work with modules that are in no list: what they write belongs to the projection that calls them.

mod activity;
mod audit;
mod catalogue;
mod credential;
mod fleet_scan;
mod force;
mod group;
mod host;
mod host_rule_state;
mod host_scan;
mod lens;
mod posture_history;
mod row;
mod rule_interval;
mod rule_pack;
mod scan;
mod user;
mod variable;

use async_trait::async_trait;
use event_store::{StoreError, Tx};

use crate::event::Event;

/// From events to the rows of some tables. Must be a pure function of the events so far: built anew it
/// gives the same rows.
#[async_trait]
pub(crate) trait Projection: Sync {
    /// The name of its checkpoint.
    fn name(&self) -> &'static str;

    /// The version of its code: a greater one has its tables built anew.
    fn version(&self) -> i64;

    /// The tables that it alone writes.
    fn tables(&self) -> &'static [&'static str];

    /// Writes what one event changes.
    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError>;
}

/// All of them.
pub(crate) const ALL: &[&dyn Projection] = &[
    &catalogue::CatalogueProjection,
    &credential::CredentialProjection,
    &user::UserProjection,
    &host::HostProjection,
    &group::GroupProjection,
    &variable::VariableProjection,
    &scan::ScanProjection,
    &fleet_scan::FleetScanProjection,
    &host_scan::HostScanProjection,
    &host_rule_state::HostRuleStateProjection,
    &rule_interval::RuleIntervalProjection,
    &rule_pack::RulePackProjection,
    &activity::ActivityProjection,
    &audit::AuditProjection,
];

/// Every table that is derived from the log.
pub fn tables() -> impl Iterator<Item = &'static str> {
    ALL.iter()
        .flat_map(|projection| projection.tables())
        .copied()
}
