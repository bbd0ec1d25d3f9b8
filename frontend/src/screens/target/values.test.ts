import { expect, test } from 'vitest';
import { NO_TARGET, targetInput, targetValues, targetWords } from './values';

test('a target goes through its fields unchanged, and nothing is nothing', () => {
  const target = { score: 90, frameworks: [{ framework: 'cis', score: 95 }] };
  expect(targetInput(targetValues(target))).toEqual(target);
  expect(targetInput(NO_TARGET)).toBeNull();
  expect(targetValues(null)).toEqual(NO_TARGET);
});

test('a row that was not filled in does not count', () => {
  const frameworks = [
    { framework: '', score: 80 },
    { framework: 'stig', score: '' as const },
  ];
  expect(targetInput({ score: '', frameworks })).toBeNull();
});

test('a target is told with its frameworks', () => {
  const target = { score: 90, frameworks: [{ framework: 'nist_800_53', score: 95 }] };
  expect(targetWords(target)).toBe('90 %, NIST 800-53 95 %');
  expect(targetWords({ score: null, frameworks: target.frameworks })).toBe('NIST 800-53 95 %');
});
