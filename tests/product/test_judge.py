"""What an earlier scan collected is judged again by other rules: the host is not touched, and each verdict that
differs says whether the rule changed, a value, the choice, or nothing was collected for it."""

import csv
import hashlib
import io
import json
import re
import sqlite3

from openwatch import Case, Server, Sshd, run, wait_for

RULE = """schema: openwatch/1
id: {id}
title: "{id}"
description: "What is judged."
rationale: "Why it matters."
severity: high
category: files
tags: [files]
platforms: [{{family: debian}}, {{family: ubuntu}}, {{family: rhel}}]
implementations:
  - check: {check}
fixtures: []
"""

KENSA = """id: {id}
title: "{id}"
description: "What is judged."
rationale: "Why it matters."
severity: medium
category: files
tags: [files]
references: {{}}
platforms: [{{family: debian}}, {{family: ubuntu}}, {{family: rhel}}]
implementations:
  - default: true
    check: {{method: config_value, path: "{path}", key: "minlen", separator: "=", expected: "{{{{ min_length }}}}"}}
"""


class Judge(Case):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.setting = self.folder / "setting.conf"
        self.setting.write_text("# managed\nminlen = 8\n")
        self.sshd = Sshd(self)

    def rules(self, name, **checks):
        folder = self.folder / name / "files"
        folder.mkdir(parents=True)
        for rule, check in checks.items():
            rule = rule.replace("_", "-")
            (folder / f"{rule}.yml").write_text(RULE.format(id=rule, check=check))
        return folder.parent

    def value(self, low):
        return "{method: config_value, path: %s, key: minlen, min: %d}" % (self.setting, low)

    def scan(self, folder, *more):
        code, out, err = run(
            "scan", self.sshd.target, "--identity", self.sshd.folder / "user",
            "--known-hosts", self.folder / "known_hosts", "--rules", folder, "--record", "--data-dir", self.data,
            "--format", "json", *more,
        )
        self.assertIn(code, (0, 1), err)
        return re.search(r"recorded as scan (\S+)", err).group(1), json.loads(out)

    def judge(self, scan, *more, code=None):
        found, out, err = run("rules", "judge", "--scan", scan, "--data-dir", self.data, "--format", "json", *more)
        if code is not None:
            self.assertEqual(found, code, out + err)
        return json.loads(out)

    def test_a_rule_that_changed_a_new_one_and_one_that_needs_more(self):
        first = self.rules("first", length=self.value(12), gone=self.value(4), same=self.value(8))
        scan, report = self.scan(first)
        by_rule = {one["rule"]: one for one in report["results"]}
        self.assertEqual(by_rule["length"]["verdict"], "FAIL")
        # Where the value comes from is a field, not only words.
        self.assertEqual(by_rule["length"]["source"], {"path": str(self.setting), "line": 2})
        self.assertEqual(by_rule["length"]["implementation"]["number"], 1)
        # The host is gone and changed: what was collected is what counts.
        self.sshd.stop()
        self.setting.write_text("minlen = 99\n")
        second = self.rules(
            "second", length=self.value(8), same=self.value(8), new=self.value(6),
            blind="{method: sysctl_value, key: kernel.randomize_va_space, expected: \"2\"}",
        )
        judged = self.judge(scan, "--rules", second, code=1)
        rules = {one["rule"]: one for one in judged["rules"]}
        verdicts = {
            name: ((one["before"] or {}).get("verdict"), (one["after"] or {}).get("verdict"), one["cause"])
            for name, one in rules.items()
        }
        self.assertEqual(verdicts, {
            "length": ("FAIL", "PASS", "RULE_CHANGED"),
            "same": ("PASS", "PASS", None),
            "new": (None, "PASS", "RULE_ADDED"),
            "blind": (None, "ERROR", "RULE_ADDED"),
            "gone": ("PASS", None, "RULE_REMOVED"),
        })
        self.assertIn("not collected", rules["blind"]["after"]["reason"])
        self.assertEqual(rules["length"]["after"]["source"], {"path": str(self.setting), "line": 2})
        self.assertEqual(judged["before"]["totals"]["fail"], 1)
        self.assertEqual(judged["after"]["totals"]["fail"], 0)
        # The same rules say the same, and that is exit code 0.
        same = self.judge(scan, "--rules", first, code=0)
        self.assertTrue(all(one["cause"] is None for one in same["rules"]))

    def test_variables_and_the_choice(self):
        folder = self.folder / "kensa" / "files"
        folder.mkdir(parents=True)
        (folder / "length.yml").write_text(KENSA.format(id="length", path=self.setting))
        (folder / "other.yml").write_text(KENSA.format(id="other", path=self.setting))
        scan, report = self.scan(folder.parent, "--var", "min_length=8")
        variables = report["results"][0]["variables"]
        self.assertEqual(variables, [{"name": "min_length", "value": "8", "origin": "REQUEST"}])
        judged = self.judge(
            scan, "--rules", folder.parent, "--var", "min_length=12", "--rule", "length", code=1
        )
        rules = {one["rule"]: one for one in judged["rules"]}
        self.assertEqual(rules["length"]["cause"], "VARIABLE_CHANGED")
        self.assertEqual(rules["other"]["cause"], "NOT_SELECTED")
        self.assertEqual(judged["after"]["selection"]["rules"], ["length"])

    def test_forms_and_refusals(self):
        scan, _ = self.scan(self.rules("one", length=self.value(12)))
        two = self.rules("two", length=self.value(8))
        code, out, _ = run("rules", "judge", "--scan", scan, "--rules", two, "--data-dir", self.data)
        self.assertEqual(code, 1)
        self.assertRegex(out, r"FAIL +-> PASS +high +length  the rule changed: found minlen 8")
        self.assertIn("none differs because of the host", out)
        code, out, _ = run(
            "rules", "judge", "--scan", scan, "--rules", two, "--data-dir", self.data, "--format", "csv"
        )
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([(one["before"], one["after"]) for one in rows], [("FAIL", "PASS")])
        code, out, _ = run(
            "rules", "judge", "--scan", scan, "--rules", two, "--data-dir", self.data, "--format", "jsonl"
        )
        self.assertEqual([json.loads(line)["rule"] for line in out.splitlines()], ["length"])
        code, _, err = run("rules", "judge", "--scan", "nonsense", "--data-dir", self.data)
        self.assertEqual(code, 2)
        self.assertIn("no id of a scan", err)
        nobody = "00000000-0000-7000-8000-000000000000"
        code, _, err = run("rules", "judge", "--scan", nobody, "--data-dir", self.data)
        self.assertEqual(code, 1)
        self.assertIn("there is no completed scan", err)

    def test_what_did_not_change_is_stored_once_and_no_secret_is_kept(self):
        secret = "hunter2-is-not-kept"
        self.setting.write_text(f"minlen = 8\nldap_default_authtok = {secret}\n")
        folder = self.rules(
            "one", length=self.value(12), unchanged=self.value(8),
            shown="{method: config_value, path: %s, key: ldap_default_authtok, expected: x}" % self.setting,
        )
        _, report = self.scan(folder)
        self.assertNotIn(secret, json.dumps(report))
        shown = next(one for one in report["results"] if one["rule"] == "shown")
        self.assertEqual(shown["actual"], "ldap_default_authtok [removed]")

        def blobs():
            with sqlite3.connect(self.data / "openwatch.db") as database:
                return {hash for (hash,) in database.execute("SELECT hash FROM blob")}

        first = blobs()
        self.scan(folder)
        self.assertEqual(blobs(), first)
        self.setting.write_text("minlen = 20\n")
        self.scan(folder)
        # The file, the index of files, the manifest, the observation of each rule, the results.
        self.assertLessEqual(len(blobs() - first), 7)


