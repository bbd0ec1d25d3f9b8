import { expect, test } from 'vitest';
import type { CredentialLineFragment } from '@/graphql/generated/graphql';
import { changesOf, inputOf, NEW_CREDENTIAL } from './values';

const LINE: CredentialLineFragment = {
  id: 'a',
  name: 'Fleet',
  description: '',
  username: 'scan',
  method: 'PASSWORD',
  isDefault: false,
  isRemoved: false,
  hostCount: 0,
  updatedAt: '1',
  key: null,
};

test('secrets are sent only when they are replaced, and only those of the method', () => {
  const values = { ...NEW_CREDENTIAL, name: ' Fleet ', password: 'p', privateKey: 'k' };
  expect(inputOf(values, false)).toMatchObject({ name: 'Fleet', password: null, privateKey: null });
  expect(inputOf(values, true)).toMatchObject({ password: 'p', privateKey: 'k', passphrase: null });
  const password = inputOf({ ...values, method: 'PASSWORD' }, true);
  expect(password).toMatchObject({ password: 'p', privateKey: null });
  expect(inputOf({ ...values, method: 'AGENT' }, true)).toMatchObject({ password: null });
});

test('what others changed is told, secrets without what they are', () => {
  expect(changesOf(LINE, LINE)).toEqual([]);
  expect(changesOf(LINE, { ...LINE, updatedAt: '2', username: 'root' })).toEqual([
    { label: 'Account', before: 'scan', after: 'root' },
  ]);
  expect(changesOf(LINE, { ...LINE, updatedAt: '2' })).toEqual([
    { label: 'Secrets', before: 'what they were', after: 'others' },
  ]);
  // Being the default is not in the form.
  expect(changesOf(LINE, { ...LINE, updatedAt: '2', isDefault: true })).toEqual([]);
});
