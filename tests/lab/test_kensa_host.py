"""Scripts of Kensa rules, on a real host: what `openwatch scan --rules` makes of them, over SSH with sudo by key and
by password, against the same scripts run by hand on the host, each in a shell of its own."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "product"))
from openwatch import Case, run  # noqa: E402

LAB = pathlib.Path(__file__).with_name("lab")
PASSWORD = "lab password\n"
# More than the engine accepts of one script is no answer.
MOST = 1024 * 1024

SCRIPTS = [
    # how a script ends
    "true", "false", "exit 3", "exit 255", "exit 254", "exit 300", "exit 124", "exit 126", "exit 127", "exit 128",
    "exit 129", "exit 143", "f() { exit 7; }; f; echo no", "(exit 5); echo $?", "return 3; echo no",
    "set -e; false; echo no", "set -e\nf() { false; }\nf || echo handled\necho end", "set -u; echo $NOT_SET; echo no",
    "false | true", "true | false", "! true", "if false; then echo a; fi", "exec echo replaced; echo no",
    "exec sh -c 'exit 9'", "sh -c 'exit 255'", "no-such-command", "no-such-command || true", "! no-such-command",
    "no-such-command | cat", "/etc/passwd", "command -v no-such-command", "command -v sh", "timeout 1 sleep 5",
    "timeout 1 sleep 5 || echo over", "syntax error (", "echo before; ) after", "[[ a == a ]] && echo bash",
    "source /etc/os-release; echo $ID", ". /etc/os-release; echo $ID", "let x=1+1", "function f { echo x; }; f",
    # signals
    "kill -9 $$", "kill -TERM $$", "kill -INT $$", "kill -PIPE $$", "trap 'echo bye' EXIT; echo hi; exit 4",
    "trap 'echo term' TERM; kill -TERM $$; echo after", "trap 'echo int' INT; kill -INT $$; echo after",
    "trap '' TERM; kill -TERM $$; echo alive", "trap 'exit 6' HUP; kill -HUP $$; echo no", "sh -c 'kill -SEGV $$'; echo $?",
    "yes | head -n 1", "trap 'echo pipe' PIPE; yes 2>/dev/null | head -n 1",
    # input
    "cat", "read line; echo \"got [$line] $?\"", "head -c 10 | wc -c", "while read line; do echo $line; done; echo end",
    "cat >/dev/null; echo drained", "sh", "sh -s arg", "exec 0</etc/hostname; cat", "dd bs=1 count=1 2>/dev/null | wc -c",
    "[ -t 0 ] && echo terminal || echo none", "ssh-keygen -l -f - || true", "sort", "xargs echo x", "tee /dev/null",
    # output
    "printf 'no line break'", "echo; echo; echo x; echo", "echo '  padded  '", "printf 'a\\0b\\n'", "printf '\\377\\376\\n'",
    "printf 'a\\rb\\n'", "printf '\\033[31mred\\033[0m\\n'", "printf '\\n@00000000000000000000000000000000 begin canary\\n'",
    "printf 'openwatch-ready-1\\n'", "printf '@x done\\n@x end\\n'", "echo err >&2", "echo err >&2; exit 1", "echo out; echo err >&2",
    "exec 1>&2; echo hidden", "exec >/dev/null; echo hidden", "exec 3>&1; echo three >&3", "echo x >&3", "echo x >&8", "cat <&9",
    "seq 1 20000", "seq 1 20000 | tail -n 1", "head -c 900000 /dev/zero | tr '\\0' x", "head -c 10000000 /dev/zero | tr '\\0' x",
    "head -c 10000000 /dev/zero; echo end", "head -c 10000000 /dev/zero | tr '\\0' e >&2; echo done", "yes | head -n 300000 | tail -n 1",
    "echo -e 'a\\tb'", "echo 'a\\nb'", "printf '%s\\n' 'ä ö ü €'", "printf '\\303\\244\\n'",
    # what is left running
    "sleep 300 & echo started", "sleep 300 >/dev/null 2>&1 & echo quiet", "( sleep 300 & ); echo orphan",
    "nohup sleep 300 >/dev/null 2>&1 & echo nohup", "sleep 0.2 & wait; echo waited", "sleep 0.3 && echo late",
    # quoting
    "cat <<'END'\n$HOME `x` \"q\" 'y' \\\nEND", "cat <<END\n$(echo sub) $((1 + 2)) `echo tick`\nEND", "cat <<-END\n\ttab\n\tEND",
    "cat <<END | tr a-z A-Z\nhere\nEND\necho after", "echo \"it's \\\"quoted\\\" \\\\ back\"", "echo 'single '\\'' quote'",
    "awk -F: '$3 == 0 { print $1 }' /etc/passwd", "sed -n 's/^root:\\([^:]*\\):.*/[\\1]/p' /etc/passwd",
    "grep -E '^(root|daemon):' /etc/passwd | cut -d: -f1", "x='a b'; set -- $x; echo $#", "echo \"$#:$0\" | cut -d: -f1",
    "# a comment alone", "true # and a comment", "echo a \\\n  b", "echo a;\n\n\n echo b", "{ echo x; }", "case x in x) echo y;; esac",
    "for f in /etc/pass*d; do echo $f; done", "echo \"%s %d\"", "printf '%s\\n' -n", "echo '{{'", "echo a: b # c",
    "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $i", "echo '- list'; echo '? key'; echo '!tag &a *b'",
    "\techo tab", "   echo blanks", "echo x\n", "\n\necho x", "true;", "echo a &&\necho b ||\necho c",
    # what surrounds it
    "umask", "id -u", "id -un", "echo ${M:-none}${MARK:-none}${each:-none}", "echo ${ENV:-none}", "printf %s \"$IFS\" | od -An -c",
    "echo $- | grep -c e", "type frame >/dev/null 2>&1 && echo function || echo none", "echo ${SUDO_USER:+set}", "pwd | grep -c /",
    "cd /tmp && pwd", "f=$(mktemp) && echo a >$f && stat -c %a $f && rm $f", "ulimit -c", "echo ${LINES:-none}", "echo ${BASH_VERSION:-dash}",
    # what rules of this kind do
    "test -f /etc/shadow", "grep -c '^root:' /etc/shadow", "stat -c '%a %U %G' /etc/passwd", "systemctl is-active cron",
    "systemctl is-enabled no-such-unit", "sysctl -n kernel.ostype", "find /etc -maxdepth 1 -name passwd", "mount | grep -c ' on / '",
    "sshd -T | grep -i '^permitrootlogin '", "sshd -T 2>/dev/null | awk '$1 == \"maxauthtries\" { print $2 }'",
    "dpkg -l cron | awk '/^ii/ { print $2 }'", "awk -F: '($2 == \"\") { print $1 }' /etc/shadow",
    "found=$(find /usr/bin -perm -4000 -type f | head -n 1)\nif [ -n \"$found\" ]; then\n  echo FOUND\n  exit 1\nfi\nexit 0",
    "x=1\n" * 5000 + "echo long", "echo " + "y" * 60000 + " | wc -c",
]


def forms(script, number, code, output):
    """Rules over one script with the verdict that each must get, from what the script did by hand."""
    text = output.decode(errors="replace").strip()
    killed = code in (126, 127) or 129 <= code <= 192
    honest = "ERROR" if len(output) >= MOST or killed else None
    named = "ERROR" if len(output) >= MOST else None
    key = "cmd" if number % 2 else "run"
    check = {"method": "command", key: script}
    yield {**check, "expected_exit": code}, named or "PASS"
    yield {**check, "expected_exit": (code + 1) % 126}, honest or "FAIL"
    yield check, honest or ("PASS" if code == 0 else "FAIL")
    yield {**check, "not_assessable_exit": code}, named or "NOT_APPLICABLE"
    quiet = {**check, "expected_exit": code, "expected_stdout": ""}
    yield quiet, named or ("FAIL" if text else "PASS")
    nonsense = {**check, "expected_exit": code, "expected_output": "no such words at all"}
    yield nonsense, named or "FAIL"
    words = text[len(text) // 3:][:30].strip()
    if words:
        yield {**check, "expected_exit": code, "expected_stdout": words}, named or "PASS"


def document(name, check, number):
    """The file of a rule, in one of the ways in which people and programs write YAML."""
    rule = {
        "id": name, "title": f"Rule {name}", "description": "d", "rationale": "r", "severity": "medium",
        "category": "generated", "tags": ["generated"], "platforms": [{"family": "debian", "min_version": 8}],
        "implementations": [{"default": True, "check": check}],
    }
    ways = [
        lambda: json.dumps(rule),
        lambda: json.dumps(rule, ensure_ascii=False, indent=2),
        lambda: yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=1_000_000),
        lambda: yaml.safe_dump(rule, sort_keys=True, default_style='"', width=70),
        lambda: "\ufeff" + yaml.safe_dump(rule, width=1_000_000).replace("\n", "\r\n"),
        lambda: "---\n" + yaml.safe_dump(rule) + "...\n---\nid: another\n",
    ]
    text = ways[number % len(ways)]()
    assert yaml.safe_load(text.lstrip("\ufeff").split("\n...\n")[0]) == rule, name
    return text


CONFIG = """# Key = zero
Key = value # and why
  Indented=5
