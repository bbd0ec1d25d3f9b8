//! `openwatch rules explain`: a rule in words.

use std::path::Path;

use domain::explanation::{Explanation, Fact, VariableExplained, Way};
use engine::explain::explain;
use engine::kensa;
use engine::rule::{Rule, RuleBase, files_below, is_our_format, parse_rules};

use super::show::remediation;
use super::{in_place, load, read_variables, rules_failure, unknown_rule};
use crate::cli::{ExplainArguments, VariableArguments};
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Prints the explanation.
pub(super) fn run(arguments: &ExplainArguments, console: Console) -> Result<Exit, Failure> {
    let path = Path::new(&arguments.rule);
    let file: Vec<Rule> = if path.is_file() {
        read(path, &arguments.variables, console)?
    } else if arguments.rule.contains(['/', '.']) {
        let message = format!("there is no file {}", path.display());
        return Err(Failure::usage(message));
    } else {
        find(&load(arguments.folder.as_deref())?, &arguments.rule)?
    };
    // A rule with profiles is explained once for each, unless one is named.
    let named = |rule: &&Rule| path.is_file() || rule.is_named(&arguments.rule);
    let explained: Vec<Explanation> = file
        .iter()
        .filter(named)
        .map(|rule| explain(rule, &file))
        .collect();
    let text: Vec<String> = explained
        .iter()
        .map(|one| words(one, arguments.scripts))
        .collect();
    match explained.as_slice() {
        [one] => console.result(&text.join("\n"), one)?,
        all => console.result(&text.join("\n\n"), &all)?,
    }
    Ok(Exit::Ok)
}

/// The rules of the file that a rule is in.
fn find(base: &RuleBase, id: &str) -> Result<Vec<Rule>, Failure> {
    let Some(found) = base.named(id).next() else {
        return Err(unknown_rule(base, id));
    };
    let rules = base.rules().iter();
    let of_file = rules.filter(|rule| rule.subject == found.subject);
    Ok(of_file.cloned().collect())
}

/// The rules of a file, in our own format or in that of Kensa.
fn read(
    path: &Path,
    variables: &VariableArguments,
    console: Console,
) -> Result<Vec<Rule>, Failure> {
    let (kensas, values) = read_variables(variables, console)?;
    let files = files_below(path).map_err(rules_failure)?;
    let (file, text) = files.texts.into_iter().next().unwrap_or_default();
    let faults = if is_our_format(&text) {
        match parse_rules(&file, &text, &values) {
            Ok(rules) => return Ok(rules),
            Err(faults) => faults.iter().map(in_place).collect(),
        }
    } else {
        let parsed = kensa::parse(&file, &text, &kensas);
        if let Some(rule) = parsed.rule {
            return Ok(vec![rule]);
        }
        let place = |finding: kensa::Finding| {
            let mark = finding.mark;
            format!("{file}:{}:{}: {}", mark.line, mark.column, finding.message)
        };
        parsed.findings.into_iter().map(place).collect::<Vec<_>>()
    };
    let message = format!("the rule does not hold:\n{}", faults.join("\n"));
    Err(Failure::usage(message))
}

fn words(explained: &Explanation, scripts: bool) -> String {
    let mut text = vec![
        format!("{}: {}", explained.rule, explained.title),
        String::new(),
    ];
    section(&mut text, "What is judged", explained.description.lines());
    section(&mut text, "Why it matters", explained.rationale.lines());
    section(&mut text, "Severity", [explained.severity.as_str()]);
    let platforms = match explained.platforms.as_slice() {
        [] => "every machine".to_owned(),
        some => some.join(", "),
    };
    section(&mut text, "Platforms", [platforms.as_str()]);
    section(
        &mut text,
        "Values",
        explained.variables.iter().flat_map(values),
    );
    for (way, number) in explained.ways.iter().zip(1..) {
        let heading = match (explained.ways.len(), &way.when) {
            (1, None) => "What must be so".to_owned(),
            (1, Some(when)) => format!("What must be so where {when}"),
            (_, None) => format!("{number}. What must be so otherwise"),
            (_, Some(when)) => format!("{number}. What must be so where {when}"),
        };
        section(&mut text, &heading, checks(way));
        section(&mut text, "What is read for it", facts(way, scripts));
        section(&mut text, "How it is fixed", fix(way));
    }
    let verdicts = explained.verdicts.iter();
    let verdicts = verdicts.map(|one| format!("{:15} {}", one.verdict.as_str(), one.when));
    section(&mut text, "How each verdict comes about", verdicts);
    section(&mut text, "On recorded hosts", examples(explained));
    section(&mut text, "Controls", controls(explained));
    text.join("\n")
}

