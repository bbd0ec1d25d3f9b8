"""`openwatch scan` of real hosts: every way to log in, sudo, odd shells, and faults in the middle."""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "product"))
from openwatch import Case, run  # noqa: E402

LAB = pathlib.Path(__file__).with_name("lab")
PASSWORD = "lab password\n"


def lab(*arguments, check=True):
    done = subprocess.run([LAB, *map(str, arguments)], capture_output=True, text=True, check=check)
    return done.stdout


class Lab(Case):
    @classmethod
    def setUpClass(cls):
        cls.inventory = json.loads(lab("inventory"))
        cls.host = cls.inventory["hosts"][0]

    def scan(self, user, *arguments, key="ed25519", stdin=None):
        target = f"{user}@{self.host['address']}"
        login = ["-i", self.inventory["keys"][key]] if key else []
        code, output, errors = run(
            "scan", target, *login, "--known-hosts", self.folder / "known_hosts", "--format", "json",
            *arguments, stdin=stdin,
        )
        return code, json.loads(output), errors

    def verdicts(self, *arguments, **more):
        code, answer, errors = self.scan(*arguments, **more)
        self.assertIn(code, (0, 1), answer.get("error") or errors)
        self.assertLessEqual(answer["cost"]["round_trips"], 4)
        return answer

    def test_every_kind_of_key_logs_in(self):
        for key in ("ed25519", "ecdsa", "rsa"):
            answer = self.verdicts("nopasswd", "--sudo", key=key)
            self.assertTrue(answer["host"]["privileged"], key)
            self.assertEqual(answer["cost"]["sudo_calls"], 1)

    def test_passwords_log_in_and_serve_sudo(self):
        for user in ("sudopass", "pam"):
            arguments = ["--password-stdin"] + (["--sudo"] if user == "sudopass" else [])
            answer = self.verdicts(user, *arguments, key=None, stdin=PASSWORD)
            self.assertEqual(answer["host"]["privileged"], user == "sudopass")

    def test_a_password_is_never_in_an_argument_list(self):
        seen = []
        done = threading.Event()

        def watch():
            while not done.is_set():
                listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
                seen.extend(line for line in listed.splitlines() if "lab password" in line)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            self.verdicts("sudopass", "--sudo", "--password-stdin", stdin=PASSWORD)
        finally:
            done.set()
            watching.join()
        self.assertEqual(seen, [])

    def test_sudo_that_is_refused_fails_the_scan(self):
        for user, password in (("nosudo", PASSWORD), ("sudopass", "wrong\n")):
            code, answer, _ = self.scan(user, "--sudo", "--password-stdin", stdin=password)
            self.assertEqual(code, 3)
            self.assertEqual(answer["error"]["reason"], "SUDO_REFUSED")

    def test_without_root_what_cannot_be_seen_is_an_error_and_never_a_verdict(self):
        as_root = {one["rule"]: one["verdict"] for one in self.verdicts("nopasswd", "--sudo")["results"]}
        without = {one["rule"]: one["verdict"] for one in self.verdicts("nosudo")["results"]}
        differ = {rule: verdict for rule, verdict in without.items() if verdict != as_root[rule]}
        self.assertTrue(differ)
        self.assertEqual(set(differ.values()), {"ERROR"}, differ)

    def test_odd_shells_give_the_same_verdicts(self):
        plain = {one["rule"]: one["verdict"] for one in self.verdicts("nopasswd", "--sudo")["results"]}
        for user in ("noisy", "dash"):
            odd = {one["rule"]: one["verdict"] for one in self.verdicts(user, "--sudo")["results"]}
            self.assertEqual(odd, plain, user)

    def test_verdicts_are_what_the_host_says_by_hand(self):
        answer = self.verdicts("nopasswd", "--sudo")
        results = {one["rule"]: one for one in answer["results"]}
        by_hand = lab("exec", 1, "/usr/sbin/sshd", "-T")
        wanted = "PASS" if "permitrootlogin no\n" in by_hand else "FAIL"
        self.assertEqual(results["ssh-root-login-disabled"]["verdict"], wanted)
        self.assertEqual(wanted, "PASS")
        self.assertEqual(answer["host"]["hostname"], self.host["name"])

    def test_evidence_is_what_its_commands_print_by_hand(self):
        """Every command of every result, to the byte."""
        seen = {}
        for result in self.verdicts("nopasswd", "--sudo")["results"]:
            for item in result["evidence"]:
                if not item["truncated"]:
                    seen[item["command"]] = (item["exit"], item["stdout"])
        self.assertGreater(len(seen), 200)
        script = "".join(
            f"printf '\\n@begin\\n'; sh -c {shlex.quote(command)} 2>/dev/null; printf '\\n@end %s\\n' $?\n"
            for command in seen
        )
        by_hand = re.findall(r"\n@begin\n(.*?)\n@end (\d+)\n", lab("exec", 1, "sh", "-c", script), re.DOTALL)
        self.assertEqual(len(by_hand), len(seen))
        for command, (stdout, code) in zip(seen, by_hand):
            self.assertEqual(seen[command], (int(code), stdout), command)

    def test_a_connection_that_is_cut_gives_no_verdicts_and_a_retry_works(self):
        lab("exec", 1, "sh", "-c", "mv /usr/bin/dpkg-query /usr/bin/dpkg-query.real; "
            "printf '#!/bin/sh\\nsleep 600\\n' >/usr/bin/dpkg-query; chmod +x /usr/bin/dpkg-query")
        over = threading.Event()
        cutter = threading.Thread(target=self.cut_when_it_hangs, args=[over])
        try:
            cutter.start()
            code, answer, _ = self.scan("nopasswd", "--sudo")
        finally:
            over.set()
            cutter.join()
            lab("heal", 1)
            lab("exec", 1, "sh", "-c", "mv /usr/bin/dpkg-query.real /usr/bin/dpkg-query; pkill -x sleep || true")
        self.assertEqual(code, 3)
        self.assertEqual(answer["error"]["reason"], "CONNECTION_LOST")
        self.assertNotIn("results", answer)
        self.verdicts("nopasswd", "--sudo")

    def cut_when_it_hangs(self, over):
        while not over.is_set():
            if "sleep 600" in lab("exec", 1, "ps", "-eo", "args"):
                lab("cut", 1)
                return

    def test_a_missing_os_release_fails_at_the_first_look(self):
        lab("exec", 1, "sh", "-c", "mv /usr/lib/os-release /usr/lib/os-release.away; mv /etc/os-release /etc/os-release.away")
        try:
            code, answer, _ = self.scan("nopasswd")
        finally:
            lab("exec", 1, "sh", "-c", "mv /usr/lib/os-release.away /usr/lib/os-release; mv /etc/os-release.away /etc/os-release")
        self.assertEqual(code, 3)
        self.assertEqual(answer["error"]["reason"], "CANARY_FAILED")


if __name__ == "__main__":
    unittest.main()
