"""Every trap of this folder: the host is set up as it says, the rule is judged there, the verdict compared.

A trap is a file `<topic>/<name>.yml`; README.md says what its keys mean. Traps in a root of their own run in private
namespaces over the image of the lab, traps of systemd on one booted host of the lab, recorded ones anywhere."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import yaml

HERE = pathlib.Path(__file__).resolve().parent
LAB = HERE.parent / "lab/lab"
BINARY = os.environ.get("BINARY_UNDER_TEST", str(HERE.parents[1] / "target/debug/openwatch"))
VERDICTS = {"PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "NO_VERDICTS"}
KEYS = {"title", "why", "host", "frames", "os_release", "machine", "account", "check", "kensa", "verdict", "says"}
# As a log-in has them; what the tests were started with does not matter to a trap.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "de_DE.UTF-8"}

# A root of its own: the image below, a layer in memory above, its own processes, network and name. All of it goes
# away with the process.
MACHINE = r"""
set -eu
image=$1 work=$2 binary=$3 account=$4
mount -t tmpfs -o mode=755 tmpfs "$work/layer"
mkdir "$work/layer/upper" "$work/layer/work" "$work/layer/root"
cd "$work/layer/root"
mount -t overlay overlay -o "lowerdir=$image,upperdir=$work/layer/upper,workdir=$work/layer/work" .
cd "$work/layer/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
mount -t tmpfs -o mode=755 tmpfs run
mkdir run/trap dev/shm
for name in null zero full random urandom tty fuse; do : >"dev/$name"; mount --bind "/dev/$name" "dev/$name"; done
ln -s /proc/self/fd dev/fd
: >run/trap/openwatch
mount --bind "$binary" run/trap/openwatch
cp -r "$work/rules" "$work/host" run/trap/
ip link set lo up
hostname trap
chroot . /bin/sh -eu /run/trap/host >/dev/null
if [ "$account" != root ]; then set -- "--userspec=$account:$account"; else set --; fi
exec env HOME=/tmp chroot "$@" . /run/trap/openwatch scan local --rules /run/trap/rules --format json
"""


def read():
    """Every trap by its name, `<topic>/<name>`."""
    traps = {}
    for path in sorted(HERE.glob("*/*.yml")):
        name = f"{path.parent.name}/{path.stem}"
        traps[name] = yaml.safe_load(path.read_text())
    return traps


TRAPS = read()


def kind(trap):
    return "recorded" if "frames" in trap else trap.get("machine", "own")


def rule_id(name):
    return name.replace("/", "-")


class Plain(yaml.SafeDumper):
    """Writes what stands there twice twice."""

    def ignore_aliases(self, data):
        return True


def write_rule(folder, name, trap):
    """The rule under test as a file of our format, or of Kensa's."""
    path = folder / "trap" / f"{rule_id(name)}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    rule = {"id": rule_id(name), "title": trap["title"], "description": trap["title"], "rationale": trap["why"],
            "severity": "low", "category": "trap"}
    if "kensa" in trap:
        rule["implementations"] = [{"default": True, "check": trap["kensa"]}]
    else:
        rule = {"schema": "openwatch/1", **rule, "check": trap["check"]}
    if "frames" in trap:
        # A rule has all five fixtures, and this host is every one of them.
        fixture = {"verdict": trap["verdict"].lower(), "frames": trap["frames"]}
        if "os_release" in trap:
            fixture["os_release"] = trap["os_release"]
        names = ["compliant", "non_compliant", "absent", "malformed", "tool_missing"]
        rule["fixtures"] = [{"name": one, **fixture} for one in names]
    path.write_text(yaml.dump(rule, Dumper=Plain, sort_keys=False, allow_unicode=True, width=1000))


def verdict_of(name, code, output, errors):
    try:
        answer = json.loads(output)
    except ValueError:
        return "NOTHING", f"exit {code}: {output[-300:]} {errors[-600:]}"
    if "results" not in answer:
        return "NO_VERDICTS", json.dumps(answer["error"])
    for result in answer["results"]:
        if result["rule"] == rule_id(name):
            return result["verdict"], result["reason"]
    return "NOTHING", f"no result of {rule_id(name)}: {errors[-600:]}"


