import { expect, test } from 'vitest';
import { isSamePlace, ownValue, scopeOf, shownValue, sourceWords } from './place';

const value = (of: object) => ({
  value: '1',
  source: 'ORGANISATION' as const,
  group: null,
  host: null,
  setBy: 'ada',
  setAt: '2026-01-15T00:00:00Z',
  fits: true,
  ...of,
});
const all = value({});
const web = value({ source: 'GROUP', group: { id: 'g1', name: 'Web servers' } });
const one = value({ source: 'HOST', host: { id: 'h1', name: 'web-1' } });

test('the value of a place is that which was set there and nowhere else', () => {
  const values = [all, web, one];
  expect(ownValue({ kind: 'ORGANISATION' }, values)).toBe(all);
  expect(ownValue({ kind: 'GROUP', id: 'g1' }, values)).toBe(web);
  expect(ownValue({ kind: 'GROUP', id: 'g2' }, values)).toBeUndefined();
  expect(ownValue({ kind: 'HOST', id: 'h1' }, values)).toBe(one);
});

test('values are told apart by their places', () => {
  expect(isSamePlace(all, { ...all })).toBe(true);
  expect(isSamePlace(web, { ...web, group: { id: 'g2', name: 'Web servers' } })).toBe(false);
  expect(isSamePlace(web, one)).toBe(false);
});

test('a place is asked for by what it is', () => {
  expect(scopeOf({ kind: 'ORGANISATION' })).toEqual({ host: null, group: null });
  expect(scopeOf({ kind: 'HOST', id: 'h1' })).toEqual({ host: 'h1', group: null });
});

test('a value tells where it comes from', () => {
  expect([all, web, one].map(sourceWords)).toEqual([
    'organisation',
    'group Web servers',
    'host web-1',
  ]);
});

test('a value is shown without the semicolon that only who types a list needs', () => {
  expect(shownValue('LIST', '-S a,b -k x; -S c;')).toBe('-S a,b -k x; -S c');
  expect(shownValue('LIST', '22/tcp, 443/tcp')).toBe('22/tcp, 443/tcp');
  expect(shownValue('TEXT', 'a;')).toBe('a;');
  expect(shownValue('LIST', '')).toBe('nothing');
});
