//! Targets: the score that a host has to reach, and which one counts when several are set.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::GroupId;
use crate::validate::{self, InvalidField};

/// A score to reach, in whole percent from 1 to 100.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase", default)]
pub struct Target {
    /// Over all rules, and for every framework that has none of its own.
    #[n(0)]
    pub score: Option<u8>,
    /// For single frameworks: `cis`, `stig`, `nist_800_53`, ….
    #[n(1)]
    pub frameworks: BTreeMap<String, u8>,
}

/// Who has set a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSource {
    /// The host itself.
    Host,
    /// A group that the host is in.
    Group(GroupId),
    /// The organisation.
    Organisation,
}

/// The target that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectiveTarget {
    /// The score to reach, in percent.
    pub percent: u8,
    /// Who has set it.
    pub source: TargetSource,
}

/// Every target that may concern a host.
#[derive(Debug, Clone, Default)]
pub struct Targets<'a> {
    /// Of the host itself.
    pub host: Option<&'a Target>,
    /// Of the groups that it is in.
    pub groups: Vec<(GroupId, &'a Target)>,
    /// Of the organisation.
    pub organisation: Option<&'a Target>,
}

/// Frameworks that a target names, at most.
const FRAMEWORKS: usize = 32;

impl Target {
    /// Whether it says anything and holds.
    pub fn check(&self) -> Result<(), InvalidField> {
        if self.score.is_none() && self.frameworks.is_empty() {
            let reason = "must name a score; to have no target, leave it out";
            return Err(InvalidField::new("target", reason));
        }
        if self.frameworks.len() > FRAMEWORKS {
            let reason = format!("must not name more than {FRAMEWORKS} frameworks");
            return Err(InvalidField::new("target", reason));
        }
        for framework in self.frameworks.keys() {
            validate::line("target", framework, 64)?;
        }
        let scores = self.score.iter().chain(self.frameworks.values());
        if scores.into_iter().any(|score| !(1..=100).contains(score)) {
            let reason = "must be a whole number of percent from 1 to 100";
            return Err(InvalidField::new("target", reason));
        }
        Ok(())
    }

    /// What it says of a framework, or of all rules.
    pub fn percent(&self, framework: Option<&str>) -> Option<u8> {
        framework
            .and_then(|framework| self.frameworks.get(framework).copied())
            .or(self.score)
    }
}

impl Targets<'_> {
    /// The target that counts: of the host before those of its groups before that of the
    /// organisation. Of several groups the strictest counts.
    pub fn effective(&self, framework: Option<&str>) -> Option<EffectiveTarget> {
        let of = |target: Option<&Target>, source| {
            let percent = target?.percent(framework)?;
            Some(EffectiveTarget { percent, source })
        };
        let groups = self
            .groups
            .iter()
            .filter_map(|(group, target)| of(Some(target), TargetSource::Group(*group)));
        of(self.host, TargetSource::Host)
            .or_else(|| groups.max_by_key(|target| target.percent))
            .or_else(|| of(self.organisation, TargetSource::Organisation))
    }

    /// Every framework that any of them names.
    pub fn frameworks(&self) -> BTreeSet<&str> {
        let groups = self.groups.iter().map(|(_, target)| *target);
        let all = self.host.into_iter().chain(groups).chain(self.organisation);
        all.flat_map(|target| target.frameworks.keys().map(String::as_str))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::id;

    fn target(score: Option<u8>, frameworks: &[(&str, u8)]) -> Target {
        Target {
            score,
            frameworks: frameworks
                .iter()
                .map(|(name, score)| ((*name).to_owned(), *score))
                .collect(),
        }
    }

    fn effective(targets: &Targets<'_>, framework: Option<&str>) -> Option<(u8, TargetSource)> {
        targets
            .effective(framework)
            .map(|found| (found.percent, found.source))
    }

    #[test]
    fn the_host_comes_before_its_groups_and_they_before_the_organisation() {
        let (host, group, all) = (
            target(Some(70), &[]),
            target(Some(95), &[]),
            target(Some(80), &[]),
        );
        let mut targets = Targets {
            host: Some(&host),
            groups: vec![(id(1), &group)],
            organisation: Some(&all),
        };
        assert_eq!(effective(&targets, None), Some((70, TargetSource::Host)));
        targets.host = None;
        let of_group = TargetSource::Group(id(1));
        assert_eq!(effective(&targets, None), Some((95, of_group)));
        targets.groups.clear();
        let of_all = TargetSource::Organisation;
        assert_eq!(effective(&targets, None), Some((80, of_all)));
        targets.organisation = None;
        assert_eq!(effective(&targets, None), None);
    }

    #[test]
    fn of_several_groups_the_strictest_counts() {
        let (mild, strict) = (target(Some(60), &[]), target(Some(90), &[]));
        let targets = Targets {
            groups: vec![(id(1), &mild), (id(2), &strict), (id(3), &mild)],
            ..Targets::default()
        };
        let of_strict = TargetSource::Group(id(2));
        assert_eq!(effective(&targets, None), Some((90, of_strict)));
    }

    #[test]
    fn a_framework_falls_back_to_the_score_over_all_rules_of_the_same_place() {
        let (group, all) = (
            target(None, &[("cis", 85)]),
            target(Some(50), &[("stig", 99)]),
        );
        let targets = Targets {
            host: None,
            groups: vec![(id(1), &group)],
            organisation: Some(&all),
        };
        let (of_group, of_all) = (TargetSource::Group(id(1)), TargetSource::Organisation);
        assert_eq!(effective(&targets, Some("cis")), Some((85, of_group)));
        assert_eq!(effective(&targets, Some("stig")), Some((99, of_all)));
        assert_eq!(effective(&targets, Some("nist_800_53")), Some((50, of_all)));
        assert_eq!(effective(&targets, None), Some((50, of_all)));
        assert_eq!(
            targets.frameworks().into_iter().collect::<Vec<_>>(),
            ["cis", "stig"]
        );
    }

    #[test]
    fn a_target_is_between_1_and_100_and_says_something() {
        assert!(target(Some(100), &[("cis", 1)]).check().is_ok());
        assert!(target(Some(0), &[]).check().is_err());
        assert!(target(Some(101), &[]).check().is_err());
        assert!(target(Some(50), &[("cis", 0)]).check().is_err());
        assert!(target(None, &[]).check().is_err());
    }
}
