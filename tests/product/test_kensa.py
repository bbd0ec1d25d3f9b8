"""Rules in the format of Kensa: several hundred are judged, and each verdict is compared with the commands that
the format stands for, run by hand on this machine."""

import json
import pathlib
import shlex
import subprocess

from openwatch import Case, run

HEAD = """id: {id}
title: "Rule {id}"
description: "What is judged."
rationale: "Why it matters."
severity: medium
category: generated
tags: [generated]
references:
  cis:
    ubuntu22: {{section: "1.2.3", level: "L1", type: "Automated"}}
  nist_800_53: ["AC-3"]
platforms:
  - {{family: debian, min_version: 8}}
  - {{family: ubuntu, min_version: 18}}
implementations:
"""


def shell(command):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def holds(command):
    """PASS or FAIL by the exit code; ERROR where the shell finds no such tool."""
    code, _ = shell(command)
    return "ERROR" if code == 127 else "PASS" if code == 0 else "FAIL"


def flow(**parameters):
    """A check on one line; every text is quoted, as in real corpora."""
    def scalar(value):
        if isinstance(value, (bool, int)):
            return json.dumps(value)
        if isinstance(value, list):
            return "[" + ", ".join(json.dumps(one) for one in value) + "]"
        return json.dumps(value)

    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in parameters.items()) + "}"


def sysctl():
    _, output = shell("cd /proc/sys && find kernel net/ipv4 fs vm -maxdepth 3 -type f -readable | head -150")
    for path in output.split():
        value = pathlib.Path("/proc/sys", path)
        try:
            now = value.read_text().strip()
        except (OSError, UnicodeDecodeError):
            continue
        volatile = ["random", "last_pid", "ns_last", "pty/nr", "nr_", "-state", "-nr", "state"]
        if not now or "\n" in now or len(now) > 100 or "." in path or any(word in path for word in volatile):
            continue
        key = path.replace("/", ".")
        # Several values stand with tabs between them, and what is compared is what is printed.
        for expected in {now, now.replace("\t", " "), "7"}:
            yield flow(method="sysctl_value", key=key, expected=expected), "PASS" if now == expected else "FAIL"
        if now.isdigit() and int(now) < 2**63:
            for comparator, found in [("<=", "PASS"), ("<", "FAIL"), (">=", "PASS"), ("!=", "FAIL")]:
                check = flow(method="sysctl_value", key=key, expected=now, comparator=comparator)
                yield check, found
    yield flow(method="sysctl_value", key="kernel.no_such_key", expected="1"), "FAIL"


def sshd():
    code, output = shell("PATH=$PATH:/usr/sbin sshd -T")
    assert code == 0, output
    seen = set()
    for line in output.splitlines():
        key, _, value = line.partition(" ")
        if key in seen or not value.strip():
            continue
        seen.add(key)
        yield flow(method="sshd_effective_config", key=key, expected=value.upper()), "PASS"
        yield flow(method="sshd_effective_config", key=key.title(), expected="nonsense"), "FAIL"
    yield flow(method="sshd_effective_config", key="nosuchkeyword", expected="x"), "FAIL"


def packages():
    for name in ["bash", "dash", "coreutils", "telnetd", "openssh-server", "no-such-package", "libc6", "nis"]:
        there = holds(f"dpkg -l {name} 2>/dev/null | grep -q '^ii'")
        away = "FAIL" if there == "PASS" else "PASS"
        yield flow(method="package_state", name=name), there
        yield flow(method="package_state", name=name, state="absent"), away
        yield flow(method="package_installed", name=name), there
        yield flow(method="package_absent", name=name), away
        yield flow(method="dpkg_installed", name=name), there
        yield flow(method="dpkg_absent", name=name), away


def services():
    for name in ["cron", "ssh", "dbus", "systemd-journald", "no-such-unit", "getty@tty1", "bluetooth"]:
        _, state = shell(f"systemctl is-enabled {name} 2>/dev/null")
        code, _ = shell(f"systemctl is-active --quiet {name}")
        if shell("systemctl list-units >/dev/null 2>&1")[0] != 0:
            enabled = disabled = active = inactive = "ERROR"
        else:
            enabled = "PASS" if state.strip() in ("enabled", "enabled-runtime", "static", "generated") else "FAIL"
            disabled = "FAIL" if state.strip() in ("enabled", "enabled-runtime") else "PASS"
            active, inactive = ("PASS", "FAIL") if code == 0 else ("FAIL", "PASS")
        yield flow(method="service_state", name=name, enabled=True), enabled
        yield flow(method="service_state", name=name, enabled=False), disabled
        yield flow(method="service_state", name=name, active=True), active
        yield flow(method="service_state", name=name, active=False), inactive
        yield flow(method="service_enabled", name=name), enabled
        yield flow(method="service_active", name=name), active


