//! Malformed rule files: each is refused with file, line, column, what was expected and what was meant.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use domain::lens::has_place;
use engine::rule::{Diagnostic, ParsedRules, RuleBase, RuleBaseError, Values, parse_rules};
use proptest::prelude::*;

/// Twelve lines that hold; tests change one.
const GOOD: &str = "schema: openwatch/1
id: good
title: Title
description: What is judged.
rationale: Why it matters.
severity: low
category: x
tags: [a, b]
references:
  nist_800_53: [AC-6]
platforms: [{family: debian, min_version: 12}]
check: {method: file_permission, path: /etc/passwd, mode: \"0644\", owner: root}
";

fn parse_rule(file: &str, text: &str) -> ParsedRules {
    parse_rules(file, text, &Values::default())
}

fn faults(text: &str) -> Vec<Diagnostic> {
    parse_rule("x/good.yml", text).expect_err(text)
}

/// The rule with one line changed: the first fault must stand there, say this, and suggest that.
fn changed(line: usize, to: &str, column: usize, says: &str, suggests: Option<&str>) {
    let mut lines: Vec<&str> = GOOD.lines().collect();
    lines[line - 1] = to;
    let text = lines.join("\n");
    let faults = faults(&text);
    let shown = faults[0].to_string();
    assert!(shown.contains(says), "{shown}\ndoes not say {says:?}");
    let mark = faults[0].mark;
    assert_eq!((mark.line, mark.column), (line, column), "{shown}");
    assert_eq!(faults[0].suggestion.as_deref(), suggests, "{shown}");
    assert!(
        shown.starts_with(&format!("x/good.yml:{line}:{column}: ")),
        "{shown}"
    );
}

/// A line, what it becomes, and the column, message and suggestion of the fault.
type Changed = (
    usize,
    &'static str,
    usize,
    &'static str,
    Option<&'static str>,
);

#[test]
fn the_good_rule_holds() {
    parse_rule("x/good.yml", GOOD).unwrap();
}

const UNKNOWN_WORDS: &[Changed] = &[
    (3, "titel: Title", 1, "unknown key \"titel\"", Some("title")),
    (
        6,
        "severity: hihg",
        11,
        "severity must be one of",
        Some("high"),
    ),
    (
        10,
        "  nist_800_35: [AC-6]",
        3,
        "unknown key",
        Some("nist_800_53"),
    ),
    (
        11,
        "platforms: [{family: debain}]",
        22,
        "family must be one of",
        Some("debian"),
    ),
    (
        11,
        "platforms: [{family: debian, min: 12}]",
        30,
        "unknown key \"min\"",
        Some("min_version"),
    ),
    (
        12,
        "check: {method: file_permision, path: /a}",
        17,
        "unknown check method",
        Some("file_permission"),
    ),
    (
        12,
        "check: {method: file_exists, paht: /a}",
        30,
        "unknown key \"paht\"",
        Some("path"),
    ),
    (
        12,
        "implementations: [{when: dpgk, check: {method: file_exists, path: /a}}]",
        26,
        "must be one of",
        Some("dpkg"),
    ),
];

#[test]
fn unknown_words_are_named_with_what_was_perhaps_meant() {
    for (line, to, column, says, suggests) in UNKNOWN_WORDS {
        changed(*line, to, *column, says, *suggests);
    }
}

const WRONG_TYPES: &[Changed] = &[
    (
        3,
        "title: [a, b]",
        8,
        "title must be text, not a list",
        None,
    ),
    (
        3,
        "title: yes",
        8,
        "YAML takes yes for something else",
        Some("\"yes\""),
    ),
    (8, "tags: a", 7, "tags must be a list, not a scalar", None),
    (10, "  nist_800_53: AC-6", 16, "must be a list", None),
    (
        11,
        "platforms: [{family: debian, min_version: \"12\"}]",
        43,
        "whole number in decimal",
        None,
    ),
    (
        11,
        "platforms: [{family: debian, min_version: 0x0c}]",
        43,
        "whole number in decimal",
        None,
    ),
    (
        12,
        "check: {method: file_permission, path: /a, mode: 0644}",
        50,
        "three or four octal digits in quotes",
        None,
    ),
    (
        12,
        "check: {method: file_permission, path: /a, mode: \"0888\"}",
        50,
        "octal digits",
        None,
    ),
    (
        12,
        "check: {method: file_permission, path: /a}",
        8,
        "needs mode, owner or group",
        None,
    ),
    (
        12,
        "check: {method: file_exists, path: etc/passwd}",
        36,
        "path must be absolute",
        None,
    ),
    (
        12,
        "check: {method: file_exists}",
        8,
        "needs the key \"path\"",
        None,
    ),
    (
        12,
        "check: {method: service_state, name: a, active: \"true\"}",
        49,
        "true or false, unquoted",
        None,
    ),
    (
        12,
        "check: {method: service_state, name: a, active: yes}",
        49,
        "true or false, unquoted",
        None,
    ),
    (
        12,
        "check: {method: sysctl_value, key: a.b, expected: 1}",
        51,
        "YAML takes 1",
        Some("\"1\""),
    ),
    (
        12,
        "check: {method: sysctl_value, key: a.b, expected: \"1\", min: 1}",
        8,
        "exactly one of",
        None,
    ),
    (
        12,
        "check: {method: sysctl_value, key: a.b, min: 3, max: 2}",
        8,
        "min 3 is more than max 2",
        None,
    ),
    (
        12,
        "check: {method: command, run: \"true\", timeout: 9999}",
        48,
        "between 0 and 600",
        None,
    ),
    (
        12,
        "check: {method: file_content, path: /a, pattern: \"(\"}",
        50,
        "not a regular expression",
        None,
    ),
    (
        12,
        "check: {checks: [], method: file_exists}",
        21,
        "unknown key",
        None,
    ),
    (
        12,
        "check: {any: [{manual: look}]}",
        15,
        "stands alone",
        None,
    ),
    (12, "check: nothing", 8, "needs the key \"method\"", None),
    (12, "tags2: [x]", 1, "unknown key \"tags2\"", Some("tags")),
];

#[test]
fn wrong_types_are_refused_and_never_converted() {
    for (line, to, column, says, suggests) in WRONG_TYPES {
        changed(*line, to, *column, says, *suggests);
    }
}

#[test]
fn what_is_not_plain_yaml_is_refused() {
    changed(3, "id: again", 1, "the key stands twice", None);
    changed(
        3,
        "title: &anchor Title",
        8,
        "anchors and tags are not allowed",
        None,
    );
    changed(
        3,
        "title: !!binary aGk=",
        8,
        "anchors and tags are not allowed",
        None,
    );
    changed(8, "tags: [*anchor]", 8, "", None);
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
    assert!(faults(bomb)[0].message.contains("anchors"));
    let deep = format!(
        "schema: openwatch/1\nid: {}x{}\n",
        "[".repeat(100),
        "]".repeat(100)
    );
    assert!(faults(&deep)[0].message.contains("nested too deep"));
    let second = format!("{GOOD}---\nschema: openwatch/1\n");
    assert!(faults(&second)[0].message.contains("one document"));
    for text in ["", "# only a comment\n", "---\n", "...\n"] {
        assert_eq!(faults(text).len(), 1, "{text:?}");
    }
    for text in [
        "just words",
        "- a\n- b\n",
        "42",
        "\u{feff}",
        "\t\tid: x\n",
        "id:\n\tx: y\n",
        "a: [",
        "\"open",
        "? :",
    ] {
        assert!(!faults(text).is_empty());
    }
}

#[test]
fn a_tab_is_reported_where_it_stands() {
    let text = "schema: openwatch/1\nid: good\ncheck:\n\tmethod: file_exists\n";
    let found = &faults(text)[0];
    assert_eq!(found.mark.line, 4, "{found}");
}

#[test]
fn another_schema_is_not_read_as_ours() {
    changed(1, "schema: openwatch/2", 1, "schema: openwatch/1", None);
    let (_, without) = GOOD.split_once('\n').unwrap();
    assert!(faults(without)[0].message.contains("schema: openwatch/1"));
}

#[test]
fn every_fault_of_a_file_is_reported_at_once() {
    let text = GOOD
        .replace("severity: low", "severity: worst")
        .replace("tags: [a, b]", "tags: 7")
        .replace("owner: root", "onwer: root");
    let mut lines: Vec<usize> = faults(&text).iter().map(|fault| fault.mark.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [6, 8, 12]);
}

#[test]
fn a_rule_stands_under_its_name_in_its_folder() {
    let pack = |file: &str| {
        let files = [(file.to_owned(), GOOD.to_owned())];
        RuleBase::from_files("p", &files).map_err(|error| error.to_string())
    };
    assert!(pack("x/good.yml").is_ok());
    assert!(
        pack("x/other.yml")
            .unwrap_err()
            .contains("must be named good.yml")
    );
    assert!(pack("y/good.yml").unwrap_err().contains("folder named x"));
    let twice = [
        ("x/good.yml".to_owned(), GOOD.to_owned()),
        ("z/x/good.yml".to_owned(), GOOD.to_owned()),
    ];
    let error = RuleBase::from_files("p", &twice).unwrap_err();
    assert!(error.to_string().contains("good stands twice"), "{error}");
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("x")).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folders_with_odd_names_links_and_bytes_are_refused_in_words() {
    let folder = Folder::new("odd-rules");
    let loaded = || RuleBase::from_folder(&folder.0);
    assert!(matches!(loaded(), Err(RuleBaseError::Empty { .. })));
    std::fs::write(folder.0.join("x/good.yml"), GOOD).unwrap();
    std::os::unix::fs::symlink(&folder.0, folder.0.join("x/loop")).unwrap();
    assert_eq!(loaded().unwrap().rules().len(), 1);
    let odd = folder.0.join("x").join(OsStr::from_bytes(b"\xff\xfe.yml"));
    std::fs::write(&odd, GOOD).unwrap();
    let error = loaded().unwrap_err().to_string();
    assert!(error.contains("must be named good.yml"), "{error}");
    std::fs::remove_file(&odd).unwrap();
    std::fs::write(folder.0.join("x/bytes.yml"), b"id: \xff\xfe\n").unwrap();
    let error = loaded().unwrap_err().to_string();
    assert!(error.contains("bytes.yml"), "{error}");
    std::fs::remove_file(folder.0.join("x/bytes.yml")).unwrap();
    std::fs::write(folder.0.join("x/empty.yml"), "").unwrap();
    let error = loaded().unwrap_err().to_string();
    assert!(
        error.contains("empty.yml:1:1: the file is empty"),
        "{error}"
    );
}

#[test]
fn the_hash_of_a_pack_follows_the_ids_and_the_text() {
    let (one, other) = (GOOD.to_owned(), GOOD.replace("id: good", "id: other"));
    let pack = |files: &[(&str, &str)]| {
        let files: Vec<_> = files
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
            .collect();
        RuleBase::from_files("p", &files).unwrap()
    };
    let forth = pack(&[("x/good.yml", &one), ("x/other.yml", &other)]);
    let back = pack(&[("x/other.yml", &other), ("x/good.yml", &one)]);
    assert_eq!(forth.hash(), back.hash());
    let ids: Vec<&str> = back.rules().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["good", "other"]);
    let edited = one.replace("Why it matters.", "Why it matters!");
    let changed = pack(&[("x/good.yml", &edited), ("x/other.yml", &other)]);
    assert_ne!(forth.hash(), changed.hash());
}

#[test]
fn the_category_of_every_finding_that_a_rule_names_is_known() {
    let pack = RuleBase::builtin().unwrap();
    let references = pack.rules().iter().flat_map(|rule| &rule.references);
    let unknown: Vec<&str> = references
        .filter(|reference| !has_place(&reference.framework, &reference.control))
        .map(|reference| reference.control.as_str())
        .collect();
    assert!(
        unknown.is_empty(),
        "not in domain/src/lens/stig.rs: {unknown:?}"
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = parse_rule("x/good.yml", &text);
    }

    #[test]
    fn no_cut_or_change_of_a_rule_makes_the_reader_panic(
        at in 0..GOOD.len(),
        put in "[-\\[\\]{}:,&*!|>'\"%@`#?\n\t a-z0-9]{0,6}",
        drop in 0_usize..30,
    ) {
        let end = (at + drop).min(GOOD.len());
        let text = format!("{}{put}{}", &GOOD[..at], &GOOD[end..]);
        if let Err(faults) = parse_rule("x/good.yml", &text) {
            prop_assert!(!faults.is_empty());
        }
    }
}
