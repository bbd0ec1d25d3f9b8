//! A rule in words: how it is judged, what each verdict means, how a fail is mended, and the values that it may be
//! judged with. Here are the form and the port; who finds the words is not known here.

use serde::{Deserialize, Serialize};

use crate::catalogue::{RemediationContent, RuleReference};
use crate::port::Pending;
use crate::verdict::{Severity, Verdict};

/// A rule in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The format of the file: `openwatch/1`, `kensa`.
    pub format: String,
    /// The machines that it is for; empty means every machine.
    pub platforms: Vec<String>,
    /// The values that it may be judged with.
    pub variables: Vec<VariableExplained>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// When it is taken; nothing means always.
    pub when: Option<String>,
    /// What must be so.
    pub check: Vec<Step>,
    /// What is read on the host for it.
    pub facts: Vec<Fact>,
    /// How a fail is mended then; nothing when the rule does not say.
    pub remediation: Option<RemediationContent>,
}

/// One line of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// How deep it is nested, from 0.
    pub depth: usize,
    /// The method; nothing for a combination.
    pub method: Option<String>,
    /// What must be so.
    pub demand: String,
    /// What that means in general.
    pub meaning: Option<String>,
    /// The script, for checks that bring their own.
    pub script: Option<String>,
}

/// What is read on a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The key under which fixtures name it.
    pub key: String,
    /// What it is.
    pub what: String,
    /// The shell that reads it.
    pub script: String,
}

/// When a rule comes to a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// The verdict.
    pub verdict: Verdict,
    /// When.
    pub when: String,
}

/// The rule on one recorded host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The situation.
    pub name: String,
    /// What the situation is in general.
    pub shows: String,
    /// What the rule comes to.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The commands that show it on such a host.
    pub commands: Vec<String>,
}

/// A variable of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableExplained {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it may hold: `a whole number from 1 to 10`.
    pub allowed: String,
    /// Its value where no profile and nobody gives another.
    pub default: String,
    /// Where the default comes from.
    pub default_source: String,
    /// Its value for each profile of the rule; none for a rule without profiles.
    pub profiles: Vec<ProfileValue>,
}

/// The value of a variable in one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileValue {
    /// The framework.
    pub profile: String,
    /// The id of the rule in that profile.
    pub rule: String,
    /// The value.
    pub value: String,
    /// Where it comes from.
    pub source: String,
}

/// The rule that is to be put in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainQuestion {
    /// Its id: of the several that a file may hold, one.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// The text of its file.
    pub text: String,
}

/// Puts rules in words.
pub trait ExplainRule: Send + Sync {
    /// The words; nothing when this version cannot read the text.
    fn explain(&self, question: ExplainQuestion) -> Pending<'_, Option<Explanation>>;
}
