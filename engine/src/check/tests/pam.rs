//! Stacks as distributions ship them, and the same spoiled: which modules have a say.

use super::{Fail, Pass, Verdict, file, verdict};

const SYSTEM_AUTH: &[&str] = &[
    "auth required pam_env.so",
    "auth required pam_faildelay.so delay=2000000",
    "auth required pam_faillock.so preauth silent",
    "auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular",
    "auth [default=1 ignore=ignore success=ok] pam_localuser.so",
    "auth sufficient pam_unix.so",
    "auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular",
    "auth sufficient pam_sss.so forward_pass",
    "auth required pam_faillock.so authfail",
    "auth required pam_deny.so",
    "account required pam_faillock.so",
    "account required pam_unix.so",
    "account sufficient pam_localuser.so",
    "account sufficient pam_usertype.so issystem",
    "account [default=bad success=ok user_unknown=ignore] pam_sss.so",
    "account required pam_permit.so",
    "password requisite pam_pwquality.so local_users_only",
    "password required pam_pwhistory.so use_authtok",
    "password sufficient pam_unix.so yescrypt shadow use_authtok",
    "password [success=1 default=ignore] pam_localuser.so",
    "password sufficient pam_sss.so use_authtok",
    "password required pam_deny.so",
    "session optional pam_keyinit.so revoke",
    "session required pam_limits.so",
    "-session optional pam_systemd.so",
    "session [success=1 default=ignore] pam_succeed_if.so service in crond quiet use_uid",
    "session required pam_unix.so",
    "session optional pam_sss.so",
];

const COMMON: &[&str] = &[
    "auth requisite pam_faillock.so preauth",
    "auth [success=3 default=ignore] pam_krb5.so minimum_uid=1000",
    "auth [success=2 default=ignore] pam_unix.so try_first_pass",
    "auth [default=die] pam_faillock.so authfail",
    "auth requisite pam_deny.so",
    "auth required pam_permit.so",
    "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so",
    "account requisite pam_deny.so",
    "account required pam_permit.so",
    "account required pam_faillock.so",
    "password requisite pam_pwquality.so retry=3",
    "password [success=2 default=ignore] pam_krb5.so minimum_uid=1000",
    "password [success=1 default=ignore] pam_unix.so use_authtok yescrypt",
    "password requisite pam_deny.so",
    "password required pam_permit.so",
    "session [default=1] pam_permit.so",
    "session requisite pam_deny.so",
    "session required pam_permit.so",
    "session required pam_limits.so",
];

/// The files of the stacks, the type, what is asked for behind it, and the verdict.
type Case<'c> = (&'c [&'c str], &'c [&'c str], &'c str, &'c str, Verdict);

const CASES: &[Case<'_>] = &[
    (
        SYSTEM_AUTH,
        &[],
        "auth",
        "pam_faillock.so, arguments: [preauth], before: pam_unix.so",
        Pass,
    ),
    (
        SYSTEM_AUTH,
        &[],
        "auth",
        "pam_faillock.so, arguments: [authfail], after: pam_unix.so",
        Pass,
    ),
    (SYSTEM_AUTH, &[], "account", "pam_faillock.so", Pass),
    (
        SYSTEM_AUTH,
        &[],
        "password",
        "pam_pwquality.so, control: [requisite]",
        Pass,
    ),
    (
        SYSTEM_AUTH,
        &[],
        "password",
        "pam_unix.so, arguments: [use_authtok]",
        Pass,
    ),
    (SYSTEM_AUTH, &[], "session", "pam_unix.so", Pass),
    (
        COMMON,
        &[],
        "auth",
        "pam_faillock.so, arguments: [preauth], before: pam_unix.so",
        Pass,
    ),
    (
        COMMON,
        &[],
        "auth",
        "pam_faillock.so, arguments: [authfail], after: pam_unix.so",
        Pass,
    ),
    (COMMON, &[], "account", "pam_faillock.so", Pass),
    (COMMON, &[], "password", "pam_pwquality.so", Pass),
    (
        COMMON,
        &[],
        "password",
        "pam_unix.so, arguments: [yescrypt]",
        Pass,
    ),
    (COMMON, &[], "session", "pam_limits.so", Pass),
    // What is sufficient ends the stack that includes it, and of a substack no more than that.
    (
        SYSTEM_AUTH,
        &["auth include shared", "auth required pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Fail,
    ),
    (
        SYSTEM_AUTH,
        &["auth substack shared", "auth required pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
    (
        COMMON,
        &["@include shared", "auth required pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
    // Root need not be a member of the group.
    (
        COMMON,
        &[
            "auth sufficient pam_rootok.so",
            "auth required pam_wheel.so",
        ],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
    // A substack counts as one module for those who jump.
    (
        COMMON,
        &[
            "auth [default=1] pam_permit.so",
            "auth substack shared",
            "auth required pam_wheel.so",
        ],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
    (
        COMMON,
        &[
            "auth [default=2] pam_permit.so",
            "auth substack shared",
            "auth required pam_wheel.so",
        ],
        "auth",
        "pam_wheel.so",
        Fail,
    ),
    (
        COMMON,
        &["auth requisite pam_deny.so", "auth required pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Fail,
    ),
    (
        COMMON,
        &["auth [success=ok new_authtok_reqd=ok ignore=ignore default=bad] pam_wheel.so"],
        "auth",
        "pam_wheel.so, control: [required]",
        Pass,
    ),
    (
        COMMON,
        &["auth [success=ok default=ignore] pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Fail,
    ),
    // Whom it refuses, what follows lets in.
    (
        COMMON,
        &[
            "auth [success=ok perm_denied=ignore default=bad] pam_wheel.so",
            "@include shared",
        ],
        "auth",
        "pam_wheel.so",
        Fail,
    ),
    (
        COMMON,
        &[
            "auth [success=1 default=ignore] pam_wheel.so",
            "auth requisite pam_deny.so",
            "@include shared",
        ],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
    (
        COMMON,
        &[
            "password sufficient pam_pwquality.so",
            "password sufficient pam_unix.so",
        ],
        "password",
        "pam_pwquality.so",
        Fail,
    ),
    (
        COMMON,
        &["auth required \\", "# between", "", "pam_wheel.so"],
        "auth",
        "pam_wheel.so",
        Pass,
    ),
];

#[test]
fn a_module_has_a_say_where_the_stack_comes_to_it() {
    for (shared, own, kind, demand, expected) in CASES {
        let service = if own.is_empty() { "shared" } else { "own" };
        let check =
            format!("{{method: pam_stack, services: [{service}], type: {kind}, module: {demand}}}");
        let files = file("/etc/pam.d/own", own) + &file("/etc/pam.d/shared", shared);
        let found = verdict(&check, &[("content /etc/pam.d/*", &files)]);
        assert_eq!(found, *expected, "{check}\n{files}");
    }
}
