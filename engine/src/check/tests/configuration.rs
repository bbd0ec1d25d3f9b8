//! Values of configuration files, as the programs read them.

use super::{Error, Fail, Pass, Verdict, file, verdict};

#[test]
fn config_value_reads_values_as_the_programs_do() {
    let deny = "{method: config_value, path: /etc/f, dropins: \"/etc/f.d/*\", comments: at_end, key: deny, min: 1, max: 5}";
    let cases: &[(&[&str], &[&str], Verdict)] = &[
        (&["deny = 3"], &[], Pass),
        (&["deny=5"], &[], Pass),
        (&["  deny   =   4   # four"], &[], Pass),
        (&["deny = \"4\""], &[], Pass),
        (&["deny = '4' # quoted"], &[], Pass),
        (&["deny = 0"], &[], Fail),
        (&["deny = -1"], &[], Fail),
        (&["deny = many"], &[], Fail),
        (&["deny = 3 # 99", "deny = 99"], &[], Fail),
        (&["deny = 99", "deny = 3"], &[], Pass),
        (&["deny = 3"], &["deny = 0"], Fail),
        (&["deny = 0"], &["deny = 3"], Pass),
        (&["# deny = 3"], &[], Fail),
        (&["; deny = 3"], &[], Fail),
        (&["deny_more = 3"], &[], Fail),
        (&["DENY = 3"], &[], Fail),
        (&["deny"], &[], Fail),
        (&[], &[], Fail),
    ];
    for (base, dropin, expected) in cases {
        let base = file("/etc/f", base);
        let dropin = file("/etc/f.d/50-x", dropin);
        let frames = [
            ("content /etc/f", base.as_str()),
            ("content /etc/f.d/*", dropin.as_str()),
        ];
        assert_eq!(verdict(deny, &frames), *expected, "{base}{dropin}");
    }
    let in_section = "{method: config_value, path: /etc/f, section: main, key: k, expected: \"1\"}";
    for (lines, expected) in [
        (&["[main]", "k=1"][..], Pass),
        (&["[other]", "k=1"][..], Fail),
        (&["[main]", "k=1", "[other]", "k=0"][..], Pass),
        (&["k=1", "[main]"][..], Fail),
    ] {
        let text = file("/etc/f", lines);
        assert_eq!(
            verdict(in_section, &[("content /etc/f", &text)]),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_comment_behind_a_value_is_read_as_the_rule_says() {
    let check = |comments: &str| {
        format!("{{method: config_value, path: /etc/f, {comments}key: deny, min: 1, max: 5}}")
    };
    for (line, own_line, at_end, unsaid) in [
        ("deny = 3 # three", Fail, Pass, Error),
        ("deny = 9 # three", Fail, Fail, Fail),
        ("deny = \"3\" # three", Pass, Pass, Pass),
        ("deny = 3#three", Fail, Fail, Fail),
        ("deny = 3", Pass, Pass, Pass),
    ] {
        let text = file("/etc/f", &[line]);
        for (comments, expected) in [
            ("comments: own_line, ", own_line),
            ("comments: at_end, ", at_end),
            ("", unsaid),
        ] {
            let found = verdict(&check(comments), &[("content /etc/f", &text)]);
            assert_eq!(found, expected, "{line} {comments}");
        }
    }
}

#[test]
fn auditd_takes_key_sign_and_value_with_blanks_between_or_no_file_at_all() {
    let size = "{method: config_value, path: /etc/f, reader: auditd, key: max_log_file, min: 8}";
    let warning = "{method: config_value, path: /etc/f, reader: auditd, key: space_left_action, matches: \"(?i)^(single|exec /\\\\S+)$\"}";
    let cases: &[(&str, &[&str], Verdict)] = &[
        (size, &["max_log_file = 8"], Pass),
        (
            size,
            &["  MAX_LOG_FILE   =  20 ", "", "# max_log_file=1"],
            Pass,
        ),
        (size, &["max_log_file = 20", "Max_Log_File = 2"], Fail),
        (size, &["max_log_file = 20", "num_logs=5"], Fail),
        (size, &["max_log_file = 20", "num_logs= 5"], Fail),
        (size, &["max_log_file = 20", "num_logs\t=\t5"], Fail),
        (size, &["max_log_file = 20", "num_logs ="], Fail),
        (size, &["max_log_file = 20", "num_logs"], Fail),
        (size, &["max_log_file = 20 # large"], Fail),
        (size, &["max_log_file = \"20\""], Fail),
        (size, &["num_logs = 5"], Fail),
        (warning, &["space_left_action = SINGLE"], Pass),
        (warning, &["space_left_action = exec /usr/bin/warn"], Pass),
        (warning, &["space_left_action = exec"], Fail),
        (
            warning,
            &["space_left_action = exec /usr/bin/warn now"],
            Fail,
        ),
    ];
    for (check, lines, expected) in cases {
        let text = file("/etc/f", lines);
        let found = verdict(check, &[("content /etc/f", &text)]);
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn never_is_not_a_long_time() {
    let days = "{method: config_value, path: /etc/login.defs, delimiter: \" \", key: PASS_MAX_DAYS, min: 1, max: 365}";
    for (line, expected) in [
        ("PASS_MAX_DAYS\t90", Pass),
        ("PASS_MAX_DAYS 365", Pass),
        ("PASS_MAX_DAYS -1", Fail),
        ("PASS_MAX_DAYS 0", Fail),
        ("PASS_MAX_DAYS 99999", Fail),
        ("PASS_MAX_DAYS", Fail),
    ] {
        let text = file("/etc/login.defs", &[line]);
        let frames = [("content /etc/login.defs", text.as_str())];
        assert_eq!(verdict(days, &frames), expected, "{line}");
    }
}
