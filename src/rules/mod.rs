//! `openwatch rules`: what the rules say, whether their files hold, whether their fixtures do, and what they
//! would have said of an earlier scan.

mod judge;

use std::path::Path;

use engine::check::METHODS;
use engine::fixture::run_fixtures;
use engine::kensa::{Level, Variables};
use engine::rule::{Diagnostic, PackError, Rule, RulePack, files_below};
use serde::Serialize;

use crate::cli::{Compat, Format, RulesAction, RulesArguments, VariableArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs one of the actions.
pub(crate) async fn run(
    arguments: RulesArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    match arguments.action {
        RulesAction::Judge(arguments) => judge::run(*arguments, config, console).await,
        RulesAction::List { folder } => list(&load(folder.as_deref())?, console),
        RulesAction::Show { id, folder } => show(&load(folder.as_deref())?, &id, console),
        RulesAction::Validate {
            folder,
            compat: Some(Compat::Kensa),
            variables,
        } => validate_kensa(&folder, &variables, console),
        RulesAction::Validate { folder, .. } => validate(&folder, console),
        RulesAction::Test { folder } => test(&load(folder.as_deref())?, console),
    }
}

/// The rules of a folder, or those that are built in.
pub(crate) fn load(folder: Option<&Path>) -> Result<RulePack, Failure> {
    match folder {
        Some(folder) => RulePack::from_folder(folder),
        None => RulePack::builtin(),
    }
    .map_err(pack_failure)
}

/// The rules of several folders as one set.
pub(crate) fn load_all(
    folders: &[std::path::PathBuf],
    variables: &VariableArguments,
) -> Result<RulePack, Failure> {
    RulePack::from_folders(folders, &read_variables(variables)?).map_err(pack_failure)
}

/// The command line wins over the folder, and that over the defaults of the format.
fn read_variables(arguments: &VariableArguments) -> Result<Variables, Failure> {
    let fault = |error: engine::kensa::VariablesError| Failure::usage(error.to_string());
    let mut variables = Variables::default();
    if let Some(folder) = &arguments.variables {
        variables.read_folder(folder).map_err(fault)?;
    }
    for pair in &arguments.var {
        variables.set(pair).map_err(fault)?;
    }
    Ok(variables)
}

fn pack_failure(error: PackError) -> Failure {
    let PackError::Faults(faults) = &error else {
        return Failure::cannot("could not load the rules", error);
    };
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Failure::usage(format!("the rules do not hold:\n{}", lines.join("\n")))
}

#[derive(Serialize)]
struct Summary<'a> {
    id: &'a str,
    severity: &'a str,
    category: &'a str,
    title: &'a str,
    tags: &'a [String],
    methods: Vec<&'static str>,
}

fn list(pack: &RulePack, console: Console) -> Result<Exit, Failure> {
    let rows: Vec<Summary<'_>> = pack.rules().iter().map(summary).collect();
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    let mut text: Vec<String> = rows
        .iter()
        .map(|row| format!("{:width$}  {:8}  {}", row.id, row.severity, row.title))
        .collect();
    text.push(format!("{} rules", rows.len()));
    console.result(&text.join("\n"), &rows)?;
    Ok(Exit::Ok)
}

fn summary(rule: &Rule) -> Summary<'_> {
    Summary {
        id: &rule.id,
        severity: rule.severity.as_str(),
        category: &rule.category,
        title: &rule.title,
        tags: &rule.tags,
        methods: rule.methods(),
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    description: &'a str,
    rationale: &'a str,
    platforms: Vec<String>,
    references: &'a [domain::catalogue::RuleReference],
    hash: String,
    text: &'a str,
}

fn show(pack: &RulePack, id: &str, console: Console) -> Result<Exit, Failure> {
    let rule = pack.get(id).ok_or_else(|| unknown_rule(pack, id))?;
    let shown = Shown {
        summary: summary(rule),
        description: &rule.description,
        rationale: &rule.rationale,
        platforms: rule.platforms.iter().map(ToString::to_string).collect(),
        references: &rule.references,
        hash: rule.hash.to_string(),
        text: &rule.text,
    };
    console.result(&rule.text, &shown)?;
    Ok(Exit::Ok)
}

/// What to say of an id that no rule has.
pub(crate) fn unknown_rule(pack: &RulePack, id: &str) -> Failure {
    let ids = pack.rules().iter().map(|rule| rule.id.as_str());
    let hint = engine::rule::nearest(id, ids)
        .map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Failure::usage(format!("there is no rule {id:?}{hint}"))
}

#[derive(Serialize)]
struct Validated {
    rules: usize,
    methods: usize,
    faults: Vec<Diagnostic>,
}

fn validate(folder: &Path, console: Console) -> Result<Exit, Failure> {
    let (rules, faults) = match RulePack::from_folder(folder) {
        Ok(pack) => (pack.rules().len(), Vec::new()),
        Err(PackError::Faults(faults)) => (0, faults),
        Err(error) => return Err(pack_failure(error)),
    };
    let mut text: Vec<String> = faults.iter().map(ToString::to_string).collect();
    text.push(match faults.len() {
        0 => format!("{rules} rules, no faults"),
        count => format!("{count} faults"),
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

fn validate_kensa(
    folder: &Path,
    variables: &VariableArguments,
    console: Console,
) -> Result<Exit, Failure> {
    let files = files_below(folder).map_err(pack_failure)?;
    let report = engine::kensa::validate(&files, &read_variables(variables)?);
    let mut text = Vec::new();
    for result in &report.results {
        for finding in &result.findings {
            let place = format!(
                "{}:{}:{}",
                result.file, finding.mark.line, finding.mark.column
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
        "{} files: {} load, {} of them with warnings; {} do not load",
        report.files, report.loaded, report.warnings, report.errors
    ));
    console.result(&text.join("\n"), &report)?;
    Ok(if report.errors + report.warnings > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

fn test(pack: &RulePack, console: Console) -> Result<Exit, Failure> {
    let report = run_fixtures(pack);
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
        "{} rules, {} fixtures passed, {} faults",
        pack.rules().len(),
        report.passed,
        report.faults.len()
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
