//! `openwatch rules show`: everything about one rule, or about all profiles of it.

use std::fmt::Write as _;

use domain::catalogue::{RemediationContent, RuleReference, VariableContent};
use engine::rule::{Rule, RuleBase};
use serde::Serialize;

use super::list::{Summary, summary};
use super::unknown_rule;
use crate::cli::Format;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    description: &'a str,
    rationale: &'a str,
    platforms: Vec<String>,
    references: &'a [RuleReference],
    variables: Vec<VariableContent>,
    remediations: Vec<RemediationContent>,
    hash: String,
    text: &'a str,
}

pub(super) fn run(base: &RuleBase, id: &str, console: Console) -> Result<Exit, Failure> {
    let rules: Vec<&Rule> = base.named(id).collect();
    let (Some(first), count) = (rules.first(), rules.len()) else {
        return Err(unknown_rule(base, id));
    };
    if console.format() == Format::Json {
        match count {
            1 => console.result("", &shown(first))?,
            _ => console.result(
                "",
                &rules.iter().map(|rule| shown(rule)).collect::<Vec<_>>(),
            )?,
        }
        return Ok(Exit::Ok);
    }
    let mut text: Vec<String> = rules.iter().map(|rule| page(rule)).collect();
    text.push(format!("Rule file:\n\n{}", indented(&first.text)));
    console.result(&text.join("\n"), &())?;
    Ok(Exit::Ok)
}

fn shown(rule: &Rule) -> Shown<'_> {
    Shown {
        summary: summary(rule),
        description: &rule.description,
        rationale: &rule.rationale,
        platforms: rule.platforms.iter().map(ToString::to_string).collect(),
        references: &rule.references,
        variables: rule.variables_in_words(),
        remediations: rule.remediations(),
        hash: rule.hash.to_string(),
        text: &rule.text,
    }
}

/// What a person wants to know before reading the file.
fn page(rule: &Rule) -> String {
    let mut text = format!(
        "{}  [{}]\n{}\n",
        rule.id,
        rule.severity.as_str(),
        rule.title
    );
    let mut part = |heading: &str, body: &str| {
        if !body.trim().is_empty() {
            // Writing to a String does not fail.
            let _ = write!(text, "\n{heading}:\n{}", indented(body));
        }
    };
    part("What is judged", &rule.description);
    part("Why it matters", &rule.rationale);
    let platforms: Vec<String> = rule.platforms.iter().map(ToString::to_string).collect();
    part("For", &platforms.join(", "));
    part("Values", &lines(&rule.variables_in_words(), variable));
    part("Benchmarks", &lines(&references(rule), Clone::clone));
    part("How it is fixed", &lines(&rule.remediations(), remediation));
    text
}

fn lines<T>(items: &[T], line: impl Fn(&T) -> String) -> String {
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn variable(variable: &VariableContent) -> String {
    format!(
        "{} = {} ({}: {})\n  {}; {}",
        variable.name,
        variable.value,
        variable.origin,
        variable.source,
        variable.description,
        variable.allowed
    )
}

fn references(rule: &Rule) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for reference in &rule.references {
        let version = reference.version.as_deref().unwrap_or_default();
        let name = format!("{} {} {version}", reference.framework, reference.benchmark);
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        match lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, controls)) => controls.push(&reference.control),
            None => lines.push((name, vec![&reference.control])),
        }
    }
    lines
        .into_iter()
        .map(|(name, controls)| format!("{name}: {}", controls.join(", ")))
        .collect()
}

/// What is done, what follows from it, and what it risks.
pub(super) fn remediation(content: &RemediationContent) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(content.when.as_ref().map(|when| format!("where {when}:")));
    lines.extend(
        content
            .manual
            .as_ref()
            .map(|text| format!("by hand: {text}")),
    );
    lines.extend(content.steps.iter().map(|step| format!("- {}", step.what)));
    let units = |verb: &str, units: &[String]| {
        (!units.is_empty()).then(|| format!("- {verb} {}", units.join(" or ")))
    };
    lines.extend(units("reload", &content.reload));
    lines.extend(units("restart", &content.restart));
    lines.extend(
        content
            .reboot
            .then(|| "- it counts after a boot".to_owned()),
    );
    if let (Some(risk), Some(why), Some(reversal)) =
        (&content.risk, &content.risk_reason, &content.reversal)
    {
        lines.push(format!("risk: {risk}, {why}; {reversal}"));
    }
    lines.join("\n")
}

fn indented(text: &str) -> String {
    let mut indented = String::new();
    for line in text.trim_end().lines() {
        // Writing to a String does not fail.
        let _ = writeln!(indented, "{}", format!("  {line}").trim_end());
    }
    indented
}
