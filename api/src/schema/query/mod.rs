//! Root queries. One file a noun.

pub(crate) mod activity;
pub(crate) mod audit;
pub(crate) mod credential;
pub(crate) mod fleet_scan;
pub(crate) mod group;
pub(crate) mod host;
pub(crate) mod lens;
pub(crate) mod node;
pub(crate) mod rejudge;
pub(crate) mod rule;
pub(crate) mod rule_pack;
pub(crate) mod scan;
pub(crate) mod settings;
pub(crate) mod user;
pub(crate) mod variable;

use async_graphql::MergedObject;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    activity::ActivityQuery,
    audit::AuditQuery,
    credential::CredentialQuery,
    group::GroupQuery,
    fleet_scan::FleetScanQuery,
    host::HostQuery,
    lens::LensQuery,
    node::NodeQuery,
    rejudge::RejudgeQuery,
    rule::RuleQuery,
    rule_pack::RulePackQuery,
    scan::ScanQuery,
    settings::SettingsQuery,
    user::UserQuery,
    variable::VariableQuery,
);
