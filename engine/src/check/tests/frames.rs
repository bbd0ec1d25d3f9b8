//! What a host sent: what it lacks is no verdict, and what it says stays bounded.

use super::{Error, Fail, Frame, JudgedRule, NotApplicable, Pass, file, judged, verdict};

#[test]
fn a_line_of_a_file_is_not_a_line_of_another_and_unreadable_is_not_absent() {
    let present = "{method: file_content, path: \"/etc/x.d/*\", pattern: '^key=1$'}";
    let absent = "{method: file_content, path: \"/etc/x.d/*\", pattern: '^key=1$', state: absent}";
    let key = "content /etc/x.d/*";
    for (text, with, without) in [
        (file("/etc/x.d/a", &["key=1"]), Pass, Fail),
        (
            file("/etc/x.d/a", &["#key=1", " key=1", "key=11"]),
            Fail,
            Pass,
        ),
        (
            file("/etc/x.d/a", &["file /etc/x.d/b", "1:key=1"]),
            Fail,
            Pass,
        ),
        ("unreadable /etc/x.d/a\n".to_owned(), Error, Error),
        (
            format!("{}unreadable /etc/x.d/b\n", file("/etc/x.d/a", &["key=1"])),
            Error,
            Error,
        ),
        (String::new(), Fail, Pass),
        ("file /etc/x.d/a\n".to_owned(), Fail, Pass),
        // A grep that says nothing of a file with a size has not read it.
        ("file /etc/x.d/a\nfull\n".to_owned(), Error, Error),
        (
            "file /etc/x.d/a\nfull\n1:key=1\nfile /etc/x.d/b\n".to_owned(),
            Pass,
            Fail,
        ),
        (
            "file /etc/x.d/a\nfull\n1:key=1\nfile /etc/x.d/b\nfull\n".to_owned(),
            Error,
            Error,
        ),
    ] {
        assert_eq!(verdict(present, &[(key, &text)]), with, "{text}");
        assert_eq!(verdict(absent, &[(key, &text)]), without, "{text}");
    }
}

#[test]
fn words_for_people_stand_in_the_place_of_a_pattern() {
    let content = file("/etc/f", &["b"]);
    for (means, words) in [
        ("", "a line in /etc/f that matches ^a+$"),
        (", means: says a", "a line in /etc/f that says a"),
    ] {
        let check = format!("{{method: file_content, path: /etc/f, pattern: '^a+$'{means}}}");
        let frame = Frame::ok(content.as_str());
        let judged = judged(&check, &[("content /etc/f", frame)]);
        assert_eq!(judged.verdict, Fail);
        assert!(judged.reason.contains(words), "{}", judged.reason);
        assert_eq!(judged.reason.contains("^a+$"), means.is_empty());
    }
}

#[test]
fn unknown_parts_leave_a_combination_open_unless_another_part_decides() {
    let there = "{method: file_exists, path: /a}";
    let other = "{method: file_exists, path: /b}";
    let optional = "{method: file_permission, path: /c, mode: \"0600\", absent: not_applicable}";
    let stat = "found\t/a\t/a\t600 root root 0 0 regular file\nabsent\t/b\t/b\nabsent\t/c\t/c\n";
    let unknown = "{method: file_exists, path: /d}";
    for (check, expected) in [
        (format!("{{checks: [{there}, {unknown}]}}"), Error),
        (format!("{{checks: [{other}, {unknown}]}}"), Fail),
        (format!("{{any: [{there}, {unknown}]}}"), Pass),
        (format!("{{any: [{other}, {unknown}]}}"), Error),
        (format!("{{checks: [{there}, {optional}]}}"), Pass),
        (format!("{{any: [{other}, {optional}]}}"), Fail),
        (format!("{{checks: [{optional}]}}"), NotApplicable),
        (format!("{{not: {other}}}"), Pass),
        (format!("{{not: {unknown}}}"), Error),
        (format!("{{not: {optional}}}"), NotApplicable),
        (format!("{{only_if: /a, then: {other}}}"), Fail),
        (format!("{{only_if: /b, then: {unknown}}}"), NotApplicable),
        (format!("{{only_if: /d, then: {there}}}"), Error),
    ] {
        assert_eq!(verdict(&check, &[("stat", stat)]), expected, "{check}");
    }
}

