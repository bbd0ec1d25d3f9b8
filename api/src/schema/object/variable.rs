//! Variables of rules: what rules declare, and the values that people have set.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::variable as stored;
use domain::variable::{DeclaredVariable, ValueSource, VariableForm, VariableStanding};

use super::group::{Group, load_group};
use super::host::{Host, load_host};
use crate::schema::scalar::DateTime;

/// A variable of rules, with the values that people have set for it.
pub(crate) struct Variable {
    pub(crate) name: String,
    /// Nothing when no rule that is in use declares it.
    pub(crate) declared: Option<DeclaredVariable>,
    /// The value that counts here, and those that it is stronger than.
    pub(crate) standing: Option<VariableStanding>,
    /// Every value that was set, the strongest place last.
    pub(crate) values: Vec<VariableValue>,
    pub(crate) contested: bool,
}

/// A value that somebody has set.
#[derive(Clone)]
pub(crate) struct VariableValue {
    pub(crate) value: stored::VariableValue,
    pub(crate) fits: bool,
}

/// The kinds of values that a variable may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum VariableKind {
    /// A whole number within bounds.
    Integer,
    /// Text.
    Text,
    /// One of several words.
    Word,
    /// Texts with commas between them, or with a semicolon behind each where a text has commas.
    List,
}

/// Where a value was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum VariableSource {
    /// For the whole organisation.
    Organisation,
    /// For a group.
    Group,
    /// For one host.
    Host,
}

/// The value that one benchmark asks for.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct VariableProfile {
    /// The framework: `cis`, `stig`.
    profile: String,
    /// The value.
    value: String,
    /// Where it stands.
    source: String,
}

/// A rule that is judged on a host with another value than its benchmark asks for.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct VariableDeviation {
    /// The id of the rule as its file names it.
    pub(crate) rule_key: String,
    /// The variable.
    pub(crate) variable: String,
    /// The value that the newest scan judged with.
    pub(crate) value: String,
    /// The value that the benchmark asks for.
    pub(crate) benchmark_value: String,
    /// Who gave the value, in words: `group Web servers, set by ada on 2026-01-15`.
    pub(crate) given_by: String,
}

/// A variable of rules.
#[Object]
impl Variable {
    /// Lower-case words joined by underscores.
    async fn name(&self) -> &str {
        &self.name
    }

    /// Whether rules that are in use declare it. The value of one that they do not changes nothing.
    async fn is_declared(&self) -> bool {
        self.declared.is_some()
    }

    /// What it is for.
    async fn description(&self) -> Option<&str> {
        let declared = self.declared.as_ref()?;
        Some(&declared.description)
    }

    /// What it may hold, in words.
    async fn allowed(&self) -> Option<&str> {
        let declared = self.declared.as_ref()?;
        Some(&declared.allowed)
    }

    /// The kind of its values.
    async fn kind(&self) -> Option<VariableKind> {
        let declared = self.declared.as_ref()?;
        Some(match declared.form {
            VariableForm::Integer { .. } => VariableKind::Integer,
            VariableForm::Text => VariableKind::Text,
            VariableForm::Word(_) => VariableKind::Word,
            VariableForm::List => VariableKind::List,
        })
    }

    /// The words of which it is one.
    async fn words(&self) -> Vec<String> {
        match self.declared.as_ref().map(|declared| &declared.form) {
            Some(VariableForm::Word(words)) => words.clone(),
            _ => Vec::new(),
        }
    }

    /// What it holds when nobody says otherwise.
    async fn default_value(&self) -> Option<&str> {
        let declared = self.declared.as_ref()?;
        Some(&declared.default)
    }

    /// Where the default comes from: a benchmark, a manual.
    async fn source(&self) -> Option<&str> {
        let declared = self.declared.as_ref()?;
        Some(&declared.source)
    }

    /// The values that benchmarks ask for, where they ask for others.
    async fn profiles(&self) -> Vec<VariableProfile> {
        let profiles = self.declared.iter().flat_map(|one| &one.profiles);
        profiles
            .map(|one| VariableProfile {
                profile: one.profile.clone(),
                value: one.value.clone(),
                source: one.source.clone(),
            })
            .collect()
    }

    /// The ids of the rules that use it, as their files name them.
    async fn rule_keys(&self) -> Vec<String> {
        let declared = self.declared.iter();
        declared.flat_map(|one| one.rules.clone()).collect()
    }

    /// The value that counts; null where rules have their own. For a group: of its own or of the organisation.
    async fn effective(&self) -> Option<VariableValue> {
        let effective = &self.standing.as_ref()?.effective;
        let of = |value: &&VariableValue| value.value == *effective;
        self.values.iter().find(of).cloned()
    }

    /// Every value that was set, in the order of organisation, groups and hosts. For a host or a group those that
    /// may concern it.
    async fn values(&self) -> &[VariableValue] {
        &self.values
    }

    /// Whether two groups of the host want different values. The one that was set last counts.
    async fn is_contested(&self) -> bool {
        self.contested
    }
}

/// A value that somebody has set.
#[Object]
impl VariableValue {
    /// The value; a list has commas between its members, or a semicolon behind each where one has commas.
    async fn value(&self) -> &str {
        &self.value.value
    }

    /// Where it was set.
    async fn source(&self) -> VariableSource {
        match self.value.source {
            ValueSource::Organisation => VariableSource::Organisation,
            ValueSource::Group(_) => VariableSource::Group,
            ValueSource::Host(_) => VariableSource::Host,
        }
    }

    /// The group that it was set for.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        match self.value.source {
            ValueSource::Group(group) => load_group(ctx, group).await,
            ValueSource::Organisation | ValueSource::Host(_) => Ok(None),
        }
    }

    /// The host that it was set for.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        match self.value.source {
            ValueSource::Host(host) => load_host(ctx, host).await,
            ValueSource::Organisation | ValueSource::Group(_) => Ok(None),
        }
    }

    /// Who set it, as they were called then.
    async fn set_by(&self) -> &str {
        &self.value.set_by
    }

    /// When.
    async fn set_at(&self) -> DateTime {
        self.value.set_at.into()
    }

    /// Whether rules in use take it. One that they do not is left out: rules have their own value.
    async fn fits(&self) -> bool {
        self.fits
    }
}
