//! Tests of the check methods: the rules that ship against their own recorded hosts, and the traps that
//! a plain reading of each format falls into, as tables from check and facts to verdict.

mod accounts;
mod audit;
mod configuration;
mod files;
mod frames;
mod kernel;
mod machine;
mod mounts;
mod network;
mod packages;
mod pam;
mod ssh;
mod units;

use std::collections::BTreeMap;

use domain::verdict::Verdict;

use crate::collect::plan;
use crate::facts::{Facts, Frame};
use crate::fixture::run_fixtures;
use crate::judge::{JudgedRule, judge};
use crate::rule::{Platform, Rule, RuleBase, Values, parse_known_rules, parse_rules};

use Verdict::{Error, Fail, NotApplicable, Pass};

#[test]
fn every_built_in_rule_gets_the_verdicts_of_its_fixtures() {
    let base = RuleBase::builtin().unwrap();
    let report = run_fixtures(&base);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    assert!(base.rules().len() >= 200 && report.passed >= 5 * base.rules().len());
}

#[test]
fn to_pass_over_the_fixtures_changes_no_rule() {
    for rule in RuleBase::builtin().unwrap().rules() {
        let whole = parse_rules("x", &rule.text, &Values::default()).unwrap_or_default();
        let known = parse_known_rules("x", &rule.text, &Values::default());
        assert_eq!(known, Ok(whole), "{}", rule.id);
    }
}

#[test]
fn the_built_in_rules_use_every_method() {
    let base = RuleBase::builtin().unwrap();
    for method in super::METHODS {
        let used = base
            .rules()
            .iter()
            .any(|rule| rule.methods().contains(method));
        assert!(used, "no rule uses {method}");
    }
}

fn rule(check: &str) -> Rule {
    let text = format!(
        "schema: openwatch/1\nid: trap\ntitle: t\ndescription: d\nrationale: r\nseverity: low\n\
         category: x\ncheck: {check}\n"
    );
    let rules = parse_rules("x/trap.yml", &text, &Values::default());
    let mut rules = rules.unwrap_or_else(|faults| panic!("{check}: {faults:?}"));
    rules.pop().unwrap()
}

/// The host has these frames; files that are not named are not there.
fn judged(check: &str, frames: &[(&str, Frame)]) -> JudgedRule {
    let rule = rule(check);
    let needs = rule.implementations[0].check.needs().into_iter().collect();
    let mut all: BTreeMap<String, Frame> = plan(&needs)
        .into_iter()
        .filter(|spec| spec.key.starts_with("content "))
        .map(|spec| (spec.key, Frame::ok("")))
        .collect();
    for (key, frame) in frames {
        all.insert((*key).to_owned(), frame.clone());
    }
    let facts = Facts {
        platform: Platform::default(),
        privileged: true,
        frames: all,
        ..Facts::default()
    };
    judge(&rule, &facts)
}

fn verdict(check: &str, frames: &[(&str, &str)]) -> Verdict {
    let frames: Vec<_> = frames
        .iter()
        .map(|(key, text)| (*key, Frame::ok(*text)))
        .collect();
    judged(check, &frames).verdict
}

/// The file as the collector prints it.
fn file(path: &str, lines: &[&str]) -> String {
    let mut text = format!("file {path}\n");
    for (line, number) in lines.iter().zip(1..) {
        text.push_str(&format!("{number}:{line}\n"));
    }
    text
}
