//! Variables, profiles and remediation of rule files: typed, bounded, never a part of a script.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use domain::variable::VariableOrigin;
use engine::kensa::Variables;
use engine::remediation::{MECHANISMS, Remediation, Reversal, Risk};
use engine::rule::{Rule, RuleBase, RuleBaseError, Values, parse_rules};

const IDLE: &str = r#"schema: openwatch/1
id: idle
title: Sessions end after {{ idle_seconds }} seconds
description: At most {{ idle_seconds }} seconds.
rationale: Why it matters.
severity: low
category: x
references:
  nist_800_53: [AC-12]
variables:
  idle_seconds:
    type: integer
    min: 1
    max: 3600
    default: 600
    description: Seconds without a key
    source: the manual
profiles:
  cis:
    values: {idle_seconds: 900}
    source: CIS
    references: {cis: {rhel9: {controls: ["5.1.9"]}}}
  stig:
    values: {idle_seconds: 300}
    source: STIG
    references: {stig: {rhel9: {controls: ["V-1"]}}}
    platforms: [{family: rhel}]
check: {method: sysctl_value, key: x.idle, min: 1, max: "{{ idle_seconds }}"}
remediation: {mechanism: sysctl_set, key: x.idle, value: "{{ idle_seconds }}"}
"#;

