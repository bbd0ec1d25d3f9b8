"""The formats of `openwatch scan`, read by parsers that are not ours."""

import csv
import io
import json
import xml.etree.ElementTree

from openwatch import Case, run

HOSTILE = """schema: openwatch/1
id: {id}
title: "=1+1, \\"quoted\\" <b>&amp;"
description: d
rationale: r
severity: {severity}
category: x
check: {{method: command, run: '{run}', expected_stdout: ""}}
"""


class Formats(Case):
    def setUp(self):
        super().setUp()
        rules = self.folder / "rules/x"
        rules.mkdir(parents=True)
        scripts = {
            "a-pass": ("low", "true"),
            "b-fail": ("high", 'printf "line one\\n<b>,;\\033[31m]]>\\n"'),
            "c-error": ("medium", "exit 9"),
            "d-fail": ("low", 'printf "=cmd()"'),
        }
        for name, (severity, script) in scripts.items():
            (rules / f"{name}.yml").write_text(HOSTILE.format(id=name, severity=severity, run=script))

    def scan(self, form, *arguments, targets=("local",)):
        code, output, errors = run("scan", *targets, "--rules", self.folder / "rules", "--format", form,
                                   "--data-dir", self.folder / "data", *arguments)
        self.assertNotIn("\x1b", output)
        return code, output, errors

    def test_jsonl_has_one_object_a_target(self):
        code, output, _ = self.scan("jsonl", targets=("local", "nobody@127.0.0.1:1"))
        self.assertEqual(code, 3)
        # In the order in which they ended.
        lines = sorted(map(json.loads, output.splitlines()), key=lambda one: one["host"]["name"])
        first, second = lines
        self.assertEqual(first["summary"]["fail"], 2)
        self.assertEqual(second["host"]["name"], "nobody@127.0.0.1:1")
        self.assertIn("error", second)

    def test_csv_has_one_line_a_rule_and_no_formulas(self):
        _, output, _ = self.scan("csv")
        rows = list(csv.DictReader(io.StringIO(output)))
        self.assertEqual([row["verdict"] for row in rows], ["PASS", "FAIL", "ERROR", "FAIL"])
        self.assertEqual(rows[0]["title"], '\'=1+1, "quoted" <b>&amp;')
        self.assertTrue(all(not value.startswith(("=", "+", "@")) for row in rows for value in row.values()))

    def test_junit_is_xml_with_the_right_counts(self):
        _, output, _ = self.scan("junit")
        suite = xml.etree.ElementTree.fromstring(output).find("testsuite")
        self.assertEqual({key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")},
                         {"tests": "4", "failures": "2", "errors": "1", "skipped": "0"})
        cases = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
        self.assertEqual(cases, {"a-pass": [], "b-fail": ["failure"], "c-error": ["error"], "d-fail": ["failure"]})

    def test_sarif_has_the_fields_that_the_standard_requires(self):
        _, output, _ = self.scan("sarif")
        log = json.loads(output)
        self.assertEqual(log["version"], "2.1.0")
        (one,) = log["runs"]
        rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
        for result in one["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            self.assertTrue(result["message"]["text"])
            self.assertIn(result["level"], ("none", "note", "warning", "error"))
            # Section 3.27.10: a level other than none goes with the kind fail alone.
            self.assertEqual(result["level"] != "none", result["kind"] == "fail")
        kinds = {result["ruleId"]: result["kind"] for result in one["results"]}
        self.assertEqual(kinds, {"a-pass": "pass", "b-fail": "fail", "c-error": "open", "d-fail": "fail"})

    def test_the_exit_code_follows_the_severity(self):
        self.assertEqual(self.scan("json")[0], 1)
        self.assertEqual(self.scan("json", "--fail-on", "high")[0], 1)
        code, _, errors = self.scan("json", "--fail-on", "critical")
        self.assertEqual(code, 0)
        self.assertIn("could not tell of 1 rule;", errors)
        self.assertEqual(self.scan("json", "--rule", "a-pass")[0], 0)

    def test_a_host_of_which_nothing_could_be_told_is_no_success(self):
        for more in ([], ["--fail-on", "never"], ["--quiet"]):
            self.assertEqual(self.scan("json", "--rule", "c-error", *more)[0], 3)
        _, _, errors = self.scan("json", "--rule", "c-error")
        self.assertIn("not one rule could be judged", errors)

    def test_the_exit_code_follows_what_was_asked_for(self):
        for condition, code in [
            ("never", 0), ("error", 1), ("critical,error", 1), ("score:33", 0), ("score:34", 1), ("coverage:75", 0),
            ("coverage:75.1", 1), ("score:101", 2), ("hihg", 2),
        ]:
            with self.subTest(condition):
                self.assertEqual(self.scan("json", "--fail-on", condition)[0], code)
        # A host without verdicts weighs most, also where nothing is a finding.
        for more in ([], ["--fail-on", "never"]):
            code, output, _ = self.scan("json", *more, targets=("local", "nobody@127.0.0.1:1"))
            self.assertEqual(code, 3)
            self.assertEqual(len(json.loads(output)), 2)

    def test_a_file_is_written_and_other_commands_say_no(self):
        path = self.folder / "out.sarif"
        _, output, _ = self.scan("sarif", "--output", path)
        self.assertEqual(output, "")
        json.loads(path.read_text())
        code, _, errors = run("rules", "list", "--format", "sarif")
        self.assertEqual(code, 2)
        self.assertIn("[possible values: text, json]", errors)
        _, help, _ = run("scans", "export", "--help")
        self.assertIn("sarif", help)
        self.assertNotIn("markdown", help)