def in_a_root_of_its_own(name, trap, image):
    with tempfile.TemporaryDirectory(prefix="openwatch-trap-") as work:
        work = pathlib.Path(work)
        work.chmod(0o755)
        (work / "layer").mkdir()
        write_rule(work / "rules", name, trap)
        (work / "host").write_text(trap["host"])
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--propagation", "private", "--kill-child",
             "sh", "-c", MACHINE, "sh", image, work, BINARY, trap.get("account", "root")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", env=ENVIRONMENT, timeout=300,
            check=False)
    return verdict_of(name, done.returncode, done.stdout, done.stderr)


class Traps(unittest.TestCase):
    maxDiff = None

    def compare(self, found):
        wrong = []
        for name, (verdict, reason) in found.items():
            trap = TRAPS[name]
            if verdict != trap["verdict"] or trap.get("says", "") not in reason:
                wrong.append(f"{name}: expected {trap['verdict']} {trap.get('says', '')!r}, got {verdict}: {reason}")
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def of_kind(self, wanted):
        return {name: trap for name, trap in TRAPS.items() if kind(trap) == wanted}

    def test_every_trap_is_told_whole(self):
        self.assertGreaterEqual(len(TRAPS), 100)
        for name, trap in TRAPS.items():
            self.assertLessEqual(set(trap), KEYS, name)
            self.assertIn(trap["verdict"], VERDICTS, name)
            self.assertEqual(("host" in trap) + ("frames" in trap), 1, name)
            self.assertEqual(("check" in trap) + ("kensa" in trap), 1, name)
            self.assertTrue(trap["title"] and trap["why"], name)
        titles = [trap["title"] for trap in TRAPS.values()]
        self.assertEqual(len(titles), len(set(titles)))

    def test_recorded_hosts(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, trap in self.of_kind("recorded").items():
                write_rule(pathlib.Path(folder), name, trap)
            done = subprocess.run([BINARY, "rules", "test", folder], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_hosts_with_a_root_of_their_own(self):
        image = subprocess.run([LAB, "image"], capture_output=True, text=True, check=True).stdout.strip()
        traps = self.of_kind("own")
        with concurrent.futures.ThreadPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
            running = {name: pool.submit(in_a_root_of_its_own, name, trap, image) for name, trap in traps.items()}
            found = {name: one.result() for name, one in running.items()}
        self.compare(found)

    def test_a_host_with_systemd(self):
        traps = self.of_kind("systemd")
        environment = {**os.environ, "LAB_NAME": "owtrap"}

        def lab(*arguments):
            return subprocess.run([LAB, *arguments], capture_output=True, text=True, check=False, env=environment)

        self.addCleanup(lab, "down")
        up = lab("up", "1")
        self.assertEqual(up.returncode, 0, up.stderr)
        inventory = json.loads(lab("inventory").stdout)
        for name, trap in traps.items():
            done = lab("exec", "1", "sh", "-euc", trap["host"])
            self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, trap in traps.items():
                write_rule(folder / "rules", name, trap)
            done = subprocess.run(
                [BINARY, "scan", f"nopasswd@{inventory['hosts'][0]['address']}", "--sudo",
                 "-i", inventory["keys"]["ed25519"], "--known-hosts", folder / "known_hosts",
                 "--rules", folder / "rules", "--format", "json"],
                capture_output=True, text=True, check=False, timeout=300)
        self.compare({name: verdict_of(name, done.returncode, done.stdout, done.stderr) for name in traps})


if __name__ == "__main__":
    begun = time.monotonic()
    only = [name for name in sys.argv[1:] if not name.startswith("-")]
    if only:
        TRAPS = {name: trap for name, trap in TRAPS.items() if any(part in name for part in only)}
        picture = subprocess.run([LAB, "image"], capture_output=True, text=True, check=True).stdout.strip()
        for name, trap in TRAPS.items():
            if kind(trap) == "own":
                print(name, trap["verdict"], *in_a_root_of_its_own(name, trap, picture))
    else:
        unittest.main()
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
