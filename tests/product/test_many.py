"""`openwatch scan` of many hosts: results as they come, limits, being called off, what is told on standard error, and
what failed once more. Every address of 127.0.0.0/8 is this machine, so one SSH server is a fleet."""

import collections
import csv
import io
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time
import xml.etree.ElementTree

from openwatch import BINARY, Case, Sshd, Tarpit, run, wait_for

SLOW = """schema: openwatch/1
id: slow
title: t
description: d
rationale: r
severity: low
category: x
check: {{method: command, run: 'sleep {seconds}', timeout: 300, expected_stdout: ""}}
"""


class Meeting:
    """A server on every address that lets so many callers in before it sends them away, and counts how many there
    were at once in each network."""

    def __init__(self, case, party):
        self.listener = socket.create_server(("0.0.0.0", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.barrier = threading.Barrier(party)
        self.lock = threading.Lock()
        self.here, self.most, self.served = collections.Counter(), collections.Counter(), 0
        threading.Thread(target=self.accept, daemon=True).start()
        case.addCleanup(self.listener.close)

    def accept(self):
        try:
            while True:
                threading.Thread(target=self.serve, args=self.listener.accept()[:1], daemon=True).start()
        except OSError:
            pass

    def serve(self, caller):
        network = caller.getsockname()[0].rsplit(".", 1)[0]
        with self.lock:
            self.here[network] += 1
            self.most[network] = max(self.most[network], self.here[network])
        try:
            self.barrier.wait(timeout=30)
        finally:
            with self.lock:
                self.here[network] -= 1
                self.served += 1
            caller.close()


class Many(Case):
    def setUp(self):
        super().setUp()
        self.sshd = Sshd(self)

    def arguments(self, *more, form="jsonl"):
        return [
            "scan", "-i", self.sshd.folder / "user", "--known-hosts", self.folder / "known_hosts",
            "--rule", "file-passwd-permissions", "--format", form, *more,
        ]

    def targets(self, *addresses):
        return [f"{self.sshd.user}@{address}:{self.sshd.port}" for address in addresses]

    def start(self, *arguments, **more):
        process = subprocess.Popen(
            [BINARY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def end(self, process, code, seconds=10):
        output, errors = process.communicate(timeout=seconds)
        self.assertEqual(process.returncode, code, errors)
        return output, errors

    def test_a_host_is_written_when_it_ends_and_the_others_when_they_are_called_off(self):
        tarpit = Tarpit(self)
        slow = [f"nobody@127.0.0.{number}:{tarpit.port}" for number in (4, 5, 6)]
        (quick,) = self.targets("127.0.0.2")
        process = self.start(*self.arguments(quick, "nobody@127.0.0.3:1", *slow, "--concurrency", "2"))
        first = [json.loads(process.stdout.readline()) for _ in range(2)]
        named = {one["host"]["name"]: one for one in first}
        self.assertIn("results", named[quick])
        self.assertEqual(named["nobody@127.0.0.3:1"]["error"]["reason"], "HOST_UNREACHABLE")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        output, errors = self.end(process, 130)
        rest = [json.loads(line) for line in output.splitlines()]
        self.assertEqual(sorted(one["host"]["name"] for one in rest), slow)
        self.assertEqual({one["error"]["reason"] for one in rest}, {"CANCELLED"})
        # The turn of the last one never came.
        self.assertEqual([one["error"]["detail"].count("turn") for one in rest], [0, 0, 1])
        self.assertRegex(errors, r"5 hosts in [\d.]+ s: 1 scanned, 1 not scanned, 3 called off")
        self.assertIn("  nobody@127.0.0.3:1: not scanned: ", errors)

    def test_what_was_done_is_a_whole_document_in_every_format(self):
        slow = f"nobody@127.0.0.1:{Tarpit(self).port}"
        (quick,) = self.targets("127.0.0.2")
        for form, read in [
            ("json", lambda text: [one["host"]["name"] for one in json.loads(text)]),
            ("csv", lambda text: [row["host"] for row in csv.DictReader(io.StringIO(text))]),
            ("junit", lambda text: [one.get("name") for one in xml.etree.ElementTree.fromstring(text)]),
            ("sarif", lambda text: [run["automationDetails"]["id"] for run in json.loads(text)["runs"]]),
            ("text", lambda text: [line.split(" (")[0].split(": ")[0] for line in text.splitlines() if line[:1].strip()]),
        ]:
            with self.subTest(form):
                path = self.folder / f"result.{form}"
                process = self.start(*self.arguments(slow, quick, form=form), "--output", path)
                line = next(line for line in process.stderr if line.startswith("[1/2]"))
                self.assertIn(quick, line)
                self.assertFalse(path.exists())
                process.send_signal(signal.SIGTERM)
                self.end(process, 130)
                named = read(path.read_text())
                self.assertEqual(len(named), 2, named)
                for name in (quick, slow):
                    self.assertTrue(any(name in one for one in named), named)

    def test_a_second_interrupt_ends_at_once(self):
        slow = f"nobody@127.0.0.1:{Tarpit(self).port}"
        process = self.start(*self.arguments(slow), "--output", self.folder / "result")
        # The host key of nobody is asked for: it hangs from the beginning.
        wait_for("handler", lambda: int(signals(process.pid)["SigCgt"], 16) & 1 << signal.SIGINT - 1)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        self.end(process, 130, seconds=5)
        self.assertLess(time.monotonic() - begun, 3)

    def test_what_runs_on_this_machine_ends_when_it_is_called_off(self):
        seconds = 100_000 + os.getpid()
        rules = self.folder / "rules/x"
        rules.mkdir(parents=True)
        (rules / "slow.yml").write_text(SLOW.format(seconds=seconds))
        running = lambda: subprocess.run(["pgrep", "-f", f"^sleep {seconds}$"], stdout=subprocess.DEVNULL).returncode == 0
        process = self.start("scan", "local", "--rules", self.folder / "rules", "--trust-rules", "--format", "json")
        wait_for("script", running)
        process.send_signal(signal.SIGINT)
        output, _ = self.end(process, 130)
        self.assertEqual(json.loads(output)["error"]["reason"], "CANCELLED")
        wait_for("end of the script", lambda: not running())

    def test_each_network_has_its_share(self):
        meeting = Meeting(self, party=4)
        targets = [f"nobody@127.0.{net}.{host}:{meeting.port}" for net in (1, 2) for host in range(1, 5)]
        # They meet only if there are two of each network at once.
        code, output, errors = run(*self.arguments(*targets, "--concurrency", "8", "--per-subnet", "2"))
        self.assertEqual(code, 3, errors)
        self.assertEqual(len(output.splitlines()), 8)
        self.assertFalse(meeting.barrier.broken)
        self.assertEqual(dict(meeting.most), {"127.0.1": 2, "127.0.2": 2})

    def test_no_more_hosts_than_asked_for_are_scanned_at_a_time(self):
        meeting = Meeting(self, party=3)
        targets = [f"nobody@127.0.1.{host}:{meeting.port}" for host in range(1, 7)]
        code, _, errors = run(*self.arguments(*targets, "--concurrency", "3"))
        self.assertEqual(code, 3, errors)
        self.assertFalse(meeting.barrier.broken)
        self.assertEqual(dict(meeting.most), {"127.0.1": 3})

    def test_what_failed_is_scanned_once_more(self):
        inventory, earlier = self.folder / "hosts", self.folder / "earlier"
        inventory.write_text(
            f"good ansible_host=127.0.0.1 ansible_port={self.sshd.port} ansible_user={self.sshd.user}\n"
            f"bad ansible_host=127.0.0.2 ansible_port=1 ansible_user={self.sshd.user}\n"
        )
        mended = inventory.read_text().replace("ansible_port=1 ", f"ansible_port={self.sshd.port} ")
        for form in ("json", "jsonl"):
            with self.subTest(form):
                code, output, errors = run(*self.arguments("--inventory", inventory, form=form))
                self.assertEqual(code, 3)
                self.assertIn("  bad: not scanned: ", errors)
                earlier.write_text(output)
                # The file alone says where the host was.
                code, output, _ = run(*self.arguments("--retry-failed", earlier, form="json"))
                self.assertEqual(code, 3)
                self.assertEqual(json.loads(output)["host"], {"name": "bad", "target": f"{self.sshd.user}@127.0.0.2:1"})
                # The inventory says where it is now.
                (self.folder / "mended").write_text(mended)
                again = ["--retry-failed", earlier, "--inventory", self.folder / "mended"]
                code, output, errors = run(*self.arguments(*again, form="json"))
                self.assertIn(code, (0, 1), errors)
                answer = json.loads(output)
                self.assertEqual(answer["host"]["name"], "bad")
                earlier.write_text(output)
                code, output, errors = run(*self.arguments("--retry-failed", earlier, form="json"))
                self.assertEqual((code, json.loads(output)), (0, []))
                self.assertIn("no host to scan again", errors)

    def test_recorded_hosts_are_in_the_log_when_they_are_written(self):
        targets = self.targets("127.0.0.1", "127.0.0.2", "127.0.0.3")
        data = ["--data-dir", self.folder / "data"]
        code, output, errors = run(*self.arguments(*targets, "nobody@127.0.0.4:1", "--record", *data))
        self.assertEqual(code, 3, errors)
        for line in output.splitlines():
            one = json.loads(line)
            scan = one["scan"] if "error" in one else one["record"]["scan"]
            _, exported, _ = run("scans", "export", scan, "--format", "jsonl", *data)
            self.assertEqual(exported.strip(), line)

    def test_a_reader_that_has_gone_away_ends_the_scan(self):
        slow = f"nobody@127.0.0.1:{Tarpit(self).port}"
        quick = self.targets(*(f"127.0.0.{number}" for number in range(2, 12)))
        process = self.start(*self.arguments(slow, *quick, "--concurrency", "2"))
        process.stdout.readline()
        process.stdout.close()
        process.stderr.read()
        self.assertEqual(process.wait(timeout=20), 130)

    def test_progress_is_lines_without_a_terminal_and_nothing_when_asked_for(self):
        good = self.targets("127.0.0.1", "127.0.0.2")
        code, _, errors = run(*self.arguments(*good, "nobody@127.0.0.3:1"))
        self.assertEqual(code, 3)
        for number in (1, 2, 3):
            self.assertIn(f"[{number}/3] ", errors)
        self.assertRegex(errors, r"\d+ pass, \d+ fail, \d+ error")
        self.assertNotIn("\x1b", errors)
        code, output, errors = run(*self.arguments(*good, "nobody@127.0.0.3:1", "--quiet"))
        self.assertEqual((code, errors), (3, ""))
        self.assertEqual(len(output.splitlines()), 3)

    def test_bars_are_on_the_terminal_and_gone_at_the_end(self):
        slow = f"nobody@127.0.0.1:{Tarpit(self).port}"
        screen, terminal = pty.openpty()
        process = self.start_on(terminal, *self.arguments(slow, *self.targets("127.0.0.2")))
        seen = b""

        def shown(pattern):
            nonlocal seen
            while select.select([screen], [], [], 0)[0]:
                seen += os.read(screen, 65536)
            return re.search(pattern, seen)

        wait_for("bar", lambda: shown(rb"1/2 hosts .* 1 running"))
        self.assertIn(slow.encode(), seen)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(len(output.splitlines()), 2)
        self.assertNotIn("\x1b", output)
        wait_for("sum", lambda: shown(rb"2 hosts in [\d.]+ s: 1 scanned, 1 called off"))
        self.assertNotRegex(seen.rsplit(b"2 hosts in", 1)[1], rb"running")

    def start_on(self, terminal, *arguments):
        process = subprocess.Popen(
            [BINARY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=terminal, text=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process


def signals(process):
    """The signal masks of a process (proc_pid_status(5))."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if line.startswith("Sig"))
