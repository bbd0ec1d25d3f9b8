//! `openwatch rules catalogue`: every rule in one page, by category.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::catalogue::RemediationContent;
use domain::words::counted;
use engine::rule::{Rule, RuleBase};
use serde::Serialize;

use super::list::size;
use crate::cli::Format;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    title: &'a str,
    severity: &'a str,
    category: &'a str,
    platforms: Vec<String>,
    methods: Vec<&'static str>,
    fix: String,
}

pub(super) fn run(base: &RuleBase, console: Console) -> Result<Exit, Failure> {
    let mut categories: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
    for rule in base.rules() {
        categories
            .entry(&rule.category)
            .or_default()
            .push(entry(rule));
    }
    match console.format() {
        Format::Markdown => console.line(page(base, &categories).trim_end())?,
        _ => console.result(&text(base, &categories), &categories)?,
    }
    Ok(Exit::Ok)
}

fn entry(rule: &Rule) -> Entry<'_> {
    Entry {
        id: &rule.id,
        title: &rule.title,
        severity: rule.severity.as_str(),
        category: &rule.category,
        platforms: rule.platforms.iter().map(ToString::to_string).collect(),
        methods: rule.methods(),
        fix: fix(&rule.remediations()),
    }
}

/// How a fail is fixed, in a few words.
fn fix(remediations: &[RemediationContent]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for remediation in remediations {
        let steps = remediation.steps.iter().map(|step| step.mechanism.as_str());
        words.extend(steps);
        if remediation.manual.is_some() {
            words.push("by hand");
        }
    }
    words.sort_unstable();
    words.dedup();
    words.join(", ")
}

fn text(base: &RuleBase, categories: &BTreeMap<&str, Vec<Entry<'_>>>) -> String {
    let mut text = String::new();
    for (category, entries) in categories {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{category}: {}", counted(entries.len(), "rule"));
        for entry in entries {
            let _ = writeln!(
                text,
                "  {:<9} {}: {}",
                entry.severity, entry.id, entry.title
            );
        }
    }
    text.push_str(&size(base));
    text
}

fn page(base: &RuleBase, categories: &BTreeMap<&str, Vec<Entry<'_>>>) -> String {
    let mut text = format!(
        "# The rules that ship\n\n\
         {}. `openwatch rules catalogue --format markdown` prints this page, and `make generate` writes it. `openwatch rules show ID` \
         prints everything about one rule; [coverage of benchmarks](coverage.md) counts them by control.\n",
        size(base)
    );
    for (category, entries) in categories {
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n## {category}\n\n| rule | severity | what holds when it passes | for | how it is fixed |\n|---|---|---|---|---|\n"
        );
        for entry in entries {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} |",
                entry.id,
                entry.severity,
                entry.title,
                entry.platforms.join(", "),
                entry.fix
            );
        }
    }
    text
}
