//! Checks of Kensa rules against recorded hosts: what is asked of the facts, and what is no check at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use domain::verdict::Verdict;
use engine::facts::{Facts, Frame};
use engine::judge::{JudgedRule, judge};
use engine::kensa::{Parsed, Variables, parse};
use engine::rule::{Platform, RuleBase};

use Verdict::{Error, Fail, NotApplicable, Pass};

const RULE: &str = "id: good
title: t
description: d
rationale: r
severity: low
category: x
platforms: [{family: debian}]
implementations:
  - default: true
    check: {method: package_installed, name: sudo}
";
const CHECK: &str = "{method: package_installed, name: sudo}";

const DPKG: &str = "dpkg
ii \tsudo\t1.9\tamd64
ii \tlibc6\t2.36\tamd64
hi \tcron\t3.0\tall
rc \tlibpam-x\t1\tamd64
ii \tlibpam-y\t1\ti386
";

const RPM: &str = "rpm\nii \tsudo\t1.9-2.el9\tx86_64\n";

fn read(text: &str) -> Parsed {
    parse("x/good.yml", text, &Variables::default())
}

fn judged(text: &str, version: &str, frames: &[(&str, Frame)]) -> JudgedRule {
    let parsed = read(text);
    let platform = Platform {
        id: "debian".to_owned(),
        version: version.to_owned(),
        ..Platform::default()
    };
    let frames = frames.iter();
    let facts = Facts {
        platform,
        privileged: true,
        frames: frames
            .map(|(key, frame)| ((*key).to_owned(), frame.clone()))
            .collect::<BTreeMap<_, _>>(),
        ..Facts::default()
    };
    judge(&parsed.rule.expect(text), &facts)
}

fn verdict(check: &str, frames: &[(&str, Frame)]) -> Verdict {
    judged(&RULE.replace(CHECK, check), "12", frames).verdict
}

#[test]
fn packages_are_asked_for_as_the_tools_take_it() {
    for (list, name, there) in [
        (DPKG, "sudo", true),
        (DPKG, "sud", false),
        (DPKG, "cron", false),
        (DPKG, "libc6:amd64", true),
        (DPKG, "libc6:any", true),
        (DPKG, "libc6:i386", false),
        (DPKG, "libpam-*", true),
        (DPKG, "libpam-[!y]", false),
        (DPKG, "libpam-?:amd64", false),
        (DPKG, "libpam-?:i*", true),
        (RPM, "sudo", true),
        (RPM, "sudo.x86_64", true),
        (RPM, "sudo.i686", false),
        (RPM, "sudo-1.9", true),
        (RPM, "sudo-1.9-2.el9.x86_64", true),
        (RPM, "sud*", false),
    ] {
        let frames = [("packages", Frame::ok(list))];
        let check = |method: &str| format!("{{method: {method}, name: '{name}'}}");
        let [present, absent] = if there { [Pass, Fail] } else { [Fail, Pass] };
        assert_eq!(
            verdict(&check("package_installed"), &frames),
            present,
            "{name}"
        );
        assert_eq!(verdict(&check("package_absent"), &frames), absent, "{name}");
    }
    // Facts of long ago know no architectures.
    let old = [("packages", Frame::ok("dpkg\nii \tlibc6\t2.36\n"))];
    let check = "{method: package_absent, name: 'libc6:amd64'}";
    assert_eq!(verdict(check, &old), Error);
    let check = "{method: package_absent, name: 'libc*'}";
    assert_eq!(verdict(check, &old), Fail);
}

#[test]
fn a_platform_bounds_where_a_rule_is_judged() {
    let frames = [("packages", Frame::ok(DPKG))];
    for (platform, version, expected) in [
        ("{family: debian}", "12", Pass),
        ("{family: ~}", "12", NotApplicable),
        ("~", "12", Pass),
        ("{os: rhel}", "12", NotApplicable),
        ("{Family: rhel}", "12", NotApplicable),
        ("{family: debian, min_version: 13.1}", "12", NotApplicable),
        ("{family: debian, min_version: 13.1}", "13", Pass),
        ("{family: debian, min_version: '12.9'}", "12", Pass),
        ("{family: debian, max_version: 11.9}", "12", NotApplicable),
        (
            "{family: debian, min_version: 99999999999}",
            "12",
            NotApplicable,
        ),
        ("{family: debian, min_version: ~}", "12", Pass),
    ] {
        let text = RULE.replace("{family: debian}", platform);
        assert_eq!(
            judged(&text, version, &frames).verdict,
            expected,
            "{platform}"
        );
    }
    for platform in [
        "rhel",
        "{family: [rhel, centos]}",
        "{family: debian, min_version: trixie}",
        "{family: debian, min_version: '>=13'}",
        "{family: debian, min_version: [13]}",
        "{family: debian, min_version: .inf}",
        "{family: debian, derivatives: perhaps}",
    ] {
        let parsed = read(&RULE.replace("{family: debian}", platform));
        assert!(
            parsed.rule.is_none() && !parsed.findings.is_empty(),
            "{platform}"
        );
    }
}

