"""What the product tests stand on: the binary, a server, an SSH server, a PostgreSQL of their own."""

import glob
import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("BINARY_UNDER_TEST", str(ROOT / "target/debug/openwatch"))
PASSWORD = "correct horse battery staple"


def run(*arguments, stdin=None, env=None, timeout=120):
    """Runs the command and gives exit code, output and errors."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=timeout,
        env={**os.environ, **(env or {})},
    )
    return done.returncode, done.stdout, done.stderr


def wait_for(what, check, seconds=60):
    """Waits until `check` gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"in {seconds} s there was no {what}")


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="openwatch-product-"))
        # Servers of tests run as others, who have to get in.
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)


class Server:
    """`openwatch serve` with an administrator who is logged in."""

    def __init__(self, case, *arguments, data=None):
        self.case = case
        self.data = data or case.folder / "data"
        self.arguments = arguments
        self.cookie = None
        self.start()
        case.addCleanup(self.kill)

    def start(self, listen="127.0.0.1:0"):
        self.log = open(self.case.folder / f"serve-{time.monotonic_ns()}.log", "w+")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", self.data, "--listen", listen, *self.arguments],
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        place = wait_for("address", self.printed(r"https?://([\d.:]+)/"))
        self.address = place.group(1)

    def printed(self, pattern):
        def look():
            assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
            return re.search(pattern, pathlib.Path(self.log.name).read_text())

        return look

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()

    def set_up(self):
        token = wait_for("link", self.printed(r"token=([0-9a-f]+)\s")).group(1)
        self.ask(
            "mutation($input: CreateFirstAdministratorInput!) {"
            " createFirstAdministrator(input: $input) { errors { message } } }",
            input={"setupToken": token, "username": "ada", "password": PASSWORD},
        )
        return self

    def ask(self, query, bearer=None, **variables):
        """Sends an operation, with the cookie or in the name of a token; errors are failures of the test."""
        connection = http.client.HTTPConnection(self.address, timeout=90)
        headers = {"content-type": "application/json", "x-openwatch-csrf": "1"}
        if bearer:
            headers["authorization"] = f"Bearer {bearer}"
        elif self.cookie:
            headers["cookie"] = self.cookie
        body = json.dumps({"query": query, "variables": variables})
        connection.request("POST", "/graphql", body, headers)
        response = connection.getresponse()
        if response.getheader("set-cookie") and not bearer:
            self.cookie = response.getheader("set-cookie").split(";")[0]
        self.answer = response.read().decode()
        connection.close()
        answer = json.loads(self.answer)
        assert "errors" not in answer, self.answer
        return answer["data"]


class Sshd:
    """An OpenSSH server on a free port of this machine, with a key for the one who runs the tests."""

    def __init__(self, case, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sshd-", dir=case.folder))
        self.folder.chmod(0o755)
        for name in ["host", "user", "other"]:
            self.keygen(name)
        authorized = self.folder / "authorized_keys"
        shutil.copy(self.folder / "user.pub", authorized)
        authorized.chmod(0o644)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.options = [
            "PasswordAuthentication=no", "KbdInteractiveAuthentication=no", "UsePAM=no", "StrictModes=no",
            f"AuthorizedKeysFile={authorized}", "PermitRootLogin=prohibit-password",
            f"PidFile={self.folder}/pid", *options,
        ]
        os.makedirs("/run/sshd", exist_ok=True)
        self.start()
        case.addCleanup(self.stop)

    def keygen(self, name):
        path = self.folder / name
        path.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)

    def start(self):
        binary = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        options = [part for option in self.options for part in ["-o", option]]
        self.process = subprocess.Popen(
            [binary, "-D", "-e", "-f", "/dev/null", "-p", str(self.port), "-h", self.folder / "host",
             *options],
            stderr=subprocess.DEVNULL,
        )
        wait_for("SSH server", lambda: answers(self.port))

    def stop(self):
        self.process.terminate()
        self.process.wait()

    @property
    def target(self):
        return f"{self.user}@127.0.0.1:{self.port}"


def answers(port):
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Tarpit:
    """A server that takes connections and says nothing."""

    def __init__(self, case):
        self.listener = socket.create_server(("", 0))
        self.port = self.listener.getsockname()[1]
        self.held = []
        threading.Thread(target=self.hold, daemon=True).start()
        case.addCleanup(self.listener.close)

    def hold(self):
        try:
            while True:
                self.held.append(self.listener.accept())
        except OSError:
            pass


class Postgres:
    """A PostgreSQL of its own, on a socket in a folder; as root it runs as `postgres`."""

    def __init__(self, case):
        self.folder = case.folder / "postgres"
        self.folder.mkdir()
        self.programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1:] or ["/usr/bin"]
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        data = self.folder / "data"
        self.call("initdb", "-D", data, "-A", "trust", "-U", "openwatch", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self.call("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")
        case.addCleanup(self.call, "pg_ctl", "-D", data, "-m", "immediate", "stop")
        self.call("createdb", "-h", self.folder, "-U", "openwatch", "openwatch")
        self.url = f"postgres://openwatch@localhost/openwatch?host={self.folder}"

    def call(self, program, *arguments):
        as_other = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run(
            [*as_other, f"{self.programs[0]}/{program}", *map(str, arguments)],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )

    def dump(self):
        """Everything in the database as text."""
        as_other = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [f"{self.programs[0]}/pg_dump", "-h", self.folder, "-U", "openwatch", "openwatch"]
        return subprocess.run([*as_other, *command], check=True, capture_output=True, cwd="/").stdout
