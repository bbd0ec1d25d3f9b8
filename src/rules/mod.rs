//! `openwatch rules`: what the rules say, whether their files hold, whether their fixtures do, what they would
//! have said of an earlier scan, and what a new one begins with. One file an action.

mod catalogue;
mod coverage;
mod explain;
mod judge;
mod list;
mod methods;
mod new;
mod pack;
mod schema;
mod show;
pub(crate) mod sources;
mod test;
pub(crate) mod trust;
mod validate;

use std::path::Path;

use domain::variable::VariableOrigin;
use engine::kensa::Variables;
use engine::rule::{Diagnostic, NotAPair, RuleBase, RuleBaseError, Values};

use crate::cli::{RulesAction, RulesArguments, VariableArguments};
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
        RulesAction::List { folder } => list::run(&load(folder.as_deref())?, console),
        RulesAction::Show { id, folder } => show::run(&load(folder.as_deref())?, &id, console),
        RulesAction::Catalogue { folder } => catalogue::run(&load(folder.as_deref())?, console),
        RulesAction::Coverage { folder } => coverage::run(&load(folder.as_deref())?, console),
        RulesAction::Explain(arguments) => explain::run(&arguments, console),
        RulesAction::New(arguments) => new::run(&arguments, console),
        RulesAction::Schema => schema::run(console),
        RulesAction::Methods => methods::run(console),
        RulesAction::Keygen(arguments) => pack::keygen(&arguments, console),
        RulesAction::Sign(arguments) => pack::sign(&arguments, console),
        RulesAction::Verify(arguments) => pack::verify(&arguments, console),
        RulesAction::Trust(arguments) => trust::run(&arguments, config, console).await,
        RulesAction::Validate {
            folder,
            compat: Some(_),
            variables,
        } => validate::run_kensa(&folder, &variables, console),
        RulesAction::Validate { folder, .. } => validate::run(&folder, console),
        RulesAction::Test { folder } => test::run(&load(folder.as_deref())?, console),
    }
}

/// The rules of a folder, or those that are built in.
pub(crate) fn load(folder: Option<&Path>) -> Result<RuleBase, Failure> {
    match folder {
        Some(folder) => RuleBase::from_folder(folder),
        None => RuleBase::builtin(),
    }
    .map_err(rules_failure)
}

/// The rules that are built in, with these values of their variables.
pub(crate) fn load_builtin(
    variables: &VariableArguments,
    console: Console,
) -> Result<RuleBase, Failure> {
    let (_, values) = read_variables(variables, console)?;
    RuleBase::builtin_with(&values).map_err(rules_failure)
}

/// Values for rules of Kensa and for ours. The command line wins over the folder, and that over the rules' own
/// values.
pub(crate) fn read_variables(
    arguments: &VariableArguments,
    console: Console,
) -> Result<(Variables, Values), Failure> {
    let fault = |error: engine::kensa::VariablesError| Failure::usage(error.to_string());
    let mut variables = Variables::default();
    let mut values = Values::default();
    if let Some(folder) = &arguments.variables {
        variables.read_folder(folder).map_err(fault)?;
        for unread in Variables::unread(folder) {
            let unread = unread.display();
            console.note(&format!(
                "{unread} is not read: a value is the same for all hosts"
            ));
        }
        for (name, value, place) in variables.given() {
            values.give((VariableOrigin::File, place), name, value);
        }
    }
    for pair in &arguments.var {
        variables.set(pair).map_err(fault)?;
        let not_a_pair = |error: NotAPair| Failure::usage(error.to_string());
        values.give_pair(pair).map_err(not_a_pair)?;
    }
    Ok((variables, values))
}

pub(crate) fn rules_failure(error: RuleBaseError) -> Failure {
    let RuleBaseError::Faults(faults) = &error else {
        return Failure::cannot("could not load the rules", error);
    };
    let lines: Vec<String> = faults.iter().map(in_place).collect();
    Failure::usage(format!("the rules do not hold:\n{}", lines.join("\n")))
}

/// What to say of an id that no rule has.
pub(crate) fn unknown_rule(base: &RuleBase, id: &str) -> Failure {
    let ids = base.rules().iter().map(|rule| rule.id.as_str());
    let hint = engine::rule::nearest(id, ids)
        .map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Failure::usage(format!("there is no rule {id:?}{hint}"))
}

/// A fault with the line that it is in, and a mark below its place.
pub(crate) fn in_place(fault: &Diagnostic) -> String {
    let Some(index) = fault.mark.line.checked_sub(1) else {
        return fault.to_string();
    };
    let text = std::fs::read_to_string(&fault.file).unwrap_or_default();
    let line = text.lines().nth(index);
    let Some(line) = line.filter(|line| !line.trim().is_empty()) else {
        return fault.to_string();
    };
    // What stands before the place is kept as white space, so that the mark stands below it.
    let before: String = line
        .chars()
        .take(fault.mark.column.saturating_sub(1))
        .map(|c| if c == '\t' { c } else { ' ' })
        .collect();
    let number = fault.mark.line;
    let margin = " ".repeat(number.to_string().len());
    format!("{fault}\n  {number} | {line}\n  {margin} | {before}^")
}
