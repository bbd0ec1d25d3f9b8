//! A rule in words: what is checked and where, what is read for it, how each verdict comes about. Everything is
//! said by the parts that do it, and shown on the rule's own recorded hosts; nothing is told twice.

use domain::explanation::{
    Example, Explanation, Fact, Meaning, ProfileValue, Step, VariableExplained, Way,
};
use domain::verdict::Verdict;

use crate::check::Check;
use crate::collect::{Collector, CommandScript, Need, plan};
use crate::fixture::{SITUATIONS, try_fixture};
use crate::judge::describe_gate;
use crate::rule::schema::SITUATION_DOCS;
use crate::rule::{BoundVariable, Dialect, Node, Rule, Value};

/// Puts a rule in words. `file` are all rules of its file: the rule itself, and it for other profiles.
pub fn explain(rule: &Rule, file: &[Rule]) -> Explanation {
    Explanation {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        description: rule.description.clone(),
        rationale: rule.rationale.clone(),
        severity: rule.severity,
        format: match rule.dialect {
            Dialect::OpenWatch => "openwatch/1",
            Dialect::Kensa => "kensa",
        }
        .to_owned(),
        platforms: rule.platforms.iter().map(ToString::to_string).collect(),
        variables: variables(rule, file),
        ways: rule
            .implementations
            .iter()
            .map(|way| Way {
                when: way.when.as_ref().map(describe_gate),
                check: steps(&way.check),
                facts: facts(&way.check),
                remediation: way.remediation.as_ref().map(|how| how.content(None)),
            })
            .collect(),
        verdicts: meanings(rule),
        examples: examples(rule),
        controls: rule.references.clone(),
    }
}

fn variables(rule: &Rule, file: &[Rule]) -> Vec<VariableExplained> {
    let in_profile = |name: &str, variant: &Rule| {
        let profile = variant.profile?;
        let mut variables = variant.variables.iter();
        let variable = variables.find(|variable| variable.name == name)?;
        Some(ProfileValue {
            profile: profile.to_owned(),
            rule: variant.id.clone(),
            value: variable.value.to_string(),
            source: variable.source.clone(),
        })
    };
    let variants = || file.iter().filter(|one| one.subject == rule.subject);
    let one = |variable: &BoundVariable| VariableExplained {
        name: variable.name.clone(),
        description: variable.description.clone(),
        allowed: variable.allowed.clone(),
        default: variable.default.to_string(),
        default_source: variable.default_source.clone(),
        profiles: variants()
            .filter_map(|variant| in_profile(&variable.name, variant))
            .collect(),
    };
    rule.variables.iter().map(one).collect()
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
            method: Some(one.name().to_owned()),
            demand: flow(one.source()),
            ..line("")
        }),
        _ => steps.push(Step {
            method: check.method().map(str::to_owned),
            demand: check.expected().unwrap_or_default(),
            meaning: check.meaning().map(str::to_owned),
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
                let what = what.to_owned();
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
        let when = "nobody can tell: something that is read for it was not collected, was refused, was cut, took too \
                    long or has another form than agreed";
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
    rule.fixtures()
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
                shows: shows(&fixture.name).to_owned(),
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