def files(folder):
    (folder / "plain").write_text("x")
    (folder / "plain").chmod(0o640)
    (folder / "link").symlink_to("plain")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "sticky").mkdir()
    (folder / "sticky").chmod(0o1777)
    (folder / "closed").write_text("x")
    (folder / "closed").chmod(0)
    (folder / "with space").write_text("x")
    paths = ["/etc/passwd", "/etc/shadow", "/etc/crontab", "/tmp", "/no/such/file", "/etc/mtab"]
    paths += [str(folder / name) for name in ["plain", "link", "dangling", "sticky", "closed", "with space"]]
    for path in paths:
        word = shlex.quote(path)
        there = holds(f"[ -e {word} ]")
        yield flow(method="file_exists", path=path), there
        yield flow(method="file_absent", path=path), "FAIL" if there == "PASS" else "PASS"
        code, output = shell(f"stat -c '%a %U %G' {word} 2>/dev/null")
        mode, owner, group = output.split() if code == 0 else ("none", "none", "none")
        for wanted in ["0640", "644", "0", "1777", mode.zfill(4) if mode != "none" else "0600"]:
            same = mode.lstrip("0") == wanted.lstrip("0")
            yield flow(method="file_permission", path=path, mode=wanted), "PASS" if same else "FAIL"
        yield flow(method="file_permissions", path=path, owner="root"), "PASS" if owner == "root" else "FAIL"
        yield flow(method="file_permission", path=path, group="shadow"), "PASS" if group == "shadow" else "FAIL"


CONFIG = """# Setting 1
Key = value # and why
  Indented=5
Key = second
Quoted = "text"
Colon: 7
Bare
 bare_two  
Blank 9
KeyLonger = no
Spaces   =   many words
Negative = -1
Empty =
"""


def config(folder):
    path, dropins = folder / "main.conf", folder / "main.conf.d"
    path.write_text(CONFIG)
    dropins.mkdir()
    (dropins / "10.conf").write_text("Key = third\nIndented = 6\n")
    (dropins / "20.conf").write_text("# Key = fourth\nKey = Third\n")
    (dropins / "30.other").write_text("Key = ignored\n")
    values = {
        "Key": "value # and why", "Indented": "5", "Quoted": '"text"', "Colon": "7", "Spaces": "many words",
        "Negative": "-1",
    }
    for key, value in values.items():
        yield flow(method="config_value", path=str(path), key=key, expected=value.upper()), "PASS"
        yield flow(method="config_value", path=str(path), key=key, expected="other"), "FAIL"
        yield flow(method="config_value", path=str(path), key=key, expected=value, comparator="!="), "FAIL"
    yield flow(method="config_value", path=str(path), key="Indented", expected="5", comparator=">="), "PASS"
    yield flow(method="config_value", path=str(path), key="Indented", expected="5", comparator=">"), "FAIL"
    yield flow(method="config_value", path=str(path), key="Negative", expected="3", comparator="<="), "PASS"
    yield flow(method="config_value", path=str(path), key="Quoted", expected="3", comparator="<="), "FAIL"
    yield flow(method="config_value", path=str(path), key="Blank", expected="9", delimiter=" "), "PASS"
    yield flow(method="config_value", path=str(path), key="Blank", expected="9"), "FAIL"
    yield flow(method="config_value", path=str(path), key="Bare", expected=""), "PASS"
    yield flow(method="config_value", path=str(path), key="bare_two", expected=""), "PASS"
    yield flow(method="config_value", path=str(path), key="Key", expected=""), "FAIL"
    yield flow(method="config_value", path=str(folder / "none"), key="Key", expected="x"), "FAIL"
    with_dropins = {"method": "config_value", "path": str(path), "dropin_dir": str(dropins)}
    yield flow(**with_dropins, key="Key", expected="third"), "PASS"
    yield flow(**with_dropins, key="Indented", expected="6"), "PASS"
    yield flow(**with_dropins, key="Colon", expected="7"), "PASS"
    scanned = {"method": "config_value", "path": str(dropins), "scan_pattern": "conf"}
    yield flow(**scanned, key="Indented", expected="6"), "PASS"
    for pattern in ["^Key", "^Bare$", "[[:space:]]bare_two", "no such line", "Quoted.*(text|none)"]:
        found = holds(f"grep -qE -- {shlex.quote(pattern)} {path}")
        yield flow(method="file_content_match", path=str(path), pattern=pattern), found
    yield flow(method="file_content", path=str(path), expected_content="Colon: 7"), "PASS"
    yield flow(method="file_content", path=str(path), expected_content="Colon: 8"), "FAIL"
    yield flow(method="file_content", path=str(folder / "none"), expected_content="x"), "FAIL"


