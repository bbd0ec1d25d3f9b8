"""Values that people set for variables: checked when they are set, in force from the next scan on, told with each
result, answered by "what if" without touching the host, and never taken for what the rules say."""

import json

from openwatch import Case, Server, wait_for

RULE = "account-password-max-days@cis"
SET = """mutation($input: SetOrganisationVariableInput!) {
  setOrganisationVariable(input: $input) { errors { message path } } }"""
SET_HOST = "mutation($input: SetHostVariableInput!) { setHostVariable(input: $input) { errors { message } } }"
HOST = """query($rule: String!) { hosts { nodes { id activeScan { id } posture { scan { id catalogue } }
  lens(key: "nist_800_53") { deviations { ruleKey variable value benchmarkValue givenBy } }
  result(rule: $rule) { variables { name value origin place } } } } }"""


class Settings(Case):
    def setUp(self):
        super().setUp()
        self.server = Server(self).set_up()
        self.scanned(None)

    def host(self):
        (host,) = self.server.ask(HOST, rule=RULE)["hosts"]["nodes"]
        return host

    def scanned(self, before):
        def look():
            host = self.host()
            done = host["posture"] and not host["activeScan"] and host["posture"]["scan"]["id"] != before
            return host if done else None

        return wait_for("completed scan", look)

    def scan(self):
        host = self.host()
        request = "mutation($id: ID!) { requestScan(input: {host: $id}) { errors { message } } }"
        answer = self.server.ask(request, id=host["id"])
        self.assertEqual(answer["requestScan"]["errors"], [])
        return self.scanned(host["posture"]["scan"]["id"])

    def set(self, value):
        given = {"name": "password_max_days", "value": value}
        return self.server.ask(SET, input=given)["setOrganisationVariable"]["errors"]

    def value(self, host):
        (variable,) = host["result"]["variables"]
        return variable["value"], variable["origin"]

    def test_a_value_counts_from_the_next_scan_on_and_is_told_with_the_result(self):
        before = self.host()
        self.assertEqual(self.value(before), ("365", "PROFILE"))
        (error,) = self.set("366")
        self.assertEqual(error["path"], ["value"])
        self.assertIn("a whole number from 1 to 365", error["message"])
        self.assertEqual(self.set("90"), [])
        self.assertEqual(self.value(self.host()), ("365", "PROFILE"))
        after = self.scan()
        self.assertEqual(self.value(after), ("90", "ORGANISATION"))
        self.assertRegex(after["result"]["variables"][0]["place"], r"^set by ada on \d{4}-\d\d-\d\d$")
        told = [one for one in after["lens"]["deviations"] if one["ruleKey"] == RULE]
        self.assertEqual([(one["value"], one["benchmarkValue"]) for one in told], [("90", "365")])
        self.assertRegex(told[0]["givenBy"], "^organisation, set by ada on ")
        # The host comes before the organisation, and back.
        given = {"id": after["id"], "name": "password_max_days", "value": "30"}
        self.assertEqual(self.server.ask(SET_HOST, input=given)["setHostVariable"]["errors"], [])
        self.assertEqual(self.value(self.scan()), ("30", "HOST"))
        self.server.ask(SET_HOST, input={**given, "value": None})
        self.assertEqual(self.set(None), [])
        last = self.scan()
        self.assertEqual(self.value(last), ("365", "PROFILE"))
        self.assertEqual(last["lens"]["deviations"], [])
        self.assertEqual(last["posture"]["scan"]["catalogue"], before["posture"]["scan"]["catalogue"])

    def test_the_values_of_a_host_are_not_taken_for_those_of_the_rule(self):
        rule = "query($key: String!) { rule(key: $key) { hash versions { hash } } }"
        before = self.server.ask(rule, key=RULE)
        self.set("90")
        self.scan()
        self.assertEqual(self.server.ask(rule, key=RULE), before)
        titles = self.server.ask("{ activity(first: 50) { nodes { title } } }")["activity"]["nodes"]
        titles = [one["title"] for one in titles]
        self.assertEqual(sum("published" in title for title in titles), 1, titles)
        self.assertIn("Variable password_max_days set to 90", titles)

    def test_what_if_takes_other_values_and_keeps_those_of_the_scan(self):
        self.set("90")
        scan = self.scan()["posture"]["scan"]
        ask = """query($scan: ID!, $catalogue: Digest, $values: [VariableInput!]) {
          rejudge(scan: $scan, catalogue: $catalogue, variables: $values) {
            rules(all: true) { ruleKey cause after { variables { value origin } } } } }"""

        def judged(catalogue=None, values=None):
            answer = self.server.ask(ask, scan=scan["id"], catalogue=catalogue, values=values)
            (rule,) = [one for one in answer["rejudge"]["rules"] if one["ruleKey"] == RULE]
            return rule

        kept = {"value": "90", "origin": "ORGANISATION"}
        self.assertEqual(judged()["after"]["variables"], [kept])
        self.assertEqual(judged(catalogue=scan["catalogue"])["after"]["variables"], [kept])
        asked = judged(values=[{"name": "password_max_days", "value": "7"}])
        self.assertEqual(asked["after"]["variables"], [{"value": "7", "origin": "REQUEST"}])
        with self.assertRaisesRegex(AssertionError, "from 1 to 365"):
            judged(values=[{"name": "password_max_days", "value": "0"}])