Key = second
Quoted = "text"
Colon: 7
Bare
Blank 9
Tabbed\tten
KeyLonger = no
Spaces   =   many words
Negative = -1
Empty =
Equals = a=b
Dots.in.key = 1
[section]
Late = yes
"""

# The host as the structured checks find it: packages, units and files in states that are easily misread.
PREPARE = r"""
sed -i '/^Package: cron$/,/^$/ s/^Status: .*/Status: hold ok installed/' /var/lib/dpkg/status
sed -i '/^Package: rsyslog$/,/^$/ s/^Status: .*/Status: deinstall ok config-files/' /var/lib/dpkg/status
mkdir -p /etc/kensa.d /srv/kensa
ln -sf /dev/null /etc/systemd/system/kensa-masked.service
printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias=kensa-alias.service\n' >/etc/systemd/system/kensa-real.service
systemctl daemon-reload
systemctl enable kensa-real.service
printf 'Key = third\nIndented = 6\n' >/etc/kensa.d/10.conf
printf '# Key = fourth\nKey = Third\n' >/etc/kensa.d/20.conf
printf 'Key = ignored\n' >/etc/kensa.d/30.other
touch /srv/kensa/plain /srv/kensa/closed '/srv/kensa/with blank'
chmod 0640 /srv/kensa/plain; chmod 0000 /srv/kensa/closed; chmod 4755 '/srv/kensa/with blank'
chown 4711:4711 '/srv/kensa/with blank'
ln -sf plain /srv/kensa/link; ln -sf nowhere /srv/kensa/dangling
"""

SYSCTLS = [
    "kernel.ostype", "kernel.printk", "kernel.randomize_va_space", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_rmem",
    "net.ipv4.ip_forward", "net.ipv4.conf.all.rp_filter", "net.ipv6.conf.all.forwarding", "fs.suid_dumpable", "vm.swappiness",
    "kernel.core_pattern", "net.ipv4.tcp_congestion_control", "kernel.no_such_key", "net/ipv4/ip_forward", "kernel/ostype",
]
UNITS = [
    "ssh", "sshd", "ssh.service", "cron", "rsyslog", "syslog", "dbus", "dbus.socket", "systemd-journald", "getty@tty1", "getty@",
    "kensa-masked", "kensa-real", "kensa-alias", "no-such-unit", "apt-daily.timer", "systemd-logind", "ctrl-alt-del.target",
    "multi-user.target", "rescue", "emergency.service", "systemd-timesyncd", "console-getty", "networking",
]
PACKAGES = ["bash", "cron", "rsyslog", "openssh-server", "openssh", "libc6", "no-such-package", "sudo", "telnetd", "mawk"]
PATHS = [
    "/etc/passwd", "/etc/shadow", "/etc/mtab", "/tmp", "/srv/kensa/plain", "/srv/kensa/closed", "/srv/kensa/with blank",
    "/srv/kensa/link", "/srv/kensa/dangling", "/no/such/file", "/etc/ssh/sshd_config", "/usr/bin/sudo", "/dev/null", "/root",
]


class HostShell:
    """A shell of root on the host that runs one command after the other."""

    def __init__(self):
        environment = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
        self.process = subprocess.Popen([LAB, "exec", "1", "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL, env=environment)

    def __call__(self, command):
        self.process.stdin.write(f"(\n{command}\n) </dev/null; printf '\\n@@ %s\\n' $?\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.startswith("@@ "):
                return int(line.split()[1]), "".join(lines)[:-1]
            lines.append(line)
        raise AssertionError(f"the shell ended at {command}")

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def yes(flag):
    return "PASS" if flag else "FAIL"


def structured(sh):
    """Checks of the methods that are no scripts, with the verdict by the commands that stand for them."""
    for key in SYSCTLS:
        code, now = sh(f"sysctl -n {key}")
        for expected in {now.strip(), " ".join(now.split()), "7", now.strip().upper()} - {""}:
            yield {"method": "sysctl_value", "key": key, "expected": expected}, yes(code == 0 and now.strip() == expected)
        if now.strip().isdigit():
            for comparator, holds in [("<=", True), ("<", False), (">=", True), (">", False), ("!=", False)]:
                check = {"method": "sysctl_value", "key": key, "expected": now.strip(), "comparator": comparator}
                yield check, yes(holds)
    for name in UNITS:
        _, enabled = sh(f"systemctl is-enabled {name}")
        active = sh(f"systemctl is-active --quiet {name}")[0] == 0
        runs = enabled.strip() in ("enabled", "enabled-runtime", "static", "generated")
        off = enabled.strip() not in ("enabled", "enabled-runtime")
        yield {"method": "service_state", "name": name, "enabled": True}, yes(runs)
        yield {"method": "service_state", "name": name, "enabled": False}, yes(off)
        yield {"method": "service_state", "name": name, "active": True}, yes(active)
        yield {"method": "service_state", "name": name, "active": False}, yes(not active)
        yield {"method": "service_state", "name": name, "enabled": True, "active": True}, yes(runs and active)
        yield {"method": "service_state", "name": name, "enabled": False, "active": False}, yes(off and not active)
        yield {"method": "service_state", "name": name}, "PASS"
        yield {"method": "service_enabled", "name": name}, yes(runs)
        yield {"method": "service_active", "name": name}, yes(active)
    for name in PACKAGES:
        there = sh(f"dpkg -l {name} | grep -q '^ii'")[0] == 0
        yield {"method": "package_state", "name": name}, yes(there)
        yield {"method": "package_state", "name": name, "state": "absent"}, yes(not there)
        yield {"method": "dpkg_installed", "name": name}, yes(there)
        yield {"method": "dpkg_absent", "name": name}, yes(not there)
    for path in PATHS:
        there = sh(f"[ -e '{path}' ]")[0] == 0
        yield {"method": "file_exists", "path": path}, yes(there)
        yield {"method": "file_absent", "path": path}, yes(not there)
        code, found = sh(f"stat -c '%a %U %G' '{path}'")
        mode, owner, group = found.split() if code == 0 else ("none", "none", "none")
        for wanted in ["0640", "644", "0", "0000", "1777", "777", "4755", "0777"]:
            same = code == 0 and mode.lstrip("0") == wanted.lstrip("0")
            yield {"method": "file_permission", "path": path, "mode": wanted}, yes(same)
        yield {"method": "file_permissions", "path": path, "owner": "root", "group": "root"}, yes(owner == group == "root")
        yield {"method": "file_permission", "path": path, "group": "shadow"}, yes(group == "shadow")
    for line in sh("sshd -T")[1].splitlines()[:70]:
        key = line.split()[0]
        first = next(iter(sh(f"sshd -T | grep -i '^{key} '")[1].splitlines()), "").partition(" ")[2]
        if first:
            yield {"method": "sshd_effective_config", "key": key.upper(), "expected": first.upper()}, "PASS"
            yield {"method": "sshd_effective_config", "key": key, "expected": first + "x"}, "FAIL"
    for point in ["/", "/proc", "/sys", "/dev", "/dev/shm", "/run", "/tmp", "/no/such", "/dev/mqueue"]:
        code, found = sh(f"findmnt -n -o OPTIONS {point}")
        there = {option.split("=")[0] for option in found.strip().split(",")} if code == 0 else set()
        for options in [["nosuid"], ["nodev", "nosuid"], ["noexec"], ["rw"], ["ro"], ["relatime"], ["size"], ["mode=755"]]:
            holds = code == 0 and {option.split("=")[0] for option in options} <= there
            yield {"method": "mount_option", "mount_point": point, "options": options}, yes(holds)
    yield from configured(sh)


def configured(sh):
    """`config_value` and the contents of files, by grep."""
    for key, expected in [
        ("Key", "value # and why"), ("Key", "VALUE # AND WHY"), ("Key", "second"), ("Key", "value"), ("Indented", "5"), ("Quoted", '"text"'),
        ("Quoted", "text"), ("Colon", "7"), ("Spaces", "many words"), ("Negative", "-1"), ("Late", "yes"), ("Empty", "x"), ("Blank", "9"),
        ("Equals", "a=b"), ("Dots.in.key", "1"), ("Dots_in_key", "1"), ("No", "x"), ("key", "second"),
    ]:
        code, found = sh(f"grep -E '^\\s*{key.replace('.', chr(92) + '.')}\\s*[=:]\\s*' /etc/kensa.conf")
        line = found.splitlines()[0] if code == 0 else ""
        value = line.strip()[len(key):].strip()[1:].strip() if line else None
        check = {"method": "config_value", "path": "/etc/kensa.conf", "key": key, "expected": expected}
        yield check, yes(value is not None and value.lower() == expected.lower())
    for key, holds in [("Bare", True), ("Key", False), ("Empty", False), ("Blank", False)]:
        yield {"method": "config_value", "path": "/etc/kensa.conf", "key": key, "expected": ""}, yes(holds)
    for key, expected, holds in [("Blank", "9", True), ("Tabbed", "ten", True), ("Key", "= value # and why", True), ("Indented", "5", False)]:
        yield {"method": "config_value", "path": "/etc/kensa.conf", "key": key, "expected": expected, "delimiter": " "}, yes(holds)
    dropins = {"method": "config_value", "path": "/etc/kensa.conf", "dropin_dir": "/etc/kensa.d"}
    for key, expected, holds in [("Key", "third", True), ("Key", "fourth", False), ("Indented", "6", True), ("Colon", "7", True)]:
        yield {**dropins, "key": key, "expected": expected}, yes(holds)
    for pattern in ["^Key", "^Bare$", "Blank [0-9]", "no such", "^(Colon|x):", "[[:space:]]=[[:space:]]", "-1$", "^\\[section\\]$"]:
        holds = sh(f"grep -qE -- '{pattern}' /etc/kensa.conf")[0] == 0
        yield {"method": "file_content_match", "path": "/etc/kensa.conf", "pattern": pattern}, yes(holds)
    for text in ["Colon: 7", "Colon: 8", "Colon: 7\nno such line", "no such\nneither", "ey = sec", "Key.=.value"]:
        holds = sh("grep -qF -- '" + text + "' /etc/kensa.conf")[0] == 0
        yield {"method": "file_content", "path": "/etc/kensa.conf", "expected_content": text}, yes(holds)


def heed_signals():
    """What runs in the background ignores these, and so would the script by hand."""
    for one in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(one, signal.SIG_DFL)


class Kensa(Case):
    def setUp(self):
        super().setUp()
        done = subprocess.run([LAB, "inventory"], capture_output=True, text=True, check=True)
        self.inventory = json.loads(done.stdout)
        self.host = self.inventory["hosts"][0]["address"]

    def by_hand(self):
        """Exit code and output of every script, run on the host by root of sudo as the format has it."""
        found = []
        for script in SCRIPTS:
            output = self.folder / "output"
            with open(output, "wb") as out:
                done = subprocess.run(
                    [LAB, "exec", "1", "/usr/bin/su", "-s", "/bin/sh", "nopasswd", "-c",
                     'cd && exec sudo -n sh -c "$0"', script],
                    stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, check=False, preexec_fn=heed_signals,
                    env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LAB_NAME": os.environ.get("LAB_NAME", "")},
                )
            code = done.returncode if done.returncode >= 0 else 128 - done.returncode
            found.append((code, output.read_bytes()))
        return found

    def test_scripts_get_the_verdicts_of_running_them_by_hand(self):
        wanted = {}
        number = 0
        for index, (script, (code, output)) in enumerate(zip(SCRIPTS, self.by_hand())):
            for check, verdict in forms(script, index, code, output):
                name = f"script-{number}"
                path = self.folder / "rules/generated" / f"{name}.yml"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(document(name, check, number).encode())
                wanted[name] = (verdict, code, check)
                number += 1
        self.assertGreater(number, 800)
        for user, password in (("nopasswd", None), ("sudopass", PASSWORD)):
            more = ["--password-stdin"] if password else ["-i", self.inventory["keys"]["ed25519"]]
            code, output, errors = run(
                "scan", f"{user}@{self.host}", "--sudo", *more, "--known-hosts", self.folder / "known_hosts",
                "--rules", self.folder / "rules", "--format", "json", stdin=password, timeout=300)
            self.assertIn(code, (0, 1), output[-500:] + errors)
            answer = json.loads(output)
            found = {result["rule"]: result for result in answer["results"]}
            self.assertEqual(set(found), set(wanted))
            wrong = [
                (verdict, found[name]["verdict"], found[name]["reason"], by_hand, str(check)[:300])
                for name, (verdict, by_hand, check) in wanted.items() if found[name]["verdict"] != verdict
            ]
            self.assertEqual(wrong, [], user + "\n" + "\n".join(map(str, wrong)))
            self.assertLessEqual(answer["cost"]["round_trips"], 4)

    def test_structured_checks_get_the_verdicts_of_their_commands_by_hand(self):
        sh = HostShell()
        self.addCleanup(sh.end)
        self.assertEqual(sh(PREPARE)[0], 0)
        self.assertEqual(sh(f"cat >/etc/kensa.conf <<'END'\n{CONFIG}END\n")[0], 0)
        wanted = {}
        for number, (check, verdict) in enumerate(structured(sh)):
            name = f"check-{number}"
            path = self.folder / "rules/generated" / f"{name}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document(name, check, number).encode())
            wanted[name] = (verdict, check)
        self.assertGreater(len(wanted), 500)
        code, output, errors = run(
            "scan", f"nopasswd@{self.host}", "--sudo", "-i", self.inventory["keys"]["ed25519"],
            "--known-hosts", self.folder / "known_hosts", "--rules", self.folder / "rules", "--format", "json", timeout=300)
        self.assertIn(code, (0, 1), output[-500:] + errors)
        found = {result["rule"]: result for result in json.loads(output)["results"]}
        wrong = [
            (verdict, found[name]["verdict"], found[name]["reason"], check)
            for name, (verdict, check) in wanted.items() if found[name]["verdict"] != verdict
        ]
        self.assertEqual(wrong, [], "\n" + "\n".join(map(str, wrong)))


if __name__ == "__main__":
    unittest.main()
