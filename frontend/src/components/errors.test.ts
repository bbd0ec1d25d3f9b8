import { expect, test } from 'vitest';
import { byField } from './errors';

test('errors go to their field, the rest to the form', () => {
  const errors = [
    { message: 'too short', path: ['details', 'name'] },
    { message: 'later', path: ['details', 'name'] },
    { message: 'busy', path: null },
  ];
  expect(byField(errors, ['name'])).toEqual({ name: 'too short', form: 'busy' });
});

test('a field that lies deeper is not taken for one of the same name', () => {
  const fields = ['address', 'credential', 'jump.address', 'jump.credential'];
  const errors = [
    { message: 'none', path: ['connection', 'ssh', 'jump', 'credential'] },
    { message: 'no name', path: ['jump.address'] },
    { message: 'gone', path: ['connection', 'ssh', 'credential'] },
  ];
  expect(byField(errors, fields)).toEqual({
    'jump.credential': 'none',
    'jump.address': 'no name',
    credential: 'gone',
  });
});

test('an error about a field that the form does not have is shown nevertheless', () => {
  expect(byField([{ message: 'no such host', path: ['id'] }], ['name'])).toEqual({
    form: 'no such host',
  });
});
