//! Tests of the check methods: the rules that ship against their own recorded hosts, and the traps that
//! a plain reading of each format falls into, as tables from check and facts to verdict.

mod accounts;
mod files;
mod machine;
mod network;

use std::collections::BTreeMap;

use domain::verdict::Verdict;

use crate::collect::plan;
use crate::facts::{Facts, Frame};
use crate::fixture::run_fixtures;
use crate::judge::{RuleResult, judge};
use crate::rule::{Platform, Rule, RulePack, Values, parse_rules};

use Verdict::{Error, Fail, NotApplicable, Pass};

#[test]
fn every_built_in_rule_gets_the_verdicts_of_its_fixtures() {
    let pack = RulePack::builtin().unwrap();
    let report = run_fixtures(&pack);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    assert!(pack.rules().len() >= 200 && report.passed >= 5 * pack.rules().len());
}

#[test]
fn the_built_in_rules_use_every_method() {
    let pack = RulePack::builtin().unwrap();
    for method in super::METHODS {
        let used = pack
            .rules()
            .iter()
            .any(|rule| rule.methods().contains(method));
        assert!(used, "no rule uses {method}");
    }
}

fn rule(check: &str) -> Rule {
    let text = format!(
        "schema: openwatch/1\nid: trap\ntitle: t\ndescription: d\nrationale: r\nseverity: low\n\
         category: x\ncheck: {check}\n"
    );
    let rules = parse_rules("x/trap.yml", &text, &Values::default());
    let mut rules = rules.unwrap_or_else(|faults| panic!("{check}: {faults:?}"));
    rules.pop().unwrap()
}

/// The host has these frames; files that are not named are not there.
fn judged(check: &str, frames: &[(&str, Frame)]) -> RuleResult {
    let rule = rule(check);
    let needs = rule.implementations[0].check.needs().into_iter().collect();
    let mut all: BTreeMap<String, Frame> = plan(&needs)
        .into_iter()
        .filter(|spec| spec.key.starts_with("content "))
        .map(|spec| (spec.key, Frame::ok("")))
        .collect();
    for (key, frame) in frames {
        all.insert((*key).to_owned(), frame.clone());
    }
    let facts = Facts {
        platform: Platform::default(),
        privileged: true,
        frames: all,
        ..Facts::default()
    };
    judge(&rule, &facts)
}

fn verdict(check: &str, frames: &[(&str, &str)]) -> Verdict {
    let frames: Vec<_> = frames
        .iter()
        .map(|(key, text)| (*key, Frame::ok(*text)))
        .collect();
    judged(check, &frames).verdict
}

/// The file as the collector prints it.
fn file(path: &str, lines: &[&str]) -> String {
    let mut text = format!("file {path}\n");
    for (line, number) in lines.iter().zip(1..) {
        text.push_str(&format!("{number}:{line}\n"));
    }
    text
}