#[test]
fn a_check_that_does_not_say_what_it_wants_is_an_error() {
    let frames = [("packages", Frame::ok(DPKG))];
    for check in [
        "{method: audit_rule_exists, rule: '# -w /etc/shadow'}",
        "{method: audit_rule_exists, rule: ' '}",
        "{method: file_permission, path: /etc/passwd, mode: 644.0}",
        "{method: file_permission, path: /etc/passwd, mode: u=rw}",
        "{method: mount_option, mount_point: /tmp, options: 'nodev,nosuid'}",
        "{method: mount_option, mount_point: /tmp, options: [nodev, {noexec: true}]}",
    ] {
        let text = RULE.replace(CHECK, check);
        let broken = read(&text).findings.into_iter();
        assert!(
            broken
                .map(|one| one.code)
                .any(|code| code == engine::kensa::Code::Broken)
        );
        assert_eq!(judged(&text, "12", &frames).verdict, Error, "{check}");
    }
    let gate = RULE.replace("default: true", "when: true");
    assert_eq!(judged(&gate, "12", &frames).verdict, Error);
}

#[test]
fn null_and_empty_parameters_are_none() {
    let found = |check: &str| format!("{:?}", read(&RULE.replace(CHECK, check)).rule.unwrap());
    assert!(found("{method: command, run: 'a', expected_exit: ~}").contains("expected_exit: 0"));
    assert!(found("{method: command, cmd: '', run: 'abc'}").contains("abc"));
    assert!(found("{method: file_permission, path: /x, mode: 0o644}").contains("\"644\""));
    assert_eq!(read(&RULE.replace("good", "~")).rule.unwrap().id, "good");
}

#[test]
fn a_script_whose_turn_never_came_says_so() {
    let check = RULE.replace(CHECK, "{method: command, run: 'true'}");
    let rule = read(&check).rule.unwrap();
    let needs = rule.implementations[0].needs();
    let key = engine::collect::plan(&needs.into_iter().collect())
        .into_iter()
        .map(|spec| spec.key)
        .find(|key| key.starts_with("command "));
    let late = Frame {
        exit: Some(124),
        timed_out: true,
        ..Frame::default()
    };
    let result = judged(&check, "12", &[(&*key.unwrap(), late)]);
    assert_eq!(result.verdict, Error);
    assert!(result.reason.contains("was not begun"), "{}", result.reason);
}

#[test]
fn titles_are_shown_and_ids_are_plain() {
    let title = RULE.replace("title: t", "title: \"\\e[31mred\\e]0;x\\a\"");
    let rule = read(&title).rule.unwrap();
    assert_eq!(rule.title, "\u{fffd}[31mred\u{fffd}]0;x\u{fffd}");
    for id in ["\"a\\e[2J\"", "\"a\\nb\"", "\"a\\u202eb\""] {
        let parsed = read(&RULE.replace("good", id));
        assert!(parsed.rule.is_none() && !parsed.findings.is_empty(), "{id}");
    }
    assert!(read("variables: {a: 1}\n").rule.is_none());
}

#[test]
fn controls_of_one_text_are_a_list_of_one() {
    let references = "references: {srg: SRG-OS-9, cis: '1.1', nist: 5, none: ~, cce: [C-1]}\n";
    let parsed = read(&format!("{references}{RULE}"));
    let rule = parsed.rule.unwrap();
    let controls: Vec<_> = rule.references.iter().map(|one| &*one.control).collect();
    assert_eq!(controls, ["SRG-OS-9", "1.1", "5", "C-1"]);
    assert_eq!(parsed.findings.len(), 3, "{:?}", parsed.findings);
}

#[test]
fn a_key_of_another_schema_makes_no_rule_of_ours() {
    let other = RULE.replace("good", "other");
    for schema in ["1.0", "kensa/v1", "", "{a: b}"] {
        let files = [
            ("x/good.yml".to_owned(), format!("schema: {schema}\n{RULE}")),
            ("x/other.yml".to_owned(), other.clone()),
        ];
        let base = RuleBase::from_upload("x", &files).unwrap();
        assert_eq!(base.rules().len(), 2, "{schema}");
    }
    // A slip in our own word is told, and not taken for another format.
    for schema in ["openwatch/2", "\"openwach/1\"", "OpenWatch/1"] {
        let files = [("x/good.yml".to_owned(), format!("schema: {schema}\n{RULE}"))];
        assert!(RuleBase::from_upload("x", &files).is_err(), "{schema}");
    }
}

#[test]
fn a_kernel_without_modules_has_none_loaded() {
    let check = "{method: kernel_module_state, name: cramfs}";
    let answer =
        "answer cramfs\nmodprobe: FATAL: Module cramfs not found in directory /lib/modules/6.1\n";
    for (heading, expected) in [
        ("a kernel without modules\n", Pass),
        ("loaded modules\next4 1 0 - Live 0x0\n", Pass),
        ("loaded modules\ncramfs 1 0 - Live 0x0\n", Fail),
    ] {
        let frame = Frame::ok(format!("{heading}{answer}"));
        assert_eq!(
            verdict(check, &[("modprobe", frame)]),
            expected,
            "{heading}"
        );
    }
    let untold = Frame {
        exit: Some(1),
        stderr: "no /proc/modules".to_owned(),
        ..Frame::default()
    };
    assert_eq!(verdict(check, &[("modprobe", untold)]), Error);
}
