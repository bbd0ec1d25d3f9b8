//! Accounts, PAM and sudo: what a plain reading of their files gets wrong.

use super::{Error, Fail, Frame, NotApplicable, Pass, Verdict, file, judged, verdict};

const PEOPLE: &str = "today\t20400\nuid_min\t1000\nshell\t/bin/bash\n\
    passwd\troot\tshadow\t0\t0\t/root\t/bin/bash\npasswd\tsync\tshadow\t5\t0\t/\t/bin/sync\n\
    passwd\tada\tshadow\t1000\t1000\t/home/ada\t/bin/bash\n\
    passwd\tnobody\tshadow\t65534\t65534\t/nonexistent\t/usr/sbin/nologin\n\
    shadow\troot\tlocked\t20300\t0\t99999\t7\t\t\nshadow\tsync\tlocked\t20300\t0\t99999\t7\t\t\n\
    shadow\tada\tyescrypt\t20390\t1\t90\t7\t30\t\nshadow\tnobody\tlocked\t20300\t0\t99999\t7\t\t\n\
    group\troot\t0\t\ngroup\tada\t1000\t\ngroup\tnogroup\t65534\t\n";

/// A check, what is replaced in the list of people by what, and the verdict.
const KINDS: &[(&str, &str, &str, Verdict)] = &[
    ("of: others, field: uid, none_of: [\"0\"]", "", "", Pass),
    (
        "of: others, field: uid, none_of: [\"0\"]",
        "\t1000\t1000",
        "\t0\t1000",
        Fail,
    ),
    ("of: others, field: gid, none_of: [\"0\"]", "", "", Fail),
    (
        "of: others, except: [sync], field: gid, none_of: [\"0\"]",
        "",
        "",
        Pass,
    ),
    // Who belongs to a group stands in two files, and a name may begin as another does.
    (
        "of: others, except: [sync], field: gids, none_of: [\"0\"]",
        "group\troot\t0\t",
        "group\troot\t0\tadam,bob",
        Pass,
    ),
    (
        "of: others, except: [sync], field: gids, none_of: [\"0\"]",
        "group\troot\t0\t",
        "group\troot\t0\tbob,ada",
        Fail,
    ),
    (
        "of: others, except: [sync], field: gids, none_of: [\"0\"]",
        "\t1000\t1000",
        "\t1000\t0",
        Fail,
    ),
    (
        "of: system, field: has_shell, expected: \"no\"",
        "/nonexistent\t/usr/sbin/nologin",
        "/nonexistent\t/bin/bash",
        Fail,
    ),
    // An account of a program has no shell; /bin/sync is none.
    (
        "of: system, field: has_shell, expected: \"no\"",
        "",
        "",
        Pass,
    ),
    (
        "of: system, field: has_shell, expected: \"no\"",
        "/bin/sync",
        "",
        Fail,
    ),
    // The number of people begins where login.defs says.
    ("of: login, field: uid, min: 1", "", "", Pass),
    (
        "of: system, field: has_shell, expected: \"no\"",
        "uid_min\t1000",
        "uid_min\t2000",
        Fail,
    ),
    // Locked accounts have no age.
    (
        "of: with_password, field: max_days, min: 1, max: 365",
        "",
        "",
        Pass,
    ),
    (
        "of: with_password, field: max_days, min: 1, max: 365",
        "\t90\t",
        "\t-1\t",
        Fail,
    ),
    (
        "of: with_password, field: max_days, min: 1, max: 365",
        "\t90\t",
        "\t\t",
        Fail,
    ),
    (
        "of: with_password, field: days_since_change, min: 0",
        "20390",
        "20401",
        Fail,
    ),
    (
        "of: with_password, field: days_since_change, min: 0",
        "20390",
        "",
        Fail,
    ),
    (
        "of: all, field: password, none_of: [empty]",
        "ada\tyescrypt",
        "ada\tempty",
        Fail,
    ),
    (
        "of: all, field: password, none_of: [empty]",
        "ada\tshadow",
        "ada\tempty",
        Fail,
    ),
    (
        "of: without_shell, field: has_password, expected: \"no\"",
        "nobody\tlocked",
        "nobody\tsha512",
        Fail,
    ),
    (
        "of: all, field: group_exists, expected: \"yes\"",
        "group\tada\t1000",
        "group\tada\t1001",
        Fail,
    ),
    ("unique: uid", "", "", Pass),
    ("unique: uid", "\t1000\t1000", "\t5\t1000", Fail),
    (
        "unique: gid",
        "group\tada",
        "group\tb\t1000\t\ngroup\tada",
        Fail,
    ),
    (
        "unique: group_name",
        "group\tada",
        "group\tada\t7\t\ngroup\tada",
        Fail,
    ),
    ("unique: uid", "group\tada", "passwd\tx\ngroup\tada", Error),
    ("unique: uid", "passwd\t", "shell\t", Error),
    ("unique: uid", "today\t20400\n", "", Error),
    // A clock that was never set counts no days, and says nothing of numbers.
    ("unique: uid", "today\t20400", "today\t0", Pass),
    (
        "of: with_password, field: days_since_change, min: 0",
        "today\t20400",
        "today\t0",
        Error,
    ),
    (
        "of: with_password, field: max_days, min: 1, max: 365",
        "today\t20400",
        "today\t3",
        Pass,
    ),
    // Without a date of the last change nothing is counted from it.
    (
        "of: with_password, field: max_days, min: 1, max: 365",
        "\t20390\t",
        "\t\t",
        Fail,
    ),
    (
        "of: with_password, field: min_days, min: 1",
        "\t20390\t",
        "\t\t",
        Fail,
    ),
    (
        "of: with_password, field: inactive_days, min: 0, max: 45",
        "\t20390\t",
        "\t\t",
        Fail,
    ),
    (
        "of: with_password, field: warn_days, min: 7",
        "\t20390\t",
        "\t\t",
        Pass,
    ),
];

