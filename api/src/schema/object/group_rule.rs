//! Rules that say which hosts are in a group, as they are shown.

use async_graphql::{Enum, SimpleObject};
use domain::group::{Condition, MembershipRule};

/// How conditions are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::group::Combination")]
pub(crate) enum GroupCombination {
    /// Every condition has to hold.
    All,
    /// One is enough.
    Any,
}

/// What a condition looks at. Upper and lower case are the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::group::ConditionKind")]
pub(crate) enum GroupConditionKind {
    /// The host has the tag.
    Tag,
    /// `ID` of os-release: `debian`, `rhel`. Known once a scan has completed.
    OsId,
    /// `VERSION_ID` of os-release, whole or its first parts: `9` stands for `9.4` as well.
    OsVersion,
    /// The environment.
    Environment,
    /// The whole name matches a pattern with `*`, `?`, `[…]` and `{…,…}`.
    NameGlob,
    /// A regular expression is found in the name.
    NameRegex,
}

/// Which hosts are in a group.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct GroupRule {
    /// How the conditions are combined.
    combination: GroupCombination,
    /// The conditions.
    conditions: Vec<GroupCondition>,
}

/// One condition: one of the values holds, or none of them when it is negated.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct GroupCondition {
    /// What it looks at.
    kind: GroupConditionKind,
    /// Whether none of the values may hold.
    is_negated: bool,
    /// The values; one is enough.
    values: Vec<String>,
}

impl From<MembershipRule> for GroupRule {
    fn from(rule: MembershipRule) -> Self {
        Self {
            combination: rule.combination.into(),
            conditions: rule
                .conditions
                .into_iter()
                .map(GroupCondition::from)
                .collect(),
        }
    }
}

impl From<Condition> for GroupCondition {
    fn from(condition: Condition) -> Self {
        Self {
            kind: condition.kind.into(),
            is_negated: condition.negated,
            values: condition.values,
        }
    }
}
