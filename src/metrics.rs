//! Where measurements of this process are kept, and their names for people.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::exit::Failure;

/// Bounds of durations in seconds: from an append that costs one flush to a scan of a slow host.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0,
];

/// Begins to keep what is measured.
pub(crate) fn start() -> Result<PrometheusHandle, Failure> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Failure::cannot("could not prepare to measure", error))?;
    describe();
    metrics::gauge!("openwatch_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

fn describe() {
    let gauges = [
        ("openwatch_build_info", "Always 1; says which version runs."),
        ("openwatch_log_position", "The last event of the log."),
        (
            "openwatch_projection_lag_events",
            "Events of the log that a projection has not put into its tables yet.",
        ),
        (
            "openwatch_scans_open",
            "Scans of single hosts that were asked for and have not ended, of all processes.",
        ),
        ("openwatch_hosts", "Hosts under watch."),
        (
            "openwatch_fleet_scans_open",
            "Fleet scans that have not ended.",
        ),
        (
            "openwatch_fleet_scan_hosts_waiting",
            "Hosts of fleet scans whose turn has not come.",
        ),
    ];
    for (name, words) in gauges {
        describe_gauge!(name, words);
    }
    describe_counter!(
        "openwatch_scans_ended_total",
        "Scans that this process has ended, by outcome."
    );
    describe_histogram!(
        "openwatch_append_seconds",
        Unit::Seconds,
        "From handing a command to the log until it is durable or refused."
    );
    describe_histogram!(
        "openwatch_scan_seconds",
        Unit::Seconds,
        "From taking a scan up until its result is in the log."
    );
}
