"""Rules of others: signed packs, and folders that somebody else owns."""

import json
import os
import unittest

from openwatch import Case, Server, run, wait_for

RULE = """schema: openwatch/1
id: mine
title: T
description: D
rationale: R
severity: low
category: own
check: {method: command, run: "true"}
"""


class Packs(Case):
    def setUp(self):
        super().setUp()
        self.rules = self.folder / "rules"
        (self.rules / "own").mkdir(parents=True)
        (self.rules / "own/mine.yml").write_text(RULE)
        self.pack = self.folder / "own.owpack"

    def key(self, name):
        path = self.folder / f"{name}.key"
        code, public, errors = run("rules", "keygen", "--name", name, "--output", path)
        self.assertEqual(code, 0, errors)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        return path, public.strip()

    def scan(self, rules, *arguments):
        return run("scan", "local", "--rules", rules, "--format", "json", "--data-dir", self.folder / "data", *arguments)

    def test_a_signed_pack_is_scanned_with_by_who_trusts_the_key(self):
        private, public = self.key("ops")
        _, other = self.key("eve")
        code, output, errors = run("rules", "sign", self.rules, "--key", private, "--name", "own", "--output", self.pack)
        self.assertEqual(code, 0, errors)
        code, output, _ = run("rules", "verify", self.pack, "--key", public, "--format", "json")
        self.assertEqual((code, json.loads(output)["files"][0]["path"]), (0, "own/mine.yml"))
        code, output, errors = self.scan(self.pack, "--trust-key", public)
        self.assertEqual(code, 0, errors)
        self.assertEqual(json.loads(output)["results"][0]["verdict"], "PASS")
        for arguments, says in [([], "--trust-key"), (["--trust-key", other], "signed by ops, and trusted is eve")]:
            code, _, errors = self.scan(self.pack, *arguments)
            self.assertEqual(code, 2)
            self.assertIn(says, errors)
        self.pack.write_bytes(self.pack.read_bytes()[:-20])
        code, _, errors = self.scan(self.pack, "--trust-key", public)
        self.assertEqual(code, 2)
        self.assertIn("no rule pack", errors)

    def test_a_key_is_never_overwritten_and_rules_that_do_not_hold_are_not_signed(self):
        private, _ = self.key("ops")
        before = private.read_text()
        self.assertEqual(run("rules", "keygen", "--name", "ops", "--output", private)[0], 3)
        self.assertEqual(private.read_text(), before)
        (self.rules / "own/mine.yml").write_text(RULE.replace("method: command", "method: comand"))
        code, _, errors = run("rules", "sign", self.rules, "--key", private, "--name", "own", "--output", self.pack)
        self.assertEqual(code, 2)
        self.assertIn("did you mean command?", errors)
        self.assertFalse(self.pack.exists())

    def test_ones_own_folder_needs_no_more(self):
        self.assertEqual(self.scan(self.rules)[0], 0)

    def test_a_folder_that_others_may_write_to_is_refused_until_somebody_trusts_exactly_it(self):
        os.chmod(self.rules / "own/mine.yml", 0o666)
        code, _, errors = self.scan(self.rules)
        self.assertEqual(code, 2)
        for words in ["others may write to", "rules trust", "--trust-rules", "chmod"]:
            self.assertIn(words, errors)
        self.assertEqual(self.scan(self.rules, "--trust-rules")[0], 0)
        code, output, errors = run("rules", "trust", self.rules, "--data-dir", self.folder / "data")
        self.assertEqual(code, 0, errors)
        self.assertEqual(self.scan(self.rules)[0], 0)
        with open(self.rules / "own/mine.yml", "a", encoding="utf-8") as file:
            file.write("# changed\n")
        self.assertEqual(self.scan(self.rules)[0], 2)
        run("rules", "trust", self.rules, "--data-dir", self.folder / "data")
        self.assertEqual(self.scan(self.rules)[0], 0)
        code, _, errors = run("rules", "trust", self.rules, "--revoke", "--data-dir", self.folder / "data")
        self.assertEqual(code, 0, errors)
        self.assertEqual(self.scan(self.rules)[0], 2)
        code, _, errors = run("rules", "trust", self.rules, "--revoke", "--data-dir", self.folder / "data")
        self.assertEqual(code, 1)

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_a_folder_of_somebody_else_is_refused(self):
        os.chown(self.rules / "own/mine.yml", 12345, 12345)
        code, _, errors = self.scan(self.rules)
        self.assertEqual(code, 2)
        self.assertIn("belongs to the user 12345", errors)

    def test_rules_without_scripts_need_no_trust(self):
        path = self.rules / "own/mine.yml"
        path.write_text(RULE.replace('{method: command, run: "true"}', "{method: file_exists, path: /etc/passwd}"))
        os.chmod(path, 0o666)
        self.assertEqual(self.scan(self.rules)[0], 0)

    def settings(self, **values):
        path = self.folder / "openwatch.toml"
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
        return path

    def test_a_server_judges_the_rules_of_the_organisation_beside_those_that_ship(self):
        private, public = self.key("ops")
        run("rules", "sign", self.rules, "--key", private, "--name", "own", "--output", self.pack)
        config = self.settings(rules=[str(self.pack)], rule_keys=[public])
        server = Server(self, "--config", config).set_up()

        def verdict():
            (host,) = server.ask('{ hosts { nodes { result(rule: "mine") { verdict } } } }')["hosts"]["nodes"]
            return host["result"] and host["result"]["verdict"]

        self.assertEqual(wait_for("verdict", verdict, seconds=120), "PASS")
        self.assertEqual(server.ask('{ rule(key: "ssh-root-login-disabled") { title } }')["rule"] is not None, True)
        titles = [event["title"] for event in server.ask("{ activity { nodes { title } } }")["activity"]["nodes"]]
        self.assertIn("by the signature of ops", " ".join(titles))

    def test_rules_that_the_settings_name_no_more_are_retired_and_come_back(self):
        config = self.settings(rules=[str(self.rules)])
        server = Server(self, "--config", config).set_up()
        ask = """{ hosts { nodes { posture { totals { pass } } result(rule: "mine") { verdict isRetired }
          results(filter: {isRetired: true}) { nodes { ruleKey } } } }
          ruleFacets { standings { value rules } } rule(key: "mine") { retiredAt totals { pass } } }"""

        def known():
            answer = server.ask(ask)
            (host,) = answer["hosts"]["nodes"]
            return answer if host["result"] and host["posture"] else None

        def passed(answer):
            return answer["hosts"]["nodes"][0]["posture"]["totals"]["pass"]

        before = wait_for("verdict", known, seconds=120)
        self.assertEqual(before["hosts"]["nodes"][0]["result"], {"verdict": "PASS", "isRetired": False})
        for named in ([], [str(self.rules)]):
            server.kill()
            self.settings(rules=named)
            server.start()
            answer = wait_for("the answer", known)
            (host,) = answer["hosts"]["nodes"]
            is_retired = not named
            self.assertEqual(host["result"], {"verdict": "PASS", "isRetired": is_retired})
            self.assertEqual(passed(answer), passed(before) - is_retired)
            gone = [result["ruleKey"] for result in host["results"]["nodes"]]
            self.assertEqual(gone, ["mine"] if is_retired else [])
            standings = {one["value"]: one["rules"] for one in answer["ruleFacets"]["standings"]}
            self.assertEqual(standings.get("RETIRED", 0), int(is_retired))
            self.assertEqual(answer["rule"]["retiredAt"] is not None, is_retired)
            self.assertEqual(answer["rule"]["totals"]["pass"], int(not is_retired))
        titles = [event["title"] for event in server.ask("{ activity { nodes { title } } }")["activity"]["nodes"]]
        self.assertIn("Rules retired by openwatch", " ".join(titles))

    def test_a_server_does_not_start_with_rules_that_nobody_speaks_for_or_that_do_not_go_together(self):
        path = self.rules / "own/mine.yml"
        os.chmod(path, 0o666)
        arguments = ["serve", "--config", self.settings(rules=[str(self.rules)]), "--listen", "127.0.0.1:0"]
        code, _, errors = run(*arguments, "--data-dir", self.folder / "data", timeout=60)
        self.assertEqual(code, 2)
        self.assertIn("openwatch rules trust", errors)
        os.chmod(path, 0o644)
        twin = self.rules / "own/ssh-root-login-disabled.yml"
        twin.write_text(RULE.replace("id: mine", "id: ssh-root-login-disabled"))
        code, _, errors = run(*arguments, "--data-dir", self.folder / "data", timeout=60)
        self.assertEqual(code, 2)
        self.assertIn("ssh-root-login-disabled stands twice", errors)
