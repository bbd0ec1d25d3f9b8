//! Scenarios of the rule base.

use super::*;
use crate::spec::given;

fn announce(version: &str, rules: &[&str]) -> AnnounceRuleBase {
    AnnounceRuleBase {
        version: version.to_owned(),
        rule_set: Digest::of(rules.join(" ").as_bytes()),
        name: "openwatch".to_owned(),
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        content: Digest::of(b"content"),
    }
}

fn announced(version: &str, rules: &[&str], added: &[&str], dropped: &[&str]) -> RuleBaseEvent {
    let owned = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
    RuleBaseAnnounced {
        version: version.to_owned(),
        rule_set: Digest::of(rules.join(" ").as_bytes()),
        name: "openwatch".to_owned(),
        added: owned(added),
        dropped: owned(dropped),
        content: Digest::of(b"content"),
    }
    .into()
}

#[test]
fn an_upgrade_tells_what_came_and_what_went() {
    let first = || announced("1.9.0", &["a", "b"], &["a", "b"], &[]);
    given::<RuleBase>([])
        .when(announce("1.9.0", &["a", "b"]))
        .then([first()]);
    given::<RuleBase>([first()])
        .when(announce("1.9.0", &["a", "b"]))
        .then([]);
    given::<RuleBase>([first()])
        .when(announce("1.10.0", &["b", "c"]))
        .then([announced("1.10.0", &["b", "c"], &["c"], &["a"])]);
}

#[test]
fn an_older_process_that_starts_again_brings_nothing_back() {
    let history = || {
        [
            announced("1.9.0", &["a"], &["a"], &[]),
            announced("1.10.0", &["b"], &["b"], &["a"]),
        ]
    };
    given::<RuleBase>(history())
        .when(announce("1.9.0", &["a"]))
        .then([]);
    given::<RuleBase>(history())
        .when(announce("1.10.0-rc.1", &["a"]))
        .then([]);
    // Other settings of the same version: the one that was started last.
    given::<RuleBase>(history())
        .when(announce("1.10.0", &["a", "b"]))
        .then([announced("1.10.0", &["a", "b"], &["a"], &[])]);
}

#[test]
fn the_same_rules_of_a_newer_version_move_the_mark() {
    given::<RuleBase>([announced("1.0.0", &["a"], &["a"], &[])])
        .when(announce("2.0.0", &["a"]))
        .then([announced("2.0.0", &["a"], &[], &[])]);
}

#[test]
fn what_is_no_version_and_no_rule_is_refused() {
    given::<RuleBase>([])
        .when(announce("1.0.0", &[]))
        .refused(RuleBaseError::Empty);
    given::<RuleBase>([])
        .when(announce("new", &["a"]))
        .refused(InvalidField::new("version", "must be a version like 1.2.3"));
}
