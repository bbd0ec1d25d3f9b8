//! The things of the API. One file a noun.

pub(crate) mod activity;
pub(crate) mod actor;
pub(crate) mod audit;
pub(crate) mod credential;
pub(crate) mod fact;
pub(crate) mod fleet_scan;
pub(crate) mod group;
pub(crate) mod group_rule;
pub(crate) mod host;
pub(crate) mod host_connection;
pub(crate) mod judgement;
pub(crate) mod lens;
pub(crate) mod maintenance;
pub(crate) mod node;
pub(crate) mod platform;
pub(crate) mod rejudgement;
pub(crate) mod roll_up;
pub(crate) mod rule;
pub(crate) mod rule_result;
pub(crate) mod scan;
pub(crate) mod scan_result;
mod standing;
pub(crate) mod surroundings;
pub(crate) mod target;
pub(crate) mod transition;
pub(crate) mod user;
pub(crate) mod verdict;
