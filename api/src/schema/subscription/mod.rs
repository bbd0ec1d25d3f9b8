//! Subscriptions. One file a noun; how they resume is in `feed`.

pub(crate) mod activity;
pub(crate) mod feed;
pub(crate) mod fleet_scan_changed;
pub(crate) mod group_changed;
pub(crate) mod host_changed;
pub(crate) mod rule_pack_changed;
pub(crate) mod scan_progress;

use async_graphql::MergedSubscription;

/// Everything that can be followed.
#[derive(MergedSubscription, Default)]
pub(crate) struct Subscription(
    activity::ActivitySubscription,
    group_changed::GroupChangedSubscription,
    fleet_scan_changed::FleetScanChangedSubscription,
    host_changed::HostChangedSubscription,
    rule_pack_changed::RulePackChangedSubscription,
    scan_progress::ScanProgressSubscription,
);