def mounts():
    for point in ["/", "/proc", "/sys", "/dev/shm", "/no/such/mount"]:
        code, output = shell(f"findmnt -n -o OPTIONS {point} | tail -n 1")
        there = [option.split("=")[0] for option in output.strip().split(",")] if code == 0 and output else []
        for options in [["nosuid"], ["nodev", "nosuid"], ["noexec"], ["rw"], ["relatime"]]:
            verdict = "PASS" if set(options) <= set(there) else "FAIL"
            yield flow(method="mount_option", mount_point=point, options=options), verdict


def modules():
    for name in ["cramfs", "usb-storage", "no-such-module", "dccp", "overlay"]:
        _, shown = shell(f"PATH=$PATH:/sbin modprobe -n --show-depends {name} 2>&1")
        loaded = shell(f"grep -qw {name} /proc/modules")[0] == 0
        missing = shell("PATH=$PATH:/sbin command -v modprobe")[0] != 0
        off = "install /bin/true" in shown or "install /bin/false" in shown or "not found" in shown
        verdict = "ERROR" if missing else "PASS" if off and not loaded else "FAIL"
        yield flow(method="kernel_module_state", name=name, state="disabled"), verdict


def commands():
    for code in [0, 1, 2, 3, 42, 254]:
        yield flow(method="command", run=f"exit {code}"), "PASS" if code == 0 else "FAIL"
        yield flow(method="command", run=f"exit {code}", expected_exit=code), "PASS"
    yield flow(method="command", run="exit 126"), "ERROR"
    yield flow(method="command", run="no-such-tool-anywhere"), "ERROR"
    yield flow(method="command", run="kill -9 $$"), "ERROR"
    yield flow(method="command", cmd="echo one; echo two", expected_stdout="two"), "PASS"
    yield flow(method="command", run="echo one", expected_stdout="two"), "FAIL"
    yield flow(method="command", run="echo one", expected_stdout=""), "FAIL"
    yield flow(method="command", run="true", expected_stdout=""), "PASS"
    yield flow(method="command", run="echo x; exit 1", expected_output="x", expected_exit=1), "PASS"
    yield flow(method="command", run="echo why; exit 9", not_assessable_exit=9), "NOT_APPLICABLE"
    yield flow(method="command", run="printf 'a\\n\\nb\\n'\nexit 0\n", expected_stdout="b"), "PASS"
    yield flow(method="set_compare", observed_command="printf 'a\\nb\\n'", authorized="a, b, c"), "PASS"
    yield flow(method="set_compare", observed_command="printf 'a\\nd\\n'", authorized="a,b"), "FAIL"
    yield flow(method="set_compare", observed_command="echo a; exit 3", authorized="a"), "ERROR"
    yield flow(method="set_compare", observed_command="echo a", authorized=""), "NOT_APPLICABLE"
    aliases = {"method": "set_compare", "observed_command": "echo 'x|a'", "alias_separator": "|"}
    yield flow(**aliases, authorized="a"), "PASS"
    target = shell("systemctl get-default")
    wanted = target[1].strip() or "multi-user.target"
    known = target[0] == 0
    yield flow(method="systemd_target", expected=wanted.upper()), "PASS" if known else "ERROR"
    yield flow(method="systemd_target", not_expected="graphical.target"), (
        "ERROR" if not known else "FAIL" if wanted == "graphical.target" else "PASS")
    words = pathlib.Path("/proc/cmdline").read_text().split()
    key, _, value = next(word for word in words if "=" in word).partition("=")
    boot = holds(f"grep -q '^GRUB_CMDLINE_LINUX.*{key}' /etc/default/grub")
    yield flow(method="grub_parameter", key=key, expected=value), boot
    yield flow(method="grub_parameter", key="no_such_key", expected="1"), "FAIL"