#[test]
fn config_value_reads_values_as_the_programs_do() {
    let deny =
        "{method: config_value, path: /etc/f, dropins: \"/etc/f.d/*\", key: deny, min: 1, max: 5}";
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
fn a_module_is_off_only_when_nothing_loads_it() {
    let check = "{method: kernel_module_state, name: usb-storage, state: disabled}";
    let off = &["install usb-storage /bin/false"][..];
    let cases: &[(&str, &[&str], &[&str], Verdict)] = &[
        ("loaded=0 builtin=0 available=1", off, &[], Pass),
        (
            "loaded=0 builtin=0 available=1",
            &["install usb_storage /usr/bin/true"],
            &[],
            Pass,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["blacklist usb-storage"],
            &[],
            Fail,
        ),
        ("loaded=1 builtin=0 available=1", off, &[], Fail),
        ("loaded=0 builtin=1 available=0", off, &[], Fail),
        ("loaded=0 builtin=0 available=0", &[], &[], Pass),
        ("loaded=0 builtin=? available=?", off, &[], Error),
        ("loaded=1 builtin=? available=?", off, &[], Fail),
        // The first install line counts.
        (
            "loaded=0 builtin=0 available=1",
            &[
                "install usb-storage /sbin/modprobe -i usb-storage",
                "install usb-storage /bin/true",
            ],
            &[],
            Fail,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["install usb-storage /bin/true; modprobe -i usb-storage"],
            &[],
            Fail,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["#install usb-storage /bin/true"],
            &[],
            Fail,
        ),
        // A file of the administrator hides one of the distribution.
        ("loaded=0 builtin=0 available=1", &["# nothing"], off, Fail),
    ];
    for (state, etc, usr, expected) in cases {
        let modules = format!("usb_storage {state}\n");
        let (etc, usr) = (
            file("/etc/modprobe.d/usb.conf", etc),
            file("/usr/lib/modprobe.d/usb.conf", usr),
        );
        let frames = [
            ("modules", modules.as_str()),
            ("content /etc/modprobe.d/*.conf", etc.as_str()),
            ("content /usr/lib/modprobe.d/*.conf", usr.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{state} {etc} {usr}");
    }
}

#[test]
fn a_kernel_parameter_counts_now_and_after_a_boot() {
    let check = "{method: sysctl_value, key: net.ipv4.conf.all.rp_filter, expected: \"1\"}";
    let name = "net.ipv4.conf.all.rp_filter";
    let cases: &[(&str, &[&str], &[&str], Verdict)] = &[
        ("1", &["net.ipv4.conf.all.rp_filter = 1"], &[], Pass),
        ("1", &["net/ipv4/conf/all/rp_filter=1"], &[], Pass),
        ("1", &["-net.ipv4.conf.all.rp_filter = 1"], &[], Pass),
        ("1", &[], &[], Fail),
        ("0", &["net.ipv4.conf.all.rp_filter = 1"], &[], Fail),
        ("1", &["net.ipv4.conf.all.rp_filter = 0"], &[], Fail),
        ("1", &["net.ipv4.conf.all.rp_filter = 1 # yes"], &[], Fail),
        (
            "1",
            &[
                "net.ipv4.conf.all.rp_filter = 0",
                "net.ipv4.conf.all.rp_filter = 1",
            ],
            &[],
            Pass,
        ),
        ("1", &["# net.ipv4.conf.all.rp_filter = 1"], &[], Fail),
        ("1", &["net.ipv4.conf.*.rp_filter = 1"], &[], Pass),
        (
            "1",
            &[
                "net.ipv4.conf.all.rp_filter = 1",
                "net.ipv4.conf.*.rp_filter = 0",
            ],
            &[],
            Pass,
        ),
        (
            "1",
            &[
                "net.ipv4.conf.*.rp_filter = 1",
                "-net.ipv4.conf.all.rp_filter",
            ],
            &[],
            Fail,
        ),
        // 10-a.conf of the distribution comes before 50-b.conf of the administrator.
        (
            "1",
            &["net.ipv4.conf.all.rp_filter = 1"],
            &["net.ipv4.conf.all.rp_filter = 0"],
            Pass,
        ),
    ];
    for (now, etc, usr, expected) in cases {
        let now = format!("value {name} {now}\n");
        let (etc, usr) = (
            file("/etc/sysctl.d/50-b.conf", etc),
            file("/usr/lib/sysctl.d/10-a.conf", usr),
        );
        let frames = [
            ("sysctl", now.as_str()),
            ("content /etc/sysctl.d/*.conf", etc.as_str()),
            ("content /usr/lib/sysctl.d/*.conf", usr.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{now}{etc}{usr}");
    }
    let absent = format!("absent {name}\n");
    assert_eq!(verdict(check, &[("sysctl", &absent)]), NotApplicable);
    assert_eq!(
        verdict(check, &[("sysctl", &format!("unreadable {name}\n"))]),
        Error
    );
    assert_eq!(verdict(check, &[("sysctl", "")]), Error);
}

#[test]
fn the_ssh_server_is_asked_and_match_blocks_are_read() {
    let check = "{method: sshd_effective_config, key: ClientAliveInterval, min: 1, max: 600}";
    let asked = |value: &str| format!("port 22\nclientaliveinterval {value}\n");
    let cases: &[(&str, &[&str], Verdict)] = &[
        ("300", &[], Pass),
        ("0", &[], Fail),
        ("601", &[], Fail),
        ("300", &["ClientAliveInterval 0"], Pass),
        ("300", &["Match User a", "  ClientAliveInterval 0"], Fail),
        ("300", &["match user a", "  clientaliveinterval=0"], Fail),
        ("300", &["Match User a", "  ClientAliveInterval 5m"], Pass),
        ("300", &["Match User a", "  ClientAliveInterval 1h"], Fail),
        ("300", &["Match User a", "  #ClientAliveInterval 0"], Pass),
        ("300", &["Match User a", "  X11Forwarding yes"], Pass),
    ];
    for (value, lines, expected) in cases {
        let (asked, lines) = (asked(value), file("/etc/ssh/sshd_config", lines));
        let frames = [
            ("sshd", asked.as_str()),
            ("content /etc/ssh/sshd_config", lines.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{value} {lines}");
    }
    assert_eq!(verdict(check, &[("sshd", "port 22\n")]), Fail);
    assert_eq!(verdict(check, &[("sshd", "")]), Error);
    assert_eq!(verdict(check, &[("sshd", "Last login: today\n")]), Error);
    let refused = Frame {
        exit: Some(255),
        stderr: "Missing privilege separation directory: /run/sshd".to_owned(),
        ..Frame::default()
    };
    let result = judged(check, &[("sshd", refused)]);
    assert_eq!(result.verdict, Error);
    assert!(result.reason.contains("/run/sshd"), "{}", result.reason);
}

#[test]
fn a_package_is_there_only_when_it_is_whole() {
    let present = "{method: package_state, name: sudo, state: present}";
    let absent = "{method: package_state, name: sudo, state: absent}";
    for (line, there, away) in [
        ("ii \tsudo\t1.9", Pass, Fail),
        ("hi \tsudo\t1.9", Pass, Fail),
        ("it \tsudo\t1.9", Pass, Fail),
        ("ri \tsudo\t1.9", Pass, Fail),
        ("rc \tsudo\t1.9", Fail, Pass),
        ("un \tsudo\t", Fail, Pass),
        ("iU \tsudo\t1.9", Error, Error),
        ("iF \tsudo\t1.9", Error, Error),
        ("iH \tsudo\t1.9", Error, Error),
        ("iHR\tsudo\t1.9", Error, Error),
        ("ii \tsudo-ldap\t1.9", Fail, Pass),
        ("rc \tsudo\t1.8\nii \tsudo\t1.9", Pass, Fail),
    ] {
        let text = format!("dpkg\nii \tbash\t5.2\n{line}\n");
        assert_eq!(verdict(present, &[("packages", &text)]), there, "{line}");
        assert_eq!(verdict(absent, &[("packages", &text)]), away, "{line}");
    }
    // A database without a single package is not the machine's own.
    assert_eq!(verdict(absent, &[("packages", "rpm\n")]), Error);
    assert_eq!(verdict(absent, &[("packages", "")]), Error);
}

fn units(load: &str, active: &str, sub: &str, enabled: &str) -> String {
    format!(
        "x.service\n\nLoadState={load}\nActiveState={active}\nSubState={sub}\nUnitFileState={enabled}\n"
    )
}

#[test]
fn a_unit_counts_now_and_after_a_boot() {
    let on = "{method: service_state, name: x, enabled: true, active: true}";
    let off = "{method: service_state, name: x, enabled: false, active: false}";
    for (load, active, sub, enabled, up, down) in [
        ("loaded", "active", "running", "enabled", Pass, Fail),
        ("loaded", "active", "running", "static", Pass, Fail),
        ("loaded", "active", "running", "disabled", Fail, Fail),
        ("loaded", "active", "running", "enabled-runtime", Fail, Fail),
        ("loaded", "active", "running", "indirect", Fail, Fail),
        ("loaded", "inactive", "dead", "enabled", Fail, Fail),
        ("loaded", "failed", "failed", "enabled", Fail, Fail),
        (
            "loaded",
            "activating",
            "auto-restart",
            "enabled",
            Fail,
            Fail,
        ),
        (
            "loaded",
            "activating",
            "auto-restart",
            "disabled",
            Fail,
            Fail,
        ),
        ("loaded", "inactive", "dead", "disabled", Fail, Pass),
        ("masked", "inactive", "dead", "masked", Fail, Pass),
        ("masked", "active", "running", "masked", Fail, Fail),
        ("not-found", "inactive", "dead", "", Fail, Pass),
        ("error", "inactive", "dead", "", Error, Error),
        ("bad-setting", "inactive", "dead", "disabled", Error, Error),
        ("", "", "", "", Error, Error),
    ] {
        let text = units(load, active, sub, enabled);
        assert_eq!(verdict(on, &[("units", &text)]), up, "{text}");
        assert_eq!(verdict(off, &[("units", &text)]), down, "{text}");
    }
    assert_eq!(verdict(off, &[("units", "x.service\n\n")]), Error);
    assert_eq!(
        verdict(off, &[("units", "y.service\n\nLoadState=loaded\n")]),
        Error
    );
}

#[test]
fn only_a_filesystem_of_its_own_has_mount_options() {
    let check = "{method: mount_option, path: /tmp, options: [nosuid, nodev]}";
    let root = "28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n";
    for (line, expected) in [
        ("31 28 0:27 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw", Pass),
        (
            "31 28 0:27 / /tmp rw,nosuid shared:9 - tmpfs tmpfs rw,nodev",
            Fail,
        ),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodevice - tmpfs tmpfs rw",
            Fail,
        ),
        ("31 28 0:27 / /tmp/x rw - tmpfs tmpfs rw", NotApplicable),
        ("", NotApplicable),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodev - autofs systemd-1 rw",
            Error,
        ),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw\n44 31 0:28 / /tmp rw - tmpfs tmpfs rw",
            Fail,
        ),
    ] {
        let text = format!("{root}{line}\n");
        assert_eq!(verdict(check, &[("mounts", &text)]), expected, "{line}");
    }
    assert_eq!(verdict(check, &[("mounts", "")]), Error);
    assert_eq!(verdict(check, &[("mounts", "nonsense\n")]), Error);
}

const WATCH: &str = "{method: audit_rule_exists, rules: [\"-w /etc/passwd -p wa\"]}";

const CALLS: &str = "{method: audit_rule_exists, rules: [\"-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid!=unset\"]}";

/// The check, a line on disk, what auditctl lists, the verdict.
const AUDIT: &[(&str, &str, &str, Verdict)] = &[
    (
        WATCH,
        "-w /etc/passwd -p wa -k id",
        "-w /etc/passwd -p wa -k id",
        Pass,
    ),
    (
        WATCH,
        "-w /etc/passwd -p aw",
        "-w /etc/passwd -p rwxa",
        Pass,
    ),
    (WATCH, "-w /etc/passwd", "-w /etc/passwd -p rwxa", Pass),
    (
        WATCH,
        "-a exit,always -F path=/etc/passwd -F perm=wa",
        "-w /etc/passwd -p wa",
        Pass,
    ),
    (
        WATCH,
        "-w /etc/passwd -p wa",
        "-a always,exit -F arch=b64 -S all -F path=/etc/passwd -F perm=wa\n-a always,exit -F arch=b32 -S all -F path=/etc/passwd -F perm=wa",
        Pass,
    ),
    (
        WATCH,
        "-w /etc/passwd -p wa",
        "-a always,exit -F arch=b64 -S all -F path=/etc/passwd -F perm=wa",
        Fail,
    ),
    (WATCH, "-w /etc/passwd -p w", "-w /etc/passwd -p w", Fail),
    (WATCH, "-w /etc/passwd -p wa", "No rules", Fail),
    (WATCH, "-w /etc/group -p wa", "-w /etc/passwd -p wa", Fail),
    (WATCH, "#-w /etc/passwd -p wa", "-w /etc/passwd -p wa", Fail),
    (
        WATCH,
        "-w /etc/passwd -p wa",
        "-a never,task\n-w /etc/passwd -p wa",
        Fail,
    ),
    (
        CALLS,
        "-a always,exit -F arch=b64 -S adjtimex -S settimeofday -F auid!=4294967295",
        "-a always,exit -F arch=b64 -S settimeofday,adjtimex,stime -F auid!=-1 -F key=t",
        Pass,
    ),
    (
        CALLS,
        "-a always,exit -F arch=b64 -S adjtimex -F auid!=-1\n3:-a always,exit -F arch=b64 -S settimeofday -F auid!=-1",
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid!=-1",
        Pass,
    ),
    (
        CALLS,
        "-a always,exit -F arch=b64 -S adjtimex -F auid!=-1",
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid!=-1",
        Fail,
    ),
    (
        CALLS,
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid!=-1 -F success=0",
        "-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid!=-1",
        Fail,
    ),
];

#[test]
fn an_audit_rule_is_known_in_any_spelling_and_must_be_in_force() {
    for (check, on_disk, loaded, expected) in AUDIT {
        let (disk, loaded) = (audit_file(on_disk), format!("enabled 1\npid 9\n{loaded}\n"));
        let frames = [
            ("content /etc/audit/rules.d/*.rules", disk.as_str()),
            ("audit loaded", loaded.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{disk}{loaded}");
    }
}

/// A file of rules.
fn audit_file(line: &str) -> String {
    file("/etc/audit/rules.d/a.rules", &["-D", "# a", line])
}

#[test]
fn audit_rules_mean_nothing_while_auditing_is_off() {
    let disk = audit_file("-w /etc/passwd -p wa");
    for (loaded, expected) in [
        ("enabled 2\n-w /etc/passwd -p wa\n", Pass),
        ("enabled 0\n-w /etc/passwd -p wa\n", Fail),
        ("-w /etc/passwd -p wa\n", Error),
    ] {
        let frames = [
            ("content /etc/audit/rules.d/*.rules", disk.as_str()),
            ("audit loaded", loaded),
        ];
        assert_eq!(verdict(WATCH, &frames), expected, "{loaded}");
    }
}

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
    ] {
        assert_eq!(verdict(present, &[(key, &text)]), with, "{text}");
        assert_eq!(verdict(absent, &[(key, &text)]), without, "{text}");
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
    for exit in [126, 127, 137, 143] {
        let frame = Frame {
            exit: Some(exit),
            ..good.clone()
        };
        assert_eq!(judged(check, &[("stat", frame)]).verdict, Error, "{exit}");
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

fn assert_printable(result: &RuleResult) {
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
