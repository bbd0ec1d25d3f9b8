"""Scans of the log as files: the same bytes as were printed, from the shell and from the server, read by parsers
that are not ours."""

import csv
import http.client
import io
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree

from openwatch import Case, Server, Sshd, run, wait_for

FORMATS = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "junit": "application/xml",
    "sarif": "application/sarif+json",
}
ENDINGS = {"json": "json", "jsonl": "jsonl", "csv": "csv", "junit": "xml", "sarif": "sarif"}

RULE = """schema: openwatch/1
id: {id}
title: "=1+1, \\"quoted\\" <b>&amp;"
description: d
rationale: r
severity: {severity}
category: x
check: {check}
"""

REGISTER = (
    "mutation($input: RegisterHostInput!) { registerHost(input: $input)"
    " { host { id } errors { message path } } }"
)
FLEET = (
    "mutation($input: RequestFleetScanInput!) { requestFleetScan(input: $input)"
    " { fleetScan { id } errors { message } } }"
)


class Recorded(Case):
    def setUp(self):
        super().setUp()
        self.sshd = Sshd(self)
        self.data = self.folder / "data"
        folder = self.folder / "rules/x"
        folder.mkdir(parents=True)
        checks = {
            "a-pass": ("low", '{method: command, run: "true", expected_stdout: ""}'),
            "b-fail": ("high", "{method: command, run: 'printf \"one, \\\"two\\\"\\n=3\"', expected_stdout: \"\"}"),
            "c-error": ("medium", '{method: command, run: "exit 9", expected_stdout: ""}'),
        }
        for name, (severity, check) in checks.items():
            (folder / f"{name}.yml").write_text(RULE.format(id=name, severity=severity, check=check))

    def scan(self, form, *more, target=None):
        code, output, errors = run(
            "scan", target or self.sshd.target, "-i", self.sshd.folder / "user",
            "--known-hosts", self.folder / "known_hosts", "--rules", self.folder / "rules",
            "--record", "--data-dir", self.data, "--format", form, *more,
        )
        self.assertTrue(output, errors)
        return code, output, re.findall(r"recorded as scan (\S+)", errors)

    def export(self, id, form, *more):
        return run("scans", "export", id, "--format", form, "--data-dir", self.data, *more)

    def test_what_is_exported_later_is_what_was_printed(self):
        for form in [*FORMATS, "text"]:
            with self.subTest(form):
                code, printed, (id,) = self.scan(form)
                self.assertEqual(code, 1)
                code, exported, errors = self.export(id, form)
                self.assertEqual(code, 0, errors)
                self.assertEqual(exported, printed)

    def test_without_the_log_it_differs_by_the_record_and_the_time_alone(self):
        _, printed, (id,) = self.scan("json")
        _, fresh, _ = run(
            "scan", self.sshd.target, "-i", self.sshd.folder / "user", "--known-hosts", self.folder / "known_hosts",
            "--rules", self.folder / "rules", "--format", "json",
        )
        recorded, fresh = json.loads(printed), json.loads(fresh)
        self.assertEqual(recorded.pop("record")["scan"], id)
        for report in (recorded, fresh):
            for name in ("started_at", "duration_ms", "cost"):
                self.assertTrue(report.pop(name))
            for name in ("clock_skew_ms", "name"):
                report["host"].pop(name)
        self.assertEqual(recorded, fresh)

    def test_a_scan_without_verdicts_says_so_in_every_format(self):
        code, printed, (id,) = self.scan("json", target="127.0.0.1:1")
        self.assertEqual(code, 3)
        self.assertEqual(json.loads(printed)["error"]["reason"], "HOST_UNREACHABLE")
        texts = {form: self.export(id, form)[1] for form in FORMATS}
        self.assertEqual(json.loads(texts["json"])["scan"], id)
        (row,) = csv.DictReader(io.StringIO(texts["csv"]))
        self.assertEqual((row["verdict"], row["scan"]), ("NOT_SCANNED", id))
        suite = xml.etree.ElementTree.fromstring(texts["junit"]).find("testsuite")
        self.assertEqual((suite.get("errors"), suite.get("failures")), ("1", "0"))
        (one,) = json.loads(texts["sarif"])["runs"]
        self.assertFalse(one["invocations"][0]["executionSuccessful"])
        self.assertEqual(one["results"], [])

    def test_only_some_verdicts_and_a_file_that_is_whole_or_not_there(self):
        _, _, (id,) = self.scan("json")
        path = self.folder / "out.sarif"
        path.write_text("before")
        code, output, errors = self.export(id, "sarif", "--verdict", "fail,error", "-o", path)
        self.assertEqual((code, output), (0, ""), errors)
        (one,) = json.loads(path.read_text())["runs"]
        self.assertEqual({result["kind"] for result in one["results"]}, {"fail", "open"})
        self.assertEqual(one["properties"]["summary"]["pass"], 1)
        code, _, errors = self.export("00000000-0000-7000-8000-000000000000", "sarif", "-o", path)
        self.assertEqual(code, 1)
        self.assertIn("there is no scan", errors)
        json.loads(path.read_text())
        self.assertEqual([one.name for one in self.folder.glob(".openwatch-*")], [])
        code, _, errors = self.export("nonsense", "json")
        self.assertEqual(code, 2)
        self.assertIn("no id of a scan", errors)

    def test_spreadsheets_get_text_with_quotes_and_lines(self):
        _, _, (id,) = self.scan("json")
        rows = {row["rule"]: row for row in csv.DictReader(io.StringIO(self.export(id, "csv")[1]))}
        self.assertEqual(rows["a-pass"]["title"], '\'=1+1, "quoted" <b>&amp;')
        self.assertIn('"two"', rows["b-fail"]["actual"])


    def test_a_recorded_scan_knows_the_groups_of_its_host(self):
        server = Server(self, "--no-worker").set_up()
        group = server.ask(
            "mutation($input: CreateGroupInput!) { createGroup(input: $input) { group { id } errors { message } } }",
            input={"details": {"name": "Production", "color": "BLUE", "rule": {
                "combination": "ALL", "conditions": [{"kind": "ENVIRONMENT", "values": ["production"]}],
            }}},
        )["createGroup"]
        self.assertEqual(group["errors"], [])
        _, printed, _ = self.scan("json")
        self.assertEqual(json.loads(printed)["record"]["context"]["groups"], ["Production"])

    def watched(self, server, fields, **variables):
        """What is asked of the host that was registered by its scan; the server watches its own machine as well."""
        declared = "".join(f"${name}: DateTime! " for name in variables)
        document = f"query{f'({declared})' if declared else ''} {{ hosts {{ nodes {{ name {fields} }} }} }}"
        nodes = server.ask(document, **variables)["hosts"]["nodes"]
        (host,) = (node for node in nodes if node["name"] == "127.0.0.1")
        return host

    def scans(self, server, count):
        """So many scans of that host, newest first, when the server has taken them in."""
        def taken_in():
            nodes = self.watched(server, "scans(first: 5) { nodes { id requestedAt finishedAt } }")["scans"]["nodes"]
            return nodes if len(nodes) == count and all(node["finishedAt"] for node in nodes) else None

        return wait_for(f"{count} scans of the host", taken_in)

    def test_what_was_known_of_a_host_at_an_instant_is_a_query(self):
        server = Server(self, "--no-worker").set_up()
        for _ in range(2):
            self.scan("json")
        newer, older = self.scans(server, 2)

        def known(at):
            return self.watched(server, "scanAt(at: $at) { id totals { pass fail } evidenceRoot }", at=at)["scanAt"]

        self.assertIsNone(known("2000-01-01T00:00:00Z"))
        self.assertEqual(known(newer["requestedAt"])["id"], older["id"])
        latest = known("2100-01-01T00:00:00+02:00")
        self.assertEqual(latest["id"], newer["id"])
        self.assertEqual(latest["totals"], {"pass": 1, "fail": 1})
        self.assertRegex(latest["evidenceRoot"], "^[0-9a-f]{64}$")

    def test_the_question_of_the_manual_is_answered(self):
        server = Server(self, "--no-worker").set_up()
        self.scan("json")
        self.scans(server, 1)
        manual = pathlib.Path(__file__).parents[2].joinpath("docs/reference/api.md").read_text()
        (document,) = re.findall(r"^    query\(.*?^    }$", manual, re.DOTALL | re.MULTILINE)
        host = self.watched(server, "id")["id"]
        self.assertEqual(server.ask(document, host=host), {"host": {"scanAt": None}})
        answer = server.ask(document.replace("2026-01-15", "2100-01-15"), host=host)["host"]["scanAt"]
        self.assertEqual(
            sorted((one["ruleKey"], one["verdict"]) for one in answer["results"]),
            [("a-pass", "PASS"), ("b-fail", "FAIL"), ("c-error", "ERROR")],
        )

    def test_a_host_that_was_removed_and_restored_is_the_same_host(self):
        server = Server(self, "--no-worker").set_up()
        self.scan("json")
        before = self.watched(server, "id")["id"]
        for name in ("removeHost", "restoreHost"):
            field = f"mutation($input: HostInput!) {{ {name}(input: $input) {{ errors {{ message }} }} }}"
            self.assertEqual(server.ask(field, input={"id": before})[name]["errors"], [])
        self.scan("json")
        self.scans(server, 2)
        self.assertEqual(self.watched(server, "id")["id"], before)


