//! Rules as data: read from YAML with `schema: openwatch/1`, which is strict. What a rule means for a
//! host is in `check` and `judge`.

mod diagnostic;
mod pack;
mod parse;
mod platform;
mod reader;
mod relation;
pub mod schema;
mod yaml;

use domain::catalogue::RuleReference;
use domain::digest::Digest;
use domain::variable::EffectiveVariable;
use domain::verdict::Severity;

pub use diagnostic::{Diagnostic, nearest};
pub use pack::{PackError, RulePack, files_below};
pub use parse::{ParsedRule, is_rule_name, parse_rule};
pub use platform::{Platform, PlatformRange, Rebuilds};
pub use reader::Reader;
pub use relation::{Arranged, Relations, arrange};
pub use yaml::{Mark, Node, Tolerance, Value, YamlError, parse as parse_yaml, parse_with};

use crate::check::Check;
use crate::fixture::Fixture;

/// One way to judge a rule, with the capability that a host needs for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Implementation {
    /// What the host must have; `None` always holds.
    pub when: Option<Gate>,
    /// How it is judged.
    pub check: Check,
}

/// A condition on the capabilities of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// The host has it.
    Has(Capability),
    /// All hold.
    All(Vec<Capability>),
    /// At least one holds.
    Any(Vec<Capability>),
    /// It does not hold.
    Not(Capability),
    /// It is written in a form that nobody can read: whether it holds cannot be told.
    Malformed,
}

impl Gate {
    /// The capabilities that it asks about.
    pub fn capabilities(&self) -> &[Capability] {
        match self {
            Self::Has(one) | Self::Not(one) => std::slice::from_ref(one),
            Self::All(list) | Self::Any(list) => list,
            Self::Malformed => &[],
        }
    }
}

/// The format of a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `schema: openwatch/1`, read strictly.
    OpenWatch,
    /// The format of Kensa, with its semantics.
    Kensa,
}

/// Something that a host has or has not, derived from facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Packages are managed by dpkg.
    Dpkg,
    /// Packages are managed by rpm.
    Rpm,
    /// There is an SSH server.
    Sshd,
    /// What a probe finds; see [`crate::collect::capability_names`].
    Probed(&'static str),
    /// A name that nobody knows: no host has it.
    Unheard,
}

impl Capability {
    /// The words of rule files.
    pub fn words() -> Vec<(&'static str, Self)> {
        let derived = [
            ("dpkg", Self::Dpkg),
            ("rpm", Self::Rpm),
            ("sshd", Self::Sshd),
        ];
        let probed = crate::collect::capability_names().map(|name| (name, Self::Probed(name)));
        derived.into_iter().chain(probed).collect()
    }

    /// The word of rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dpkg => "dpkg",
            Self::Rpm => "rpm",
            Self::Sshd => "sshd",
            Self::Probed(name) => name,
            Self::Unheard => "a capability that nobody knows",
        }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Kebab-case, equal to the name of the file.
    pub id: String,
    /// The format of the file.
    pub dialect: Dialect,
    /// One line.
    pub title: String,
    /// What is judged.
    pub description: String,
    /// Why it matters.
    pub rationale: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// Equal to the name of the folder.
    pub category: String,
    /// For filters.
    pub tags: Vec<String>,
    /// Where it stands in benchmarks.
    pub references: Vec<RuleReference>,
    /// Which machines it concerns; empty means all.
    pub platforms: Vec<PlatformRange>,
    /// How it stands to other rules.
    pub relations: Relations,
    /// Ways to judge it, tried in order.
    pub implementations: Vec<Implementation>,
    /// The values that its variables have.
    pub effective_variables: Vec<EffectiveVariable>,
    /// Recorded hosts with the verdict that they must get.
    pub fixtures: Vec<Fixture>,
    /// The text of the file.
    pub text: String,
    /// The hash of the text.
    pub hash: Digest,
}

impl Rule {
    /// The families of the platforms, for commands that must not run elsewhere.
    pub fn families(&self) -> Vec<String> {
        self.platforms
            .iter()
            .map(|range| range.family.clone())
            .collect()
    }

    /// The names of the check methods that it uses, without repeats.
    pub fn methods(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for implementation in &self.implementations {
            implementation.check.method_names(&mut names);
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
