"""`openwatch scan --inventory` against a real OpenSSH server: the forms of the file, groups, faults."""

import json

from openwatch import Case, Sshd, run

INI = """\
# The first group is not scanned.
[away]
gone ansible_host=127.0.0.1 ansible_port=1

[web]
web[1:2] ansible_host=127.0.0.1 ansible_port={port}   # one server, two names
[shop:children]
web
[shop:vars]
ansible_user = root
"""

YAML = """\
all:
  children:
    shop:
      children:
        web:
          hosts:
            web1: {{ansible_host: 127.0.0.1, ansible_port: {port}}}
            web2: {{ansible_host: 127.0.0.1, ansible_port: {port}}}
      vars: {{ansible_user: root}}
    away:
      hosts:
        gone: {{ansible_host: 127.0.0.1, ansible_port: 1}}
"""

CSV = """\
name,address,port,user,groups
gone,127.0.0.1,1,root,away
web1,127.0.0.1,{port},root,web shop
web2,127.0.0.1,{port},root,web;shop
"""


class Inventory(Case):
    def scan(self, name, text, *arguments):
        path = self.folder / name
        path.write_text(text)
        return run(
            "scan", "--inventory", path, "--known-hosts", self.folder / "known_hosts", "--format", "jsonl",
            "--rule", "file-passwd-permissions", *arguments,
        )

    def test_every_form_names_the_hosts_of_a_group(self):
        sshd = Sshd(self)
        for name, form in [("hosts", INI), ("hosts.yml", YAML), ("hosts.csv", CSV)]:
            with self.subTest(name):
                code, output, errors = self.scan(
                    name, form.format(port=sshd.port), "-i", sshd.folder / "user", "--limit", "shop", "--concurrency", "2",
                )
                self.assertIn(code, (0, 1), errors)
                hosts = [json.loads(line).get("host", {}) for line in output.splitlines()]
                named = {host.get("name") for host in hosts if host}
                self.assertEqual(named, {"web1", "web2"})

    def test_a_fault_names_file_line_and_what_to_do(self):
        for name, text, limit, expected in [
            ("hosts", "[web]\nweb1 port\n", [], "hosts:2: expected key=value, not \"port\""),
            ("hosts", "[web:kinder]\n", [], "hosts:1: [web:kinder] is not known"),
            ("hosts", "web1 ansible_port=0\n", [], "\"0\" is no port of the host web1"),
            ("hosts.yml", "all: [web1]\n", [], "hosts.yml:1: a group has hosts, children and vars"),
            ("hosts.csv", "name,groups\nweb1,web\n", [], "one of them address, host, hostname or ip"),
            ("hosts", "[web]\nweb1\n", ["--limit", "db"], "there is no group and no host named \"db\""),
            ("hosts", "# nobody\n", [], "the inventory names no target"),
        ]:
            with self.subTest(text):
                code, _, errors = self.scan(name, text, *limit)
                self.assertEqual(code, 2, errors)
                self.assertIn(expected, errors)
