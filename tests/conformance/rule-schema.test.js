// The JSON Schema of rule files: against a validator that is not ours, and in the language server that editors use.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const schemaFile = join(root, 'rules/rule.schema.json');
const binary = process.env.BINARY_UNDER_TEST ?? join(root, 'target/debug/openwatch');
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')),
);

const good = `schema: openwatch/1
id: good
title: Title
description: What is judged.
rationale: Why it matters.
severity: low
category: x
tags: [a, b]
references: {nist_800_53: [AC-6], cis: {debian12: {controls: ["1.1"], version: v1.1.0}}}
platforms: [{family: debian, min_version: 12}]
check: {method: file_permission, path: /etc/passwd, mode: "0644", owner: root}
`;

// What replaces the line of the check, or another line, and must be refused by both.
const bad = [
  ['severity: low', 'severity: hihg'],
  ['title: Title', 'titel: Title'],
  ['title: Title', 'title: [a]'],
  ['tags: [a, b]', 'tags: a'],
  ['nist_800_53', 'nist_800_35'],
  ['controls: [', 'control: ['],
  ['family: debian', 'family: debain'],
  ['min_version: 12', 'min_version: "12"'],
  ['min_version: 12', 'min: 12'],
  ['schema: openwatch/1', 'schema: openwatch/2'],
  ['mode: "0644"', 'mode: 0644'],
  ['mode: "0644"', 'mode: "0888"'],
  ['path: /etc/passwd', 'path: etc/passwd'],
  ['mode: "0644", owner: root', 'absent: pass'],
  ['file_permission', 'file_permision'],
  ['check: {', 'checks: {'],
];
const badChecks = [
  '{method: file_exists}',
  '{method: file_exists, paht: /a}',
  '{method: service_state, name: a}',
  '{method: service_state, name: a, active: "true"}',
  '{method: sysctl_value, key: a.b, expected: 1}',
  '{method: sysctl_value, key: a.b, expected: "1", min: 1}',
  '{method: sysctl_value, key: a.b}',
  '{method: command, run: "true", timeout: 9999}',
  '{method: account, unique: uid, of: login}',
  '{method: account, field: uid, min: 1}',
  '{method: account, of: login, field: uid}',
  '{method: listening_ports, allowed: [22]}',
  '{method: listening_ports, allowed: ["22/icmp"]}',
  '{method: listening_ports, allowed: [], only_loopback: []}',
  '{method: pam_stack, services: [su], type: auth, module: pam_wheel.so, min: 1}',
  '{method: pam_stack, services: [su], type: auth, module: pam_wheel.so, argument: deny}',
  '{method: sudoers, forbidden: without_password, default: x}',
  '{method: structured_value, path: /a, format: json, pointer: a, expected: x}',
  '{checks: [], method: file_exists}',
  '{any: [{method: file_exists}]}',
  '{not: nothing}',
  '{only_if: /etc/x}',
  '{manual: [a]}',
  'nothing',
  '{}',
];

function rules(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yml'))
    .map((entry) => join(entry.parentPath, entry.name));
}

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'rule-schema-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

test('every rule that ships is valid', () => {
  const files = rules(join(root, 'rules'));
  assert.ok(files.length > 200);
  for (const file of files) {
    assert.ok(validate(parse(readFileSync(file, 'utf8'))), `${file}: ${JSON.stringify(validate.errors)}`);
  }
});

test('what the product refuses, the schema refuses', () => {
  assert.ok(validate(parse(good)), JSON.stringify(validate.errors));
  const checks = badChecks.map((check) => good.replace(/^check: .*$/m, `check: ${check}`));
  const lines = bad.map(([from, to]) => good.replace(from, to));
  mkdirSync(join(folder, 'x'));
  const file = join(folder, 'x/good.yml');
  for (const text of [...lines, ...checks]) {
    assert.notEqual(text, good);
    assert.ok(!validate(parse(text)), `the schema takes\n${text}`);
    writeFileSync(file, text);
    assert.throws(() => execFileSync(binary, ['rules', 'validate', folder]), `openwatch takes\n${text}`);
  }
});

