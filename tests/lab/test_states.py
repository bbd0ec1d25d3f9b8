"""Every rule that applies to Debian is seen to hold and to fail on a real host; states.toml says how."""

import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tomllib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "product"))
from openwatch import Case, run  # noqa: E402

LAB = pathlib.Path(__file__).with_name("lab")
TABLE = tomllib.loads(pathlib.Path(__file__).with_name("states.toml").read_text())
# Why the lab may be unable to show a rule. Another reason needs another look first.
REASONS = {
    "the kernel has no modules",
    "the kernel has no AppArmor",
    "there is no hardware for it",
    "the kernel mounts no NFS",
    "no package archive can be reached",
}
PASSWORD = "lab password\n"
AS_INSTALLED, COMPLIANT, VIOLATING = 1, 2, 3


def lab(*arguments):
    done = subprocess.run([LAB, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stderr}\n{done.stdout}"
    return done.stdout


def apply(host, state):
    """Runs the steps of a state one after another, and names the one that does not work."""
    for step in [*TABLE["step"], {"rules": ["the last step"], state: TABLE["finish"]}]:
        if state in step:
            try:
                lab("exec", host, "sh", "-c", f"{TABLE['shared']}\n{step[state]}")
            except AssertionError as error:
                raise AssertionError(f"{state}: {step['rules'][0]}…: {error}") from None


class States(Case):
    def scan(self, host, *login):
        address = json.loads(lab("inventory"))["hosts"][host - 1]["address"]
        code, output, errors = run(
            "scan", f"sudopass@{address}", "--known-hosts", self.folder / "known_hosts", "--format", "json",
            "--sudo", "--password-stdin", *login, stdin=PASSWORD,
        )
        self.assertIn(code, (0, 1), output + errors)
        return {result["rule"]: result for result in json.loads(output)["results"]}

    def test_every_rule_is_seen_to_hold_and_to_fail(self):
        key = ["-i", json.loads(lab("inventory"))["keys"]["ed25519"]]
        with concurrent.futures.ThreadPoolExecutor() as workers:
            for done in [workers.submit(apply, COMPLIANT, "compliant"), workers.submit(apply, VIOLATING, "violating")]:
                done.result()
        installed = self.scan(AS_INSTALLED, *key)
        # Of the host that violates everything, the SSH server takes no keys.
        seen = {"PASS": self.scan(COMPLIANT, *key), "FAIL": self.scan(VIOLATING)}

        faults = []
        for step in TABLE["step"]:
            for rule in step["rules"]:
                for verdict, state in [("PASS", "compliant"), ("FAIL", "violating")]:
                    untouched = step.get("as_installed") == verdict
                    host = installed if untouched else seen[verdict]
                    found = host.get(rule, {"verdict": "missing", "actual": None, "reason": "no such rule"})
                    if found["verdict"] != verdict:
                        said = found["actual"] or found["reason"]
                        faults.append(f"{rule} is {found['verdict']} where it should {verdict} ({state}): {said}")
        faults += self.table_faults(installed)
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def table_faults(self, installed):
        """The table names each rule of Debian once, with both states, or a reason that is known."""
        named = collections.Counter(rule for part in ("step", "beyond") for row in TABLE[part] for rule in row["rules"])
        applies = {rule for rule, result in installed.items() if not result["reason"].startswith("the rule is for ")}
        faults = [f"states.toml says nothing of {rule}" for rule in sorted(applies - set(named))]
        faults += [f"states.toml names {rule}, which does not apply" for rule in sorted(set(named) - applies)]
        faults += [f"states.toml names {rule} {times} times" for rule, times in named.items() if times > 1]
        faults += [f"{row['reason']}: not one of the reasons" for row in TABLE["beyond"] if row["reason"] not in REASONS]
        for step in TABLE["step"]:
            shown = {"PASS" if "compliant" in step else "", "FAIL" if "violating" in step else "", step.get("as_installed", "")}
            if not {"PASS", "FAIL"} <= shown:
                faults.append(f"{step['rules'][0]}…: one of the states is not described")
        return faults


if __name__ == "__main__":
    unittest.main()