#[test]
fn accounts_are_judged_by_kind() {
    for (check, from, to, expected) in KINDS {
        let check = format!("{{method: account, {check}}}");
        let text = if from.is_empty() {
            PEOPLE.to_owned()
        } else {
            PEOPLE.replace(from, to)
        };
        let found = verdict(&check, &[("accounts", &text)]);
        assert_eq!(found, *expected, "{check}\n{text}");
    }
}

#[test]
fn homes_are_judged_by_their_owner_and_mode() {
    let owned = "{method: account, of: login, field: home_owned, expected: \"yes\"}";
    let closed = "{method: account, of: login, home_mode: \"0750\"}";
    for (homes, is_owned, is_closed) in [
        ("700\tada\t1000\tdirectory\t/home/ada\n", Pass, Pass),
        ("750\troot\t0\tdirectory\t/home/ada\n", Fail, Pass),
        ("751\tada\t1000\tdirectory\t/home/ada\n", Pass, Fail),
        ("640\tada\t1000\tregular file\t/home/ada\n", Fail, Pass),
        ("755\troot\t0\tdirectory\t/\n", Fail, Pass),
        // Of / it always says something.
        ("", Error, Error),
        ("denied\n", Error, Error),
    ] {
        let frames = [("accounts", PEOPLE), ("homes", homes)];
        assert_eq!(verdict(owned, &frames), is_owned, "{homes}");
        assert_eq!(verdict(closed, &frames), is_closed, "{homes}");
    }
}

