import { expect, test } from 'vitest';
import { effective } from './preferences';

test('what is saved counts, and the browser where nothing is', () => {
  expect(effective([], 'auto')).toEqual({
    COLOR_SCHEME: 'system',
    DENSITY: 'comfortable',
    MOTION: 'system',
    TIME_ZONE: 'utc',
  });
  expect(effective([], 'dark').COLOR_SCHEME).toBe('dark');
  expect(effective([{ key: 'COLOR_SCHEME', value: 'light' }], 'dark').COLOR_SCHEME).toBe('light');
});

test('a value that this page does not know does not count', () => {
  expect(effective([{ key: 'DENSITY', value: 'airy' }], 'auto').DENSITY).toBe('comfortable');
});
