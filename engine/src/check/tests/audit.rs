//! Audit rules: in any spelling, on disk and in force.

use super::{Error, Fail, Pass, Verdict, file, verdict};

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
    (WATCH, "-w /etc/ -p wa", "-w /etc -p wa", Pass),
    (
        WATCH,
        "-a always,exit -F dir=/etc -F perm=wa",
        "-w /etc/ -p wa",
        Pass,
    ),
    (
        WATCH,
        "-a always,exit -F path=/etc -F perm=wa",
        "-w /etc/ -p wa",
        Fail,
    ),
    (WATCH, "-w /etc/pass -p wa", "-w /etc/pass -p wa", Fail),
    (WATCH, "-w /etc/passwd/x -p wa", "-w /etc -p wa", Fail),
    (
        WATCH,
        "-w /etc/passwd -p wa",
        "-a never,exit -F dir=/etc\n-w /etc/passwd -p wa",
        Fail,
    ),
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
fn system_calls_that_the_machine_does_not_have_are_not_asked_for() {
    let check = "{method: audit_rule_exists, rules: [\"-a always,exit -F arch=b64 -S unlink,unlinkat,rename,renameat\"]}";
    let rule = |calls: &str| format!("-a always,exit -F arch=b64 -S {calls}");
    for (calls, machine, expected) in [
        ("unlinkat,renameat", "machine aarch64\n", Pass),
        ("unlinkat", "machine aarch64\n", Fail),
        ("unlinkat,renameat", "machine x86_64\n", Fail),
        ("unlinkat,renameat", "", Fail),
    ] {
        let (disk, loaded) = (audit_file(&rule(calls)), rule(calls));
        let loaded = format!("enabled 1\n{loaded}\n{machine}");
        let frames = [
            ("content /etc/audit/rules.d/*.rules", disk.as_str()),
            ("audit loaded", loaded.as_str()),
        ];
        assert_eq!(verdict(check, &frames), expected, "{loaded}");
    }
}

#[test]
fn what_is_on_disk_is_what_the_unit_loads() {
    let rule = "-w /etc/passwd -p wa";
    let merged = file("/etc/audit/audit.rules", &[rule]);
    let loaded = format!("enabled 1\n{rule}\n");
    for (command, expected) in [
        ("/sbin/auditctl -R /etc/audit/audit.rules", Pass),
        ("/sbin/augenrules --load", Fail),
    ] {
        let unit = format!(
            "auditd.service ExecStartPost\nLoadState=loaded\nExecStartPost={{ path={command} ; argv[]={command} ; ignore_errors=yes }}\n\n"
        );
        let frames = [
            ("content /etc/audit/audit.rules", merged.as_str()),
            ("audit loaded", loaded.as_str()),
            ("unit properties", unit.as_str()),
        ];
        assert_eq!(verdict(WATCH, &frames), expected, "{command}");
    }
}
