//! `openwatch rules show`: the file of a rule, and as JSON everything that is read from it.

use engine::rule::RulePack;
use serde::Serialize;

use super::list::{Summary, summary};
use super::unknown_rule;
use crate::console::Console;
use crate::exit::{Exit, Failure};

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

/// Prints the rule.
pub(super) fn run(pack: &RulePack, id: &str, console: Console) -> Result<Exit, Failure> {
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
