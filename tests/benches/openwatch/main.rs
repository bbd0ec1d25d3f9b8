//! Measures what matters and prints each figure beside a baseline of the same run: figures of machines
//! differ, ratios tell. `make bench`; names in the arguments choose.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark prints, measures with the clock, and may panic"
)]

mod delay;
mod fleet;
mod http;
mod judge;
mod lab;
mod log;
mod scan;
mod server;
mod simulated;

/// One figure with its baseline.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) baseline: (&'static str, f64),
    /// What bounds it.
    pub(crate) limit: &'static str,
}

fn print(figure: &Figure) {
    let Figure {
        name,
        value,
        unit,
        baseline,
        limit,
    } = figure;
    // More is better for rates, less for times.
    let ratio = if unit.ends_with("/s") {
        value / baseline.1
    } else {
        baseline.1 / value
    };
    println!(
        "{name:34} {value:>12.1} {unit:9} {:>12.1} {:32} {ratio:>7.2}x  {limit}",
        baseline.1, baseline.0
    );
}

#[tokio::main]
async fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| !one.starts_with('-'))
        .collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|one| one == name);
    println!(
        "{:34} {:>12} {:9} {:>12} {:32} {:>8}  limit",
        "name", "value", "unit", "baseline", "what the baseline is", "ratio"
    );
    if wanted("append") || wanted("follow") {
        log::measure().await.iter().for_each(print);
    }
    if wanted("scan") {
        scan::measure().await.iter().for_each(print);
    }
    if wanted("judge") {
        judge::measure().await.iter().for_each(print);
    }
    if wanted("fleet") {
        fleet::measure().await.iter().for_each(print);
    }
    if wanted("http") {
        http::measure().await.iter().for_each(print);
    }
}
