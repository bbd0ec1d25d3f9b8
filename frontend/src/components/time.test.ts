import { expect, test } from 'vitest';
import { ago, exact } from './time';

test('an instant is told by its distance', () => {
  const now = Date.parse('2026-01-15T12:00:00Z');
  expect(ago('2026-01-15T11:57:00.000000Z', now)).toBe('3 minutes ago');
  expect(ago('2026-01-14T12:00:00.000000Z', now)).toBe('yesterday');
  expect(ago('2026-01-15T12:00:00.000000Z', now)).toBe('now');
});

test('an instant is shown in UTC', () => {
  expect(exact('2026-01-15T09:30:00.123456Z')).toBe('2026-01-15 09:30:00 UTC');
});

test('an instant is shown in another time zone with its offset', () => {
  expect(exact('2026-01-15T23:30:00.123456Z', 'Europe/Berlin')).toBe('2026-01-16 00:30:00 UTC+1');
  expect(exact('2026-07-15T09:30:00.123456Z', 'Asia/Kolkata')).toBe('2026-07-15 15:00:00 UTC+5:30');
});
