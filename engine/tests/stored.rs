//! Facts that were kept judge as fresh ones do, and say what they do not hold.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};

use domain::verdict::Verdict;
use engine::facts::{Facts, Frame};
use engine::judge::judge;
use engine::rule::{Platform, Rule, Values, parse_rules};
use engine::stored::{self, RecallError};

fn rule(check: &str) -> Rule {
    let text = format!(
        "schema: openwatch/1\nid: one\ntitle: t\ndescription: d\nrationale: r\nseverity: low\ncategory: x\n\
         tags: [x]\nplatforms: [{{family: debian}}]\nimplementations:\n  - check: {check}\nfixtures: []\n"
    );
    let rules = parse_rules("x/one.yml", &text, &Values::default());
    rules.unwrap().pop().unwrap()
}

/// One frame of sysctl that answers for one parameter, one without output, and one that is no text.
fn facts() -> Facts {
    let asked = [
        "sysctl kernel.dmesg_restrict",
        "content /etc/sysctl.d/*.conf",
    ];
    let bytes = Frame {
        exit: Some(1),
        stdout: vec![0xff, 0xfe, 0],
        stderr: "not text".to_owned(),
        ..Frame::default()
    };
    Facts {
        platform: Platform {
            id: "debian".to_owned(),
            version: "12".to_owned(),
            ..Platform::default()
        },
        privileged: true,
        frames: BTreeMap::from([
            (
                "sysctl".to_owned(),
                Frame::ok("value kernel.dmesg_restrict 1\n"),
            ),
            ("content /etc/sysctl.d/*.conf".to_owned(), Frame::ok("")),
            ("command 1234".to_owned(), bytes),
        ]),
        collected: Some(
            asked
                .map(str::to_owned)
                .into_iter()
                .collect::<BTreeSet<_>>(),
        ),
        ..Facts::default()
    }
}

fn recalled(facts: &Facts) -> Facts {
    let kept = stored::store(facts).unwrap();
    let manifest = stored::manifest(&kept.manifest, &kept.blobs).unwrap();
    let index = stored::recall(manifest, &kept.blobs).unwrap();
    index.facts(&kept.blobs).unwrap()
}

#[test]
fn what_is_kept_comes_back_to_the_byte() {
    assert_eq!(recalled(&facts()), facts());
}

#[test]
fn a_parameter_that_nobody_asked_for_is_an_error_although_its_frame_is_there() {
    let check =
        "{method: sysctl_value, key: kernel.kptr_restrict, expected: \"1\", persisted: false}";
    let result = judge(&rule(check), &recalled(&facts()));
    assert_eq!(result.verdict, Verdict::Error, "{result:?}");
    assert!(
        result
            .reason
            .contains("not collected by that scan: sysctl kernel.kptr_restrict"),
        "{}",
        result.reason
    );
}

#[test]
fn facts_that_did_not_change_are_the_same_blobs() {
    let (one, mut changed) = (stored::store(&facts()).unwrap(), facts());
    assert_eq!(stored::store(&changed).unwrap(), one);
    changed.frames.insert(
        "sysctl".to_owned(),
        Frame::ok("value kernel.dmesg_restrict 0\n"),
    );
    let other = stored::store(&changed).unwrap();
    let new = other
        .blobs
        .keys()
        .filter(|hash| !one.blobs.contains_key(hash));
    // The output, the index of its kind, the manifest.
    assert_eq!(new.count(), 3);
}

#[test]
fn a_blob_that_is_lost_is_named() {
    let mut kept = stored::store(&facts()).unwrap();
    let manifest = stored::manifest(&kept.manifest, &kept.blobs).unwrap();
    let index = stored::recall(manifest, &kept.blobs).unwrap();
    let lost = index.frames["sysctl"].stdout;
    kept.blobs.remove(&lost);
    let error = index.facts(&kept.blobs).unwrap_err();
    assert!(matches!(error, RecallError::Missing { hash } if hash == lost));
}

/// An SSH server that is effectively set to `maxauthtries 3`, with these files.
fn sshd(main: &[&str], dropin: &[&str]) -> Facts {
    let numbered = |path: &str, lines: &[&str]| {
        let lines = lines.iter().zip(1..);
        let lines: Vec<String> = lines.map(|(line, at)| format!("{at}:{line}\n")).collect();
        Frame::ok(format!("file {path}\n{}", lines.concat()))
    };
    Facts {
        frames: BTreeMap::from([
            ("sshd".to_owned(), Frame::ok("port 22\nmaxauthtries 3\n")),
            (
                "content /etc/ssh/sshd_config".to_owned(),
                numbered("/etc/ssh/sshd_config", main),
            ),
            (
                "content /etc/ssh/sshd_config.d/*.conf".to_owned(),
                numbered("/etc/ssh/sshd_config.d/50.conf", dropin),
            ),
        ]),
        collected: None,
        ..facts()
    }
}

#[test]
fn the_line_that_wins_for_the_ssh_server_is_named_and_no_other() {
    let rule = rule("{method: sshd_effective_config, key: MaxAuthTries, max: 4}");
    let place = |main: &[&str], dropin: &[&str]| {
        let result = judge(&rule, &sshd(main, dropin));
        assert_eq!(result.verdict, Verdict::Pass, "{result:?}");
        result.source.map(|source| (source.path, source.line))
    };
    let (main, dropin) = ("/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/50.conf");
    let include = "Include /etc/ssh/sshd_config.d/*.conf";
    // The first one wins, and a file that is included stands where it is included.
    let first = place(&[include, "MaxAuthTries 6"], &["# x", "maxauthtries 3"]);
    assert_eq!(first, Some((dropin.to_owned(), 2)));
    let last = place(&["MaxAuthTries 3", include], &["MaxAuthTries 6"]);
    assert_eq!(last, Some((main.to_owned(), 1)));
    // What is for some only gives nobody else a value; a default stands in no file.
    let some = ["Match User ada", "MaxAuthTries 3"];
    assert_eq!(place(&some, &[]), None);
    assert_eq!(place(&[include], &some), None);
    assert_eq!(place(&["#MaxAuthTries 6"], &[]), None);
    // A file that nobody read may hold it.
    assert_eq!(place(&["Include /opt/*.conf", "MaxAuthTries 3"], &[]), None);
}
