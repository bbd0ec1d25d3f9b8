//! Scores that are to be reached.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::target::{EffectiveTarget as DomainEffective, Target as DomainTarget, TargetSource};

use super::group::{Group, load_group};

/// A score to be reached, in whole percent.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Target {
    /// Over all rules, and for every framework that has none of its own.
    score: Option<u8>,
    /// For single frameworks.
    frameworks: Vec<FrameworkTarget>,
}

/// A score to be reached in one framework.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FrameworkTarget {
    /// `cis`, `stig`, `nist_800_53`, ….
    framework: String,
    /// In percent, 1 to 100.
    score: u8,
}

impl From<DomainTarget> for Target {
    fn from(target: DomainTarget) -> Self {
        let one = |(framework, score)| FrameworkTarget { framework, score };
        Self {
            score: target.score,
            frameworks: target.frameworks.into_iter().map(one).collect(),
        }
    }
}

/// Who has set a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "TargetSource")]
pub(crate) enum Source {
    /// The host itself.
    Host,
    /// A group that the host is in; of several the strictest.
    Group,
    /// The organisation.
    Organisation,
}

/// The target that counts for a host: its own, else the strictest of its groups, else that of the
/// organisation.
pub(crate) struct EffectiveTarget {
    pub(super) target: DomainEffective,
    pub(super) reached: Option<bool>,
}

/// The target that counts for a host: its own, else the strictest of its groups, else that of the
/// organisation.
#[Object]
impl EffectiveTarget {
    /// The score to be reached, in percent, 1 to 100.
    async fn percent(&self) -> u8 {
        self.target.percent
    }

    /// Who has set it.
    async fn source(&self) -> Source {
        match self.target.source {
            TargetSource::Host => Source::Host,
            TargetSource::Group(_) => Source::Group,
            TargetSource::Organisation => Source::Organisation,
        }
    }

    /// The group, when it is of one.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        match self.target.source {
            TargetSource::Group(group) => load_group(ctx, group).await,
            TargetSource::Host | TargetSource::Organisation => Ok(None),
        }
    }

    /// Whether the score over all rules, or in the framework, reaches it, without rounding; null where nothing was
    /// judged.
    async fn is_reached(&self) -> Option<bool> {
        self.reached
    }
}
