//! Rules as data: read from YAML with `schema: openwatch/1`, which is strict. What a rule means for a
//! host is in `check` and `judge`.

mod base;
mod benchmark;
mod coverage;
mod declared;
mod diagnostic;
mod files;
mod parse;
mod platform;
mod profile;
mod reader;
mod references;
mod relation;
pub mod schema;
mod substitute;
mod values;
mod variable;
mod yaml;
mod yaml11;

use domain::catalogue::{RemediationContent, RuleReference, VariableContent};
use domain::digest::Digest;
use domain::variable::EffectiveVariable;
use domain::verdict::Severity;

pub use base::{RuleBase, RuleBaseError, is_our_format};
pub use benchmark::{BENCHMARKS, Benchmark, TOTALS_SOURCE};
pub use coverage::{Coverage, CoveredControl, coverage};
pub use declared::Declared;
pub use diagnostic::{Diagnostic, nearest};
pub use files::{RuleFiles, files_below, read_files};
pub use parse::{ParsedRules, is_rule_name, parse_known_rules, parse_rules};
pub use platform::{Platform, PlatformRange, Rebuilds};
pub use profile::PROFILES;
pub use reader::Reader;
pub use relation::{Arranged, Relations, arrange};
pub use values::{NotAPair, Values};
pub use variable::{BoundVariable, Variable, VariableKind, VariableValue, is_variable_name};
pub use yaml::{Mark, Node, Tolerance, Value, YamlError, parse as parse_yaml, parse_with};

use crate::check::Check;
use crate::collect::{Collector, Need};
use crate::remediation::Remediation;

/// One way to judge a rule, with the capability that a host needs for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Implementation {
    /// What the host must have; `None` always holds.
    pub when: Option<Gate>,
    /// How it is judged.
    pub check: Check,
    /// How a fail is mended, where the rule says so.
    pub remediation: Option<Remediation>,
}

impl Implementation {
    /// What has to be collected to choose and to judge it.
    pub fn needs(&self) -> Vec<Need> {
        let gates = self.when.iter().flat_map(Gate::capabilities);
        let probed = gates.filter_map(|capability| match capability {
            Capability::Probed(name) => Some(Need::new(Collector::Capabilities, *name)),
            _ => None,
        });
        probed.chain(self.check.needs()).collect()
    }
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
    /// The subject, and for a rule with profiles `@` and the profile: `ssh-session-idle@stig`.
    pub id: String,
    /// Kebab-case, equal to the name of the file.
    pub subject: String,
    /// The framework whose values this is judged with, where they differ.
    pub profile: Option<&'static str>,
    /// The format of the file.
    pub dialect: Dialect,
    /// It came with the product.
    pub ships: bool,
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
    /// The variables of our format with the values that it is judged with.
    pub variables: Vec<BoundVariable>,
    /// How it stands to other rules.
    pub relations: Relations,
    /// Ways to judge it, tried in order.
    pub implementations: Vec<Implementation>,
    /// The values that its variables have.
    pub effective_variables: Vec<EffectiveVariable>,
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

    /// Whether a person who writes this name means the rule: its id, or its subject in every profile.
    pub fn is_named(&self, name: &str) -> bool {
        self.id == name || self.subject == name
    }

    /// The values that it is judged with, for people and for the log.
    pub fn variables_in_words(&self) -> Vec<VariableContent> {
        let one = |variable: &BoundVariable| VariableContent {
            name: variable.name.clone(),
            value: variable.value.to_string(),
            origin: variable.given_by(),
            allowed: variable.allowed.clone(),
            description: variable.description.clone(),
            source: variable.source.clone(),
        };
        self.variables.iter().map(one).collect()
    }

    /// How a fail is mended, for each implementation that says so.
    pub fn remediations(&self) -> Vec<RemediationContent> {
        self.implementations
            .iter()
            .filter_map(|implementation| {
                let when = implementation
                    .when
                    .as_ref()
                    .map(crate::judge::describe_gate);
                let remediation = implementation.remediation.as_ref()?;
                Some(remediation.content(when))
            })
            .collect()
    }

    /// Whether it brings a script of its own, which runs on hosts with the rights of the scan.
    pub fn runs_script(&self) -> bool {
        let mut needs = self
            .implementations
            .iter()
            .flat_map(|implementation| implementation.check.needs());
        needs.any(|need| need.collector == Collector::Command)
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