fn read(text: &str, values: &Values) -> Vec<Rule> {
    parse_rules("x/idle.yml", text, values).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn first_fault(text: &str) -> String {
    let faults = parse_rules("x/idle.yml", text, &Values::default()).expect_err(text);
    faults[0].to_string()
}

fn given(pairs: &[&str]) -> Values {
    let mut values = Values::default();
    for pair in pairs {
        values.give_pair(pair).unwrap();
    }
    values
}

#[test]
fn a_rule_stands_once_for_each_profile_with_its_own_references() {
    let rules = read(IDLE, &Values::default());
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["idle@cis", "idle@stig"]);
    assert_eq!(rules[0].title, "Sessions end after 900 seconds (CIS)");
    assert_eq!(rules[1].title, "Sessions end after 300 seconds (STIG)");
    let frameworks = |rule: &Rule| {
        let names = rule.references.iter().map(|one| one.framework.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(frameworks(&rules[0]), ["cis", "nist_800_53"]);
    assert_eq!(frameworks(&rules[1]), ["stig", "nist_800_53"]);
    assert!(rules[0].platforms.is_empty());
    assert_eq!(rules[1].platforms.len(), 1);
    assert_ne!(rules[0].hash, rules[1].hash, "two rules, two versions");
    assert!(rules.iter().all(|rule| rule.is_named("idle")));
    assert!(rules[0].is_named("idle@cis") && !rules[1].is_named("idle@cis"));
}

#[test]
fn a_value_from_outside_wins_is_typed_and_is_another_version_of_the_rule() {
    let usual = read(IDLE, &Values::default());
    let values = given(&["idle_seconds=120"]);
    let rules = read(IDLE, &values);
    assert_eq!(rules[0].variables[0].value.to_string(), "120");
    assert_eq!(rules[0].variables[0].origin, VariableOrigin::Request);
    assert_eq!(usual[0].variables[0].given_by(), "profile cis");
    assert_eq!(usual[0].variables[0].source, "CIS");
    assert_ne!(usual[0].hash, rules[0].hash);
    for bad in ["0", "3601", "ten", "", "1; reboot"] {
        let values = given(&[&format!("idle_seconds={bad}")]);
        let faults = parse_rules("x/idle.yml", IDLE, &values).expect_err(bad);
        let says = faults[0].to_string();
        assert!(says.contains("a whole number from 1 to 3600"), "{says}");
        assert!(says.starts_with("x/idle.yml:11:3:"), "{says}");
    }
}

#[test]
fn the_strongest_origin_wins_in_whatever_order_they_come() {
    let mut values = Values::default();
    values.give((VariableOrigin::Host, "web1"), "idle_seconds", "30");
    values.give((VariableOrigin::Organisation, ""), "idle_seconds", "10");
    values.give((VariableOrigin::Group, "web"), "idle_seconds", "20");
    let rules = read(IDLE, &values);
    assert_eq!(rules[0].variables[0].value.to_string(), "30");
    assert_eq!(rules[0].variables[0].given_by(), "host web1");
}

#[test]
fn templates_stand_for_whole_declared_values_and_never_reach_a_script_as_text() {
    for (from, to, says) in [
        (
            "max: \"{{ idle_seconds }}\"",
            "max: \"1{{ idle_seconds }}\"",
            "for a whole value",
        ),
        (
            "key: x.idle, min",
            "key: \"{{ idle_second }}\", min",
            "did you mean idle_seconds?",
        ),
        (
            "{method: sysctl_value, key: x.idle, min: 1, max: \"{{ idle_seconds }}\"}",
            "{method: command, run: \"sleep {{ idle_seconds }}\"}",
            "does not reach a script as text",
        ),
        (
            "key: x.idle, min: 1, max: \"{{ idle_seconds }}\"",
            "key: x.idle, expected: \"{{ idle_seconds }}\"",
            "must be text",
        ),
        (
            "idle_seconds: 900",
            "idle_seconds: 9000",
            "a whole number from 1 to 3600",
        ),
        (
            "idle_seconds: 900",
            "idle_secs: 900",
            "did you mean idle_seconds?",
        ),
        (
            "  cis:\n    values",
            "  cit:\n    values",
            "did you mean cis?",
        ),
        ("default: 600", "default: \"600\"", "a whole number"),
        (
            "type: integer",
            "type: number",
            "one of integer, text, word, list",
        ),
        ("    source: the manual\n", "", "needs the key \"source\""),
    ] {
        let fault = first_fault(&IDLE.replace(from, to));
        assert!(fault.contains(says), "{to}: {fault}");
    }
    let unused = IDLE
        .replace("{{ idle_seconds }}", "7")
        .replace("\"7\"}", "7}");
    assert!(first_fault(&unused).contains("used nowhere"));
}

#[test]
fn a_script_gets_values_as_arguments_that_cannot_become_commands() {
    let text = r#"schema: openwatch/1
id: idle
title: T
description: D
rationale: R
severity: low
category: x
variables:
  names:
    type: list
    pattern: ".*"
    default: ["a'; touch /tmp/x; '", b]
    description: Names
    source: none
check: {method: command, run: 'printf "%s\n" "$@"', arguments: "{{ names }}"}
"#;
    let rules = read(text, &Values::default());
    let allowed = &rules[0].variables[0].allowed;
    assert_eq!(
        allowed, "a list of texts of the form .*",
        "as it is written"
    );
    let needs = rules[0].implementations[0].check.needs();
    let specs = engine::collect::plan(&needs.into_iter().collect());
    let script = &specs[0].script;
    assert!(
        script.starts_with("set -- 'a'\\''; touch /tmp/x; '\\''' 'b'\n"),
        "{script}"
    );
    let partly = text.replace("\"{{ names }}\"", "[\"x{{ names }}\"]");
    assert!(first_fault(&partly).contains("for a whole value"));
}

#[test]
fn a_value_that_no_rule_asks_for_is_a_slip() {
    let folder = std::env::temp_dir().join(format!("openwatch-values-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("x")).unwrap();
    std::fs::write(folder.join("x/idle.yml"), IDLE).unwrap();
    let folders = [folder.clone()];
    let load = |values: &Values| RuleBase::from_folders(&folders, &Variables::default(), values);
    let error = load(&given(&["idle_secnods=5"])).unwrap_err();
    let RuleBaseError::Faults(faults) = &error else {
        panic!("{error}");
    };
    assert!(faults[0].to_string().contains("did you mean idle_seconds?"));
    let (one, two) = (load(&given(&["idle_seconds=5"])), load(&Values::default()));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.hash(), two.hash(), "other values are another catalogue");
    assert_eq!(two.hash(), load(&Values::default()).unwrap().hash());
    assert_eq!(two.named("idle").count(), 2);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn two_rules_share_a_variable_only_when_it_is_the_same() {
    let other = IDLE
        .replace("id: idle", "id: other")
        .replace("max: 3600", "max: 7200");
    let files = [
        ("x/idle.yml".to_owned(), IDLE.to_owned()),
        ("x/other.yml".to_owned(), other),
    ];
    let error = RuleBase::from_files("p", &files).unwrap_err();
    assert!(
        error.to_string().contains("from 1 to 7200 in other"),
        "{error}"
    );
}

fn with_remediation(remediation: &str) -> String {
    let at = IDLE.find("remediation:").unwrap();
    format!("{}remediation: {remediation}\n", &IDLE[..at])
}

#[test]
fn remediation_is_read_strictly() {
    for (remediation, says) in [
        ("{mechanism: sysctl_sett}", "did you mean sysctl_set?"),
        (
            "{mechanism: sysctl_set, key: a.b}",
            "needs the key \"value\"",
        ),
        (
            "{mechanism: sysctl_set, key: a.b, valu: 1}",
            "did you mean value?",
        ),
        (
            "{mechanism: sysctl_set, key: a.b, value: \"1\\n2\"}",
            "control characters",
        ),
        (
            "{mechanism: service_enabled, name: sshd}",
            "with its suffix",
        ),
        ("{mechanism: file_absent, path: etc/x}", "an absolute path"),
        (
            "{mechanism: file_absent, path: /etc/../x}",
            "an absolute path",
        ),
        (
            "{mechanism: file_permissions, path: /etc/x}",
            "one of owner, group, mode",
        ),
        (
            "{mechanism: file_permissions, path: /etc/x, mode: \"9\"}",
            "octal",
        ),
        (
            "{mechanism: file_absent, path: /x, unless: y}",
            "unknown key \"unless\"",
        ),
        ("{steps: []}", "must not be empty"),
        (
            "{steps: [{mechanism: file_absent, path: /x, reload: [a.service]}]}",
            "unknown key \"reload\"",
        ),
        (
            "{mechanism: file_absent, path: /x, reload: [sshd]}",
            "with their suffix",
        ),
        (
            "{manual: Do it., reload: [a.service]}",
            "unknown key \"reload\"",
        ),
        (
            "{mechanism: pam_module_configure, service: su, module: pam_wheel.so, type: auth, control: required}",
            "before or after",
        ),
    ] {
        let fault = first_fault(&with_remediation(remediation));
        assert!(fault.contains(says), "{remediation}: {fault}");
    }
}

#[test]
fn risk_and_reversal_follow_from_what_is_touched() {
    for (remediation, risk, reversal) in [
        (
            "{mechanism: sysctl_set, key: kernel.x, value: 1}",
            Risk::Low,
            Reversal::Exact,
        ),
        (
            "{mechanism: sysctl_set, key: net.ipv4.x, value: 1}",
            Risk::High,
            Reversal::Exact,
        ),
        (
            "{mechanism: file_absent, path: /etc/motd}",
            Risk::Low,
            Reversal::Exact,
        ),
        (
            "{mechanism: file_absent, path: /etc/ssh/sshd_config.d/x.conf}",
            Risk::High,
            Reversal::Exact,
        ),
        (
            "{mechanism: package_absent, name: telnet}",
            Risk::Medium,
            Reversal::BestEffort,
        ),
        (
            "{mechanism: command_exec, run: reboot}",
            Risk::High,
            Reversal::None,
        ),
        (
            "{mechanism: grub_parameter_set, key: audit, value: 1}",
            Risk::High,
            Reversal::Staged,
        ),
        (
            "{mechanism: file_absent, path: /etc/motd, restart: [x.service]}",
            Risk::Medium,
            Reversal::Exact,
        ),
    ] {
        let rules = read(&with_remediation(remediation), &Values::default());
        let Some(Remediation::Steps(plan)) = &rules[0].implementations[0].remediation else {
            panic!("{remediation}");
        };
        assert_eq!(
            (plan.risk().0, plan.reversal()),
            (risk, reversal),
            "{remediation}"
        );
    }
}

#[test]
fn mechanisms_have_distinct_names_and_parameters() {
    for (name, doc, parameters) in MECHANISMS {
        assert!(doc.ends_with('.'), "{name} says what it brings about");
        assert_eq!(
            MECHANISMS
                .iter()
                .filter(|(other, ..)| other == name)
                .count(),
            1
        );
        let distinct: std::collections::BTreeSet<_> = parameters.iter().collect();
        assert_eq!(distinct.len(), parameters.len(), "{name}");
    }
}
