import { expect, test } from 'vitest';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { changesOf, detailsOf, isFilledIn, newGroup, valuesOf } from './values';

const TOTALS = {
  pass: 0,
  fail: 0,
  error: 0,
  notApplicable: 0,
  manual: 0,
  score: null,
  coverage: null,
};
const GROUP: GroupLineFragment = {
  id: 'a',
  name: 'Web',
  description: '',
  color: 'TEAL',
  status: 'ACTIVE',
  updatedAt: '1',
  rule: { combination: 'ANY', conditions: [{ kind: 'TAG', isNegated: true, values: ['db'] }] },
  target: { score: 90, frameworks: [] },
  maintenance: null,
  rollUp: { hosts: 0, unscanned: 0, targeted: 0, belowTarget: 0, totals: TOTALS },
};

test('a group goes through its form unchanged', () => {
  const { name, description, color, rule, target } = GROUP;
  expect(detailsOf(valuesOf(GROUP))).toEqual({ name, description, color, rule, target });
});

test('without a rule, no rule is sent, whatever stands in its fields', () => {
  expect(detailsOf({ ...valuesOf(GROUP), way: 'CHOSEN' }).rule).toBeNull();
});

test('a rule is looked at when every condition says something', () => {
  expect(isFilledIn(newGroup())).toBe(false);
  expect(isFilledIn(valuesOf(GROUP))).toBe(true);
});

test('what others changed is told, and hosts that come and go are no change', () => {
  expect(changesOf(GROUP, { ...GROUP, updatedAt: '2', rule: null })).toEqual([
    { label: 'Hosts', before: 'by rule: tag is not db', after: 'chosen by hand' },
  ]);
  const more = { ...GROUP, updatedAt: '2', rollUp: { ...GROUP.rollUp, hosts: 3 } };
  expect(changesOf(GROUP, more)).toEqual([]);
});
