#!/usr/bin/env python3
"""Runs every test file of this folder in a process of its own, two at a time: the tests of leases mostly wait.

What a file says is printed in one piece when it has ended. Arguments choose files: suite.py test_serve test_fleet."""

import concurrent.futures
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What takes longest goes first, so that nothing is left to wait for at the end.
FIRST = ["test_serve", "test_fleet"]


def run(name):
    command = [sys.executable, "-m", "unittest", name]
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(f"{name}\n{done.stdout}", flush=True)
    return name, done.returncode


def main():
    found = sorted(path.stem for path in HERE.glob("test_*.py"))
    names = sys.argv[1:] or FIRST + [name for name in found if name not in FIRST]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        failed = [name for name, code in pool.map(run, names) if code]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
