"""`openwatch backup` and `restore`: a copy while the server goes on, and what becomes of those who had followed a part of
the log that is lost."""

import base64
import json
import os
import socket
import sqlite3
import stat

from openwatch import Case, Postgres, Server, run

REGISTER = "mutation($input: RegisterHostInput!) { registerHost(input: $input) { host { name } errors { message } } }"
FOLLOW = "subscription($after: EventPosition) { activity(after: $after) { kind position activity { id } } }"


class Follower:
    """A WebSocket (RFC 6455) that follows the activity, as graphql-transport-ws has it."""

    def __init__(self, server, after=None):
        host, port = server.address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET /graphql HTTP/1.1\r\nhost: {server.address}\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            f"sec-websocket-key: {key}\r\nsec-websocket-version: 13\r\ncookie: {server.cookie}\r\n"
            "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        ).encode())
        self.stream = self.socket.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline().strip():
            pass
        self.send({"type": "connection_init"})
        assert self.receive()["type"] == "connection_ack"
        self.send({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW, "variables": {"after": after}}})

    def send(self, message):
        body, mask = json.dumps(message).encode(), os.urandom(4)
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2)
        self.socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body)))

    def receive(self):
        while True:
            first, length = self.stream.read(2)
            if length == 126:
                length = int.from_bytes(self.stream.read(2))
            body = self.stream.read(length)
            if first & 15 == 1:
                message = json.loads(body)
                if message["type"] != "ping":
                    return message

    def next(self):
        message = self.receive()
        assert message["type"] == "next", message
        return message["payload"]["data"]["activity"]

    def close(self):
        self.stream.close()
        self.socket.close()


class Backup(Case):
    def register(self, server, name):
        ssh = {"address": "127.0.0.1", "port": 1, "hostKeyPolicy": "TRUST_ON_FIRST_USE"}
        answer = server.ask(REGISTER, input={"details": {"name": name, "connection": {"ssh": ssh}}})["registerHost"]
        self.assertEqual(answer["errors"], [])

    def hosts(self, server):
        return {one["name"] for one in server.ask("{ hosts(first: 50) { nodes { name } } }")["hosts"]["nodes"]}

    def follow(self, server, after=None):
        follower = Follower(server, after)
        self.addCleanup(follower.close)
        return follower

    def restored(self, *arguments):
        code, output, errors = run("restore", *arguments, "--format", "json")
        self.assertEqual(code, 0, errors)
        return json.loads(output)

    def lose(self, server, back_up, restore):
        """A follower learns of what is then lost; after that the same numbers stand for other events."""
        if "kept" not in self.hosts(server):
            self.register(server, "kept")
        back_up()
        follower = self.follow(server)
        self.assertEqual(follower.next()["kind"], "READY")
        for number in range(3):
            self.register(server, f"lost-{number}")
        places = [follower.next()["position"] for _ in range(3)]
        server.kill()
        restore()
        server.start()
        for number in range(6):
            self.register(server, f"new-{number}")
        names = self.hosts(server)
        self.assertIn("kept", names)
        self.assertFalse({name for name in names if name.startswith("lost")})
        for place in places:
            told = self.follow(server, place).next()
            self.assertEqual((told["kind"], told["activity"]), ("RESYNC", None))
        # From there on it is followed as ever.
        follower = self.follow(server, told["position"])
        self.assertEqual(follower.next()["kind"], "CAUGHT_UP")
        return places

    def test_a_follower_of_a_lost_future_is_told(self):
        server = Server(self, "--no-worker").set_up()
        copy, data = self.folder / "copy.db", ["--data-dir", server.data]

        def back_up():
            code, _, errors = run("backup", copy, *data)
            self.assertEqual(code, 0, errors)
            self.assertIn("vault.key", errors)

        restored = lambda: self.restored(copy, *data)
        first = self.lose(server, back_up, restored)
        # The same copy once more: what was followed in between is lost as well.
        second = self.lose(server, lambda: None, restored)
        self.assertEqual(self.follow(server, first[0]).next()["kind"], "RESYNC")
        self.assertNotEqual(first, second)

    def test_a_copy_is_whole_and_for_its_owner_alone(self):
        server = Server(self, "--no-worker").set_up()
        self.register(server, "one")
        copy, data = self.folder / "copy.db", ["--data-dir", server.data]
        self.assertEqual(run("backup", copy, *data)[0], 0)
        self.assertEqual(stat.S_IMODE(copy.stat().st_mode), 0o600)
        with sqlite3.connect(copy) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        code, _, errors = run("backup", copy, *data)
        self.assertEqual(code, 3)
        self.assertIn("exists", errors)
        # While the server runs its database cannot be replaced.
        code, _, errors = run("restore", copy, *data)
        self.assertEqual(code, 3)
        self.assertIn("in use: stop the server", errors)
        self.assertEqual(self.hosts(server) & {"one"}, {"one"})

    def test_what_is_no_sound_backup_is_refused_and_changes_nothing(self):
        server = Server(self, "--no-worker").set_up()
        self.register(server, "one")
        copy, data = self.folder / "copy.db", ["--data-dir", server.data]
        self.assertEqual(run("backup", copy, *data)[0], 0)
        server.kill()
        with sqlite3.connect(copy) as database:
            database.execute("UPDATE event SET body = x'00' WHERE position = 2")
        text, empty = self.folder / "text", self.folder / "empty.db"
        text.write_text("no database at all\n" * 100)
        empty.touch()
        before = {path.name for path in server.data.iterdir()}
        for file, code, words in [
            (copy, 1, "not sound"), (text, 3, "no backup"), (empty, 1, "holds no event"), (self.folder / "none", 2, "none"),
        ]:
            found, _, errors = run("restore", file, *data)
            self.assertEqual(found, code, errors)
            self.assertIn(words, errors)
        self.assertEqual({path.name for path in server.data.iterdir()}, before)
        server.start()
        self.assertIn("one", self.hosts(server))

    def test_after_a_dump_of_postgresql(self):
        database = Postgres(self)
        url = ["--database-url", database.url]
        server = Server(self, "--no-worker", *url).set_up()
        dump = self.folder / "dump.sql"

        def restore():
            database.call("dropdb", "-h", database.folder, "-U", "openwatch", "openwatch")
            database.call("createdb", "-h", database.folder, "-U", "openwatch", "openwatch")
            dump.chmod(0o644)
            database.call("psql", "-q", "-h", database.folder, "-U", "openwatch", "-f", dump, "openwatch")
            self.assertIsNone(self.restored("--data-dir", server.data, *url)["replaced"])

        self.lose(server, lambda: dump.write_bytes(database.dump()), restore)
        code, _, errors = run("restore", dump, *url, "--data-dir", server.data)
        self.assertEqual(code, 2)
        self.assertIn("pg_restore", errors)
        code, _, errors = run("backup", self.folder / "copy", *url, "--data-dir", server.data)
        self.assertEqual(code, 2)
        self.assertIn("pg_dump", errors)
