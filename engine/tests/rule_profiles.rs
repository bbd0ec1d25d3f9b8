//! Profiles that judge in another way: what they have of their own takes the place of what the rule has.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use engine::rule::schema::json_schema;
use engine::rule::{Rule, RuleBase, Values, parse_rules};

const ASKED: &str = r#"schema: openwatch/1
id: asked
title: Something is asked for
description: The file says so, within {{ seconds }} seconds.
rationale: Why it matters.
severity: low
category: x
platforms: [{family: debian}, {family: rhel}]
variables:
  seconds: {type: integer, min: 1, max: 9, default: 5, description: Seconds, source: the manual}
profiles:
  cis:
    references: {cis: {rhel9: {controls: ["5.1.9"]}}}
  stig:
    description: The kernel says so.
    implementations:
      - when: dpkg
        check: {method: sysctl_value, key: x.asked, expected: "1"}
        remediation: {mechanism: sysctl_set, key: x.asked, value: "1"}
      - check: {method: sysctl_value, key: x.other, expected: "1"}
    platforms: [{family: rhel}]
    references: {stig: {rhel9: {controls: ["V-1"]}}}
check: {method: sysctl_value, key: x.seconds, min: 1, max: "{{ seconds }}"}
remediation: {manual: Write it down.}
fixtures:
  - name: compliant
    verdict: pass
    profile: stig
    frames: {}
"#;

fn read(text: &str, values: &Values) -> Vec<Rule> {
    parse_rules("x/asked.yml", text, values).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The text with one part changed: the first fault stands at this line and column and says this.
fn fault(from: &str, to: &str, place: (usize, usize), says: &str) {
    assert!(ASKED.contains(from), "{from}");
    let text = ASKED.replacen(from, to, 1);
    let faults = parse_rules("x/asked.yml", &text, &Values::default()).expect_err(to);
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let wanted = format!("x/asked.yml:{}:{}: ", place.0, place.1);
    assert!(shown[0].starts_with(&wanted), "{shown:?}");
    assert!(shown[0].contains(says), "{shown:?}");
    assert_eq!(shown.len(), 1, "{shown:?}");
}

#[test]
fn a_profile_judges_in_its_own_way_and_the_rest_stays_that_of_the_rule() {
    let rules = read(ASKED, &Values::default());
    let [cis, stig] = rules.as_slice() else {
        panic!("{rules:?}");
    };
    assert_eq!(
        (cis.id.as_str(), stig.id.as_str()),
        ("asked@cis", "asked@stig")
    );
    assert_eq!(cis.description, "The file says so, within 5 seconds.");
    assert_eq!(stig.description, "The kernel says so.");
    assert_eq!((cis.platforms.len(), stig.platforms.len()), (2, 1));
    assert_eq!(
        (cis.implementations.len(), stig.implementations.len()),
        (1, 2)
    );
    assert_eq!(
        (cis.remediations().len(), stig.remediations().len()),
        (1, 1)
    );
    let asks = |rule: &Rule| {
        let ways = rule.implementations.iter();
        let needs = ways.flat_map(|way| way.check.needs());
        needs.map(|need| need.argument).collect::<Vec<_>>()
    };
    assert_eq!(asks(cis), ["x.seconds"]);
    assert_eq!(asks(stig), ["x.asked", "x.other"]);
    assert_eq!((cis.fixtures().len(), stig.fixtures().len()), (0, 1));
}

#[test]
fn a_rule_has_the_variables_that_its_profile_uses_and_only_those_make_another_of_it() {
    let usual = read(ASKED, &Values::default());
    assert_eq!(usual[0].variables.len(), 1);
    assert!(usual[1].variables.is_empty() && usual[1].effective_variables.is_empty());
    let mut values = Values::default();
    values.give_pair("seconds=7").unwrap();
    let given = read(ASKED, &values);
    assert_ne!(usual[0].hash, given[0].hash);
    assert_eq!(usual[1].hash, given[1].hash);
    let files = [("x/asked.yml".to_owned(), ASKED.to_owned())];
    let declared = RuleBase::from_files("p", &files).unwrap().declared();
    assert_eq!(declared["seconds"].variable.rules, ["asked@cis"]);
}

#[test]
fn what_profiles_must_have_is_said_with_its_place() {
    fault(
        "        check: {method: sysctl_value, key: x.asked",
        "        check: {method: sysctl_valu, key: x.asked",
        (18, 25),
        "did you mean sysctl_value?",
    );
    fault(
        "      - check: {method: sysctl_value, key: x.other, expected: \"1\"}",
        "      - remediation: {manual: Do it.}",
        (20, 9),
        "needs the key \"check\"",
    );
    fault(
        "    implementations:\n",
        "    implementation:\n",
        (16, 5),
        "did you mean implementations?",
    );
    fault(
        "    references: {cis:",
        "    values: {seconds: 4}\n    references: {cis:",
        (13, 5),
        "with values needs source",
    );
    fault(
        "    description: The kernel says so.\n",
        "    values: {seconds: 4}\n    source: a manual\n    description: The kernel says so.\n",
        (15, 14),
        "nothing that counts for stig uses seconds",
    );
    fault(
        "    references: {cis:",
        "    implementations:\n      - check: {method: sysctl_value, key: x, max: \"{{ seconds }}\"}\n    references: {cis:",
        (25, 8),
        "leave them to one",
    );
    fault(
        "profiles:\n",
        "profiles:\n  pci_dss_4:\n    description: The same for others.\n",
        (14, 3),
        "two would judge alike",
    );
    fault(
        "  seconds: {type",
        "  others: {type: integer, min: 1, max: 9, default: 5, description: Seconds, source: the manual}\n  seconds: {type",
        (10, 3),
        "used nowhere",
    );
}

#[test]
fn the_schema_for_editors_knows_what_a_profile_may_have() {
    let schema = json_schema();
    let profile = &schema["$defs"]["profiles"]["additionalProperties"];
    let ways = &profile["properties"]["implementations"];
    assert_eq!(ways["items"]["required"], serde_json::json!(["check"]));
    let says = ways["description"].as_str().unwrap();
    assert!(says.contains("Without it: the check or"), "{says}");
    assert_eq!(profile["required"], serde_json::json!([]));
    assert!(profile["allOf"].to_string().contains("dependentRequired"));
}
