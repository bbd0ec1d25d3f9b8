//! Judges rules against facts: pure, so that old facts can be judged again by other rules.

use domain::digest::Digest;
use domain::results::{Choice, Evidence, GateOutcome, Source, StrictVerdict};
use domain::variable::EffectiveVariable;
use domain::verdict::{Severity, Verdict};
use serde::Serialize;

use crate::check::{Check, Outcome};
use crate::collect::{has_capability, sshd_installed};
use crate::facts::{Facts, Unknown};
use crate::kensa::strict_verdict;
use crate::printable::{observations, sentence};
use crate::rule::{Capability, Gate, Implementation, PlatformRange, Rule};

/// What is said of one rule on one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedRule {
    /// The id of the rule.
    pub rule: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: String,
    /// What was demanded.
    pub expected: Option<String>,
    /// What was there.
    pub actual: Option<String>,
    /// Where the value that decided comes from, when it comes from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The implementation that was chosen, and why.
    pub implementation: Choice,
    /// The values that the variables of the rule had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<EffectiveVariable>,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// For rules of other formats: what our own semantics would say, where it is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<StrictVerdict>,
}

impl JudgedRule {
    /// The hash over everything that the verdict rests on. Equal evidence has an equal hash.
    pub fn evidence_hash(&self) -> Digest {
        Digest::of(&serde_json::to_vec(&self.evidence).unwrap_or_default())
    }
}

/// Judges one rule. What the host said is bounded and printable in the result.
pub fn judge(rule: &Rule, facts: &Facts) -> JudgedRule {
    let result = judge_as_read(rule, facts);
    JudgedRule {
        reason: sentence(&result.reason),
        expected: result.expected.as_deref().map(sentence),
        actual: result.actual.as_deref().map(sentence),
        source: source(&result.evidence),
        evidence: observations(result.evidence),
        ..result
    }
}

/// The place in a file that the first observation with one names: what decided comes first.
fn source(evidence: &[Evidence]) -> Option<Source> {
    evidence.iter().find_map(|item| {
        let (path, line) = (item.file.as_deref()?, item.line?);
        Some(Source {
            path: sentence(path),
            line,
        })
    })
}

fn judge_as_read(rule: &Rule, facts: &Facts) -> JudgedRule {
    let of = u32::try_from(rule.implementations.len()).unwrap_or(u32::MAX);
    let mut choice = Choice {
        of,
        ..Choice::default()
    };
    if let Some(reason) = not_for_platform(rule, facts) {
        "other platform".clone_into(&mut choice.why);
        return result(rule, Verdict::NotApplicable, reason, choice);
    }
    let implementation = match choose(&rule.implementations, facts, &mut choice) {
        Ok(Some(chosen)) => chosen,
        Ok(None) => {
            let reason = match of {
                0 => "the rule says nothing of how it is judged",
                _ => "the host has none of the things that this rule judges",
            };
            "no capability".clone_into(&mut choice.why);
            return result(rule, Verdict::NotApplicable, reason.to_owned(), choice);
        }
        Err(unknown) => {
            choice.why.clone_from(&unknown.reason);
            return result(rule, Verdict::Error, unknown.reason, choice);
        }
    };
    if let Check::Manual(text) = &implementation.check {
        return result(rule, Verdict::Manual, text.clone(), choice);
    }
    let checked = all_collected(&implementation.check, facts)
        .and_then(|()| implementation.check.judge(facts));
    let judged = match checked {
        Ok(finding) => JudgedRule {
            expected: finding.expected,
            actual: finding.actual,
            evidence: finding.evidence,
            ..result(
                rule,
                match finding.outcome {
                    Outcome::Holds => Verdict::Pass,
                    Outcome::Violated => Verdict::Fail,
                    Outcome::NotApplicable => Verdict::NotApplicable,
                },
                finding.reason,
                choice,
            )
        },
        Err(unknown) => JudgedRule {
            evidence: unknown.evidence,
            ..result(rule, Verdict::Error, unknown.reason, choice)
        },
    };
    let strict = strict_verdict(&implementation.check, facts, judged.verdict);
    JudgedRule { strict, ..judged }
}

