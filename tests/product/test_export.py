"""Scans of the log as files: the same bytes as were printed, from the shell and from the server, read by parsers
that are not ours."""

import csv
import http.client
import io
import json
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
