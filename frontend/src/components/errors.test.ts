import { CombinedError } from 'urql';
import { expect, test } from 'vitest';
import { byField, problemOf } from './errors';

test('errors go to their field, the rest to the form', () => {
  const errors = [
    { message: 'too short', path: ['details', 'name'] },
    { message: 'later', path: ['details', 'name'] },
    { message: 'busy', path: null },
  ];
  expect(byField(errors, ['name'])).toEqual({ name: 'Too short.', form: 'Busy.' });
});

test('a field that lies deeper is not taken for one of the same name', () => {
  const fields = ['address', 'credential', 'jump.address', 'jump.credential'];
  const errors = [
    { message: 'none', path: ['connection', 'ssh', 'jump', 'credential'] },
    { message: 'no name', path: ['jump.address'] },
    { message: 'gone', path: ['connection', 'ssh', 'credential'] },
  ];
  expect(byField(errors, fields)).toEqual({
    'jump.credential': 'None.',
    'jump.address': 'No name.',
    credential: 'Gone.',
  });
});

test('an error about a field that the form does not have is shown nevertheless', () => {
  expect(byField([{ message: 'no such host', path: ['id'] }], ['name'])).toEqual({
    form: 'No such host.',
  });
});

test.each([
  [
    'FORBIDDEN',
    'you may not see users',
    /^Your role does not go that far\. You may not see users\. An admin/,
  ],
  ['INTERNAL', 'error id 12', /^The server failed\. Error id 12\. Try again/],
  ['UNAUTHENTICATED', 'log in', /^Your session has ended\. Log in again/],
  ['BAD_USER_INPUT', 'first goes to 100', /^This did not work\. First goes to 100\.$/],
])('an error of the API says what to do: %s', (code, message, words) => {
  const error = new CombinedError({ graphQLErrors: [{ message, extensions: { code } }] });
  expect(problemOf(error)).toMatch(words);
});

test('a server that is away is said to be away', () => {
  const error = new CombinedError({ networkError: new TypeError('Failed to fetch') });
  expect(problemOf(error)).toMatch(/does not answer\. Check your connection/);
});

test('nothing stands in the way', () => {
  expect(problemOf(undefined, [])).toBeUndefined();
});
