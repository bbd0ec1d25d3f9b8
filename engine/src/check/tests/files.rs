//! Files wherever they lie, and values in structured files.

use super::{Error, Fail, Frame, Pass, Verdict, file, judged, verdict};

#[test]
fn a_walk_that_was_not_whole_tells_nothing() {
    let check = "{method: file_walk, kind: setuid, allowed: [/usr/bin/su, \"/opt/*/helper\"]}";
    let found = |paths: &[&str], count: usize| {
        let mut lines = String::new();
        for path in paths {
            lines.push_str(&format!(
                "setuid	4755	root	root	{path}
"
            ));
        }
        format!("root\t/\n{lines}exit\t0\ncount\tsetuid\t{count}\n")
    };
    for (text, expected) in [
        (found(&["/usr/bin/su"], 1), Pass),
        (found(&["/opt/a/b/helper", "/usr/bin/su"], 2), Pass),
        (found(&["/usr/bin/su2"], 1), Fail),
        (found(&["/opt/helper"], 1), Fail),
        (found(&["/opt/a\tb"], 1), Fail),
        (found(&["/usr/bin/su"], 900), Error),
        (found(&["/x", "/usr/bin/su"], 900), Fail),
        ("root\t/\nexit\t0\n".to_owned(), Pass),
        ("root\t/\nexit\t1\n".to_owned(), Pass),
        ("root\t/\nexit\t137\n".to_owned(), Error),
        ("root\t/\n".to_owned(), Error),
    ] {
        assert_eq!(verdict(check, &[("walk", &text)]), expected, "{text}");
    }
    for (words, expected) in [
        ("find: '/proc/7': No such file or directory", Pass),
        ("find: '/srv/x': Permission denied", Error),
        ("find: '/srv/x': Input/output error", Error),
    ] {
        let frame = Frame {
            stderr: words.to_owned(),
            ..Frame::ok("root\t/\nexit\t1\n")
        };
        assert_eq!(
            judged(check, &[("walk", frame)]).verdict,
            expected,
            "{words}"
        );
    }
}

/// The format, the pointer, the demand, the file and the verdict.
const STRUCTURED: &[(&str, &str, &str, &[&str], Verdict)] = &[
    (
        "json",
        "/a/b",
        "expected: \"1\"",
        &["{\"a\": {\"b\": 1}}"],
        Pass,
    ),
    (
        "json",
        "/a/b",
        "expected: \"1\"",
        &["{\"a\": {\"b\": \"1\"}}"],
        Pass,
    ),
    ("json", "/a~1b", "expected: x", &["{\"a/b\": \"x\"}"], Pass),
    (
        "json",
        "/a/1",
        "expected: z",
        &["{\"a\": [\"x\", \"z\"]}"],
        Pass,
    ),
    (
        "json",
        "/a",
        "subset_of: [x, z]",
        &["{\"a\": [\"x\", \"z\"]}"],
        Pass,
    ),
    (
        "json",
        "/a",
        "none_of: [z]",
        &["{\"a\": [\"x\", \"z\"]}"],
        Fail,
    ),
    (
        "json",
        "/a",
        "expected: x",
        &["// a comment", "{\"a\": \"x\"}"],
        Error,
    ),
    ("json", "/b", "expected: x", &["{\"a\": \"x\"}"], Fail),
    (
        "json",
        "/b",
        "expected: x, default: x",
        &["{\"a\": \"x\"}"],
        Pass,
    ),
    (
        "yaml",
        "/a/b",
        "expected: \"true\"",
        &["a:", "  b: true # yes"],
        Pass,
    ),
    ("yaml", "/a/0", "expected: \"yes\"", &["a: [yes]"], Pass),
    ("yaml", "/a", "expected: x", &["a: [x"], Error),
    ("toml", "/a/b", "min: 5", &["[a]", "b = 7 # seven"], Pass),
    ("toml", "/a/b", "min: 5", &["a.b = 3"], Fail),
    ("toml", "/a/b", "min: 5", &["[a]", "b = "], Error),
    (
        "xml",
        "/Server/@port",
        "expected: \"-1\"",
        &["<?xml version='1.0'?>", "<Server port='-1'/>"],
        Pass,
    ),
    (
        "xml",
        "/a/b",
        "expected: x & y",
        &["<a><b>x &amp; y</b></a>"],
        Pass,
    ),
    (
        "xml",
        "/a/b/1/@n",
        "expected: z",
        &["<a><b n='x'/><b n='z'/></a>"],
        Pass,
    ),
    (
        "xml",
        "/a/b",
        "expected: x",
        &["<a><!-- <b>x</b> --></a>"],
        Fail,
    ),
    (
        "xml",
        "/a/b",
        "expected: x",
        &["<a><c><b>x</b></c></a>"],
        Fail,
    ),
    (
        "xml",
        "/a/b",
        "expected: x",
        &["<a><b><![CDATA[x]]></b></a>"],
        Pass,
    ),
    ("xml", "/a/b", "expected: x", &["<a><b>x</b>"], Error),
    ("xml", "/a/b", "expected: x", &["<a><b>x</a></b>"], Error),
    ("xml", "/a", "expected: x", &[""], Error),
    (
        "xml",
        "/a",
        "expected: x",
        &[
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
            "<a>&e;</a>",
        ],
        Error,
    ),
];