class Downloaded(Case):
    def fetch(self, server, path, **headers):
        connection = http.client.HTTPConnection(server.address, timeout=90)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response, body

    def test_a_fleet_scan_is_downloaded_and_exported_alike(self):
        server = Server(self).set_up()
        sshd = Sshd(self)
        credential = server.ask(
            "mutation($input: CreateCredentialInput!) { createCredential(input: $input)"
            " { credential { id } errors { message path } } }",
            input={"name": "ops", "username": sshd.user, "method": "KEY",
                   "privateKey": (sshd.folder / "user").read_text()},
        )["createCredential"]["credential"]["id"]
        hosts = []
        for name, port in [("web1", sshd.port), ("away", 1)]:
            ssh = {"address": "127.0.0.1", "port": port, "hostKeyPolicy": "TRUST_ON_FIRST_USE", "credential": credential}
            details = {"name": name, "connection": {"ssh": ssh}}
            host = server.ask(REGISTER, input={"details": details, "scanNow": False})["registerHost"]["host"]
            hosts.append(host["id"])
        fleet = server.ask(FLEET, input={"hosts": hosts, "limits": {"attempts": 1}})["requestFleetScan"]
        id = fleet["fleetScan"]["id"]

        def ended():
            query = "query($id: ID!) { fleetScan(id: $id) { status } }"
            return server.ask(query, id=id)["fleetScan"]["status"] == "COMPLETED"

        wait_for("end of the fleet scan", ended, seconds=180)
        cookie = {"cookie": server.cookie}
        for form, kind in FORMATS.items():
            with self.subTest(form):
                response, body = self.fetch(server, f"/exports/fleet-scans/{id}/{form}", **cookie)
                self.assertEqual(response.status, 200, body)
                self.assertEqual(response.getheader("content-type"), kind)
                self.assertRegex(
                    response.getheader("content-disposition"),
                    rf'^attachment; filename="fleet-scan-[0-9a-f-]{{36}}\.{ENDINGS[form]}"$',
                )
                code, exported, errors = run("scans", "export", id, "--format", form, "--data-dir", server.data)
                self.assertEqual(code, 0, errors)
                self.assertEqual(exported, body)
        _, body = self.fetch(server, f"/exports/fleet-scans/{id}/jsonl", **cookie)
        lines = [json.loads(line) for line in body.splitlines()]
        self.assertEqual([line["host"]["name"] for line in lines], ["web1", "away"])
        self.assertEqual(lines[1]["error"]["reason"], "HOST_UNREACHABLE")
        _, body = self.fetch(server, f"/exports/fleet-scans/{id}/json", **cookie)
        self.assertEqual(json.loads(body), lines)
        # By jq, line by line.
        _, body = self.fetch(server, f"/exports/fleet-scans/{id}/jsonl", **cookie)
        jq = subprocess.run(["jq", "-r", ".host.name"], input=body, capture_output=True, text=True, check=True)
        self.assertEqual(jq.stdout.split(), ["web1", "away"])
        self.one_scan(server, lines[0]["record"]["scan"])

    def one_scan(self, server, scan):
        path = f"/exports/scans/{scan}/sarif?verdict=fail"
        response, body = self.fetch(server, path)
        self.assertEqual(response.status, 401, body)
        self.assertNotIn("runs", body)
        code, token, errors = run(
            "admin", "create-token", "--user", "ada", "--name", "ci", "--role", "viewer", "--data-dir", server.data
        )
        self.assertEqual(code, 0, errors)
        bearer = {"authorization": f"Bearer {token.strip()}"}
        response, body = self.fetch(server, path, **bearer)
        self.assertEqual(response.status, 200, body)
        (one,) = json.loads(body)["runs"]
        self.assertEqual({result["kind"] for result in one["results"]}, {"fail"})
        self.assertEqual(one["automationDetails"]["guid"], scan)
        response, body = self.fetch(server, f"/exports/scans/{scan}/pdf", **bearer)
        self.assertEqual(response.status, 404, body)
        self.assertIn("sarif", body)
