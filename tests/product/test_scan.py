"""`openwatch scan` against a real OpenSSH server: ways to log in, host keys, faults, the answer."""

import json
import shutil
import subprocess
import unittest

from openwatch import Case, Sshd, run


class Scan(Case):
    def setUp(self):
        super().setUp()
        self.sshd = Sshd(self)
        self.known_hosts = self.folder / "known_hosts"

    def scan(self, *arguments, key="user", **more):
        return run(
            "scan", self.sshd.target, "-i", self.sshd.folder / key, "--known-hosts", self.known_hosts,
            "--data-dir", self.folder / "data", *arguments, **more,
        )

    def failure(self, *arguments, **more):
        """A scan without verdicts: its reason, with the exit code that says so."""
        code, output, errors = self.scan("--format", "json", *arguments, **more)
        self.assertEqual(code, 3, errors)
        answer = json.loads(output)
        self.assertNotIn("results", answer)
        return answer["error"]

    def test_a_key_logs_in_and_the_answer_has_the_agreed_form(self):
        code, output, errors = self.scan("--format", "json")
        self.assertIn(code, (0, 1), errors)
        answer = json.loads(output)
        self.assertEqual(
            set(answer),
            {"host", "pack", "started_at", "duration_ms", "cost", "summary", "results"},
        )
        self.assertLessEqual(answer["cost"]["round_trips"], 4)
        self.assertGreaterEqual(len(answer["results"]), 40)
        counted = sum(answer["summary"][name] for name in ("pass", "fail", "error", "not_applicable", "manual"))
        self.assertEqual(counted, len(answer["results"]))
        for result in answer["results"]:
            self.assertIn(result["verdict"], ("PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "MANUAL"))
        self.assertIn("new ssh-ed25519 host key", errors)

    def test_evidence_is_what_the_command_prints_by_hand(self):
        _, output, _ = self.scan("--format", "json", "--rule", "ssh-root-login-disabled")
        (result,) = json.loads(output)["results"]
        for item in result["evidence"]:
            by_hand = subprocess.run(["sh", "-c", item["command"]], capture_output=True, text=True)
            self.assertEqual(item["stdout"], by_hand.stdout)
            self.assertEqual(item["exit"], by_hand.returncode)

    def test_a_revoked_host_key_is_refused_even_when_it_is_trusted(self):
        key = " ".join((self.sshd.folder / "host.pub").read_text().split()[:2])
        trusted = f"[127.0.0.1]:{self.sshd.port} {key}\n"
        self.known_hosts.write_text(f"# kept by hand\n{trusted}@revoked * {key}\n")
        failure = self.failure()
        self.assertEqual(failure["reason"], "HOST_KEY_CHANGED")
        self.assertIn("revoked", failure["detail"])

    def test_an_agent_logs_in(self):
        agent = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
        socket = agent.split("SSH_AUTH_SOCK=")[1].split(";")[0]
        pid = agent.split("SSH_AGENT_PID=")[1].split(";")[0]
        self.addCleanup(subprocess.run, ["kill", pid])
        env = {"SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", self.sshd.folder / "user"], check=True, env={**env, "PATH": "/usr/bin"})
        code, _, errors = run(
            "scan", self.sshd.target, "--agent", "--known-hosts", self.known_hosts,
            "--rule", "file-passwd-permissions", env=env,
        )
        self.assertIn(code, (0, 1), errors)

    def test_a_jump_host_is_passed(self):
        far = Sshd(self)
        shutil.copy(self.sshd.folder / "user", far.folder / "near")
        authorized = far.folder / "authorized_keys"
        authorized.write_text(authorized.read_text() + (self.sshd.folder / "user.pub").read_text())
        code, _, errors = run(
            "scan", far.target, "-J", self.sshd.target, "-i", self.sshd.folder / "user",
            "--known-hosts", self.known_hosts, "--rule", "file-passwd-permissions",
        )
        self.assertIn(code, (0, 1), errors)
        self.assertEqual(errors.count("new ssh-ed25519 host key"), 2)

    def test_a_wrong_key_is_refused(self):
        error = self.failure(key="other")
        self.assertEqual(error["reason"], "AUTHENTICATION_REFUSED")

    def test_a_wrong_password_is_refused(self):
        code, output, _ = run(
            "scan", self.sshd.target, "--password-stdin", "--known-hosts", self.known_hosts,
            "--format", "json", stdin="wrong\n",
        )
        self.assertEqual(code, 3)
        self.assertEqual(json.loads(output)["error"]["reason"], "AUTHENTICATION_REFUSED")

    def test_an_unknown_host_key_is_refused_when_asked_to(self):
        error = self.failure("--strict-host-keys")
        self.assertEqual(error["reason"], "HOST_KEY_UNKNOWN")
        self.assertIn("SHA256:", error["detail"])

    def test_a_changed_host_key_is_refused_loudly(self):
        self.scan("--rule", "ssh-root-login-disabled")
        self.sshd.stop()
        self.sshd.keygen("host")
        self.sshd.start()
        error = self.failure()
        self.assertEqual(error["reason"], "HOST_KEY_CHANGED")
        self.assertEqual(error["detail"].count("SHA256:"), 2)

    def test_a_host_that_is_down_is_named(self):
        self.sshd.stop()
        error = self.failure()
        self.assertEqual(error["reason"], "HOST_UNREACHABLE")
        self.assertIn(str(self.sshd.port), error["detail"])

    def test_a_scan_can_be_recorded(self):
        code, _, errors = self.scan("--record")
        self.assertIn(code, (0, 1), errors)
        self.assertIn("recorded as scan", errors)
        code, _, errors = self.scan("--record")
        self.assertIn(code, (0, 1), errors)
        found = subprocess.run(
            ["sqlite3", self.folder / "data/openwatch.db",
             "SELECT t.name, count(*) FROM event JOIN event_type t USING (type_id) GROUP BY 1"],
            capture_output=True, text=True, check=True,
        ).stdout
        self.assertIn("host.registered|1", found)
        self.assertIn("scan.completed|2", found)

    def test_several_targets_give_a_list_and_a_failed_one_weighs_most(self):
        code, output, _ = self.scan("local", "--format", "json", "--rule", "file-passwd-permissions")
        self.assertIn(code, (0, 1))
        self.assertEqual(len(json.loads(output)), 2)
        code, output, _ = self.scan("127.0.0.1:1", "--format", "json", "--rule", "file-passwd-permissions")
        self.assertEqual(code, 3)


class Usage(unittest.TestCase):
    def test_wrong_arguments_say_what_would_be_right(self):
        for arguments, words in [
            (["scan"], "TARGET"),
            (["scan", "a b"], "[user@]host[:port]"),
            (["scan", "local", "--rule", "ssh-root-logn-disabled"], "did you mean ssh-root-login-disabled"),
            (["scan", "local", "--rules", "/nowhere"], "/nowhere"),
            (["rules", "show", "nope"], "there is no rule"),
        ]:
            code, _, errors = run(*arguments)
            self.assertIn(code, (2, 3), arguments)
            self.assertIn(words, errors)


if __name__ == "__main__":
    unittest.main()
