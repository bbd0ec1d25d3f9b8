//! Files in the format of Kensa as they are found: written by people and programs, for readers that keep to YAML 1.1,
//! beside entries that are no files at all. What one of them is spoils none of the others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use engine::kensa::{Parsed, Status, Variables, parse, validate};
use engine::rule::{RuleBase, files_below};
use proptest::prelude::*;
use proptest::sample::select;

const GOOD: &str = "id: good
title: Title
description: Words
rationale: Why
severity: medium
category: forms
tags: [a, b]
platforms:
  - family: debian
implementations:
  - default: true
    check:
      method: command
      run: echo one
      expected_exit: 0
";

fn read(text: &str) -> Parsed {
    parse("forms/good.yml", text, &Variables::default())
}

/// What the check of the only implementation came to.
fn check(text: &str) -> String {
    let rule = read(text).rule.expect(text);
    format!("{:?}", rule.implementations[0].check)
}

/// What is replaced in the good file, and by what: YAML 1.1 takes all of them.
const READ: &[(&str, &str)] = &[
    ("run: echo one", "run:\techo one"),
    ("title: Title", "title:\tTitle"),
    ("[a, b]", "[\na,\nb\n]"),
    ("[a, b]", "[a, # why\n  b,]"),
    (
        "\n      method: command\n      run: echo one\n      expected_exit: 0",
        " {method: command,\nrun: \"echo one\",\nexpected_exit: 0\n}",
    ),
    ("Words", "\"Words\nat the margin\""),
    ("Words", "'Words\nat the margin'"),
    ("Words", "&words Words\nx: *words"),
    ("severity: medium", "<<: {severity: medium}"),
    ("severity: medium", "x: &x {severity: low}\n<<: [*x]"),
    ("title: Title", "title: !!binary VGl0bGU="),
    ("title: Title", "title: !!str 5"),
    ("title: Title", "title: 5"),
    ("title: Title", "? title\n: Title"),
    ("default: true", "default: yes"),
    ("default: true", "default: on"),
    ("id: good", "%YAML 1.1\n---\nid: good"),
    ("id: good", "--- # a document\nid: good"),
    ("expected_exit: 0\n", "expected_exit: 0\n...\n"),
    ("expected_exit: 0\n", "expected_exit: 0\n---\n{[}: %%\n"),
    ("expected_exit: 0\n", "expected_exit: 0"),
    (
        "run: echo one",
        "run: |\n        echo one\n        echo two\n",
    ),
    ("run: echo one", "run: >-\n\n        echo one"),
    ("Words", "W\u{f6}rter \u{1f600} \u{65e5}\u{672c}"),
];

#[test]
fn forms_of_yaml_that_kensa_takes_are_taken() {
    for (from, to) in READ {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let parsed = read(&text);
        let findings = parsed.findings;
        let rule = parsed
            .rule
            .unwrap_or_else(|| panic!("{text}\n{findings:?}"));
        assert!(format!("{:?}", rule.implementations[0].check).contains("echo one"));
    }
    for text in [GOOD.replace('\n', "\r\n"), GOOD.replace('\n', "   \n")] {
        assert!(read(&text).rule.is_some(), "{text:?}");
    }
}