/// Facts of an earlier scan hold what was asked for then. A check that needs more cannot be judged: what was
/// not looked at may be there or not.
fn all_collected(check: &Check, facts: &Facts) -> Result<(), Unknown> {
    let Some(collected) = &facts.collected else {
        return Ok(());
    };
    let needs = check.needs();
    let mut missing: Vec<String> = needs
        .iter()
        .map(crate::collect::Need::name)
        .filter(|name| !collected.contains(name))
        .collect();
    missing.sort();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Unknown::new(format!(
        "not collected by that scan: {}",
        missing.join(", ")
    )))
}

fn result(rule: &Rule, verdict: Verdict, reason: String, implementation: Choice) -> JudgedRule {
    JudgedRule {
        rule: rule.id.clone(),
        severity: rule.severity,
        verdict,
        reason,
        expected: None,
        actual: None,
        source: None,
        implementation,
        variables: rule.effective_variables.clone(),
        evidence: Vec::new(),
        strict: None,
    }
}

fn not_for_platform(rule: &Rule, facts: &Facts) -> Option<String> {
    if rule.platforms.is_empty() || rule.platforms.iter().any(|p| facts.platform.matches(p)) {
        return None;
    }
    let targets: Vec<String> = rule
        .platforms
        .iter()
        .map(PlatformRange::to_string)
        .collect();
    let here = format!("{} {}", facts.platform.id, facts.platform.version);
    Some(format!(
        "the rule is for {}; this is {}",
        targets.join(", "),
        here.trim()
    ))
}

/// The first implementation whose gate holds; `None` when no gate holds. `choice` is told what was looked at.
/// A gate that cannot be told, before one that holds, leaves the choice open.
fn choose<'r>(
    implementations: &'r [Implementation],
    facts: &Facts,
    choice: &mut Choice,
) -> Result<Option<&'r Implementation>, Unknown> {
    for (implementation, number) in implementations.iter().zip(1..) {
        let Some(gate) = &implementation.when else {
            choice.number = Some(number);
            "needs nothing".clone_into(&mut choice.why);
            return Ok(Some(implementation));
        };
        let (condition, held) = (describe_gate(gate), holds(gate, facts));
        choice.gates.push(GateOutcome {
            implementation: number,
            condition: condition.clone(),
            held,
        });
        match held {
            Some(true) => {
                choice.number = Some(number);
                choice.why = condition;
                return Ok(Some(implementation));
            }
            Some(false) => {}
            None => {
                let reason = format!("could not tell whether {condition}");
                return Err(Unknown::new(reason));
            }
        }
    }
    Ok(None)
}

/// Three-valued: `None` is "could not tell".
fn holds(gate: &Gate, facts: &Facts) -> Option<bool> {
    let all = |list: &[Capability], decisive: bool| {
        let found: Vec<_> = list.iter().map(|one| has(*one, facts)).collect();
        if found.contains(&Some(decisive)) {
            return Some(decisive);
        }
        (!found.contains(&None)).then_some(!decisive)
    };
    match gate {
        Gate::Has(capability) => has(*capability, facts),
        Gate::All(list) => all(list, false),
        Gate::Any(list) => all(list, true),
        Gate::Not(capability) => has(*capability, facts).map(|has| !has),
        Gate::Malformed => None,
    }
}

/// The gate in words, to follow "that".
pub(crate) fn describe_gate(gate: &Gate) -> String {
    let join = |list: &[Capability], word: &str| {
        list.iter()
            .map(|capability| capability.as_str())
            .collect::<Vec<_>>()
            .join(word)
    };
    match gate {
        Gate::Has(capability) => format!("the host has {}", capability.as_str()),
        Gate::All(all) => format!("the host has {}", join(all, " and ")),
        Gate::Any(any) => format!("the host has {}", join(any, " or ")),
        Gate::Not(capability) => format!("the host has no {}", capability.as_str()),
        Gate::Malformed => "the gate holds: it is malformed".to_owned(),
    }
}

fn has(capability: Capability, facts: &Facts) -> Option<bool> {
    let managed_by = |tool: &str| {
        let frame = facts.frames.get("packages")?;
        let text = frame.text();
        text.lines().next().map(|line| line == tool)
    };
    match capability {
        Capability::Dpkg => managed_by("dpkg"),
        Capability::Rpm => managed_by("rpm"),
        // What was not collected may be there; the check says that it could not tell.
        Capability::Sshd => Some(sshd_installed(facts).unwrap_or(true)),
        Capability::Probed(name) => has_capability(facts, name),
        Capability::Unheard => Some(false),
    }
}