#[test]
fn stacks_of_pam_are_read_in_the_order_in_which_they_run() {
    let stack = |su: &[&str], common: &[&str]| {
        file("/etc/pam.d/common-auth", common) + &file("/etc/pam.d/su", su)
    };
    let plain = [
        "auth [success=1 default=ignore] pam_unix.so nullok",
        "auth required pam_permit.so",
    ];
    let check = "{method: pam_stack, services: [su], type: auth, module: pam_unix.so, state: absent, arguments: [nullok]}";
    for (su, common, expected) in [
        (&["@include common-auth"][..], &plain[..], Fail),
        (&["auth substack common-auth"], &plain, Fail),
        (&["auth include common-auth"], &plain, Fail),
        (&["account include common-auth"], &plain, Pass),
        (&["# @include common-auth"], &plain, Pass),
        (
            &["-auth required /lib/security/pam_unix.so a \\", "  nullok"],
            &plain,
            Fail,
        ),
        (&["AUTH required pam_unix.so nullok"], &plain, Fail),
        (&["auth required pam_unix.so # nullok"], &plain, Pass),
        (&["auth required pam_unix.so nullok_secure"], &plain, Pass),
        (&["auth include gone"], &plain, Error),
        (&["auth include su"], &plain, Error),
    ] {
        let text = stack(su, common);
        assert_eq!(
            verdict(check, &[("content /etc/pam.d/*", &text)]),
            expected,
            "{text}"
        );
    }
    let before = "{method: pam_stack, services: [su], type: auth, module: pam_faillock.so, arguments: [preauth], before: pam_unix.so}";
    for (lines, expected) in [
        (
            &[
                "auth required pam_faillock.so preauth",
                "auth required pam_unix.so",
            ][..],
            Pass,
        ),
        (
            &[
                "auth required pam_unix.so",
                "auth required pam_faillock.so preauth",
            ],
            Fail,
        ),
        (
            &[
                "auth optional pam_faillock.so preauth",
                "auth required pam_unix.so",
            ],
            Fail,
        ),
        (&["auth required pam_faillock.so preauth"], Fail),
    ] {
        let text = stack(lines, &[]);
        assert_eq!(
            verdict(before, &[("content /etc/pam.d/*", &text)]),
            expected,
            "{text}"
        );
    }
    let value = "{method: pam_stack, services: [su], type: auth, module: pam_tally.so, argument: deny, min: 1, max: 3}";
    for (argument, expected) in [
        ("deny=3", Pass),
        ("deny=0", Fail),
        ("deny=1 deny=9", Fail),
        ("", Fail),
    ] {
        let line = format!("auth required pam_tally.so {argument}");
        let text = stack(&[&line], &[]);
        assert_eq!(
            verdict(value, &[("content /etc/pam.d/*", &text)]),
            expected,
            "{text}"
        );
    }
    assert_eq!(verdict(value, &[]), Error);
}

#[test]
fn an_option_of_a_pam_module_is_what_its_line_or_its_file_gives_it() {
    let check = "{method: pam_option, services: [su], where_present: [sshd], type: auth, module: pam_faillock.so, option: deny, path: /etc/security/faillock.conf, min: 1, max: 3, default: \"3\"}";
    let both = "auth required pam_faillock.so preauth";
    for (su, conf, expected) in [
        (&[both][..], &["deny = 3"][..], Pass),
        (&[both], &["# deny = 9"], Pass),
        (&[both], &["deny = 0"], Fail),
        (&[both], &["deny = 3", "deny = 9"], Fail),
        (
            &["auth required pam_faillock.so preauth deny=3"],
            &["deny = 9"],
            Pass,
        ),
        (
            &["auth required pam_faillock.so preauth deny=9"],
            &["deny = 3"],
            Fail,
        ),
        (
            &[both, "auth required pam_faillock.so authfail deny=9"],
            &["deny = 3"],
            Fail,
        ),
        (
            &["auth required pam_faillock.so preauth deny=3 deny=9"],
            &[],
            Fail,
        ),
        (
            &["auth required pam_faillock.so preauth conf=/etc/security/faillock.conf"],
            &["deny = 9"],
            Fail,
        ),
        (
            &["auth required pam_faillock.so preauth conf=/etc/other"],
            &["deny = 3"],
            Error,
        ),
        (
            &["auth required pam_faillock.so preauth conf=/etc/other deny=3"],
            &[],
            Pass,
        ),
        (
            &["auth optional pam_faillock.so preauth"],
            &["deny = 3"],
            Fail,
        ),
        (&["account required pam_faillock.so"], &["deny = 3"], Fail),
        (&["auth required pam_unix.so"], &["deny = 3"], Fail),
    ] {
        let (stack, conf) = (
            file("/etc/pam.d/su", su),
            file("/etc/security/faillock.conf", conf),
        );
        let frames = [
            ("content /etc/pam.d/*", stack.as_str()),
            ("content /etc/security/faillock.conf", &conf),
        ];
        assert_eq!(verdict(check, &frames), expected, "{stack}{conf}");
    }
    // A service with a stack of its own has to hold as well.
    let stacks =
        file("/etc/pam.d/su", &[both]) + &file("/etc/pam.d/sshd", &["auth required pam_unix.so"]);
    assert_eq!(verdict(check, &[("content /etc/pam.d/*", &stacks)]), Fail);
    assert_eq!(verdict(check, &[]), Error);

    let root = "{method: pam_option, services: [su], type: auth, module: pam_faillock.so, option: even_deny_root, path: /etc/security/faillock.conf, state: STATE}";
    for (conf, set, unset) in [
        (&["even_deny_root"][..], Pass, Fail),
        (&["  even_deny_root # all"], Pass, Fail),
        (&["#even_deny_root"], Fail, Pass),
        (&["even_deny_root_not"], Fail, Pass),
        (&[], Fail, Pass),
    ] {
        let (stack, conf) = (
            file("/etc/pam.d/su", &[both]),
            file("/etc/security/faillock.conf", conf),
        );
        let frames = [
            ("content /etc/pam.d/*", stack.as_str()),
            ("content /etc/security/faillock.conf", &conf),
        ];
        assert_eq!(
            verdict(&root.replace("STATE", "set"), &frames),
            set,
            "{conf}"
        );
        assert_eq!(
            verdict(&root.replace("STATE", "unset"), &frames),
            unset,
            "{conf}"
        );
    }
}

