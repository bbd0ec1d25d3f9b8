import { expect, test } from 'vitest';
import { choices, filterOf, orderOf } from './filter';

test('the address narrows the rules down', () => {
  expect(filterOf({ severity: 'HIGH,LOW', lens: 'cis', section: '5.1' })).toMatchObject({
    severities: ['HIGH', 'LOW'],
    categories: null,
    lens: 'cis',
    benchmark: null,
    section: '5.1',
  });
  // A section means nothing without its framework.
  expect(filterOf({ section: '5.1' })).toMatchObject({ lens: null, section: null });
});

test('an order that is not known is the usual one', () => {
  expect(orderOf({ order: 'FAILING' })).toBe('FAILING');
  expect(orderOf({ order: 'sideways' })).toBe('SEVERITY');
});

test('choices are counted', () => {
  expect(choices({ severity: 'HIGH,LOW', method: 'command', search: 'ssh' })).toBe(3);
});
