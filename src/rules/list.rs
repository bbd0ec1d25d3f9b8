//! `openwatch rules list`: a line for each rule.

use std::collections::BTreeSet;

use domain::words::counted;
use engine::rule::{Rule, RuleBase};
use serde::Serialize;

use crate::console::Console;
use crate::exit::{Exit, Failure};

/// What a line says of a rule.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    severity: &'a str,
    category: &'a str,
    title: &'a str,
    tags: &'a [String],
    methods: Vec<&'static str>,
}

/// Prints the lines.
pub(super) fn run(base: &RuleBase, console: Console) -> Result<Exit, Failure> {
    let rows: Vec<Summary<'_>> = base.rules().iter().map(summary).collect();
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    let mut text: Vec<String> = rows
        .iter()
        .map(|row| format!("{:width$}  {:8}  {}", row.id, row.severity, row.title))
        .collect();
    text.push(size(base));
    console.result(&text.join("\n"), &rows)?;
    Ok(Exit::Ok)
}

/// How many rules there are, and how many of them are one file with values for several frameworks.
pub(super) fn size(base: &RuleBase) -> String {
    let subjects = base.rules().iter().map(|rule| rule.subject.as_str());
    let files: BTreeSet<&str> = subjects.collect();
    let rules = base.rules().len();
    if files.len() == rules {
        return counted(rules, "rule");
    }
    format!(
        "{} from {}: one whose values differ by framework stands once for each, as ID@FRAMEWORK",
        counted(rules, "rule"),
        counted(files.len(), "file")
    )
}

/// The line of a rule.
pub(super) fn summary(rule: &Rule) -> Summary<'_> {
    Summary {
        id: &rule.id,
        profile: rule.profile,
        severity: rule.severity.as_str(),
        category: &rule.category,
        title: &rule.title,
        tags: &rule.tags,
        methods: rule.methods(),
    }
}
