"""Checks a log on SQLite as docs/reference/log-format.md describes it, with the standard library alone.

Prints the number of events and the root; ends with 1 and the first position that does not hold.
"""

import hashlib
import sqlite3
import struct
import sys

EVENTS = """
SELECT e.position, s.kind, s.key, e.stream_version, t.name, e.schema_version, e.recorded_at,
       e.metadata, e.metadata_salt, e.metadata_commitment, e.body, e.body_salt, e.body_commitment, e.leaf
FROM event e JOIN stream s USING (stream_id) JOIN event_type t USING (type_id) ORDER BY e.position
"""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text(value):
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def commitment(content, salt, stored):
    return stored if content is None else sha256(salt, content)


def leaf(row):
    _, kind, key, version, name, schema, recorded_at, *rest, _ = row
    canonical = (
        b"\x01" + text(kind) + text(key) + struct.pack(">Q", version) + text(name)
        + struct.pack(">Hq", schema, recorded_at) + commitment(*rest[:3]) + commitment(*rest[3:])
    )
    return sha256(b"\x00", canonical)


def main(path):
    log = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    edge, versions, size = [], {}, 0
    for row in log.execute(EVENTS):
        stream = row[1:3]
        versions[stream] = versions.get(stream, 0) + 1
        if row[0] != size + 1 or row[3] != versions[stream] or row[-1] != leaf(row):
            sys.exit(f"position {size + 1} does not hold")
        right = row[-1]
        carry = size
        while carry & 1:
            right = sha256(b"\x01", edge.pop(), right)
            carry >>= 1
        edge.append(right)
        size += 1
    position, frontier = log.execute("SELECT position, tree_frontier FROM log_head").fetchone()
    if position != size or frontier != b"".join(edge):
        sys.exit(f"the head names {position} events and another tree; there are {size}")
    root = edge[-1] if edge else sha256()
    for left in reversed(edge[:-1]):
        root = sha256(b"\x01", left, root)
    print(size, root.hex())


if __name__ == "__main__":
    main(sys.argv[1])