#[test]
fn a_frame_that_cannot_be_relied_on_is_an_error() {
    let check = "{method: file_exists, path: /a}";
    let good = Frame::ok("found\t/a\t/a\t600 root root 0 0 regular file\n");
    let spoilt = |change: fn(&mut Frame)| {
        let mut frame = good.clone();
        change(&mut frame);
        judged(check, &[("stat", frame)]).verdict
    };
    assert_eq!(spoilt(|_| ()), Pass);
    assert_eq!(spoilt(|frame| frame.truncated = true), Error);
    assert_eq!(spoilt(|frame| frame.timed_out = true), Error);
    assert_eq!(spoilt(|frame| frame.exit = None), Error);
    // Out of processes or descriptors a shell ends with 2, timeout(1) with 125.
    for exit in [1, 2, 125, 126, 127, 137, 143, 255] {
        let frame = Frame {
            exit: Some(exit),
            ..good.clone()
        };
        assert_eq!(judged(check, &[("stat", frame)]).verdict, Error, "{exit}");
    }
}

#[test]
fn a_script_that_died_has_not_found_that_a_file_is_away_or_empty() {
    let check = "{method: file_content, path: /etc/x, pattern: k, state: absent}";
    for printed in ["", "file /etc/x\n"] {
        let mut frame = Frame::ok(printed);
        assert_eq!(
            judged(check, &[("content /etc/x", frame.clone())]).verdict,
            Pass
        );
        frame.exit = Some(2);
        frame.stderr = "sh: 9: Cannot fork".to_owned();
        let died = judged(check, &[("content /etc/x", frame)]);
        assert_eq!(died.verdict, Error);
        assert_eq!(
            died.reason,
            "cat /etc/x: the script ended with 2: sh: 9: Cannot fork"
        );
    }
}

#[test]
fn what_a_host_says_stays_bounded_and_printable() {
    let hostile = "\u{1b}]0;title\u{7}\u{1b}[2J\u{0}\u{202e}evil\u{2066}\r".repeat(10_000);
    let line = format!("k = {hostile}");
    let text = file("/etc/\u{1b}[31mf", &[&line]);
    let value = "{method: config_value, path: /etc/f, key: k, expected: x}";
    let content = "{method: file_content, path: /etc/f, pattern: k}";
    let mut raw = text.clone().into_bytes();
    raw.splice(0..0, b"file \xff\xfe\n1:k = \xc3\x28\n".iter().copied());
    for check in [value, content] {
        for bytes in [text.clone().into_bytes(), raw.clone()] {
            let result = judged(check, &[("content /etc/f", Frame::ok(bytes))]);
            assert_printable(&result);
        }
    }
    let lines: Vec<String> = (0..5000)
        .map(|n| format!("found\t/etc/*\t/etc/\u{1b}[2J{n}\t777 root root 0 0 regular file\n"))
        .collect();
    let stat = lines.concat();
    let many = "{method: file_permission, path: \"/etc/*\", mode: \"0600\"}";
    let result = judged(many, &[("stat", Frame::ok(stat))]);
    assert_eq!(result.verdict, Fail);
    assert_printable(&result);
}

fn assert_printable(result: &JudgedRule) {
    let texts = [&result.reason, &result.implementation.why]
        .into_iter()
        .chain(&result.expected)
        .chain(&result.actual)
        .chain(result.evidence.iter().flat_map(|item| {
            [&item.command, &item.stdout, &item.stderr]
                .into_iter()
                .chain(&item.file)
        }));
    for text in texts {
        let acts = |c: char| c.is_control() && c != '\n' && c != '\t';
        let bad = text
            .chars()
            .find(|c| acts(*c) || ('\u{202a}'..='\u{2069}').contains(c));
        assert_eq!(bad, None, "{text:.100}");
    }
    let size = serde_json::to_vec(result).unwrap().len();
    assert!(size < 512 * 1024, "{size} bytes");
}
