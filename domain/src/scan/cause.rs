//! Why a verdict is not what it was: pure. The host, the rule and the value of a variable may each have changed.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::variable::{EffectiveVariable, VariableOrigin};

/// Why a verdict differs from the one before.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransitionCause {
    /// The rule is the same and the facts are others: the host changed.
    #[n(0)]
    HostChanged,
    /// The rule changed or is new, and the facts are the same as far as is known.
    #[n(1)]
    RuleChanged,
    /// It is the first scan of the host.
    #[n(2)]
    FirstScan,
    /// The rule and the facts that it looks at both changed: either may be the reason.
    #[n(3)]
    HostAndRuleChanged,
    /// The rule and the facts are the same: the product judges differently now.
    #[n(4)]
    EngineChanged,
    /// A variable of the rule has another value, and the facts are the same as far as is known.
    #[n(5)]
    ValueChanged,
    /// A variable of the rule has another value, and the facts are others.
    #[n(6)]
    HostAndValueChanged,
    /// The rule changed, and a variable of it has another value.
    #[n(7)]
    RuleAndValueChanged,
    /// The rule, the value of a variable of it and the facts all changed.
    #[n(8)]
    HostRuleAndValueChanged,
}

/// What is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differences {
    /// The facts that the rule looks at; nothing where they were not kept.
    pub host: Option<bool>,
    /// The text of the rule.
    pub rule: bool,
    /// The value of a variable of the rule.
    pub value: bool,
}

impl TransitionCause {
    /// The cause. Facts that nobody kept leave it to rule and value, and where these are the same, to the host.
    pub const fn of(differences: Differences) -> Self {
        let Differences { host, rule, value } = differences;
        match (rule, value, host) {
            (false, false, Some(false)) => Self::EngineChanged,
            (false, false, Some(true) | None) => Self::HostChanged,
            (true, false, Some(true)) => Self::HostAndRuleChanged,
            (true, false, Some(false) | None) => Self::RuleChanged,
            (false, true, Some(true)) => Self::HostAndValueChanged,
            (false, true, Some(false) | None) => Self::ValueChanged,
            (true, true, Some(true)) => Self::HostRuleAndValueChanged,
            (true, true, Some(false) | None) => Self::RuleAndValueChanged,
        }
    }
}

/// Whether a rule was judged with other values. A value that the rule brings along belongs to its text.
pub fn values_differ(before: &[EffectiveVariable], now: &[EffectiveVariable]) -> bool {
    let own = |variable: &EffectiveVariable| variable.origin <= VariableOrigin::Profile;
    let find = |list: &'_ [EffectiveVariable], name: &str| {
        list.iter().find(|one| one.name == name).cloned()
    };
    now.iter().any(|after| {
        find(before, &after.name)
            .is_some_and(|then| then.value != after.value && !(own(&then) && own(after)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(value: &str, origin: VariableOrigin) -> [EffectiveVariable; 1] {
        [EffectiveVariable {
            name: "days".to_owned(),
            value: value.to_owned(),
            origin,
            place: String::new(),
        }]
    }

    #[test]
    fn each_thing_that_differs_is_named() {
        let of = |host, rule, value| TransitionCause::of(Differences { host, rule, value });
        let (same, other) = (Some(false), Some(true));
        assert_eq!(of(same, false, false), TransitionCause::EngineChanged);
        assert_eq!(of(other, false, false), TransitionCause::HostChanged);
        assert_eq!(of(None, false, false), TransitionCause::HostChanged);
        assert_eq!(of(same, true, false), TransitionCause::RuleChanged);
        assert_eq!(of(None, false, true), TransitionCause::ValueChanged);
        assert_eq!(of(other, false, true), TransitionCause::HostAndValueChanged);
        assert_eq!(of(same, true, true), TransitionCause::RuleAndValueChanged);
        let all = TransitionCause::HostRuleAndValueChanged;
        assert_eq!(of(other, true, true), all);
    }

    #[test]
    fn a_value_that_the_rule_brings_along_belongs_to_its_text() {
        use VariableOrigin::{Default, Group, Organisation};
        let differ = |before: (&str, VariableOrigin), now: (&str, VariableOrigin)| {
            values_differ(&days(before.0, before.1), &days(now.0, now.1))
        };
        assert!(!differ(("1", Default), ("2", Default)));
        assert!(differ(("1", Default), ("2", Organisation)));
        assert!(differ(("2", Group), ("1", Default)));
        // Who gives it is nothing to a verdict.
        assert!(!differ(("2", Group), ("2", Organisation)));
        assert!(!values_differ(&[], &days("2", Group)));
    }
}
