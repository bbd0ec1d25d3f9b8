//! What a host can do: one probe for each capability that a rule asks about, all in one piece of shell.
//! The names and what they mean are those of the Kensa rule format, so that gates read the same in both.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::Facts;

const KEY: &str = "capabilities";

/// Functions for the probes. A unit counts as known by its file: asking systemd costs a tenth of a second.
const PRELUDE: &str = r#"have() { command -v "$1" >/dev/null 2>&1; }
unit() { for d in /etc /run /usr/local/lib /usr/lib /lib; do [ -e "$d/systemd/system/$1.service" ] && return 0; done; return 1; }
active() { systemctl is-active --quiet "$1" 2>/dev/null; }
say() { if eval "$2"; then echo "$1=1"; else echo "$1=0"; fi; }
"#;

/// Every capability with the shell that finds it.
const PROBES: &[(&str, &str)] = &[
    ("aide", "have aide"),
    (
        "apparmor",
        "[ \"$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)\" = Y ]",
    ),
    ("apt", "have apt-get"),
    (
        "apt_unattended_upgrades",
        "dpkg-query -W -f '${db:Status-Abbrev}' unattended-upgrades 2>/dev/null | grep -q '^ii'",
    ),
    ("at", "have at || unit atd"),
    ("auditd", "active auditd"),
    ("authselect", "have authselect"),
    ("chronyd", "unit chronyd || unit chrony"),
    (
        "coredump_systemd",
        "[ -e /usr/lib/systemd/system/systemd-coredump.socket ] || [ -e /lib/systemd/system/systemd-coredump.socket ]",
    ),
    ("cron", "unit crond || unit cron"),
    ("crypto_policies", "have update-crypto-policies"),
    ("dconf", "have dconf"),
    ("directory_joined", DIRECTORY),
    (
        "dnf_automatic",
        "[ -e /usr/lib/systemd/system/dnf-automatic.timer ]",
    ),
    ("dpkg", "have dpkg"),
    ("fapolicyd", "unit fapolicyd"),
    (
        "fips_mode",
        "[ \"$(cat /proc/sys/crypto/fips_enabled 2>/dev/null)\" = 1 ]",
    ),
    ("firewalld", "unit firewalld"),
    ("firewalld_nftables", "active firewalld && have nft"),
    ("gdm", "have gdm || have gdm3 || unit gdm || unit gdm3"),
    ("grub_bls", "[ -d /boot/loader/entries ]"),
    ("journald", "active systemd-journald"),
    ("nftables", "have nft"),
    ("nftables_active", "active nftables"),
    ("pam_faillock", "[ -e /etc/security/faillock.conf ]"),
    ("pam_pwquality", "[ -e /etc/security/pwquality.conf ]"),
    (
        "pam_tally2",
        "have pam_tally2 || ls /lib*/security/pam_tally2.so /usr/lib*/security/pam_tally2.so /lib/*/security/pam_tally2.so 2>/dev/null | grep -q .",
    ),
    // Not one of Kensa's: whether pam_pwhistory is one that reads a file (Linux-PAM 1.5.3, or what a distributor took back).
    (
        "pwhistory_conf",
        "grep -qs /etc/security/pwhistory.conf /lib*/security/pam_pwhistory.so /usr/lib*/security/pam_pwhistory.so /lib/*/security/pam_pwhistory.so",
    ),
    ("rsyslog", "unit rsyslog"),
    ("rsyslog_active", "active rsyslog"),
    ("selinux", "[ \"$(getenforce 2>/dev/null)\" = Enforcing ]"),
    (
        "sshd_config_d",
        "[ -d /etc/ssh/sshd_config.d ] && grep -Eqi '^[[:space:]]*include[[:space:]]+(/etc/ssh/)?sshd_config\\.d' /etc/ssh/sshd_config 2>/dev/null",
    ),
    // Not one of Kensa's: whether the tools of shadow know YESCRYPT (4.9 and later). Older ones take DES for it.
    (
        "shadow_yescrypt",
        "grep -qs YESCRYPT /usr/sbin/chgpasswd /sbin/chgpasswd",
    ),
    ("sssd", "unit sssd"),
    (
        "sssd_configured",
        "[ -s /etc/sssd/sssd.conf ] || ls /etc/sssd/conf.d/*.conf 2>/dev/null | grep -q . || active sssd",
    ),
    ("subscription_manager", "have subscription-manager"),
    (
        "systemd_dbus",
        "[ -S /run/dbus/system_bus_socket ] && [ -x /usr/libexec/kensa-systemd-helper ] && have systemctl",
    ),
    ("systemd_resolved", "active systemd-resolved"),
    ("ubuntu_advantage", "have ua || have pro"),
    ("ufw", "unit ufw"),
    ("usbguard", "unit usbguard"),
];

const DIRECTORY: &str = "{ have realm && [ -n \"$(realm list 2>/dev/null)\" ]; } || \
    grep -Eq '^passwd:.*(ldap|winbind)' /etc/nsswitch.conf 2>/dev/null || \
    { grep -Eq '^passwd:.*sss' /etc/nsswitch.conf 2>/dev/null && \
    { grep -Eqs '^\\[domain/' /etc/sssd/sssd.conf /etc/sssd/conf.d/*.conf || active sssd; }; } || active nslcd";

/// The name as the table has it, when there is a probe for it.
pub fn known_capability(name: &str) -> Option<&'static str> {
    let found = PROBES.iter().find(|(known, _)| *known == name);
    found.map(|(known, _)| *known)
}

/// The names of all capabilities that can be probed.
pub fn capability_names() -> impl Iterator<Item = &'static str> {
    PROBES.iter().map(|(name, _)| *name)
}

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script = PRELUDE.to_owned();
    for (name, probe) in PROBES.iter().filter(|(name, _)| arguments.contains(name)) {
        script.push_str(&format!("say {name} {}\n", super::quote(probe)));
    }
    script.push_str("exit 0");
    vec![FrameSpec::new(KEY, script, 30)]
}

/// Whether the host has it; `None` when that was not collected or could not be told.
pub fn has_capability(facts: &Facts, name: &str) -> Option<bool> {
    let frame = facts.frame(KEY, name).ok()?;
    let text = frame.text();
    let mut answers = text.lines().filter_map(|line| line.split_once('='));
    answers
        .find(|(known, _)| *known == name)
        .map(|(_, answer)| answer == "1")
}