#[test]
fn structured_files_are_read_by_their_own_rules() {
    for (format, pointer, demand, lines, expected) in STRUCTURED {
        let check = format!(
            "{{method: structured_value, path: /f, format: {format}, pointer: {pointer}, {demand}}}"
        );
        let text = file("/f", lines);
        let found = verdict(&check, &[("content /f", &text)]);
        assert_eq!(found, *expected, "{check} {text}");
    }
}

#[test]
fn settings_of_systemd_are_read_as_systemd_reads_them() {
    let check = "{method: systemd_setting, file: journald.conf, section: Journal, key: Storage, default: auto, expected: persistent}";
    let journal = |lines: &[&str]| file("/etc/systemd/journald.conf", lines);
    let own = "content /etc/systemd/journald.conf";
    for (lines, expected) in [
        (&["[Journal]", "Storage=persistent"][..], Pass),
        (&["[Journal]", " Storage = persistent "], Pass),
        (&["[Journal]", "Storage=\\", "persistent"], Pass),
        (&["[Journal]", "Storage=persistent # kept"], Fail),
        (&["[Journal]", "Storage=persistent", "Storage="], Fail),
        (&["[Journal]", "#Storage=persistent"], Fail),
        (&["[Journal]", "storage=persistent"], Fail),
        (&["Storage=persistent"], Fail),
        (&["[Journal]", "[Upload]", "Storage=persistent"], Fail),
        (&["[Journal]", "Storage=persistent", "Storage=none"], Fail),
    ] {
        let text = journal(lines);
        assert_eq!(verdict(check, &[(own, &text)]), expected, "{text}");
    }
    let kept = journal(&["[Journal]", "Storage=persistent"]);
    let lost = ["[Journal]", "Storage=none"];
    let vendor = "content /usr/lib/systemd/journald.conf.d/*.conf";
    let local = "content /etc/systemd/journald.conf.d/*.conf";
    let of_vendor = file("/usr/lib/systemd/journald.conf.d/10-a.conf", &lost);
    // The drop-in wins over the main file, unless one of its name hides it.
    assert_eq!(verdict(check, &[(own, &kept), (vendor, &of_vendor)]), Fail);
    let hidden = file("/etc/systemd/journald.conf.d/10-a.conf", &[]);
    let frames = [(own, kept.as_str()), (local, &hidden), (vendor, &of_vendor)];
    assert_eq!(verdict(check, &frames), Pass);
    // Of several main files the one in /etc alone is read.
    let second = file("/usr/lib/systemd/journald.conf", &lost);
    let frames = [
        (own, kept.as_str()),
        ("content /usr/lib/systemd/journald.conf", &second),
    ];
    assert_eq!(verdict(check, &frames), Pass);
}

#[test]
fn a_stricter_mode_holds_and_a_looser_bit_does_not() {
    let check =
        "{method: file_permission, path: /f, mode: \"0640\", owner: root, group: [root, shadow]}";
    for (stat, expected) in [
        ("640 root shadow 0 42", Pass),
        ("600 root root 0 0", Pass),
        ("0 root root 0 0", Pass),
        ("440 root root 0 0", Pass),
        ("644 root root 0 0", Fail),
        ("650 root root 0 0", Fail),
        ("4640 root root 0 0", Fail),
        ("1640 root root 0 0", Fail),
        ("640 anna root 1000 0", Fail),
        ("640 root users 0 100", Fail),
        ("640 UNKNOWN root 1007 0", Fail),
        ("rw-r----- root root 0 0", Error),
        ("", Error),
    ] {
        let text = format!("found\t/f\t/f\t{stat} regular file\n");
        assert_eq!(verdict(check, &[("stat", &text)]), expected, "{stat}");
    }
    assert_eq!(verdict(check, &[("stat", "absent\t/f\t/f\n")]), Fail);
    assert_eq!(
        verdict(check, &[("stat", "error\t/f\t/f\tpermission denied\n")]),
        Error
    );
    assert_eq!(verdict(check, &[("stat", "")]), Error);
    assert_eq!(verdict(check, &[]), Error);
}

#[test]
fn a_list_of_accounts_counts_where_the_group_has_more_than_everybody() {
    let marked = "-rw-r-----+ 1 0 42 900 Nov  1 10:00 /f\n";
    let other = "-rw-r-----+ 1 0 42 900 Nov  1 10:00 /g\n-rw-r-----. 1 0 42 900 Nov  1 10:00 /f\n";
    for (allowed, mode, lists, expected) in [
        ("0640", "640", marked, Error),
        ("0640", "640", other, Pass),
        ("0640", "640", "", Pass),
        ("0640", "600", marked, Pass),
        ("0644", "640", marked, Pass),
        ("0600", "640", marked, Fail),
    ] {
        let check = format!("{{method: file_permission, path: /f, mode: \"{allowed}\"}}");
        let stat = format!("found\t/f\t/f\t{mode} root shadow 0 42 regular file\n");
        let frames = [("stat", stat.as_str()), ("access lists", lists)];
        assert_eq!(verdict(&check, &frames), expected, "{allowed} {mode}");
    }
}