OWN = """schema: openwatch/1
id: own-word
title: The word is there
description: D
rationale: R
severity: low
category: own
variables:
  own_count:
    type: integer
    min: 1
    max: 9
    default: 3
    description: The least count
    source: nowhere
check: {method: config_value, path: PATH, delimiter: "=", key: count, min: "{{ own_count }}"}
"""


class Changes(Case):
    """Why a verdict is not what it was at the scan before."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "word.conf"
        self.rules = self.folder / "rules"
        (self.rules / "own").mkdir(parents=True)
        self.write(5)
        self.rule(OWN)
        config = self.folder / "openwatch.toml"
        config.write_text(f"rules = {json.dumps([str(self.rules)])}\n")
        self.server = Server(self, "--config", config).set_up()
        self.seen = None
        self.look()

    def write(self, count):
        self.file.write_text(f"count={count}\n")

    def rule(self, text):
        (self.rules / "own/own-word.yml").write_text(text.replace("PATH", str(self.file)))

    def set(self, value):
        given = {"name": "own_count", "value": value}
        self.assertEqual(self.server.ask(SET, input=given)["setOrganisationVariable"]["errors"], [])

    def look(self):
        """The newest completed scan after the one that was seen."""
        ask = """{ hosts { nodes { id posture { scan { id status changes { cause rules }
          transitions { ruleKey from to cause } } } activeScan { id } } } }"""

        def done():
            (host,) = self.server.ask(ask)["hosts"]["nodes"]
            self.host = host["id"]
            scan = host["posture"] and host["posture"]["scan"]
            return scan if scan and not host["activeScan"] and scan["id"] != self.seen else None

        scan = wait_for("completed scan", done)
        self.seen = scan["id"]
        return scan

    def cause(self):
        request = "mutation($id: ID!) { requestScan(input: {host: $id}) { errors { message } } }"
        self.assertEqual(self.server.ask(request, id=self.host)["requestScan"]["errors"], [])
        scan = self.look()
        (change,) = [one for one in scan["transitions"] if one["ruleKey"] == "own-word"]
        self.assertIn(change["cause"], [one["cause"] for one in scan["changes"]])
        return change["from"], change["to"], change["cause"]

    def test_host_value_and_rule_are_told_apart(self):
        self.set("6")
        self.assertEqual(self.cause(), ("PASS", "FAIL", "VALUE_CHANGED"))
        self.write(7)
        self.assertEqual(self.cause(), ("FAIL", "PASS", "HOST_CHANGED"))
        self.set("8")
        self.write(4)
        self.assertEqual(self.cause(), ("PASS", "FAIL", "HOST_AND_VALUE_CHANGED"))
        self.server.kill()
        self.rule(OWN.replace("min: \"{{ own_count }}\"", "max: \"{{ own_count }}\""))
        self.server.start()
        self.assertEqual(self.cause(), ("FAIL", "PASS", "RULE_CHANGED"))
        self.set("3")
        self.write(2)
        self.set("1")
        self.assertEqual(self.cause(), ("PASS", "FAIL", "HOST_AND_VALUE_CHANGED"))