class Kensa(Case):
    def write(self, name, implementations, category="generated", head=HEAD):
        path = self.folder / "rules" / category / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head.format(id=name) + implementations)
        return path

    def scan(self, *arguments):
        code, output, errors = run("scan", "local", "--rules", self.folder / "rules", "--format", "json",
                                   "--data-dir", self.folder / "data", *arguments)
        self.assertIn(code, (0, 1), errors)
        return {result["rule"]: result for result in json.loads(output)["results"]}

    def test_verdicts_are_those_of_the_commands_run_by_hand(self):
        work = self.folder / "files"
        work.mkdir()
        (work / "config").mkdir()
        cases = [
            *sysctl(), *sshd(), *packages(), *services(), *files(work), *config(work / "config"), *mounts(),
            *modules(), *commands(),
        ]
        wanted = {}
        for number, (check, verdict) in enumerate(cases):
            method = check.split('"')[1].replace("_", "-")
            name = f"{method}-{number}"
            self.write(name, f"  - default: true\n    check: {check}\n")
            wanted[name] = (check, verdict)
        self.assertGreater(len(wanted), 400)
        code, output, errors = run("rules", "validate", self.folder / "rules", "--compat", "kensa",
                                   "--format", "json")
        report = json.loads(output)
        self.assertEqual((report["files"], report["errors"], report["warnings"]), (len(wanted), 0, 0), errors)
        self.assertEqual(code, 0)
        found = self.scan()
        wrong = [
            (check, verdict, found[name]["verdict"], found[name]["reason"])
            for name, (check, verdict) in wanted.items() if found[name]["verdict"] != verdict
        ]
        self.assertEqual(wrong, [])

    def test_gates_are_tried_in_order_and_the_default_last(self):
        echo = "    check: {{method: command, run: \"echo {}\", expected_stdout: \"{}\"}}\n"
        gates = {
            "first": "  - default: true\n" + echo.format("default", "x")
            + "  - when: apt\n" + echo.format("apt", "apt"),
            "unknown": "  - when: no_such_capability\n" + echo.format("no", "x")
            + "  - when: {not: no_such_capability}\n" + echo.format("not", "not"),
            "all": "  - when: {all: [apt, dpkg]}\n" + echo.format("all", "all") + "  - default: true\n"
            + echo.format("no", "x"),
            "any": "  - when: {any: [no_such_capability, dpkg]}\n" + echo.format("any", "any")
            + "  - default: true\n" + echo.format("no", "x"),
            "open": "  - " + echo.format("open", "open").strip() + "\n  - default: true\n" + echo.format("no", "x"),
        }
        for name, text in gates.items():
            self.write(name, text)
        self.write("nobody", "  - when: no_such_capability\n" + echo.format("no", "x"))
        self.write("malformed", "  - when: {nor: [apt]}\n" + echo.format("no", "x"))
        self.write("elsewhere", "  - default: true\n" + echo.format("no", "x"),
                   head=HEAD.replace("family: debian", "family: rhel").replace("family: ubuntu", "family: rhel"))
        found = {name: result["verdict"] for name, result in self.scan().items()}
        self.assertEqual({name: found[name] for name in gates}, dict.fromkeys(gates, "PASS"))
        self.assertEqual(found["nobody"], "NOT_APPLICABLE")
        self.assertEqual(found["malformed"], "ERROR")
        self.assertEqual(found["elsewhere"], "NOT_APPLICABLE")

    def test_variables_come_from_the_command_line_before_the_folder(self):
        config = self.folder / "variables"
        (config / "conf.d").mkdir(parents=True)
        (config / "defaults.yml").write_text("variables:\n  one: default\n  two: default\n  list: [a, b]\n")
        (config / "conf.d/10.yml").write_text("variables: {two: dropin, three: dropin}\n")
        for name, expected in [("one", "default"), ("two", "dropin"), ("three", "cli"), ("list", "a,b")]:
            run_line = f"echo '{{{{ {name} }}}}'"
            self.write(name, "  - default: true\n    check:\n      method: command\n"
                       f"      run: \"{run_line}\"\n      expected_stdout: \"{expected}\"\n")
        self.write("four", "  - default: true\n    check: {method: command, run: \"echo {{ four }}\"}\n")
        found = self.scan("--variables", config, "--var", "three=cli")
        verdicts = {name: result["verdict"] for name, result in found.items()}
        self.assertEqual(verdicts, {"one": "PASS", "two": "PASS", "three": "PASS", "list": "PASS", "four": "ERROR"})
        self.assertIn("four", found["four"]["reason"])

    def test_broken_files_are_left_out_and_named(self):
        good = "  - default: true\n    check: {method: command, run: \"true\"}\n"
        self.write("good", good)
        self.write("two-documents", good + "---\nid: other\n")
        self.write("anchors", "  - default: true\n    check: &c {method: command, run: \"true\"}\n"
                   "  - {when: apt, check: *c}\n")
        self.write("yes-no", "  - default: true\n    check: {method: sshd_effective_config, key: usepam, expected: yes}\n")
        self.write("unknown-method", "  - default: true\n    check: {method: sysctl, key: a, expected: \"1\"}\n")
        self.write("no-parameter", "  - default: true\n    check: {method: sysctl_value, key: a}\n")
        self.write("tabs", "\t- default: true\n")
        (self.folder / "rules/generated/list.yml").write_text("- a\n- b\n")
        (self.folder / "rules/generated/empty.yml").write_text("")
        (self.folder / "rules/generated/binary.yml").write_bytes(b"\x00\xff\xfe")
        (self.folder / "rules/generated/copy.yml").write_text(HEAD.format(id="good") + good)
        code, output, _ = run("rules", "validate", self.folder / "rules", "--compat", "kensa", "--format", "json")
        self.assertEqual(code, 1)
        report = {pathlib.Path(result["file"]).stem: result for result in json.loads(output)["results"]}
        refused = {name for name, result in report.items() if result["status"] == "error"}
        self.assertEqual(refused, {"tabs", "list", "empty", "binary"})
        codes = {name: {finding["code"] for finding in result["findings"]} for name, result in report.items()}
        self.assertIn("more_documents", codes["two-documents"])
        self.assertIn("broken", codes["unknown-method"])
        self.assertIn("broken", codes["no-parameter"])
        self.assertTrue({"duplicate", "place"} & codes["good"] | codes["copy"])
        self.assertTrue(all(finding["line"] >= 1 for result in report.values() for finding in result["findings"]))
        found = self.scan()
        self.assertEqual(found["good"]["verdict"], "PASS")
        self.assertEqual(found["anchors"]["verdict"], "PASS")
        self.assertEqual(found["unknown-method"]["verdict"], "ERROR")
        self.assertEqual(found["no-parameter"]["verdict"], "ERROR")
        self.assertNotIn("tabs", found)

    def test_it_is_said_where_strict_semantics_differ(self):
        folder = self.folder / "files"
        folder.mkdir()
        (folder / "strict").write_text("deny = 0 # never\n")
        (folder / "strict").chmod(0o600)
        path = json.dumps(str(folder / "strict"))
        one = "  - default: true\n    check: {method: file_permission, path: %s, mode: \"0644\"}\n" % path
        self.write("stricter-mode", one)
        unmounted = "  - default: true\n    check: {method: mount_option, mount_point: /no/mount, options: [\"nodev\"]}\n"
        self.write("unmounted", unmounted)
        comment = "  - default: true\n    check: {method: config_value, path: %s, key: deny, expected: \"0\"}\n" % path
        self.write("comment", comment)
        found = self.scan()
        pairs = {name: (result["verdict"], result["strict"]["verdict"]) for name, result in found.items()}
        self.assertEqual(pairs, {
            "stricter-mode": ("FAIL", "PASS"),
            "unmounted": ("FAIL", "NOT_APPLICABLE"),
            "comment": ("FAIL", "ERROR"),
        })
        self.assertTrue(all(result["strict"]["reason"] for result in found.values()))
