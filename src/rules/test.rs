//! `openwatch rules test`: the rules on their recorded hosts.

use domain::words::counted;
use engine::fixture::run_fixtures;
use engine::rule::RuleBase;

use crate::cli::Format;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs the fixtures.
pub(super) fn run(base: &RuleBase, console: Console) -> Result<Exit, Failure> {
    let report = run_fixtures(base);
    let mut text: Vec<String> = report
        .faults
        .iter()
        .map(|fault| {
            format!(
                "{}, fixture {}: {}",
                fault.rule, fault.fixture, fault.message
            )
        })
        .collect();
    text.push(format!(
        "{}, {} passed, {}",
        counted(base.rules().len(), "rule"),
        counted(report.passed, "fixture"),
        counted(report.faults.len(), "fault")
    ));
    if console.format() == Format::Text && !report.faults.is_empty() {
        text.insert(
            0,
            "these fixtures do not get the verdict that they name:".to_owned(),
        );
    }
    let exit = if report.faults.is_empty() {
        Exit::Ok
    } else {
        Exit::Findings
    };
    console.result(&text.join("\n"), &report)?;
    Ok(exit)
}