fn section(
    text: &mut Vec<String>,
    heading: &str,
    lines: impl IntoIterator<Item = impl AsRef<str>>,
) {
    let lines = lines.into_iter();
    let mut lines = lines.map(|line| format!("  {}", line.as_ref())).peekable();
    if lines.peek().is_some() {
        text.push(heading.to_owned());
        text.extend(lines);
        text.push(String::new());
    }
}

/// A value for each profile, or the default of a rule without.
fn values(variable: &VariableExplained) -> Vec<String> {
    let mut lines = vec![
        format!("{}: {}", variable.name, variable.description),
        format!("  {}", variable.allowed),
    ];
    let profiles = variable.profiles.iter();
    let profiles =
        profiles.map(|one| format!("  {} for {} ({})", one.value, one.profile, one.source));
    lines.extend(profiles);
    if variable.profiles.is_empty() {
        let (value, source) = (&variable.default, &variable.default_source);
        lines.push(format!(
            "  {value} unless somebody gives another ({source})"
        ));
    }
    lines
}

fn fix(way: &Way) -> Vec<String> {
    match &way.remediation {
        Some(content) => remediation(content).lines().map(str::to_owned).collect(),
        None => vec!["the rule does not say how; a person has to".to_owned()],
    }
}

fn checks(way: &Way) -> Vec<String> {
    let mut lines = Vec::new();
    for step in &way.check {
        let margin = "  ".repeat(step.depth);
        lines.push(match &step.method {
            Some(method) => format!("{margin}{method}: {}", step.demand),
            None => format!("{margin}{}", step.demand),
        });
        let meaning = step.meaning.iter();
        lines.extend(meaning.map(|meaning| format!("{margin}  {meaning}")));
        let script = step.script.iter().flat_map(|script| script.lines());
        lines.extend(script.map(|line| format!("{margin}  | {line}")));
    }
    lines
}

fn facts(way: &Way, scripts: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for Fact { key, what, script } in &way.facts {
        lines.push(format!("{key}: {what}"));
        if scripts {
            lines.extend(script.lines().map(|line| format!("  | {line}")));
        }
    }
    lines
}

fn examples(explained: &Explanation) -> Vec<String> {
    let mut lines = Vec::new();
    for example in &explained.examples {
        lines.push(format!("{} ({})", example.name, example.shows));
        lines.push(format!(
            "  {}: {}",
            example.verdict.as_str(),
            example.reason
        ));
        let commands = example.commands.iter().flat_map(|command| command.lines());
        lines.extend(commands.map(|command| format!("  $ {command}")));
    }
    lines
}

fn controls(explained: &Explanation) -> Vec<String> {
    let controls = explained.controls.iter().map(|one| {
        let version = one.version.as_ref();
        let version = version.map_or_else(String::new, |version| format!(" {version}"));
        let benchmark = format!("{} {}{version}", one.framework, one.benchmark);
        (benchmark.trim().to_owned(), one.control.as_str())
    });
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for (benchmark, control) in controls {
        match lines.iter_mut().find(|(known, _)| *known == benchmark) {
            Some((_, list)) => list.push(control),
            None => lines.push((benchmark, vec![control])),
        }
    }
    let line = |(benchmark, list): (String, Vec<&str>)| format!("{benchmark}: {}", list.join(", "));
    lines.into_iter().map(line).collect()
}
