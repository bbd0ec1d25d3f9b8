"""`/metrics`: the text format of Prometheus, read line by line as its documentation has it, and for nobody who has not
logged in."""

import re
import subprocess

from openwatch import Case, Server, run, wait_for

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (NaN|[+-]Inf|[+-]?[0-9.]+(?:e[+-]?[0-9]+)?)$")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "gauge": ("",), "counter": ("",)}


def read(text):
    """The samples by name and labels. Each stands below the type of its metric, and none stands twice."""
    assert text.endswith("\n"), text[-40:]
    types, helped, samples, metric = {}, set(), {}, None
    for line in text.splitlines():
        if not line:
            continue
        if line.startswith("# HELP "):
            metric = line.split(" ")[2]
            assert metric not in helped and len(line.split(" ")) > 3, line
            helped.add(metric)
        elif line.startswith("# TYPE "):
            _, _, metric, kind = line.split(" ")
            assert metric not in types, line
            types[metric] = kind
        else:
            found = SAMPLE.match(line)
            assert found, line
            assert found[1] in {metric + suffix for suffix in SUFFIXES[types[metric]]}, line
            key = (found[1], found[2])
            assert key not in samples, line
            samples[key] = float(found[3])
    assert set(types) == helped, helped ^ set(types)
    return samples


class Metrics(Case):
    def setUp(self):
        super().setUp()
        self.server = Server(self).set_up()
        self.data = ["--data-dir", self.server.data]
        user = ["admin", "create-user", "--username", "prometheus", "--role", "viewer", "--password-stdin"]
        self.assertEqual(run(*user, *self.data, stdin="a long enough password\n")[0], 0)
        made = ["admin", "create-token", "--user", "prometheus", "--name", "scraper"]
        self.token = run(*made, *self.data)[1].strip()

    def curl(self, *arguments):
        command = ["curl", "-sS", "-w", "\n%{http_code} %{content_type}", f"http://{self.server.address}/metrics"]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True)
        body, status = done.stdout.rsplit("\n", 1)
        return body, *status.split(" ", 1)

    def scrape(self):
        body, code, kind = self.curl("-H", f"Authorization: Bearer {self.token}")
        self.assertEqual((code, kind), ("200", "text/plain; version=0.0.4; charset=utf-8"))
        return read(body)

    def test_a_scraper_reads_what_there_is_to_do_and_how_long_it_takes(self):
        ended = ("openwatch_scans_ended_total", 'outcome="completed"')
        samples = wait_for("scan of this machine", lambda: (now := self.scrape()).get(ended) and now)
        self.assertEqual(samples["openwatch_hosts", None], 1)
        self.assertGreater(samples["openwatch_log_position", None], 3)
        lags = {labels: value for (name, labels), value in samples.items() if name == "openwatch_projection_lag_events"}
        self.assertIn('projection="scan"', lags)
        wait_for("tables that are up to date", lambda: not any(
            value for (name, _), value in self.scrape().items() if name == "openwatch_projection_lag_events"))
        for metric in ("openwatch_append_seconds", "openwatch_scan_seconds"):
            buckets = [value for (name, _), value in samples.items() if name == f"{metric}_bucket"]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], samples[f"{metric}_count", None])
            self.assertGreater(samples[f"{metric}_sum", None], 0)
        again = self.scrape()
        self.assertGreaterEqual(again["openwatch_append_seconds_count", None], samples["openwatch_append_seconds_count", None])

    def test_nobody_else_reads_it(self):
        for arguments in ([], ["-H", "Authorization: Bearer nonsense"]):
            body, code, _ = self.curl(*arguments)
            self.assertEqual(code, "401")
            self.assertNotIn("openwatch_", body)
