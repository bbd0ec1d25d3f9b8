//! What describes a group and a target, as clients send it.

use async_graphql::InputObject;
use domain::group::{Condition, GroupDetails, MembershipRule};
use domain::target::Target;

use crate::schema::error::{UserError, UserErrorCode};
use crate::schema::object::group::GroupColor;
use crate::schema::object::group_rule::{GroupCombination, GroupConditionKind};

/// What describes a group.
#[derive(Debug, InputObject)]
pub(crate) struct GroupDetailsInput {
    /// Unique among groups that are in use.
    name: String,
    /// Free text.
    description: Option<String>,
    /// Its colour; gray without a wish.
    color: Option<GroupColor>,
    /// Which hosts are members; without a rule, those that are added.
    rule: Option<GroupRuleInput>,
    /// The score that its hosts have to reach.
    target: Option<TargetInput>,
}

/// Which hosts are in a group.
#[derive(Debug, InputObject)]
pub(crate) struct GroupRuleInput {
    /// How the conditions are combined.
    combination: GroupCombination,
    /// The conditions.
    conditions: Vec<GroupConditionInput>,
}

/// One condition: one of the values has to hold, or none of them when it is negated.
#[derive(Debug, InputObject)]
pub(crate) struct GroupConditionInput {
    /// What it looks at.
    kind: GroupConditionKind,
    /// Whether none of the values may hold.
    is_negated: Option<bool>,
    /// The values; one is enough.
    values: Vec<String>,
}

/// A score to be reached, in whole percent from 1 to 100.
#[derive(Debug, InputObject)]
pub(crate) struct TargetInput {
    /// Over all rules, and for every framework that has none of its own.
    score: Option<i32>,
    /// For single frameworks.
    frameworks: Option<Vec<FrameworkTargetInput>>,
}

/// A score to be reached in one framework.
#[derive(Debug, InputObject)]
pub(crate) struct FrameworkTargetInput {
    /// `cis`, `stig`, `nist_800_53`, ….
    framework: String,
    /// In whole percent from 1 to 100.
    score: i32,
}

impl From<GroupRuleInput> for MembershipRule {
    fn from(rule: GroupRuleInput) -> Self {
        let condition = |condition: GroupConditionInput| Condition {
            kind: condition.kind.into(),
            negated: condition.is_negated.unwrap_or(false),
            values: condition.values,
        };
        Self {
            combination: rule.combination.into(),
            conditions: rule.conditions.into_iter().map(condition).collect(),
        }
    }
}

/// What is no percentage at all becomes one that the domain refuses.
fn percent(score: i32) -> u8 {
    u8::try_from(score).unwrap_or(0)
}

impl TargetInput {
    /// The target of the domain.
    pub(crate) fn into_domain(self) -> Result<Target, UserError> {
        let mut target = Target {
            score: self.score.map(percent),
            ..Target::default()
        };
        for FrameworkTargetInput { framework, score } in self.frameworks.unwrap_or_default() {
            if target.frameworks.contains_key(&framework) {
                let message = format!("target names {framework} twice");
                return Err(UserError::field(
                    &["target"],
                    UserErrorCode::Invalid,
                    message,
                ));
            }
            target.frameworks.insert(framework, percent(score));
        }
        Ok(target)
    }
}

impl GroupDetailsInput {
    /// The details of the domain.
    pub(crate) fn into_domain(self) -> Result<GroupDetails, UserError> {
        Ok(GroupDetails {
            name: self.name,
            description: self.description.unwrap_or_default(),
            color: self.color.unwrap_or(GroupColor::Gray).into(),
            rule: self.rule.map(MembershipRule::from),
            target: self.target.map(TargetInput::into_domain).transpose()?,
        })
    }
}
