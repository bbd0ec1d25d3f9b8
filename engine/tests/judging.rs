//! Which implementation of a rule is taken, what is not judged at all, and what fixtures must show.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use domain::verdict::Verdict;
use engine::facts::{Facts, Frame};
use engine::fixture::run_fixtures;
use engine::judge::judge;
use engine::rule::{Platform, Rule, RuleBase, Values, parse_rules};

const RULE: &str = "schema: openwatch/1
id: gated
title: t
description: d
rationale: r
severity: low
category: x
platforms: [{family: debian, min_version: 12}, {family: rhel, min_version: 8}]
implementations:
  - when: dpkg
    check: {method: package_state, name: cron, state: present}
  - when: {all: [rpm, sshd]}
    check: {method: package_state, name: cronie, state: present}
";

fn rule(text: &str) -> Rule {
    let rules = parse_rules("x/gated.yml", text, &Values::default());
    rules.unwrap().pop().unwrap()
}

fn host(os: (&str, &str), frames: &[(&str, Frame)]) -> Facts {
    let platform = Platform {
        id: os.0.to_owned(),
        version: os.1.to_owned(),
        ..Platform::default()
    };
    let frames: BTreeMap<String, Frame> = frames
        .iter()
        .map(|(key, frame)| ((*key).to_owned(), frame.clone()))
        .collect();
    Facts {
        platform,
        privileged: true,
        frames,
        ..Facts::default()
    }
}

fn missing() -> Frame {
    Frame {
        exit: Some(127),
        ..Frame::default()
    }
}

#[test]
fn the_first_implementation_whose_gate_holds_is_taken_and_said() {
    let rule = rule(RULE);
    let deb = ("packages", Frame::ok("dpkg\nii \tcron\t3.0\n"));
    let rpm = ("packages", Frame::ok("rpm\nii \tcronie\t1.5\n"));
    let result = judge(&rule, &host(("debian", "12"), &[deb]));
    assert_eq!(result.verdict, Verdict::Pass);
    assert!(result.implementation.number == Some(1), "{result:?}");
    let ssh = ("sshd", Frame::ok("port 22\n"));
    let result = judge(&rule, &host(("rhel", "9.4"), &[rpm.clone(), ssh]));
    assert_eq!(result.verdict, Verdict::Pass);
    assert!(result.implementation.number == Some(2), "{result:?}");
    let result = judge(&rule, &host(("rhel", "9.4"), &[rpm, ("sshd", missing())]));
    assert_eq!(result.verdict, Verdict::NotApplicable);
}

#[test]
fn a_gate_that_cannot_be_told_is_an_error_and_not_a_way_out() {
    let rule = rule(RULE);
    for frames in [
        vec![],
        vec![("packages", missing())],
        vec![("packages", Frame::ok(""))],
    ] {
        let result = judge(&rule, &host(("debian", "12"), &frames));
        assert_eq!(result.verdict, Verdict::Error, "{frames:?}");
    }
    // The missing server decides, whatever manages the packages.
    let without_dpkg = RULE.replace(
        "  - when: dpkg\n    check: {method: package_state, name: cron, state: present}\n",
        "",
    );
    let frames = [("sshd", missing())];
    let result = judge(&self::rule(&without_dpkg), &host(("rhel", "9"), &frames));
    assert_eq!(result.verdict, Verdict::NotApplicable);
}

#[test]
fn another_platform_is_not_judged() {
    let rule = rule(RULE);
    let frames = [("packages", Frame::ok("dpkg\nii \tcron\t3.0\n"))];
    for os in [
        ("debian", "11"),
        ("ubuntu", "24.04"),
        ("rhel", "7.9"),
        ("alpine", "3.20"),
        ("", ""),
    ] {
        let result = judge(&rule, &host(os, &frames));
        assert_eq!(result.verdict, Verdict::NotApplicable, "{os:?}");
        assert!(
            result.reason.contains("debian 12 and later"),
            "{}",
            result.reason
        );
        assert!(result.evidence.is_empty());
    }
}

#[test]
fn equal_evidence_has_an_equal_hash() {
    let rule = rule(RULE);
    let hash = |version: &str| {
        let packages = Frame::ok(format!("dpkg\nii \tcron\t{version}\n"));
        judge(&rule, &host(("debian", "12"), &[("packages", packages)])).evidence_hash()
    };
    assert_eq!(hash("3.0"), hash("3.0"));
    assert_ne!(hash("3.0"), hash("3.1"));
}

#[test]
fn fixtures_show_every_situation_and_only_frames_that_the_rule_asks_for() {
    let fixtures = "fixtures:
  - {name: compliant, verdict: pass, frames: {packages: \"dpkg\\nii \\tcron\\t3.0\\n\"}}
  - {name: absent, verdict: pass, frames: {packages: \"dpkg\\nii \\tbash\\t5.2\\n\"}}
  - {name: malformed, verdict: error, frames: {pakages: \"dpkg\"}}
";
    let files = [("x/gated.yml".to_owned(), format!("{RULE}{fixtures}"))];
    let report = run_fixtures(&RuleBase::from_files("p", &files).unwrap());
    let faults: Vec<(&str, &str)> = report
        .faults
        .iter()
        .map(|fault| (fault.fixture.as_str(), fault.message.as_str()))
        .collect();
    let says = |fixture: &str, words: &str| {
        faults
            .iter()
            .any(|(name, message)| *name == fixture && message.contains(words))
    };
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert!(says("non_compliant", "no such fixture") && says("tool_missing", "no such fixture"));
    assert!(says("absent", "expected pass, got fail"));
    assert!(says("malformed", "\"pakages\""));
}
