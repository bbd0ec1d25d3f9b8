//! Mutations. One file a noun. Each has one input, and a payload with the subject, what stands in the
//! way, and the position in the log that a client can wait for.

pub(crate) mod connection_test;
pub(crate) mod credential;
pub(crate) mod explain;
pub(crate) mod fleet_scan;
pub(crate) mod group;
pub(crate) mod group_input;
pub(crate) mod host;
pub(crate) mod host_input;
pub(crate) mod maintenance;
pub(crate) mod payload;
pub(crate) mod preference;
pub(crate) mod rule_pack;
pub(crate) mod rule_pack_input;
pub(crate) mod scan;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod target;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod variable;

use async_graphql::MergedObject;

/// Everything that can be asked to happen.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    connection_test::ConnectionTestMutation,
    credential::CredentialMutation,
    group::GroupMutation,
    fleet_scan::FleetScanMutation,
    host::HostMutation,
    maintenance::MaintenanceMutation,
    preference::PreferenceMutation,
    rule_pack::RulePackMutation,
    scan::ScanMutation,
    session::SessionMutation,
    settings::SettingsMutation,
    target::TargetMutation,
    token::TokenMutation,
    user::UserMutation,
    variable::VariableMutation,
);
