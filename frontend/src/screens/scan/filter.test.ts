import { describe, expect, it } from 'vitest';
import type { ScanResultLineFragment } from '@/graphql/generated/graphql';
import { matching } from './filter';

const result = (
  ruleKey: string,
  verdict: ScanResultLineFragment['verdict'],
  severity: ScanResultLineFragment['severity'],
  path?: string,
): ScanResultLineFragment => ({
  id: ruleKey,
  ruleKey,
  verdict,
  severity,
  reason: `because of ${ruleKey}`,
  source: path ? { path, line: 1 } : null,
  title: `Rule ${ruleKey}`,
});

const results = [
  result('passed', 'PASS', 'CRITICAL'),
  result('low', 'FAIL', 'LOW'),
  result('high', 'FAIL', 'HIGH', '/etc/login.defs'),
  result('unknown', 'ERROR', 'HIGH'),
];
const keys = (found: ScanResultLineFragment[]) => found.map((one) => one.ruleKey);

describe('the results of a scan', () => {
  it('begin with what needs a look', () => {
    expect(keys(matching(results, [], ''))).toEqual(['high', 'low', 'unknown', 'passed']);
  });

  it('are found by verdict, by words, and by the file that decided', () => {
    expect(keys(matching(results, ['ERROR', 'PASS'], ''))).toEqual(['unknown', 'passed']);
    expect(keys(matching(results, [], 'OF LOW'))).toEqual(['low']);
    expect(keys(matching(results, [], 'login.defs'))).toEqual(['high']);
  });
});