#[test]
fn sudo_is_judged_by_what_it_makes_of_its_files() {
    let options = |list: &str| format!("{{\"Defaults\": [{list}], \"User_Specs\": []}}");
    let timeout = "{method: sudoers, option: timestamp_timeout, min: 0, max: 15, default: \"15\"}";
    for (list, expected) in [
        ("", Pass),
        (r#"{"Options": [{"timestamp_timeout": "5"}]}"#, Pass),
        (r#"{"Options": [{"timestamp_timeout": "-1"}]}"#, Fail),
        (r#"{"Options": [{"timestamp_timeout": "15.5"}]}"#, Fail),
        (
            r#"{"Options": [{"timestamp_timeout": "60"}, {"timestamp_timeout": "5"}]}"#,
            Pass,
        ),
        (
            r#"{"Binding": [{"username": "ada"}], "Options": [{"timestamp_timeout": "60"}]}"#,
            Fail,
        ),
    ] {
        assert_eq!(
            verdict(timeout, &[("sudoers", &options(list))]),
            expected,
            "{list}"
        );
    }
    let grants = |options: &str, commands: &str| {
        format!(
            r#"{{"User_Specs": [{{"User_List": [{{"username": "ada"}}, {{"usergroup": "ops"}}],
            "Cmnd_Specs": [{{"Options": [{options}], "Commands": [{commands}]}}]}}]}}"#
        )
    };
    let open = r#"{"authenticate": false}"#;
    let all = r#"{"command": "ALL"}"#;
    for (allowed, options, commands, expected) in [
        ("", open, all, Fail),
        ("allowed: [ada]", open, all, Fail),
        ("allowed: [ada, \"%ops\"]", open, all, Pass),
        ("", r#"{"authenticate": true}"#, all, Pass),
        ("", "", all, Pass),
        ("", open, r#"{"command": "/bin/su", "negated": true}"#, Pass),
    ] {
        let check = format!("{{method: sudoers, forbidden: without_password, {allowed}}}")
            .replace(", }", "}");
        let text = grants(options, commands);
        assert_eq!(
            verdict(&check, &[("sudoers", &text)]),
            expected,
            "{check} {text}"
        );
    }
    let frame = |exit| Frame {
        exit: Some(exit),
        ..Frame::default()
    };
    assert_eq!(
        judged(timeout, &[("sudoers", frame(66))]).verdict,
        NotApplicable
    );
    assert_eq!(judged(timeout, &[("sudoers", frame(1))]).verdict, Error);
    assert_eq!(judged(timeout, &[("sudoers", frame(127))]).verdict, Error);
}
