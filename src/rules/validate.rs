//! `openwatch rules validate`: every fault of every file, with its line, and what was perhaps meant.

use std::path::Path;

use domain::words::counted;
use engine::check::METHODS;
use engine::kensa::Level;
use engine::printable::sentence;
use engine::rule::{Diagnostic, RuleBase, RuleBaseError, files_below};
use serde::Serialize;

use super::{read_variables, rules_failure};
use crate::cli::VariableArguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Validated {
    rules: usize,
    methods: usize,
    faults: Vec<Diagnostic>,
}

/// Validates files in our own format.
pub(super) fn run(folder: &Path, console: Console) -> Result<Exit, Failure> {
    let (rules, faults) = match RuleBase::from_folder(folder) {
        Ok(base) => (base.rules().len(), Vec::new()),
        Err(RuleBaseError::Faults(faults)) => (0, faults),
        Err(error) => return Err(rules_failure(error)),
    };
    let mut text: Vec<String> = faults.iter().map(super::in_place).collect();
    text.push(match faults.len() {
        0 => format!("{}, no faults", counted(rules, "rule")),
        count => counted(count, "fault"),
    });
    let exit = if faults.is_empty() {
        Exit::Ok
    } else {
        Exit::Findings
    };
    let validated = Validated {
        rules,
        methods: METHODS.len(),
        faults,
    };
    console.result(&text.join("\n"), &validated)?;
    Ok(exit)
}

/// Validates files in the format of Kensa.
pub(super) fn run_kensa(
    folder: &Path,
    variables: &VariableArguments,
    console: Console,
) -> Result<Exit, Failure> {
    let files = files_below(folder).map_err(rules_failure)?;
    let report = engine::kensa::validate(&files, &read_variables(variables, console)?.0);
    let mut text = Vec::new();
    for result in &report.results {
        for finding in &result.findings {
            let place = format!(
                "{}:{}:{}",
                sentence(&result.file),
                finding.mark.line,
                finding.mark.column
            );
            let level = match finding.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "note",
            };
            let hint = finding
                .suggestion
                .as_ref()
                .map_or_else(String::new, |near| format!(" (did you mean {near}?)"));
            text.push(format!("{place}: {level}: {}{hint}", finding.message));
        }
    }
    text.push(format!(
        "{}: {} loaded, {} of them with warnings; {} left out",
        counted(report.files, "file"),
        report.loaded,
        report.warnings,
        report.errors
    ));
    console.result(&text.join("\n"), &report)?;
    Ok(if report.errors + report.warnings > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}
