import { expect, test } from 'vitest';
import { byField } from './errors';

test('errors go to their field, the rest to the form', () => {
  const errors = [
    { message: 'too short', path: ['details', 'name'] },
    { message: 'later', path: ['details', 'name'] },
    { message: 'busy', path: null },
  ];
  expect(byField(errors)).toEqual({ name: 'too short', form: 'busy' });
});
