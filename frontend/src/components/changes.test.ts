import { expect, test } from 'vitest';
import { changesInWords } from './changes';

test('changes are told with their reasons', () => {
  expect(changesInWords([])).toBeUndefined();
  expect(changesInWords([{ cause: 'VALUE_CHANGED', rules: 1 }])).toBe(
    '1 verdict changed: another value counts',
  );
  expect(
    changesInWords([
      { cause: 'HOST_CHANGED', rules: 2 },
      { cause: 'RULE_CHANGED', rules: 1 },
    ]),
  ).toBe('3 verdicts changed: 2 the host changed; 1 the rule changed or is new');
});
