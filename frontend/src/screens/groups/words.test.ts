import { expect, test } from 'vitest';
import { ruleWords } from './words';

test('a rule is told in one sentence', () => {
  const conditions = [
    { kind: 'TAG', isNegated: false, values: ['web', 'db'] },
    { kind: 'NAME_GLOB', isNegated: true, values: ['old-*'] },
  ] as const;
  const rule = { conditions: conditions.map((one) => ({ ...one, values: [...one.values] })) };
  expect(ruleWords({ ...rule, combination: 'ALL' })).toBe(
    'tag is web or db, and name, by pattern does not match old-*',
  );
  expect(ruleWords({ ...rule, combination: 'ANY' })).toContain('db, or name');
});
