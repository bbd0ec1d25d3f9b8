"""Rule files and hosts that mean harm: nothing of them is carried out, nothing of them reaches the terminal, and the
rules beside them are judged."""

import json
import pathlib
import re
import unicodedata

from openwatch import Case, run

RULE = """id: {name}
title: t
description: d
rationale: r
severity: low
category: generated
platforms: [{{family: debian}}, {{family: ubuntu}}, {{family: rhel}}]
implementations:
  - default: true
    check: {check}
"""


class Hostile(Case):
    def rule(self, name, check, before=""):
        path = self.folder / "rules/generated" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = check if isinstance(check, str) else json.dumps(check)
        path.write_text(before + RULE.format(name=name, check=text))

    def scan(self, *arguments):
        code, output, errors = run("scan", "local", "--rules", self.folder / "rules", *arguments)
        self.assertIn(code, (0, 1), errors)
        return output

    def test_parameters_are_words_and_never_shell(self):
        mark = self.folder / "mark"
        words = [
            f"x'; touch {mark}; '", f"$(touch {mark})", f"`touch {mark}`", f"x\ntouch {mark}\n", f"x; touch {mark}",
            f"x | touch {mark}", "--help", "-x", "-", "*", "x y", "\u0000", "\\", '"', "'", "\r\n", "", "~", "../../etc/passwd",
        ]
        checks = [
            lambda w: {"method": "sysctl_value", "key": w, "expected": w},
            lambda w: {"method": "service_state", "name": w, "active": True, "enabled": True},
            lambda w: {"method": "package_state", "name": w},
            lambda w: {"method": "file_permission", "path": "/etc/" + w, "mode": "0644", "owner": w},
            lambda w: {"method": "file_exists", "path": "/" + w},
            lambda w: {"method": "file_content_match", "path": "/etc/passwd", "pattern": w},
            lambda w: {"method": "file_content", "path": "/etc/passwd", "expected_content": w},
            lambda w: {"method": "config_value", "path": "/etc/login.defs", "key": w, "expected": w, "delimiter": w},
            lambda w: {"method": "config_value", "path": "/etc", "scan_pattern": w, "key": "x", "expected": "y"},
            lambda w: {"method": "kernel_module_state", "name": w},
            lambda w: {"method": "mount_option", "mount_point": "/" + w, "options": [w]},
            lambda w: {"method": "grub_parameter", "key": w, "expected": w},
            lambda w: {"method": "audit_rule_exists", "rule": w},
            lambda w: {"method": "sshd_effective_config", "key": w, "expected": w},
            lambda w: {"method": "systemd_target", "expected": w},
            lambda w: {"method": "selinux_state", "state": w},
            lambda w: {"method": "set_compare", "observed_command": "echo x", "authorized": w, "alias_separator": w},
        ]
        for number, word in enumerate(words):
            for method, check in enumerate(checks):
                self.rule(f"word-{number}-{method}", check(word))
        self.rule("beside", {"method": "command", "run": "echo fine", "expected_stdout": "fine"})
        # What other rules ask for does not spoil what these do.
        self.rule("beside-sysctl", {"method": "sysctl_value", "key": "kernel.ostype", "expected": "Linux"})
        self.rule("beside-file", {"method": "file_exists", "path": "/etc/passwd"})
        found = {one["rule"]: one["verdict"] for one in json.loads(self.scan("--format", "json"))["results"]}
        beside = {name: verdict for name, verdict in found.items() if name.startswith("beside")}
        self.assertEqual(beside, {"beside": "PASS", "beside-sysctl": "PASS", "beside-file": "PASS"})
        self.assertEqual(len(found), len(words) * len(checks) + 3)
        self.assertFalse(mark.exists(), "a parameter was carried out")

    def test_files_that_grow_or_nest_are_left_out_in_words(self):
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in range(1, 12):
            bomb += f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 10) + "]\n"
        good = {"method": "command", "run": "true"}
        self.rule("bomb", {**good}, before=bomb)
        self.rule("lists", '{method: command, run: "true", x: ' + "[" * 20000 + "]" * 20000 + "}")
        self.rule("checks", "{checks: [" * 3000 + json.dumps(good) + "]}" * 3000)
        self.rule("expression", {"method": "file_content_match", "path": "/etc/passwd", "pattern": "(" * 5000 + "a" + ")" * 5000})
        self.rule("beside", good)
        code, output, _ = run("rules", "validate", self.folder / "rules", "--compat", "kensa", "--format", "json", timeout=60)
        report = {pathlib.Path(one["file"]).stem: one for one in json.loads(output)["results"]}
        self.assertEqual(code, 1)
        for name in ("bomb", "lists", "checks"):
            self.assertEqual(report[name]["status"], "error", name)
            self.assertTrue(report[name]["findings"][0]["line"] >= 1)
        self.assertEqual(report["beside"]["status"], "ok")
        found = {one["rule"]: one["verdict"] for one in json.loads(self.scan("--format", "json"))["results"]}
        self.assertEqual(found["beside"], "PASS")

    def test_what_a_host_says_does_not_act_on_a_terminal_and_makes_no_lines(self):
        said = [
            r"\033]0;title\007", r"\033[2J\033[H", r"\r  PASS  high  other", r"\n  PASS  critical  forged  t", r"\342\200\256evil",
            r"\302\233 8-bit", r"\b\b\b\b", r"\000nul", r"\377\376", r"\t\tx", r"\342\200\250line", r"\357\273\277bom",
        ]
        for number, text in enumerate(said):
            self.rule(f"says-{number}", {"method": "command", "run": f"printf '{text}'; exit 1"})
            self.rule(f"means-{number}", {"method": "set_compare", "observed_command": f"printf '{text}'", "authorized": "x"})
        table = self.scan()
        acts = [c for c in table if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
        self.assertEqual(acts, [])
        rows = [line for line in table.splitlines() if re.match(r"\s+(PASS|FAIL|ERROR)\s", line)]
        self.assertEqual(len(rows), 2 * len(said), table)
        self.assertNotIn("forged", [row.split()[2] for row in rows])
        for form in ("json", "jsonl", "csv", "junit", "sarif"):
            self.assertNotIn("\033", self.scan("--format", form), form)

    def test_names_of_rule_files_do_not_act_on_a_terminal(self):
        self.rule("beside", {"method": "command", "run": "true"})
        folder = self.folder / "rules/generated"
        for name in ("red\033[31m.yml", "line\n  PASS  low  forged  t.yml", "\u202egnp.yml", "csi\u009b2J.yml", "bell\a.yml"):
            (folder / name).write_text("id: \"\\e[2Jid\"\ntitle: [\n")
        (folder / "title.yml").write_text(RULE.format(name="title", check="{method: nothing}").replace("title: t", 'title: "\\e[2J"'))
        for arguments in (["validate", folder, "--compat", "kensa"], ["list", folder], ["catalogue", folder]):
            for form in ("text", "json"):
                _, output, errors = run("rules", *arguments, "--format", form)
                acts = [c for c in output + errors if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
                self.assertEqual(acts, [], arguments)
                self.assertFalse([line for line in output.splitlines() if line.startswith("  PASS")], arguments)
        _, output, _ = run("rules", "validate", folder, "--compat", "kensa", "--format", "json")
        self.assertIn(str(folder / "red\033[31m.yml"), [one["file"] for one in json.loads(output)["results"]])
