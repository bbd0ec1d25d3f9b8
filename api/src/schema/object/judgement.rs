//! What goes with a verdict: where the value came from, which implementation was taken, the values of variables.

use async_graphql::{Enum, SimpleObject};
use domain::results as stored;
use domain::variable as stored_variable;

use super::verdict::Verdict;

/// A line of a file on the host.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Source {
    /// The file.
    path: String,
    /// The line, from 1.
    line: u32,
}

/// Which of the implementations of a rule was taken on a host.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Implementation {
    /// Its number in the rule, from 1; null when none was taken.
    number: Option<u32>,
    /// How many the rule has.
    of: u32,
    /// Why it was taken, or why none was.
    why: String,
    /// The conditions that were looked at, in order. Those after the one that held were not looked at.
    gates: Vec<Gate>,
}

/// What became of the condition of one implementation.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Gate {
    /// The number of the implementation, from 1.
    implementation: u32,
    /// The condition in words.
    condition: String,
    /// Whether it held; null when that could not be told.
    held: Option<bool>,
}

/// A variable as a rule was judged with it.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct EffectiveVariable {
    /// Its name.
    name: String,
    /// Its value as text.
    value: String,
    /// Who gave the value.
    origin: VariableOrigin,
    /// Where exactly: the profile, the file, the group; empty where the origin says it all.
    place: String,
}

/// Who gave a variable its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "stored_variable::VariableOrigin")]
pub(crate) enum VariableOrigin {
    /// The rule or its format.
    Default,
    /// A framework and its level.
    Profile,
    /// A file of variables.
    File,
    /// The organisation.
    Organisation,
    /// A group of the host.
    Group,
    /// The host itself.
    Host,
    /// Whoever asked, for this one time.
    Request,
}

/// A verdict that strict semantics would give instead.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct StrictVerdict {
    /// The verdict.
    verdict: Verdict,
    /// Why.
    reason: String,
}

impl From<stored::Source> for Source {
    fn from(source: stored::Source) -> Self {
        Self {
            path: source.path,
            line: source.line,
        }
    }
}

impl From<stored::Choice> for Implementation {
    fn from(choice: stored::Choice) -> Self {
        let gates = choice.gates.into_iter().map(|gate| Gate {
            implementation: gate.implementation,
            condition: gate.condition,
            held: gate.held,
        });
        Self {
            number: choice.number,
            of: choice.of,
            why: choice.why,
            gates: gates.collect(),
        }
    }
}

impl From<stored_variable::EffectiveVariable> for EffectiveVariable {
    fn from(variable: stored_variable::EffectiveVariable) -> Self {
        Self {
            name: variable.name,
            value: variable.value,
            origin: variable.origin.into(),
            place: variable.place,
        }
    }
}

impl From<stored::StrictVerdict> for StrictVerdict {
    fn from(strict: stored::StrictVerdict) -> Self {
        Self {
            verdict: strict.verdict.into(),
            reason: strict.reason,
        }
    }
}
