//! Tests of the check methods: the rules that ship, against their own recorded hosts.

use crate::fixture::run_fixtures;
use crate::rule::RulePack;

#[test]
fn every_built_in_rule_gets_the_verdicts_of_its_fixtures() {
    let report = run_fixtures(&RulePack::builtin().unwrap());
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
}
