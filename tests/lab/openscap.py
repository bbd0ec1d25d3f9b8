#!/usr/bin/env python3
"""OpenSCAP beside us on one host of the lab: time, CPU and memory on the target, and verdicts rule by rule.

Its content for Debian 12 comes with the package ssg-debian of Debian 13. Where that cannot be had, nothing is compared, and
that is said. Needs root. docs/reference/openscap.md explains every difference that is named here."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("BINARY_UNDER_TEST", str(HERE.parents[1] / "target/release/openwatch"))
ENVIRONMENT = {**os.environ, "LAB_NAME": "owscap", "LAB_PACKAGES": "openscap-scanner,time"}
PROFILE = "xccdf_org.ssgproject.content_profile_anssi_bp28_high"

# Our rule, and the rules of the content that ask the same.
SAME = {
    "account-homes-owned": ["accounts_users_home_files_ownership"],
    "account-password-age-limited@cis": ["accounts_password_set_max_life_root"],
    "account-umask@cis": ["accounts_umask_etc_login_defs"],
    "account-lockout-threshold@cis": ["accounts_passwords_pam_faillock_deny"],
    "account-lockout-time": ["accounts_passwords_pam_faillock_unlock_time"],
    "apparmor-loaded": ["package_apparmor_installed", "apparmor_configured"],
    "file-group-permissions": ["file_owner_etc_group", "file_groupowner_etc_group", "file_permissions_etc_group"],
    "file-gshadow-permissions": ["file_owner_etc_gshadow", "file_groupowner_etc_gshadow", "file_permissions_etc_gshadow"],
    "file-passwd-permissions": ["file_owner_etc_passwd", "file_groupowner_etc_passwd", "file_permissions_etc_passwd"],
    "file-shadow-permissions": ["file_owner_etc_shadow", "file_groupowner_etc_shadow", "file_permissions_etc_shadow"],
    "file-shells-permissions": ["file_owner_etc_shells", "file_groupowner_etc_shells", "file_permissions_etc_shells"],
    "file-system-commands-group": ["file_groupownership_system_commands_dirs"],
    "file-unowned-absent": ["file_permissions_ungroupowned"],
    "file-world-writable-absent": ["file_permissions_unauthorized_world_writable"],
    "file-world-writable-folders-sticky": ["dir_perms_world_writable_sticky_bits"],
    "filesystem-boot-separate": ["partition_for_boot"],
    "filesystem-home-separate": ["partition_for_home"],
    "filesystem-opt-separate": ["partition_for_opt"],
    "filesystem-srv-separate": ["partition_for_srv"],
    "filesystem-tmp-options": ["mount_option_tmp_nosuid", "mount_option_tmp_noexec"],
    "filesystem-usr-separate": ["partition_for_usr"],
    "filesystem-var-log-audit-separate": ["partition_for_var_log_audit"],
    "filesystem-var-log-separate": ["partition_for_var_log"],
    "filesystem-var-separate": ["partition_for_var"],
    "filesystem-var-tmp-separate": ["partition_for_var_tmp"],
    "package-nis-client-absent": ["package_ypbind_removed"],
    "package-nis-server-absent": ["package_ypserv_removed"],
    "package-rsh-client-absent": ["package_rsh_removed"],
    "package-rsh-server-absent": ["package_rsh-server_removed"],
    "package-telnet-client-absent": ["package_telnet_removed"],
    "package-telnet-server-absent": ["package_telnet-server_removed"],
    "package-tftp-client-absent": ["package_tftp_removed"],
    "package-tftp-server-absent": ["package_tftp-server_removed"],
    "password-length@cis": ["accounts_password_pam_minlen"],
    "password-needs-digit@cis": ["accounts_password_pam_dcredit"],
    "password-needs-lower-case-letter@cis": ["accounts_password_pam_lcredit"],
    "password-needs-special-character@cis": ["accounts_password_pam_ocredit"],
    "password-needs-upper-case-letter@cis": ["accounts_password_pam_ucredit"],
    "pam-password-history-kept": ["accounts_password_pam_unix_remember"],
    "pam-password-quality-checked": ["package_pam_pwquality_installed"],
    "service-dhcp-server-disabled": ["package_dhcp_removed", "package_kea_removed"],
    "sudo-files-closed": ["sudo_add_umask"],
    "sudo-no-negated-commands": ["sudoers_no_command_negation"],
    "sudo-uses-a-terminal-of-its-own": ["sudo_add_use_pty"],
}

# Where the two are not of one mind on this host: ours, theirs. The page says why.
DIFFERENT = {
    "account-homes-closed": ("fail", "not judged", []),
    "account-password-hash": ("pass", "fail", ["set_password_hashing_algorithm_logindefs"]),
    "boot-apparmor-kept": ("not judged", "fail", ["grub2_enable_apparmor"]),
    "file-system-commands-permissions": ("pass", "fail", ["file_ownership_binary_dirs"]),
    "filesystem-boot-options": ("not judged", "pass", ["mount_option_boot_nosuid", "mount_option_boot_noexec"]),
    "filesystem-home-options": ("not judged", "pass", ["mount_option_home_noexec"]),
    "sudo-ignores-the-current-folder": ("pass", "fail", ["sudo_add_ignore_dot"]),
}


def say(words):
    print(words, file=sys.stderr)


def lab(*arguments):
    done = subprocess.run([HERE / "lab", *arguments], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    return done.stdout


def content(folder):
    """The content for Debian 12, from the mirror that this machine uses; nothing where it cannot be had."""
    apt = pathlib.Path("/etc/apt")
    files = [*apt.glob("sources.list"), *apt.glob("sources.list.d/*")]
    sources = "\n".join(path.read_text() for path in files)
    mirror = re.search(r"https?://\S+/debian/?(?=\s)", sources)
    (folder / "sources").write_text(
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
        f"{mirror.group(0) if mirror else 'http://deb.debian.org/debian'} trixie main\n")
    (folder / "cache/archives/partial").mkdir(parents=True)
    (folder / "lists/partial").mkdir(parents=True)
    options = [
        "-o", f"Dir::Etc::sourcelist={folder}/sources", "-o", "Dir::Etc::sourceparts=-",
        "-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache", "-o", "APT::Sandbox::User=root",
    ]
    for command in (["update"], ["download", "ssg-debian"]):
        if subprocess.run(["apt-get", *options, *command], cwd=folder, capture_output=True, check=False).returncode:
            return None
    package = next(folder.glob("ssg-debian*.deb"), None)
    if package is None or subprocess.run(["dpkg", "-x", package, folder / "package"], check=False).returncode:
        return None
    return next((folder / "package").rglob("ssg-debian12-ds.xml"), None)


def openscap(host, key):
    """Verdicts, seconds, CPU seconds and KiB of memory on the target."""
    begun = time.monotonic()
    done = subprocess.run(
        ["ssh", "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
         f"nopasswd@{host}", f"sudo /usr/bin/time -v oscap xccdf eval --profile {PROFILE} /root/content.xml"],
        capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    cpu = sum(map(float, re.findall(r"(?:User|System) time \(seconds\): ([\d.]+)", done.stderr)))
    memory = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr).group(1))
    pattern = r"Rule\s+xccdf_org\.ssgproject\.content_rule_(\S+)\n.*?Result\s+(\S+)"
    return dict(re.findall(pattern, done.stdout, re.DOTALL)), seconds, cpu, memory


def scan(host, key, folder):
    known = folder / "known_hosts"
    return [BINARY, "scan", f"nopasswd@{host}", "-i", key, "--known-hosts", known, "--sudo", "--format", "json"]


def openwatch(host, key, folder):
    """Verdicts, seconds and CPU seconds on the target."""
    begun = time.monotonic()
    done = subprocess.run(scan(host, key, folder), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    answer = json.loads(done.stdout)
    verdicts = {result["rule"]: result["verdict"] for result in answer["results"]}
    return verdicts, seconds, answer["cost"]["remote_cpu_ms"] / 1000


def peak(host, key, folder):
    """KiB of memory on the target: the largest process of a scan, as time(1) tells it for the other. sudo is wrapped."""
    lab("exec", "1", "sh", "-c", "mv /usr/bin/sudo /usr/bin/sudo.real && printf '#!/bin/sh\\n"
        "exec /usr/bin/sudo.real -n /usr/bin/time -f %%M -o /run/peak /bin/sh -c \"echo; echo openwatch-ready-1; exec /bin/sh -s\"\\n' "
        ">/usr/bin/sudo && chmod 755 /usr/bin/sudo")
    try:
        subprocess.run(scan(host, key, folder), capture_output=True, check=False)
        return int(lab("exec", "1", "cat", "/run/peak").split()[-1])
    finally:
        lab("exec", "1", "mv", "/usr/bin/sudo.real", "/usr/bin/sudo")


def ours_says(ours, rule):
    """One of three: what is no pass and no fail has not been judged."""
    assert rule in ours, f"there is no rule {rule} of ours"
    return {"PASS": "pass", "FAIL": "fail"}.get(ours[rule], "not judged")


def theirs_say(theirs, rules):
    """The same of several rules together."""
    missing = [rule for rule in rules if rule not in theirs]
    assert not missing, f"the content has no rule {missing}"
    results = {theirs[rule] for rule in rules}
    if "fail" in results:
        return "fail"
    return "pass" if results == {"pass"} else "not judged"


def differences(ours, theirs):
    """Every pair that is not as this file says."""
    wrong = []
    pairs = [(rule, None, others) for rule, others in SAME.items()]
    pairs += [(rule, (our, their), others) for rule, (our, their, others) in DIFFERENT.items()]
    for rule, wanted, others in pairs:
        found = ours_says(ours, rule), theirs_say(theirs, others)
        if found != wanted if wanted else found[0] != found[1]:
            told = ", ".join(f"{other} {theirs[other]}" for other in others)
            wrong.append(f"{rule}: we say {found[0]} ({ours[rule]}), they say {found[1]} ({told}); expected {wanted or 'the same'}")
        elif not wanted and found[0] == "not judged":
            wrong.append(f"{rule}: neither has judged, so the pair shows nothing")
    return wrong


def compare(folder):
    found = content(folder)
    if found is None:
        say("openscap: left out, since the content (ssg-debian of Debian 13) cannot be had")
        return 0
    lab("up", "1")
    inventory = json.loads(lab("inventory"))
    host, key = inventory["hosts"][0]["address"], inventory["keys"]["ed25519"]
    (pathlib.Path("/var/tmp/openwatch-lab-owscap/1/root/root/content.xml")).write_bytes(found.read_bytes())
    theirs, their_seconds, their_cpu, their_memory = min((openscap(host, key) for _ in range(3)), key=lambda one: one[1])
    ours, our_seconds, our_cpu = min((openwatch(host, key, folder) for _ in range(3)), key=lambda one: one[1])
    our_memory = peak(host, key, folder)
    their_judged = sum(result in ("pass", "fail") for result in theirs.values())
    our_judged = sum(result in ("PASS", "FAIL") for result in ours.values())
    for name, ours_, theirs_, unit in [
        ("wall for each rule judged", our_seconds / our_judged * 1000, their_seconds / their_judged * 1000, "ms"),
        ("CPU on the target for each", our_cpu / our_judged * 1000, their_cpu / their_judged * 1000, "ms"),
        ("memory on the target", our_memory / 1024, their_memory / 1024, "MiB"),
        ("memory for each rule judged", our_memory / our_judged, their_memory / their_judged, "KiB"),
    ]:
        print(f"openscap: {name:30} {ours_:>9.2f} {unit:4} {theirs_:>9.2f} OpenSCAP {theirs_ / ours_:>9.1f}x")
    print(f"openscap: judged {our_judged} of {len(ours)} in {our_seconds:.2f} s; OpenSCAP {their_judged} of {len(theirs)} in {their_seconds:.2f} s")
    wrong = differences(ours, theirs)
    print("\n".join(wrong) or f"openscap: {len(SAME)} rules agree, {len(DIFFERENT)} differ as docs/reference/openscap.md explains")
    return int(bool(wrong))


def main():
    if os.getuid() != 0:
        say("openscap: left out, since the lab needs root")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            return compare(pathlib.Path(folder))
        finally:
            lab("down")


if __name__ == "__main__":
    sys.exit(main())
