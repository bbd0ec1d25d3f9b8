//! A rule in words: what is checked and where, what is read for it, how each verdict comes about. Everything is
//! said by the parts that do it, and shown on the rule's own recorded hosts; nothing is told twice.

use domain::catalogue::RuleReference;
use domain::verdict::{Severity, Verdict};
use serde::Serialize;

use crate::check::Check;
use crate::collect::{Collector, CommandScript, Need, plan};
use crate::fixture::{SITUATIONS, try_fixture};
use crate::judge::describe_gate;
use crate::rule::schema::SITUATION_DOCS;
use crate::rule::{Dialect, Node, Rule, Value};

/// A rule in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The id.
    pub rule: String,
    /// One line.
    pub title: String,
    /// What is judged.
    pub description: String,
    /// Why it matters.
    pub rationale: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// The format of the file.
    pub format: &'static str,
    /// The machines that it is for; empty means every machine.
    pub platforms: Vec<String>,
    /// The ways to judge it, in the order in which they are tried.
    pub ways: Vec<Way>,
    /// How each verdict comes about.
    pub verdicts: Vec<Meaning>,
    /// The rule on its recorded hosts.
    pub examples: Vec<Example>,
    /// Where it stands in benchmarks.
    pub controls: Vec<RuleReference>,
}

/// One way to judge a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// When it is taken; nothing means always.
    pub when: Option<String>,
    /// What must be so.
    pub check: Vec<Step>,
    /// What is read on the host for it.
    pub facts: Vec<Fact>,
}

/// One line of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// How deep it is nested, from 0.
    pub depth: usize,
    /// The method; nothing for a combination.
    pub method: Option<&'static str>,
    /// What must be so.
    pub demand: String,
    /// What that means in general.
    pub meaning: Option<&'static str>,
    /// The script, for checks that bring their own.
    pub script: Option<String>,
}

/// What is read on a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The key under which fixtures name it.
    pub key: String,
    /// What it is.
    pub what: &'static str,
    /// The shell that reads it.
    pub script: String,
}

/// When a rule comes to a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// The verdict.
    pub verdict: Verdict,
    /// When.
    pub when: String,
}

/// The rule on one recorded host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The situation.
    pub name: String,
    /// What the situation is in general.
    pub shows: &'static str,
    /// What the rule comes to.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The commands that show it on such a host.
    pub commands: Vec<String>,
}

/// Puts a rule in words.
pub fn explain(rule: &Rule) -> Explanation {
    Explanation {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        description: rule.description.clone(),
        rationale: rule.rationale.clone(),
        severity: rule.severity,
        format: match rule.dialect {
            Dialect::OpenWatch => "openwatch/1",
            Dialect::Kensa => "kensa",
        },
        platforms: rule.platforms.iter().map(ToString::to_string).collect(),
        ways: rule
            .implementations
            .iter()
            .map(|way| Way {
                when: way.when.as_ref().map(describe_gate),
                check: steps(&way.check),
                facts: facts(&way.check),
            })
            .collect(),
        verdicts: meanings(rule),
        examples: examples(rule),
        controls: rule.references.clone(),
    }
}

fn steps(check: &Check) -> Vec<Step> {
    let mut steps = Vec::new();
    add_steps(check, 0, &mut steps);
    steps
}

fn add_steps(check: &Check, depth: usize, steps: &mut Vec<Step>) {
    let line = |demand: &str| Step {
        depth,
        method: None,
        demand: demand.to_owned(),
        meaning: None,
        script: None,
    };
    let inside = depth + 1;
    match check {
        Check::All(parts) | Check::Any(parts) => {
            let all = matches!(check, Check::All(_));
            steps.push(line(if all {
                "all of these hold:"
            } else {
                "at least one of these holds:"
            }));
            for part in parts {
                add_steps(part, inside, steps);
            }
        }
        Check::Not(part) => {
            steps.push(line("this does not hold:"));
            add_steps(part, inside, steps);
        }
        Check::OnlyIf(file, part) => {
            let words = format!("where {}, this holds:", file.words());
            steps.push(line(&words));
            add_steps(part, inside, steps);
        }
        Check::Manual(text) => steps.push(line(&format!("a person judges: {}", text.trim()))),
        Check::Broken(reason) => steps.push(line(&format!("cannot be judged: {reason}"))),
        Check::Kensa(one) => steps.push(Step {
            method: Some(one.name()),
            demand: flow(one.source()),
            ..line("")
        }),
        _ => steps.push(Step {
            method: check.method(),
            demand: check.expected().unwrap_or_default(),
            meaning: check.meaning(),
            script: script(check),
            ..line("")
        }),
    }
}