test('editors complete and explain from the schema alone', async () => {
  const server = new LanguageServer();
  try {
    await server.start();
    const labels = async (text) => (await server.complete(text)).map((item) => item.label);
    const head = `# yaml-language-server: $schema=${pathToFileURL(schemaFile)}\n${good.replace(/^check: .*$/m, 'check:')}`;
    assert.ok(
      (await labels('# yaml-language-server: $schema=' + pathToFileURL(schemaFile) + '\n|')).includes(
        'severity',
      ),
    );
    assert.ok((await labels(`${head}  method: |`)).includes('sysctl_value'));
    const keys = await labels(`${head}  method: sysctl_value\n  |`);
    assert.ok(keys.includes('persisted') && keys.includes('one_of'), keys.join());
    assert.ok(!keys.includes('pointer'), 'keys of other methods are not offered');
    assert.deepEqual(
      (await labels(`${head}  method: file_permission\n  path: /a\n  mode: "0600"\n  absent: |`)).sort(),
      ['fail', 'not_applicable', 'pass'],
    );
    const hover = await server.hover(
      `${head}  method: sysctl_value\n  key: a.b\n  per|sisted: true\n  expected: "1"\n`,
    );
    assert.match(JSON.stringify(hover), /a file must set it/);
    const faults = await server.diagnose(`${head}  method: file_exists\n  paht: /a\n`);
    assert.ok(
      faults.some((fault) => /paht/.test(fault.message)),
      JSON.stringify(faults),
    );
  } finally {
    server.stop();
  }
});

// The server of the YAML extension of VS Code, over standard input and output (LSP 3.17).
class LanguageServer {
  #process;
  #waiting = new Map();
  #diagnosed = new Map();
  #next = 1;
  #buffer = Buffer.alloc(0);

  async start() {
    const script = join(import.meta.dirname, 'node_modules/yaml-language-server/bin/yaml-language-server');
    this.#process = spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout.on('data', (bytes) => this.#read(bytes));
    await this.#request('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
        workspace: { configuration: true },
      },
    });
    this.#send({ method: 'initialized', params: {} });
  }

  stop() {
    this.#process.kill();
  }

  async complete(marked) {
    const [textDocument, position] = this.#open(marked);
    const answer = await this.#request('textDocument/completion', { textDocument, position });
    return answer.items ?? answer;
  }

  hover(marked) {
    const [textDocument, position] = this.#open(marked);
    return this.#request('textDocument/hover', { textDocument, position });
  }

  diagnose(text) {
    const [{ uri }] = this.#open(text);
    return new Promise((resolve) => this.#diagnosed.set(uri, resolve));
  }

  // Opens a text in which | stands for the place of the cursor.
  #open(marked) {
    const [before] = marked.split('|', 1);
    const uri = pathToFileURL(join(folder, `document-${this.#next++}.yml`)).href;
    const text = marked.replace('|', '');
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    });
    const lines = before.split('\n');
    return [{ uri }, { line: lines.length - 1, character: lines.at(-1).length }];
  }

  #request(method, params) {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #send(message) {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(message);
    }
  }

  #take({ id, method, params, result, error }) {
    if (method === 'workspace/configuration') {
      const settings = {
        yaml: { completion: true, hover: true, validate: true, schemaStore: { enable: false } },
      };
      this.#send({ id, result: params.items.map((item) => settings[item.section] ?? null) });
    } else if (method === 'textDocument/publishDiagnostics') {
      this.#diagnosed.get(params.uri)?.(params.diagnostics);
    } else if (method !== undefined && id !== undefined) {
      this.#send({ id, result: null });
    } else if (this.#waiting.has(id)) {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    }
  }
}
