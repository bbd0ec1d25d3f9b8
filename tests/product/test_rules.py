"""Writing rules: a file to begin with, faults in their line, a rule in words."""

import json

from openwatch import Case, run


class Rules(Case):
    def new(self, *arguments):
        return run("rules", "new", *arguments, "--output", self.folder / "own")

    def test_a_new_rule_of_every_method_holds_and_its_fixtures_run(self):
        _, output, _ = run("rules", "list", "--format", "json")
        methods = sorted({method for rule in json.loads(output) for method in rule["methods"]})
        self.assertGreater(len(methods), 20)
        for method in methods:
            code, _, errors = self.new(f"my-{method.replace('_', '-')}", "--method", method, "--category", "own")
            self.assertEqual(code, 0, errors)
        code, output, _ = run("rules", "validate", self.folder / "own")
        self.assertEqual(code, 0, output)
        code, output, _ = run("rules", "test", self.folder / "own")
        self.assertEqual(code, 0, output)
        text = (self.folder / "own/own/my-command.yml").read_text()
        self.assertIn("# yaml-language-server: $schema=../rule.schema.json", text)
        schema = json.loads((self.folder / "own/rule.schema.json").read_text())
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")

    def test_a_file_that_is_there_is_not_touched(self):
        self.assertEqual(self.new("mine")[0], 0)
        path = self.folder / "own/custom/mine.yml"
        path.write_text("changed")
        code, _, errors = self.new("mine")
        self.assertEqual(code, 2)
        self.assertIn("is there already", errors)
        self.assertEqual(path.read_text(), "changed")

    def test_names_and_methods_that_do_not_hold_are_refused(self):
        for arguments, says in [
            (["Mine"], "the id"),
            (["../mine"], "the id"),
            (["mine", "--category", "a/b"], "the category"),
            (["mine", "--method", "sysctl"], "did you mean sysctl_value?"),
        ]:
            code, _, errors = self.new(*arguments)
            self.assertEqual(code, 2)
            self.assertIn(says, errors)
        self.assertFalse((self.folder / "own").exists())

    def test_a_fault_is_shown_in_its_line(self):
        self.new("mine", "--method", "file_exists")
        path = self.folder / "own/custom/mine.yml"
        path.write_text(path.read_text().replace("method: file_exists", "method: file_exist"))
        code, output, _ = run("rules", "validate", self.folder / "own")
        self.assertEqual(code, 1)
        first, shown, mark = output.splitlines()[:3]
        self.assertIn("unknown check method \"file_exist\" (did you mean file_exists?)", first)
        column = int(first.split(": ")[0].split(":")[2])
        margin = shown.index("| ") + 2
        self.assertTrue(shown[margin + column - 1:].startswith("file_exist"), output)
        self.assertEqual(mark[margin + column - 1], "^")

    def test_values_of_every_profile_are_explained(self):
        code, output, _ = run("rules", "explain", "ssh-client-alive-count@stig")
        self.assertEqual(code, 0)
        for words in ["a whole number from 1 to 10", "3 for cis", "1 for stig (DISA STIG RHEL 8"]:
            self.assertIn(words, output)
        self.assertNotIn("ssh-client-alive-count@cis:", output)

    def test_one_is_counted_in_the_singular(self):
        self.new("mine", "--method", "command")
        code, output, _ = run("rules", "test", self.folder / "own")
        self.assertRegex(output, r"^1 rule, \d+ fixtures? passed, 0 faults")
        code, output, _ = run("rules", "validate", self.folder / "own")
        self.assertEqual((code, output.strip()), (0, "1 rule, no faults"))

    def test_a_rule_is_explained_in_words(self):
        code, output, _ = run("rules", "explain", "ssh-root-login-disabled")
        self.assertEqual(code, 0)
        for words in ["permitrootlogin no", "sshd -T | grep", "debian 12 and later", "nist_800_53: AC-6(2), IA-2",
                      "where the host has sshd", "nobody can tell", "How it is fixed", "risk: high"]:
            self.assertIn(words, output)
        self.new("mine", "--method", "command")
        path = self.folder / "own/custom/mine.yml"
        code, output, _ = run("rules", "explain", path, "--format", "json")
        explained = json.loads(output)
        self.assertEqual((code, explained["rule"], explained["format"]), (0, "mine", "openwatch/1"))
        self.assertTrue(explained["ways"][0]["check"][0]["script"])
        kensa = self.folder / "kensa.yml"
        kensa.write_text(
            "id: other\ntitle: T\nseverity: low\ncategory: x\nimplementations:\n"
            "  - default: true\n    check: {method: sysctl_value, key: net.ipv4.ip_forward, expected: 0}\n"
        )
        code, output, errors = run("rules", "explain", kensa)
        self.assertEqual(code, 0, errors)
        self.assertIn("sysctl_value: key: net.ipv4.ip_forward, expected: 0", output)
        code, _, errors = run("rules", "explain", "ssh-root-login-disable")
        self.assertEqual(code, 2)
        self.assertIn("did you mean ssh-root-login-disabled?", errors)