/// The script that a check brings along.
fn script(check: &Check) -> Option<String> {
    let need = check.needs().into_iter().next()?;
    let script = (need.collector == Collector::Command).then_some(need.argument)?;
    let script: CommandScript = serde_json::from_str(&script).ok()?;
    Some(script.text())
}

fn facts(check: &Check) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for need in check.needs() {
        // The rest tells those who write rules what to ask for.
        let what = need.collector.meaning().trim();
        let what = what.split_once(". ").map_or(what, |(what, _)| what);
        for spec in plan(&std::iter::once(need).collect::<std::collections::BTreeSet<Need>>()) {
            let key = spec.fixture_key().to_owned();
            if !facts.iter().any(|known| known.key == key) {
                let script = spec.script;
                facts.push(Fact { key, what, script });
            }
        }
    }
    facts
}

fn meanings(rule: &Rule) -> Vec<Meaning> {
    let mut found = Vec::new();
    let mut say = |verdict, when: String| found.push(Meaning { verdict, when });
    let manual = rule.methods() == ["manual"];
    if manual {
        say(Verdict::Manual, "always: a person judges it".to_owned());
    } else {
        say(Verdict::Pass, "what is demanded is so".to_owned());
        say(Verdict::Fail, "something demanded is not so".to_owned());
    }
    let mut elsewhere = Vec::new();
    if !rule.platforms.is_empty() {
        elsewhere.push("the machine is none of those that the rule is for".to_owned());
    }
    let gates: Option<Vec<String>> = rule
        .implementations
        .iter()
        .map(|way| way.when.as_ref().map(describe_gate))
        .collect();
    if let Some(gates) = gates {
        elsewhere.push(format!("it is not so that {}", gates.join(" or that ")));
    }
    if !manual {
        elsewhere.push("the method finds nothing to judge".to_owned());
    }
    if !elsewhere.is_empty() {
        say(Verdict::NotApplicable, elsewhere.join("; "));
    }
    if !manual {
        let when = "nobody can tell: a fact below was not collected, was refused, was cut, took too long or has \
                    another form than agreed";
        say(Verdict::Error, when.to_owned());
    }
    found
}

fn examples(rule: &Rule) -> Vec<Example> {
    let shows = |name: &str| {
        let mut known = SITUATIONS.iter().zip(SITUATION_DOCS);
        known
            .find(|(situation, _)| **situation == name)
            .map_or("", |(_, shows)| shows)
    };
    rule.fixtures
        .iter()
        .map(|fixture| {
            let result = try_fixture(rule, fixture);
            let mut commands: Vec<String> = result
                .evidence
                .into_iter()
                .map(|item| item.command)
                .collect();
            commands.dedup();
            Example {
                name: fixture.name.clone(),
                shows: shows(&fixture.name),
                verdict: result.verdict,
                reason: result.reason,
                commands,
            }
        })
        .collect()
}

/// A node on one line, as YAML has it between brackets; the name of the method is said elsewhere.
fn flow(node: &Node) -> String {
    match &node.value {
        Value::Scalar { text, .. } => text.trim().to_owned(),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .filter(|(key, _)| !key.is_plain("method"))
                .map(|(key, value)| format!("{}: {}", flow(key), flow(value)))
                .collect();
            pairs.join(", ")
        }
    }
}
