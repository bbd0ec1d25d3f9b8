"""Fleet scans when processes die in the middle: every host comes to its end, none twice, and the whole does too. Every
address of 127.0.0.0/8 is this machine, so two SSH servers are a fleet."""

import json
import subprocess

from openwatch import BINARY, Case, Postgres, Server, Sshd, run, wait_for

REGISTER = "mutation($input: RegisterHostInput!) { registerHost(input: $input) { host { id } errors { message } } }"
FLEET = (
    "mutation($input: RequestFleetScanInput!) { requestFleetScan(input: $input)"
    " { fleetScan { id } errors { message } } }"
)
STANDING = (
    "query($id: ID!) { fleetScan(id: $id) { status retryOf { id }"
    " counts { hosts waiting running completed failed skipped cancelled }"
    " hosts(first: 100) { nodes { state attempts failureReason failureDetail host { name } scan { id status attempt worker } } } } }"
)


class Fleet(Case):
    def setUp(self):
        super().setUp()
        self.quick = Sshd(self, "MaxStartups=100")
        # It lets in whoever comes, and runs nothing while this file is there.
        self.held = self.folder / "held"
        wait = f'while [ -e {self.held} ]; do sleep 0.1; done; eval "$SSH_ORIGINAL_COMMAND"'
        self.slow = Sshd(self, "MaxStartups=100", f"ForceCommand={wait}")

    def fleet(self, server, *, dead=0):
        """Hosts that answer, hosts that do not for now, and hosts that never will."""
        self.held.touch()
        self.addCleanup(self.held.unlink, missing_ok=True)
        details = {"name": "key", "username": self.quick.user, "method": "KEY", "isDefault": True,
                   "privateKey": (self.quick.folder / "user").read_text()}
        made = server.ask(
            "mutation($input: CreateCredentialInput!) { createCredential(input: $input) { errors { message } } }",
            input=details,
        )["createCredential"]
        self.assertEqual(made["errors"], [])
        # One key for both servers.
        (self.slow.folder / "authorized_keys").write_text((self.quick.folder / "user.pub").read_text())
        ports = [("quick", self.quick.port, 6), ("slow", self.slow.port, 4), ("dead", 1, dead)]
        hosts = []
        for number, (kind, port, count) in enumerate(ports, start=1):
            for last in range(1, count + 1):
                ssh = {"address": f"127.0.{number}.{last}", "port": port, "hostKeyPolicy": "TRUST_ON_FIRST_USE"}
                details = {"details": {"name": f"{kind}-{last}", "connection": {"ssh": ssh}}}
                answer = server.ask(REGISTER, input=details)["registerHost"]
                self.assertEqual(answer["errors"], [])
                hosts.append(answer["host"]["id"])
        wish = {"hosts": hosts, "limits": {"attempts": 1}, "selection": {"rules": ["ssh-root-login-disabled"]}}
        asked = server.ask(FLEET, input=wish)["requestFleetScan"]
        self.assertEqual(asked["errors"], [])
        return asked["fleetScan"]["id"]

    def standing(self, server, fleet):
        return server.ask(STANDING, id=fleet)["fleetScan"]

    def in_the_middle(self, server, fleet, completed):
        """Some hosts are done and some are held up."""
        def look():
            now = self.standing(server, fleet)
            states = [one["host"]["name"] for one in now["hosts"]["nodes"] if one["state"] == "RUNNING"]
            return now["counts"]["completed"] >= completed and any("slow" in name for name in states) and now

        return wait_for("middle of the fleet scan", look)

    def ended(self, server, fleet, failed=0):
        """The fleet scan when it has ended, with every host at its end, and once."""
        done = wait_for("end", lambda: (now := self.standing(server, fleet))["status"] == "COMPLETED" and now, seconds=150)
        hosts = done["counts"]["hosts"]
        self.assertEqual(done["counts"], {
            "hosts": hosts, "waiting": 0, "running": 0, "completed": hosts - failed, "failed": failed, "skipped": 0,
            "cancelled": 0,
        }, done)
        for one in done["hosts"]["nodes"]:
            if one["host"]["name"].startswith("dead"):
                self.assertEqual((one["state"], one["failureReason"], one["attempts"]), ("FAILED", "HOST_UNREACHABLE", 1))
                self.assertTrue(one["failureDetail"])
            else:
                self.assertEqual((one["state"], one["scan"]["status"]), ("COMPLETED", "COMPLETED"), one)
        return done

    def test_a_server_that_is_killed_again_and_again_leaves_no_host_behind(self):
        server = Server(self).set_up()
        fleet = self.fleet(server, dead=1)
        self.in_the_middle(server, fleet, completed=1)
        for attempt in (2, 3):
            server.kill()
            server.start()
            self.assertEqual(self.standing(server, fleet)["status"], "RUNNING")

            def taken_up():
                scans = [one["scan"] for one in self.standing(server, fleet)["hosts"]["nodes"] if "slow" in one["host"]["name"]]
                return any(scan and scan["attempt"] == attempt for scan in scans)

            wait_for("scan that was taken up again", taken_up)
        self.held.unlink()
        done = self.ended(server, fleet, failed=1)
        self.once(server, done)

    def test_workers_that_are_killed_are_replaced(self):
        database = Postgres(self)
        data = self.folder / "data"
        arguments = ["--no-worker", "--database-url", database.url]
        server = Server(self, *arguments, data=data).set_up()
        workers = [self.worker(data, database) for _ in range(2)]
        fleet = self.fleet(server, dead=1)
        self.in_the_middle(server, fleet, completed=2)
        for worker in workers:
            worker.kill()
            worker.wait()
        self.worker(data, database)
        self.held.unlink()
        done = self.ended(server, fleet, failed=1)
        self.once(server, done)

    def worker(self, data, database):
        worker = subprocess.Popen(
            [BINARY, "worker", "--data-dir", data, "--database-url", database.url], stderr=subprocess.DEVNULL,
        )
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        return worker

    def once(self, server, done):
        """No host has two results: of each there is as many scans as attempts, and one of them has verdicts."""
        named = {one["host"]["name"]: one for one in done["hosts"]["nodes"]}
        query = "{ hosts(first: 20) { nodes { name scans(first: 5) { nodes { id status } } } } }"
        for host in server.ask(query)["hosts"]["nodes"]:
            if host["name"] not in named:
                continue
            scans = [scan["status"] for scan in host["scans"]["nodes"]]
            self.assertEqual(len(scans), named[host["name"]]["attempts"], host)
            self.assertEqual(scans.count("COMPLETED"), 0 if host["name"].startswith("dead") else 1, host)

    def test_what_failed_is_asked_for_again_from_the_shell(self):
        server = Server(self).set_up()
        fleet = self.fleet(server, dead=2)
        self.held.unlink()
        self.ended(server, fleet, failed=2)
        data = ["--data-dir", server.data]
        code, output, errors = run("scans", "retry", fleet, "--format", "json", *data)
        self.assertEqual(code, 0, errors)
        asked = json.loads(output)
        self.assertEqual(asked["hosts"], 2)
        self.assertIn("2 hosts", errors)
        again = wait_for("end", lambda: self.exported(asked["fleet_scan"], *data))
        self.assertEqual({one["host"]["name"] for one in again}, {"dead-1", "dead-2"})
        # What did not fail is not tried again, and nothing is no fleet scan.
        for id, words in [("00000000-0000-7000-8000-000000000000", "no fleet scan"), ("nonsense", "no id")]:
            code, _, errors = run("scans", "retry", id, *data)
            self.assertIn(code, (1, 2))
            self.assertIn(words, errors)

    def exported(self, fleet, *data):
        code, output, _ = run("scans", "export", fleet, "--format", "json", *data)
        answer = json.loads(output) if code == 0 else []
        return all(one.get("error", {}).get("reason") != "NOT_ENDED" for one in answer) and answer
