"""`openwatch serve` and `worker`: what goes wrong at the start, dying in the middle, several processes."""

import json
import shutil
import signal
import socket
import stat
import subprocess
import unittest

from openwatch import BINARY, PASSWORD, Case, Postgres, Server, Sshd, Tarpit, run, wait_for

REGISTER = (
    "mutation($input: RegisterHostInput!) { registerHost(input: $input)"
    " { host { id latestScan { id } } errors { message path } } }"
)
SCAN = "query($id: ID!) { scan(id: $id) { status attempt worker failure { reason detail } totals { pass fail error } } }"
ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def ssh_host(name, port, **more):
    ssh = {"address": "127.0.0.1", "port": port, "hostKeyPolicy": "TRUST_ON_FIRST_USE", **more}
    return {"details": {"name": name, "connection": {"ssh": ssh}}, "scanNow": True}


class Start(Case):
    def refusal(self, *arguments, code=3):
        found, _, errors = run("serve", *arguments, timeout=60)
        self.assertEqual(found, code, errors)
        return errors

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            errors = self.refusal("--data-dir", self.folder, "--listen", address)
        self.assertIn(address, errors)
        self.assertIn("--listen", errors)

    def test_a_data_folder_that_cannot_be_written(self):
        errors = self.refusal("--data-dir", "/proc/openwatch", "--listen", "127.0.0.1:0")
        self.assertIn("/proc/openwatch", errors)
        self.assertIn("--data-dir", errors)

    def test_an_address_that_is_none(self):
        errors = self.refusal(
            "--data-dir", self.folder, "--listen", "127.0.0.1:0", "--database-url", "mysql://x/y", code=2
        )
        self.assertIn("postgres://", errors)

    def test_a_database_that_does_not_answer_without_its_password(self):
        errors = self.refusal(
            "--data-dir", self.folder, "--listen", "127.0.0.1:0",
            "--database-url", "postgres://ow:hunter2@127.0.0.1:1/ow",
        )
        self.assertIn("127.0.0.1", errors)
        self.assertIn("refused", errors)
        self.assertNotIn("hunter2", errors)

    def test_a_database_of_a_newer_version(self):
        Server(self, data=self.folder).kill()
        subprocess.run(
            ["sqlite3", self.folder / "openwatch.db",
             "INSERT INTO schema_migration VALUES ('log', 99, 'future', 'x', 0)"],
            check=True,
        )
        errors = self.refusal("--data-dir", self.folder, "--listen", "127.0.0.1:0")
        self.assertIn("newer", errors)

    def test_an_open_address_needs_tls(self):
        errors = self.refusal("--data-dir", self.folder, "--listen", "0.0.0.0:0", code=2)
        self.assertIn("TLS", errors)