#[test]
fn numbers_are_those_of_yaml_1_1() {
    for (written, number) in [
        ("8", 8),
        ("010", 8),
        ("0o10", 8),
        ("0x1f", 31),
        ("0b11", 3),
        ("1.0", 1),
        ("1e1", 10),
        ("1_0", 10),
        ("+5", 5),
        ("!!int '12'", 12),
    ] {
        let text = GOOD.replace("expected_exit: 0", &format!("expected_exit: {written}"));
        let found = check(&text);
        assert!(
            found.contains(&format!("expected_exit: {number},")),
            "{written}: {found}"
        );
        assert_eq!(read(&text).findings, [], "{written}");
    }
    for (key, written) in [
        ("expected_exit", "yes"),
        ("expected_exit", "22:22"),
        ("expected_exit", "1.5"),
        ("expected_exit", "2001-01-01"),
        ("expected_stdout", "2001-01-01"),
        ("expected_stdout", "2001-12-14t21:59:43Z"),
        ("expected_stdout", "0644"),
        ("expected_stdout", "true"),
        ("expected_stdout", "3"),
    ] {
        let text = GOOD.replace("expected_exit: 0", &format!("{key}: {written}"));
        let parsed = read(&text);
        assert!(parsed.rule.is_some(), "{written}");
        assert!(
            !parsed.findings.is_empty(),
            "{key}: {written} is taken in silence"
        );
    }
    // Text for Kensa: neither sexagesimal nor true.
    for written in [
        "22:22", "yes", "off", "1.2.3", "08:00", "0x", "'3'", "!!str 3",
    ] {
        let text = GOOD.replace("expected_exit: 0", &format!("expected_stdout: {written}"));
        assert_eq!(read(&text).findings, [], "{written}");
    }
}

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("openwatch-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("forms")).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join("forms").join(name)
    }

    fn rule(&self, name: &str) -> PathBuf {
        let path = self.at(&format!("{name}.yml"));
        let id = name.replace('\n', "-");
        fs::write(&path, GOOD.replace("id: good", &format!("id: {id}"))).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Entries that are no rule files, with what is said of each.
fn litter(folder: &Folder) -> Vec<(&'static str, &'static str)> {
    let made = Command::new("mkfifo").arg(folder.at("pipe.yml")).status();
    assert!(made.unwrap().success());
    symlink("loop.yml", folder.at("loop.yml")).unwrap();
    symlink("nowhere", folder.at("nowhere.yml")).unwrap();
    symlink("..", folder.at("up.yml")).unwrap();
    symlink("..", folder.at("up")).unwrap();
    symlink("/dev/zero", folder.at("zero.yml")).unwrap();
    symlink("/proc/self/mem", folder.at("memory.yml")).unwrap();
    fs::write(folder.at("bytes.yml"), b"id: a\ntitle: \xff\n").unwrap();
    fs::write(folder.at("half.yml"), b"\xff\xfeids").unwrap();
    let large = fs::File::create(folder.at("large.yml")).unwrap();
    large.set_len(9 * 1024 * 1024).unwrap();
    fs::write(folder.at("many.yml"), "a: 1\n".repeat(1_000_000)).unwrap();
    fs::write(folder.at("deep.yml"), "[".repeat(100_000)).unwrap();
    fs::write(folder.at("page.yml"), "<html>404</html>\n").unwrap();
    vec![
        ("pipe.yml", "not a regular file"),
        ("loop.yml", "could not be read"),
        ("nowhere.yml", "could not be read"),
        ("up.yml", "not a regular file"),
        ("zero.yml", "not a regular file"),
        ("memory.yml", "could not be read"),
        ("bytes.yml", "not text in UTF-8"),
        ("half.yml", "not UTF-16"),
        ("large.yml", "larger than any rule file"),
        ("many.yml", "the key stands twice"),
        ("deep.yml", ""),
        ("page.yml", "a rule is a mapping"),
    ]
}

#[test]
fn what_is_no_rule_file_is_told_of_and_holds_up_no_other() {
    let folder = Folder::new("litter");
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    for name in ["plain", "W\u{f6}rter", "name with blanks", "line\nbreak"] {
        folder.rule(name);
    }
    for (name, unit) in [
        ("little", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ("big", u16::to_be_bytes),
    ] {
        let text = format!(
            "\u{feff}{}",
            GOOD.replace("id: good", &format!("id: {name}"))
        );
        fs::write(folder.at(&format!("{name}.yml")), wide(&text, unit)).unwrap();
    }
    let bulky = GOOD.replace(
        "Words",
        &format!("|\n{}", "  Words without end\n".repeat(250_000)),
    );
    fs::write(folder.at("good.yml"), bulky).unwrap();
    let litter = litter(&folder);

    let base = RuleBase::from_folder(&folder.0).unwrap();
    assert_eq!(base.rules().len(), 7, "{:?}", base.notes());
    assert_eq!(base.notes().len(), litter.len(), "{:?}", base.notes());

    let report = validate(&files_below(&folder.0).unwrap(), &Variables::default());
    assert_eq!((report.loaded, report.errors), (7, litter.len()));
    for (name, says) in litter {
        let found = |file: &str| {
            Path::new(file)
                .file_name()
                .is_some_and(|found| found == name)
        };
        let result = report.results.iter().find(|one| found(&one.file));
        let result = result.expect(name);
        assert_eq!(result.status, Status::Error, "{name}");
        assert!(
            result.findings[0].message.contains(says),
            "{name}: {:?}",
            result.findings
        );
    }
}

#[test]
fn a_file_of_our_own_format_that_cannot_be_read_is_a_fault() {
    let folder = Folder::new("ours");
    fs::write(folder.at("good.yml"), "schema: openwatch/1\n").unwrap();
    symlink("nowhere", folder.at("nowhere.yml")).unwrap();
    let refused = RuleBase::from_folder(&folder.0).unwrap_err().to_string();
    assert!(refused.contains("nowhere.yml"), "{refused}");
}

/// What means something to a reader of YAML, whole and broken.
const PIECES: &[&str] = &[
    "a",
    "id: x",
    ": ",
    ":\t",
    "- ",
    "? ",
    "\n",
    "\n  ",
    "\n\t",
    "\r\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "\\",
    "\\\n",
    "|",
    ">-",
    "|9",
    "&a ",
    "*a",
    "<<: ",
    "!x",
    "!!str ",
    "!<",
    ">",
    "!!binary ",
    "%YAML 1.1\n",
    "%TAG ! x:\n",
    "---",
    "...",
    "#",
    " # c",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\u{7}",
    "\u{e9}",
    "\u{1f600}",
    "@",
    "`",
    "0x",
    "~",
    "\\x4",
    "\\u12",
    "=",
];

proptest! {
    #[test]
    fn no_text_stops_the_reader(pieces in prop::collection::vec(select(PIECES), 0..60), within in any::<bool>()) {
        let text = pieces.concat();
        let text = if within { GOOD.replacen("Words", &text, 1) } else { text };
        let parsed = read(&text);
        prop_assert!(parsed.rule.is_some() || !parsed.findings.is_empty());
    }
}