class Asked(Case):
    """The same through the API, of a host that is reached over SSH."""

    REGISTER = (
        "mutation($input: RegisterHostInput!) { registerHost(input: $input)"
        " { host { id latestScan { id } } errors { message } } }"
    )
    CREDENTIAL = (
        "mutation($input: CreateCredentialInput!) { createCredential(input: $input)"
        " { credential { id } errors { message path } } }"
    )
    GROUP = "mutation($input: CreateGroupInput!) { createGroup(input: $input) { group { id } errors { message } } }"
    SCAN = """query($id: ID!) { scan(id: $id) {
        status hasFacts pack framework
        context { hostName environment tags groups { name } address hostKey engineVersion sudo
          login { name username method fingerprint } }
        transitions { ruleKey from to cause }
        result(rule: "ssh-max-auth-tries") {
          id verdict pack ruleVersion source { path line } strict { verdict }
          implementation { number of why gates { condition held } }
          facts { key sha256 size exitCode output }
          evidence { command sha256 } previous { id verdict checkedAt } scan { id }
        } } }"""
    REJUDGE = """query($scan: ID!, $selection: SelectionInput) { rejudge(scan: $scan, selection: $selection) {
        collectedAt before { totals { pass fail } } after { framework totals { pass fail } }
        causes { cause count } rules { ruleKey } } }"""

    def scan(self, server, id):
        def ended():
            scan = server.ask("query($id: ID!) { scan(id: $id) { status } }", id=id)["scan"]
            return scan["status"] in ("COMPLETED", "FAILED") and scan

        self.assertEqual(wait_for("end of the scan", ended, seconds=180)["status"], "COMPLETED")
        return server.ask(self.SCAN, id=id)["scan"]

    def test_context_facts_and_another_framework(self):
        server = Server(self).set_up()
        sshd = Sshd(self)
        credential = server.ask(self.CREDENTIAL, input={
            "name": "Operations", "username": sshd.user, "method": "KEY",
            "privateKey": (sshd.folder / "user").read_text(),
        })["createCredential"]["credential"]["id"]
        ssh = {
            "address": "127.0.0.1", "port": sshd.port, "hostKeyPolicy": "TRUST_ON_FIRST_USE",
            "credential": credential,
        }
        group = server.ask(self.GROUP, input={"details": {"name": "Web servers", "color": "BLUE", "rule": {
            "combination": "ALL", "conditions": [{"kind": "TAG", "values": ["web"]}],
        }}})["createGroup"]
        self.assertEqual(group["errors"], [])
        details = {"name": "web1", "environment": "staging", "tags": ["web"], "connection": {"ssh": ssh}}
        host = server.ask(self.REGISTER, input={"details": details, "scanNow": True})["registerHost"]["host"]
        id = host["latestScan"]["id"]
        scan = self.scan(server, id)
        context = scan["context"]
        self.assertEqual((context["hostName"], context["environment"], context["tags"]), ("web1", "staging", ["web"]))
        self.assertEqual(context["groups"], [{"name": "Web servers"}])
        self.assertEqual(context["address"], f"127.0.0.1:{sshd.port}")
        self.assertEqual((context["login"]["name"], context["login"]["username"]), ("Operations", sshd.user))
        for fingerprint in (context["hostKey"], context["login"]["fingerprint"]):
            self.assertRegex(fingerprint, r"^SHA256:")
        self.assertTrue(scan["hasFacts"])
        self.assertEqual({one["cause"] for one in scan["transitions"]}, {"FIRST_SCAN"})
        result = scan["result"]
        self.assertEqual(result["implementation"]["number"], 1)
        self.assertRegex(result["ruleVersion"], r"^[0-9a-f]{32}$")
        self.assertIsNone(result["previous"])
        fact = next(one for one in result["facts"] if one["key"] == "sshd")
        self.assertEqual(hashlib.sha256(fact["output"].encode()).hexdigest(), fact["sha256"])
        # Another framework, from what is stored: the host is gone.
        sshd.stop()
        judged = server.ask(self.REJUDGE, scan=id, selection={"framework": "stig"})["rejudge"]
        self.assertEqual(judged["after"]["framework"], "stig")
        self.assertEqual([one["cause"] for one in judged["causes"]], ["NOT_SELECTED"])
        self.assertEqual(judged["rules"], [])
        self.assertLess(judged["after"]["totals"]["pass"], judged["before"]["totals"]["pass"])
        self.assertIsNone(server.ask(self.REJUDGE, scan=host["id"])["rejudge"])
        # What a scan found is a thing of its own, beside what is known now.
        node = server.ask("query($id: ID!) { node(id: $id) { id ... on RuleResult { verdict } } }", id=result["id"])
        self.assertEqual(node["node"]["verdict"], result["verdict"])
        # A viewer sees the scan, and not who logged in.
        token = self.token(server)
        viewed = server.ask(self.SCAN, id=id, bearer=token)["scan"]
        self.assertEqual(viewed["context"]["hostName"], "web1")
        self.assertIsNone(viewed["context"]["login"])

    def token(self, server):
        code, out, err = run(
            "admin", "create-token", "--user", "ada", "--name", "look", "--role", "viewer",
            "--data-dir", server.data,
        )
        self.assertEqual(code, 0, err)
        return out.strip()
