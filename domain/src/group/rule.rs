//! Membership by rule: conditions on what a host is, combined. Pure: the same host and the same rule
//! give the same answer.

use globset::{GlobBuilder, GlobMatcher};
use minicbor::{Decode, Encode};
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::validate::{self, InvalidField};

/// How conditions are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Combination {
    /// Every condition has to hold.
    #[n(0)]
    All,
    /// One is enough.
    #[n(1)]
    Any,
}

/// What a condition looks at. Upper and lower case are the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConditionKind {
    /// The host has the tag.
    #[n(0)]
    Tag,
    /// `ID` of os-release: `debian`, `rhel`. Known once a scan has completed.
    #[n(1)]
    OsId,
    /// `VERSION_ID` of os-release, whole or its first parts: `9` stands for `9.4` as well.
    #[n(2)]
    OsVersion,
    /// `production`, `staging`, ….
    #[n(3)]
    Environment,
    /// The whole name matches a pattern with `*`, `?`, `[…]` and `{…,…}`.
    #[n(4)]
    NameGlob,
    /// A regular expression is found in the name.
    #[n(5)]
    NameRegex,
}

/// One condition: one of the values holds, or none of them when it is negated.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// What it looks at.
    #[n(0)]
    pub kind: ConditionKind,
    /// Whether none of the values may hold.
    #[n(1)]
    pub negated: bool,
    /// The values; one is enough.
    #[n(2)]
    pub values: Vec<String>,
}

/// Which hosts are members.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct MembershipRule {
    /// How the conditions are combined.
    #[n(0)]
    pub combination: Combination,
    /// The conditions.
    #[n(1)]
    pub conditions: Vec<Condition>,
}

/// What a rule looks at in a host.
#[derive(Debug, Clone, Copy)]
pub struct HostTraits<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its environment.
    pub environment: &'a str,
    /// Its tags.
    pub tags: &'a [String],
    /// `ID` and `VERSION_ID` of os-release; nothing before the first scan.
    pub os: Option<(&'a str, &'a str)>,
}

/// A rule that is ready to be asked.
#[derive(Debug)]
pub struct RuleMatcher {
    combination: Combination,
    conditions: Vec<Test>,
}

#[derive(Debug)]
struct Test {
    kind: ConditionKind,
    negated: bool,
    words: Vec<String>,
    globs: Vec<GlobMatcher>,
    expressions: Vec<Regex>,
}

/// Conditions of a rule at most.
const CONDITIONS: usize = 32;
/// Values of a condition at most.
const VALUES: usize = 100;
/// Characters of a value at most.
const LENGTH: usize = 256;
/// Bytes that a compiled expression may take.
const COMPILED: usize = 256 * 1024;