class Tls(Case):
    def test_every_client_is_served_and_cookies_stay_within_tls(self):
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key],
            check=True, capture_output=True,
        )
        server = Server(self, "--no-worker", "--tls-certificate", certificate, "--tls-key", key)
        url = f"https://localhost:{server.address.split(':')[1]}"

        def curl(*arguments):
            done = subprocess.run(["curl", "-sS", "--cacert", certificate, *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        for version in ("--http1.1", "--http2"):
            self.assertEqual(curl(version, f"{url}/healthz"), "ok", version)
        token = wait_for("link", server.printed(r"token=([0-9a-f]+)\s")).group(1)
        mutation = (
            "mutation($input: CreateFirstAdministratorInput!) {"
            " createFirstAdministrator(input: $input) { errors { message } } }"
        )
        person = {"setupToken": token, "username": "ada", "password": PASSWORD}
        answer = curl(
            "-i", f"{url}/graphql", "-H", "content-type: application/json", "-H", "x-openwatch-csrf: 1",
            "-d", json.dumps({"query": mutation, "variables": {"input": person}}),
        )
        self.assertRegex(answer, r"(?i)set-cookie: __Host-openwatch=[^;]+;.*\bSecure\b")


    def test_a_certificate_of_its_own_is_made_once_and_its_fingerprint_told(self):
        server = Server(self, "--no-worker", "--tls-self-signed")
        told = lambda: wait_for("fingerprint", server.printed(r"((?:[0-9A-F]{2}:){31}[0-9A-F]{2})\n")).group(1)
        first = told()
        certificate, key = server.data / "self-signed.crt", server.data / "self-signed.key"
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)

        def openssl(*arguments, text=""):
            return subprocess.run(["openssl", *arguments], input=text, capture_output=True, text=True, check=True).stdout

        def shown():
            shown = openssl("s_client", "-connect", server.address)
            return openssl("x509", "-noout", "-fingerprint", "-sha256", text=shown).strip().split("=")[1]

        self.assertEqual(shown(), first)
        openssl("x509", "-in", certificate, "-noout", "-checkend", str(800 * 86400))
        for name in ("localhost", "127.0.0.1"):
            url = f"https://{name}:{server.address.split(':')[1]}/healthz"
            done = subprocess.run(["curl", "-sS", "--cacert", certificate, url], capture_output=True, text=True, check=False)
            self.assertEqual(done.stdout, "ok", done.stderr)
        # Nobody vouches for it.
        refused = subprocess.run(["curl", "-sS", url], capture_output=True, text=True, check=False)
        self.assertIn("self-signed", refused.stderr)
        server.kill()
        server.start()
        self.assertEqual((told(), shown()), (first, first))
        # One that runs out within a month is made anew.
        server.kill()
        openssl("req", "-x509", "-key", key, "-days", "20", "-subj", "/CN=old", "-out", certificate)
        server.start()
        self.assertNotEqual(told(), first)
        self.assertEqual(shown(), told())
        openssl("x509", "-in", certificate, "-noout", "-checkend", str(800 * 86400))

    def test_one_certificate_is_enough(self):
        files = ["--tls-certificate", "x", "--tls-key", "y"]
        code, _, errors = run("serve", "--data-dir", self.folder, "--tls-self-signed", *files)
        self.assertEqual(code, 2)
        self.assertIn("cannot be used with", errors)


class Serve(Case):
    def test_this_machine_is_scanned_at_the_first_start(self):
        server = Server(self).set_up()

        def posture():
            (host,) = server.ask("{ hosts { nodes { posture { totals { pass fail } } } } }")["hosts"]["nodes"]
            return host["posture"]

        totals = wait_for("verdicts", posture)["totals"]
        self.assertGreater(totals["pass"] + totals["fail"], 0)

    def test_a_scan_is_taken_up_again_after_kill_9_of_the_server_and_fails_as_its_host_does(self):
        server = Server(self).set_up()
        tarpit = Tarpit(self)
        credential = self.credential(server)
        host = ssh_host("tarpit", tarpit.port, credential=credential)
        scan = server.ask(REGISTER, input=host)["registerHost"]["host"]["latestScan"]["id"]
        standing = lambda: server.ask(SCAN, id=scan)["scan"]
        wait_for("start", lambda: standing()["status"] == "STARTED")
        server.kill()
        server.start()
        ended = wait_for("end", lambda: standing()["status"] in ENDED and standing(), seconds=90)
        self.assertEqual(ended["status"], "FAILED")
        self.assertEqual(ended["attempt"], 2)
        self.assertIsNone(ended["totals"])

    def test_a_failed_scan_can_be_asked_for_again(self):
        server = Server(self).set_up()
        sshd = Sshd(self)
        key = (sshd.folder / "user").read_text()
        credential = self.credential(server, username=sshd.user, method="KEY", privateKey=key)
        sshd.stop()
        host = server.ask(REGISTER, input=ssh_host("h", sshd.port, credential=credential))
        host = host["registerHost"]["host"]
        scan = host["latestScan"]["id"]
        ended = wait_for("end", lambda: self.ended(server, scan))
        self.assertEqual(ended["failure"]["reason"], "HOST_UNREACHABLE")
        sshd.start()
        answer = server.ask(
            "mutation($input: RequestScanInput!) { requestScan(input: $input) { scan { id } errors { message } } }",
            input={"host": host["id"]},
        )["requestScan"]
        self.assertEqual(answer["errors"], [])
        ended = wait_for("end", lambda: self.ended(server, answer["scan"]["id"]))
        self.assertEqual(ended["status"], "COMPLETED", ended)

    def ended(self, server, scan):
        standing = server.ask(SCAN, id=scan)["scan"]
        return standing if standing["status"] in ENDED else None

    def credential(self, server, **more):
        details = {"name": "c", "username": "root", "method": "PASSWORD", "password": "canary-5b1f", **more}
        if details["method"] == "KEY":
            details.pop("password")
        answer = server.ask(
            "mutation($input: CreateCredentialInput!) { createCredential(input: $input)"
            " { credential { id name key { fingerprint } } errors { message } } }",
            input=details,
        )["createCredential"]
        self.assertEqual(answer["errors"], [])
        return answer["credential"]["id"]

    def test_no_secret_leaves_the_vault(self):
        server = Server(self).set_up()
        credential = self.credential(server)
        host = ssh_host("nowhere", 1, credential=credential)
        scan = server.ask(REGISTER, input=host)["registerHost"]["host"]["latestScan"]["id"]
        wait_for("end", lambda: self.ended(server, scan))
        token = server.ask(
            "mutation { createToken(input: { name: \"ci\", role: VIEWER }) { secret } }"
        )["createToken"]["secret"]
        server.ask("{ audit(first: 50) { nodes { body changes { after } } } }")
        secrets = [b"canary-5b1f", token.encode(), b"correct horse battery staple", server.cookie.split("=")[1].encode()]
        places = {path.name: path.read_bytes() for path in server.data.iterdir() if path.is_file()}
        places.update({path.name: path.read_bytes() for path in self.folder.glob("*.log")})
        places["answer"] = server.answer.encode()
        for name, content in places.items():
            for secret in secrets:
                self.assertNotIn(secret, content, name)


class Several(Case):
    def test_a_process_without_the_vault_key_is_refused(self):
        url = Postgres(self).url
        first = Server(self, "--no-worker", "--database-url", url, data=self.folder / "first")
        second = self.folder / "second"
        worker = ["worker", "--data-dir", second, "--database-url", url]
        code, _, errors = run(*worker, timeout=60)
        self.assertEqual(code, 3, errors)
        self.assertIn(str(second / "vault.key"), errors)
        self.assertFalse((second / "vault.key").exists())

        other = Server(self, "--no-worker", data=self.folder / "other")
        shutil.copy(other.data / "vault.key", second)
        code, _, errors = run(*worker, timeout=60)
        self.assertEqual(code, 3, errors)
        self.assertIn("belongs to another database", errors)

        shutil.copy(first.data / "vault.key", second)
        Server(self, "--no-worker", "--database-url", url, data=second)

    def test_two_servers_and_two_workers_share_a_database(self):
        database = Postgres(self)
        data = self.folder / "data"
        arguments = ["--no-worker", "--database-url", database.url]
        one = Server(self, *arguments, data=data).set_up()
        two = Server(self, *arguments, data=data)
        two.cookie = one.cookie
        workers = {}
        for _ in range(2):
            worker = subprocess.Popen(
                [BINARY, "worker", "--data-dir", data, "--database-url", database.url],
                stderr=subprocess.DEVNULL,
            )
            self.addCleanup(worker.wait)
            self.addCleanup(worker.kill)
            workers[str(worker.pid)] = worker
        local = {"details": {"name": "", "connection": {"local": True}}, "scanNow": True}
        scans = []
        for number in range(6):
            local["details"]["name"] = f"host-{number}"
            server = (one, two)[number % 2]
            answer = server.ask(REGISTER, input=local)["registerHost"]
            self.assertEqual(answer["errors"], [])
            scans.append(answer["host"]["latestScan"]["id"])
        for scan in scans:
            # What one server wrote, the other shows.
            for server in (two, one):
                ended = wait_for("end", lambda: self.completed(server, scan))
                self.assertEqual(ended["attempt"], 1)
        # A worker that dies leaves its work to the other.
        busy = ended["worker"].split("/")[-1]
        workers[busy].kill()
        local["details"]["name"] = "host-6"
        scan = two.ask(REGISTER, input=local)["registerHost"]["host"]["latestScan"]["id"]
        ended = wait_for("end", lambda: self.completed(one, scan))
        self.assertNotEqual(ended["worker"].split("/")[-1], busy)
        counted = two.ask("{ audit { totalCount } activity { totalCount } }")
        self.assertGreater(counted["audit"]["totalCount"], 6 * 4)
        self.assertNotIn(b"correct horse", database.dump())

    def test_a_worker_that_is_killed_in_the_middle_of_a_scan_is_replaced(self):
        database = Postgres(self)
        data = self.folder / "data"
        arguments = ["--no-worker", "--database-url", database.url]
        server = Server(self, *arguments, data=data).set_up()
        workers = {}
        for _ in range(2):
            worker = subprocess.Popen(
                [BINARY, "worker", "--data-dir", data, "--database-url", database.url],
                stderr=subprocess.DEVNULL,
            )
            self.addCleanup(worker.wait)
            self.addCleanup(worker.kill)
            workers[str(worker.pid)] = worker
        # The host answers nobody until the first worker is dead.
        sshd = Sshd(self)
        sshd.process.send_signal(signal.SIGSTOP)
        self.addCleanup(sshd.process.send_signal, signal.SIGCONT)
        credential = server.ask(
            "mutation($input: CreateCredentialInput!) { createCredential(input: $input)"
            " { credential { id } errors { message } } }",
            input={"name": "c", "username": sshd.user, "method": "KEY",
                   "privateKey": (sshd.folder / "user").read_text()},
        )["createCredential"]["credential"]["id"]
        host = ssh_host("slow", sshd.port, credential=credential)
        scan = server.ask(REGISTER, input=host)["registerHost"]["host"]["latestScan"]["id"]
        standing = lambda: server.ask(SCAN, id=scan)["scan"]
        started = wait_for("start", lambda: standing()["status"] == "STARTED" and standing())
        first = started["worker"].split("/")[-1]
        workers[first].kill()
        sshd.process.send_signal(signal.SIGCONT)
        ended = wait_for("end", lambda: self.completed(server, scan), seconds=90)
        self.assertEqual(ended["attempt"], 2)
        self.assertNotEqual(ended["worker"].split("/")[-1], first)
        # pg_dump writes bytes as hexadecimal digits.
        dump = database.dump()
        for secret in [PASSWORD, *(sshd.folder / "user").read_text().split("\n")[1:-2]]:
            self.assertNotIn(secret.encode(), dump)
            self.assertNotIn(secret.encode().hex().encode(), dump)

    def completed(self, server, scan):
        standing = server.ask(SCAN, id=scan)["scan"]
        return standing if standing and standing["status"] == "COMPLETED" else None


class Automation(Case):
    def test_users_and_tokens_from_the_shell(self):
        data = ["--data-dir", self.folder / "data"]
        code, _, errors = run(
            *["admin", "create-user", "--username", "bot", "--role", "viewer", "--password-stdin"], *data,
            stdin="a long enough password\n",
        )
        self.assertEqual(code, 0, errors)
        code, _, errors = run(
            *["admin", "create-user", "--username", "BOT", "--role", "viewer", "--password-stdin"], *data,
            stdin="a long enough password\n",
        )
        self.assertEqual(code, 1)
        self.assertIn("already", errors)
        code, token, errors = run("admin", "create-token", "--user", "bot", "--name", "ci", *data)
        self.assertEqual(code, 0, errors)
        code, _, errors = run(
            "admin", "create-token", "--user", "bot", "--name", "ci", "--role", "admin", *data
        )
        self.assertEqual(code, 1, "a token may not do more than its owner")
        server = Server(self, "--no-worker")
        done = subprocess.run(
            ["curl", "-s", f"http://{server.address}/graphql", "-H", "content-type: application/json",
             "-H", f"authorization: Bearer {token.strip()}", "-d", '{"query":"{ viewer { role } }"}'],
            capture_output=True, text=True, check=True,
        )
        self.assertEqual(json.loads(done.stdout)["data"]["viewer"]["role"], "VIEWER")


if __name__ == "__main__":
    unittest.main()
