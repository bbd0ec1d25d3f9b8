// What scans are exported as, read by what others have written: the schema of SARIF 2.1.0 as Microsoft packages it,
// with what code scanning dashboards ask for beyond it, and a parser of JUnit XML.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { parse } from 'junit2json';

const root = join(import.meta.dirname, '../..');
const binary = process.env.BINARY_UNDER_TEST ?? join(root, 'target/debug/openwatch');
const schema = join(import.meta.dirname, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

const rule = (id, severity, check) => `schema: openwatch/1
id: ${id}
title: 'Title <b>&amp; "quoted"'
description: What is judged.
rationale: Why it matters.
severity: ${severity}
category: x
references: {nist_800_53: [AC-6], cis: {debian12: {controls: ["1.1"], version: v1.1.0}}}
check: ${check}
`;

const RULES = {
  'a-pass': ['low', '{method: command, run: "true", expected_stdout: ""}'],
  'b-fail': ['critical', `{method: command, run: 'printf "one\\n]]> <b>"', expected_stdout: ""}`],
  'c-error': ['medium', '{method: command, run: "exit 9", expected_stdout: ""}'],
  'd-file': ['low', '{method: config_value, path: /etc/login.defs, key: UMASK, delimiter: " ", expected: "x"}'],
};

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'openwatch-exports-'));
  mkdirSync(join(folder, 'rules/x'), { recursive: true });
  for (const [id, [severity, check]] of Object.entries(RULES))
    writeFileSync(join(folder, `rules/x/${id}.yml`), rule(id, severity, check));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A host with verdicts and one without. */
function scan(format) {
  const output = join(folder, `out.${format}`);
  const options = ['--rules', join(folder, 'rules'), '--format', format, '--output', output];
  const targets = ['scan', 'local', 'nobody@127.0.0.1:1', '--password-stdin', '--known-hosts', join(folder, 'known')];
  try {
    execFileSync(binary, [...targets, ...options], { input: 'x\n', stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    assert.equal(error.status, 3, String(error.stderr));
  }
  return readFileSync(output, 'utf8');
}

test('SARIF holds to its schema', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const holds = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  assert.ok(holds(JSON.parse(scan('sarif'))), JSON.stringify(holds.errors, null, 1));
});

test('SARIF has what dashboards ask for', () => {
  const { runs } = JSON.parse(scan('sarif'));
  assert.equal(runs.length, 2);
  // They stand in the order in which they ended.
  const scanned = runs.find((run) => run.results?.length);
  const failed = runs.find((run) => run !== scanned);
  const { rules } = scanned.tool.driver;
  for (const { id, properties, shortDescription, fullDescription } of rules) {
    assert.match(properties['security-severity'], /^(10|\d)\.\d$/, id);
    assert.ok(properties.tags.includes('security') && properties.tags.length <= 10, id);
    assert.ok(shortDescription.text.length <= 1024 && fullDescription.text.length <= 1024, id);
  }
  const kinds = {};
  for (const result of scanned.results) {
    kinds[result.ruleId] = [result.kind, result.level];
    assert.equal(rules[result.ruleIndex].id, result.ruleId);
    assert.ok(result.message.text);
    assert.match(result.partialFingerprints.primaryLocationLineHash, /^[0-9a-f]{16}:1$/);
    const [{ physicalLocation }] = result.locations;
    // Relative, as the root of a dashboard is no host.
    assert.doesNotMatch(physicalLocation.artifactLocation.uri, /^\/|^[a-z]+:/);
    assert.ok(physicalLocation.region.startLine >= 1);
  }
  assert.deepEqual(kinds, {
    'a-pass': ['pass', 'none'],
    'b-fail': ['fail', 'error'],
    'c-error': ['open', 'none'],
    'd-file': ['fail', 'note'],
  });
  const hashes = scanned.results.map((one) => one.partialFingerprints.primaryLocationLineHash);
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(failed.invocations[0].executionSuccessful, false);
  assert.notEqual(scanned.automationDetails.id, failed.automationDetails.id);
});

test('JUnit XML is read with the right counts, and could-not-tell is an error', async () => {
  const { testsuite } = await parse(scan('junit'));
  const scanned = testsuite.find((suite) => suite.name === 'local');
  const failed = testsuite.find((suite) => suite !== scanned);
  assert.deepEqual([scanned.tests, scanned.failures, scanned.errors, scanned.skipped], [4, 2, 1, 0]);
  const outcome = Object.fromEntries(
    scanned.testcase.map((one) => [one.name, one.failure ? 'failure' : one.error ? 'error' : 'pass']),
  );
  assert.deepEqual(outcome, { 'a-pass': 'pass', 'b-fail': 'failure', 'c-error': 'error', 'd-file': 'failure' });
  assert.match(scanned.testcase[1].failure[0].inner, /]]> <b>/);
  assert.ok(scanned.testcase.every((one) => one.classname.startsWith(`${scanned.name}.`)));
  assert.deepEqual([failed.tests, failed.errors], [1, 1]);
  assert.ok(failed.testcase[0].error);
});