impl MembershipRule {
    /// The rule ready to be asked, or what is wrong with it.
    pub fn matcher(&self) -> Result<RuleMatcher, InvalidField> {
        if self.conditions.is_empty() {
            let reason = "must have a condition; to choose hosts by hand, leave the rule out";
            return Err(InvalidField::new("rule", reason));
        }
        if self.conditions.len() > CONDITIONS {
            let reason = format!("must not have more than {CONDITIONS} conditions");
            return Err(InvalidField::new("rule", reason));
        }
        let conditions = self
            .conditions
            .iter()
            .zip(1..)
            .map(|(condition, number)| {
                Test::of(condition).map_err(|reason| {
                    InvalidField::new(
                        "rule",
                        format!("does not hold in condition {number}: {reason}"),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(RuleMatcher {
            combination: self.combination,
            conditions,
        })
    }
}

impl RuleMatcher {
    /// Whether a host is a member.
    pub fn matches(&self, host: &HostTraits<'_>) -> bool {
        match self.combination {
            Combination::All => self.conditions.iter().all(|test| test.holds(host)),
            Combination::Any => self.conditions.iter().any(|test| test.holds(host)),
        }
    }
}

impl Test {
    fn of(condition: &Condition) -> Result<Self, String> {
        let Condition {
            kind,
            negated,
            values,
        } = condition;
        if values.is_empty() {
            return Err("name at least one value".to_owned());
        }
        if values.len() > VALUES {
            return Err(format!("name at most {VALUES} values"));
        }
        for value in values {
            validate::line("value", value, LENGTH).map_err(|error| error.to_string())?;
        }
        let mut test = Self {
            kind: *kind,
            negated: *negated,
            words: Vec::new(),
            globs: Vec::new(),
            expressions: Vec::new(),
        };
        match kind {
            ConditionKind::NameGlob => test.globs = all(values, glob)?,
            ConditionKind::NameRegex => test.expressions = all(values, expression)?,
            _ => test.words = values.iter().map(|value| value.to_lowercase()).collect(),
        }
        Ok(test)
    }

    fn holds(&self, host: &HostTraits<'_>) -> bool {
        let is = |text: &str| self.words.iter().any(|word| *word == text.to_lowercase());
        let found = match self.kind {
            ConditionKind::Tag => host.tags.iter().any(|tag| is(tag)),
            ConditionKind::Environment => is(host.environment),
            ConditionKind::NameGlob => self.globs.iter().any(|glob| glob.is_match(host.name)),
            ConditionKind::NameRegex => self.expressions.iter().any(|one| one.is_match(host.name)),
            // Of a host that was never scanned nobody knows what it runs, nor what it does not run.
            ConditionKind::OsId | ConditionKind::OsVersion => match host.os {
                None => return false,
                Some((id, _)) if self.kind == ConditionKind::OsId => is(id),
                Some((_, version)) => self.words.iter().any(|word| begins(version, word)),
            },
        };
        found != self.negated
    }
}

fn all<T>(values: &[String], read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    values.iter().map(|value| read(value)).collect()
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    GlobBuilder::new(pattern)
        .case_insensitive(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| error.to_string())
}

fn expression(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(COMPILED)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => format!("{pattern} is too large; make it simpler"),
            // The last line says what is wrong; those before it draw where.
            other => {
                let words = other.to_string();
                let reason = words.lines().last().unwrap_or_default();
                let reason = reason.trim_start_matches("error: ");
                format!("{pattern} is no regular expression: {reason}")
            }
        })
}

/// Whether a version is the wanted one or a later part of it: `22.04` is `22.04` and `22`, not `2`.
fn begins(version: &str, wanted: &str) -> bool {
    let version = version.to_lowercase();
    version
        .strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGS: [&str; 2] = ["Web", "pci"];

    fn matches(combination: Combination, conditions: &[(ConditionKind, bool, &[&str])]) -> bool {
        matches_host(combination, conditions, Some(("rocky", "9.4")))
    }

    fn matches_host(
        combination: Combination,
        conditions: &[(ConditionKind, bool, &[&str])],
        os: Option<(&str, &str)>,
    ) -> bool {
        let tags = TAGS.map(str::to_owned);
        let host = HostTraits {
            name: "web-01.example.org",
            environment: "production",
            tags: &tags,
            os,
        };
        rule(combination, conditions)
            .matcher()
            .unwrap()
            .matches(&host)
    }

    fn rule(
        combination: Combination,
        conditions: &[(ConditionKind, bool, &[&str])],
    ) -> MembershipRule {
        let conditions = conditions
            .iter()
            .map(|(kind, negated, values)| Condition {
                kind: *kind,
                negated: *negated,
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            })
            .collect();
        MembershipRule {
            combination,
            conditions,
        }
    }

    use Combination::{All, Any};
    use ConditionKind::{Environment, NameGlob, NameRegex, OsId, OsVersion, Tag};

    #[test]
    fn a_condition_holds_when_one_of_its_values_does() {
        for (kind, value, holds) in [
            (Tag, "web", true),
            (Tag, "we", false),
            (Environment, "PRODUCTION", true),
            (OsId, "rocky", true),
            (OsVersion, "9", true),
            (OsVersion, "9.4", true),
            (OsVersion, "9.40", false),
            (OsVersion, "9.4.1", false),
            (NameGlob, "web-*", true),
            (NameGlob, "web-0[12].*", true),
            (NameGlob, "web", false),
            (NameGlob, "{db,WEB}-*", true),
            (NameRegex, "^web-\\d+", true),
            (NameRegex, "EXAMPLE", true),
            (NameRegex, "^\\d", false),
        ] {
            assert_eq!(matches(All, &[(kind, false, &[value])]), holds, "{value}");
            assert_eq!(matches(All, &[(kind, true, &[value])]), !holds, "{value}");
            assert_eq!(
                matches(All, &[(kind, false, &["zzz", value])]),
                holds,
                "{value}"
            );
        }
    }

    #[test]
    fn conditions_are_combined() {
        let (yes, no): ((_, _, &[&str]), (_, _, &[&str])) =
            ((Tag, false, &["pci"]), (Tag, false, &["db"]));
        assert!(matches(All, &[yes, yes]) && !matches(All, &[yes, no]));
        assert!(matches(Any, &[no, yes]) && !matches(Any, &[no, no]));
    }

    #[test]
    fn of_a_host_that_was_never_scanned_no_condition_on_its_system_holds() {
        for negated in [false, true] {
            assert!(!matches_host(All, &[(OsId, negated, &["debian"])], None));
            assert!(!matches_host(All, &[(OsVersion, negated, &["12"])], None));
        }
        assert!(matches_host(All, &[(Tag, false, &["web"])], None));
    }

    #[test]
    fn what_does_not_hold_is_refused_with_the_condition_and_the_reason() {
        let reason = |conditions: &[(ConditionKind, bool, &[&str])]| {
            rule(All, conditions).matcher().unwrap_err().reason
        };
        let of_regex = reason(&[(Tag, false, &["a"]), (NameRegex, false, &["web-("])]);
        assert!(of_regex.contains("condition 2"), "{of_regex}");
        assert!(of_regex.contains("unclosed group"), "{of_regex}");
        assert!(reason(&[(NameGlob, false, &["web-["])]).contains("condition 1"));
        assert!(reason(&[(Tag, false, &[])]).contains("at least one value"));
        assert!(reason(&[(NameRegex, false, &["(a{1000}){1000}"])]).contains("too large"));
        assert!(reason(&[]).contains("must have a condition"));
    }
}
