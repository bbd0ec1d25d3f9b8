//! The kernel's command line, mandatory access control, schedules, units and updates.

use super::{Error, Fail, Frame, NotApplicable, Pass, Verdict, file, judged, verdict};

#[test]
fn the_command_line_is_judged_now_and_for_every_boot_entry() {
    let check = "{method: kernel_parameter, key: audit_backlog_limit, min: 8192}";
    let menu = |words: &[&str]| {
        let lines: Vec<String> = words
            .iter()
            .map(|word| format!("\tlinux /vmlinuz root=/dev/vda1 {word}"))
            .collect();
        file(
            "/boot/grub/grub.cfg",
            &lines.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    };
    let good = "audit_backlog_limit=8192";
    for (running, entries, expected) in [
        (good, &[good][..], Pass),
        ("audit-backlog-limit=8192", &[good], Pass),
        (good, &[good, ""], Fail),
        (good, &["audit_backlog_limit=64"], Fail),
        (
            "audit_backlog_limit=8192 audit_backlog_limit=64",
            &[good],
            Fail,
        ),
        ("-- audit_backlog_limit=8192", &[good], Fail),
        ("x=\"a audit_backlog_limit=8192\"", &[good], Fail),
        ("noaudit_backlog_limit=8192", &[good], Fail),
        ("", &[], Fail),
        (good, &[], Error),
    ] {
        let running = file("/proc/cmdline", &[&format!("ro {running}")]);
        let menu = menu(entries);
        let frames = [
            ("content /proc/cmdline", running.as_str()),
            ("content /boot/grub/grub.cfg", menu.as_str()),
        ];
        assert_eq!(verdict(check, &frames), expected, "{running}{menu}");
    }
}

#[test]
fn of_several_parameters_those_are_named_that_are_wrong() {
    let check =
        "{method: kernel_parameter, key: [mds, l1tf, pti], state: absent, expected: \"off\"}";
    for (running, entry, expected, says) in [
        ("quiet", "mds=full", Pass, "no such parameter"),
        ("mds=full", "quiet", Pass, "mds=full"),
        (
            "mds=off pti=off",
            "l1tf=off",
            Fail,
            "expected not mds=off, not pti=off now and in every boot entry, found the running kernel has mds=off, pti=off",
        ),
        (
            "quiet",
            "l1tf=off",
            Fail,
            "expected not l1tf=off now and in every boot entry, found /boot/grub/grub.cfg:1 has l1tf=off",
        ),
    ] {
        let running = file("/proc/cmdline", &[running]);
        let menu = file("/boot/grub/grub.cfg", &[&format!("linux /vmlinuz {entry}")]);
        let frames = [
            ("content /proc/cmdline", Frame::ok(running.as_str())),
            ("content /boot/grub/grub.cfg", Frame::ok(menu.as_str())),
        ];
        let judged = judged(check, &frames);
        assert_eq!(
            (judged.verdict, judged.reason.contains(says)),
            (expected, true),
            "{}",
            judged.reason
        );
    }
}

#[test]
fn variables_of_the_boot_loader_are_put_in() {
    let check = "{method: kernel_parameter, key: audit_backlog_limit, min: 8192}";
    let good = "audit_backlog_limit=8192";
    let running = file("/proc/cmdline", &[good]);
    for (options, variable, expected) in [
        (
            "options root=/dev/vda1 $kernelopts",
            "kernelopts=ro audit_backlog_limit=8192",
            Pass,
        ),
        ("options root=/dev/vda1 $kernelopts", "kernelopts=ro", Fail),
        (
            "options root=/dev/vda1 ${tuned_params} audit_backlog_limit=8192",
            "tuned_params=x",
            Pass,
        ),
        (
            "options root=/dev/vda1 audit_backlog_limit=8192 $tuned_params",
            "tuned_params=audit_backlog_limit=1",
            Fail,
        ),
    ] {
        let entry = file("/boot/loader/entries/a.conf", &["title RHEL", options]);
        let variables = file(
            "/boot/grub2/grubenv",
            &["# GRUB Environment Block", variable],
        );
        let frames = [
            ("content /proc/cmdline", running.as_str()),
            ("content /boot/loader/entries/*.conf", entry.as_str()),
            ("content /boot/grub2/grubenv", variables.as_str()),
        ];
        assert_eq!(verdict(check, &frames), expected, "{options} {variable}");
    }
}

#[test]
fn the_memory_test_is_no_kernel() {
    let check = "{method: kernel_parameter, key: audit, expected: \"1\"}";
    let good = "audit=1";
    let running = file("/proc/cmdline", &[good]);
    let memory_test = file(
        "/boot/grub/grub.cfg",
        &[
            "linux16 /boot/memtest86+.bin",
            &format!("linux /vmlinuz {good}"),
        ],
    );
    let frames = [
        ("content /proc/cmdline", running.as_str()),
        ("content /boot/grub/grub.cfg", memory_test.as_str()),
    ];
    assert_eq!(verdict(check, &frames), Pass);
}

const KNOWN: &str = "file /proc/filesystems\n1:nodev\tselinuxfs\n";
const OTHER: &str = "file /proc/filesystems\n1:\text4\n";

/// The mode now, the configuration, the filesystems that the kernel knows, and the verdict.
const SELINUX: &[(Option<&str>, &[&str], &str, Verdict)] = &[
    (
        Some("1"),
        &["SELINUX=enforcing", "SELINUXTYPE=targeted"],
        KNOWN,
        Pass,
    ),
    (
        Some("1"),
        &["SELINUX=Enforcing", "SELINUXTYPE=targeted"],
        KNOWN,
        Pass,
    ),
    (
        Some("0"),
        &["SELINUX=enforcing", "SELINUXTYPE=targeted"],
        KNOWN,
        Fail,
    ),
    (
        Some("1"),
        &[
            "#SELINUX=enforcing",
            "SELINUX=permissive",
            "SELINUXTYPE=targeted",
        ],
        KNOWN,
        Fail,
    ),
    (
        Some("1"),
        &["SELINUX=enforcing", "SELINUXTYPE=minimum"],
        KNOWN,
        Fail,
    ),
    (Some("1"), &[], KNOWN, Fail),
    (
        None,
        &["SELINUX=enforcing", "SELINUXTYPE=targeted"],
        OTHER,
        Fail,
    ),
    (
        None,
        &["SELINUX=enforcing", "SELINUXTYPE=targeted"],
        KNOWN,
        Error,
    ),
];

#[test]
fn selinux_is_judged_now_and_after_a_boot() {
    let check = "{method: selinux_state, modes: [enforcing], policies: [targeted]}";
    for (now, config, filesystems, expected) in SELINUX {
        let now = now.map_or_else(String::new, |now| file("/sys/fs/selinux/enforce", &[now]));
        let config = if config.is_empty() {
            String::new()
        } else {
            file("/etc/selinux/config", config)
        };
        let frames = [
            ("content /sys/fs/selinux/enforce", now.as_str()),
            ("content /etc/selinux/config", config.as_str()),
            ("content /proc/filesystems", *filesystems),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{now}{config}");
    }
}

#[test]
fn profiles_of_apparmor_are_judged_by_their_mode() {
    let on = file("/sys/module/apparmor/parameters/enabled", &["Y"]);
    let list = |lines: &[&str]| file("/sys/kernel/security/apparmor/profiles", lines);
    let running = "/proc/7/exe -> /usr/sbin/tool\n/proc/7/attr/current:unconfined\n";
    let enforced = "{method: apparmor_state, modes: [enforce]}";
    let confined = "{method: apparmor_state, state: confined}";
    for (check, profiles, expected) in [
        (enforced, &["a b (enforce)"][..], Pass),
        (enforced, &["a (enforce)", "b//enforce (complain)"], Fail),
        (enforced, &[], Fail),
        (confined, &["/usr/sbin/other (enforce)"], Pass),
        (confined, &["/usr/sbin/tool (enforce)"], Fail),
    ] {
        let profiles = list(profiles);
        let frames = [
            (
                "content /sys/module/apparmor/parameters/enabled",
                on.as_str(),
            ),
            (
                "content /sys/kernel/security/apparmor/profiles",
                profiles.as_str(),
            ),
            ("processes", running),
        ];
        assert_eq!(verdict(check, &frames), expected, "{check} {profiles}");
    }
    assert_eq!(verdict(enforced, &[]), Fail);
}

#[test]
fn cron_passes_over_what_it_does_not_run() {
    let check = "{method: schedule, pattern: '\\baide(\\s|$)'}";
    let absent: String = ["daily", "hourly", "monthly", "weekly"]
        .map(|name| format!("absent\t/etc/cron.{name}/*\t/etc/cron.{name}/*\n"))
        .concat();
    for (path, line, expected) in [
        ("/etc/crontab", "5 4 * * * root aide --check", Pass),
        ("/etc/crontab", "@daily root aide", Pass),
        ("/etc/crontab", "# 5 4 * * * root aide --check", Fail),
        ("/etc/crontab", "MAILTO=aide", Fail),
        ("/etc/crontab", "5 4 * * * root aide\r", Fail),
        (
            "/etc/crontab",
            "5 4 * * * root aide | mail -s \"$(date +%F)\" x",
            Fail,
        ),
        ("/etc/crontab", "5 4 * * * root false && aide", Fail),
        ("/etc/cron.d/aide", "5 4 * * * root aide", Pass),
        ("/etc/cron.d/aide.dpkg-old", "5 4 * * * root aide", Fail),
    ] {
        let text = file(path, &[line]);
        let key = if path == "/etc/crontab" {
            "content /etc/crontab"
        } else {
            "content /etc/cron.d/*"
        };
        assert_eq!(
            verdict(check, &[(key, &text), ("stat", &absent)]),
            expected,
            "{path} {line}"
        );
    }
}

#[test]
fn cron_asks_pam_about_the_account() {
    let check = "{method: schedule, pattern: aide}";
    let stat: String = ["daily", "hourly", "monthly", "weekly"]
        .map(|name| format!("absent\t/etc/cron.{name}/*\t/etc/cron.{name}/*\n"))
        .concat();
    let table = file("/etc/crontab", &["5 4 * * * root aide"]);
    for (shadow, expected) in [
        ("19900\t0\t365\t7\t\t", Pass),
        ("19000\t0\t\t7\t\t", Pass),
        ("19000\t0\t99999\t7\t\t", Pass),
        ("20001\t0\t1\t7\t\t", Pass),
        ("19000\t0\t365\t7\t\t", Error),
        ("0\t0\t99999\t7\t\t", Error),
        ("19900\t0\t365\t7\t\t20000", Error),
    ] {
        let accounts = format!(
            "today\t20000\npasswd\troot\tshadow\t0\t0\t/root\t/bin/bash\nshadow\troot\tyescrypt\t{shadow}\n"
        );
        let frames = [
            ("content /etc/crontab", table.as_str()),
            ("stat", &stat),
            ("accounts", &accounts),
        ];
        assert_eq!(verdict(check, &frames), expected, "{shadow}");
    }
}

#[test]
fn a_property_of_a_unit_is_told_from_a_unit_that_is_not_there() {
    let check = "{method: unit_property, unit: a.service, property: ExecStart, matches: sulogin}";
    for (text, expected) in [
        (
            "a.service ExecStart\nLoadState=loaded\nExecStart={ path=/sbin/sulogin ; }\n\n",
            Pass,
        ),
        (
            "a.service ExecStart\nLoadState=loaded\nExecStart={ path=/bin/sh ; }\n\n",
            Fail,
        ),
        (
            "a.service ExecStart\nLoadState=not-found\n\n",
            NotApplicable,
        ),
        ("a.service ExecStart\nLoadState=loaded\n\n", Error),
        (
            "b.service ExecStart\nLoadState=loaded\nExecStart=sulogin\n\n",
            Error,
        ),
    ] {
        assert_eq!(
            verdict(check, &[("unit properties", text)]),
            expected,
            "{text}"
        );
    }
}

#[test]
fn old_lists_do_not_tell_that_nothing_waits() {
    let check = "{method: updates_pending, kind: security}";
    let security = "update a oldstable-security\n";
    let normal = "update a stable-security-tools,stable\n";
    for (text, expected) in [
        ("apt\nage 0\n".to_owned(), Pass),
        (format!("apt\nage 7\n{normal}"), Pass),
        (format!("apt\nage 8\n{normal}"), Error),
        (format!("apt\nage 8\n{security}"), Fail),
        ("apt\n".to_owned(), Error),
        // The lists come from tomorrow, or the clock from long ago.
        ("apt\nage -20000\n".to_owned(), Error),
        (
            "apt\nage 0\nupdate a noble-updates,noble-security\n".to_owned(),
            Fail,
        ),
        (
            "dnf\nage 0\nsecurity Error: Cache-only enabled but no cache for 'baseos'\n".to_owned(),
            Error,
        ),
        ("pacman\n".to_owned(), Error),
    ] {
        assert_eq!(verdict(check, &[("updates", &text)]), expected, "{text}");
    }
    let killed = Frame {
        exit: Some(2),
        stdout: b"apt\nage 0\n".to_vec(),
        ..Frame::default()
    };
    assert_eq!(judged(check, &[("updates", killed)]).verdict, Error);
}
