import { expect, test } from 'vitest';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { changesOf } from './changes';
import { detailsOf, NEW_HOST, valuesOf, withKeys } from './details';

const VALUES = {
  ...NEW_HOST,
  name: ' web ',
  address: '192.0.2.1 ',
  throughJump: true,
  jump: { address: 'gate', port: '2222', credential: 'c' },
};

test('a form becomes what the API takes', () => {
  expect(detailsOf(VALUES)).toEqual({
    name: 'web',
    environment: 'production',
    description: '',
    tags: [],
    connection: {
      ssh: {
        address: '192.0.2.1',
        port: 22,
        credential: null,
        sudo: 'NONE',
        hostKeyPolicy: 'STRICT',
        jump: { address: 'gate', port: 2222, credential: 'c' },
      },
    },
  });
  expect(detailsOf({ ...VALUES, way: 'LOCAL' }).connection).toEqual({ local: true });
});

test('a host becomes its form, and the form the same host', () => {
  const connection = {
    __typename: 'SshConnection',
    address: '192.0.2.1',
    port: 2022,
    credential: { id: 'a', name: 'Fleet' },
    usesDefaultCredential: false,
    sudo: 'NOPASSWD',
    hostKeyPolicy: 'TRUST_ON_FIRST_USE',
    jumpAddress: 'gate',
    jumpPort: 22,
    jumpCredential: { id: 'b', name: 'Gate' },
  };
  const host = { name: 'web', environment: 'test', description: 'x', tags: ['a'], connection };
  const values = valuesOf(host as unknown as HostPageFragment);
  expect(detailsOf(values)).toEqual({
    name: 'web',
    environment: 'test',
    description: 'x',
    tags: ['a'],
    connection: {
      ssh: {
        address: '192.0.2.1',
        port: 2022,
        credential: 'a',
        sudo: 'NOPASSWD',
        hostKeyPolicy: 'TRUST_ON_FIRST_USE',
        jump: { address: 'gate', port: 22, credential: 'b' },
      },
    },
  });
});

test('what others changed is told, what I changed is not', () => {
  const names = (id: string | null) => id ?? 'the default one';
  const mine = { ...VALUES, name: 'web-2' };
  expect(changesOf(VALUES, mine, VALUES, names)).toEqual([]);
  // My own change has arrived.
  expect(changesOf(VALUES, mine, mine, names)).toEqual([]);
  expect(changesOf(VALUES, mine, { ...VALUES, tags: ['b', 'a'], credential: 'c' }, names)).toEqual([
    { label: 'Tags', before: '', after: 'a, b' },
    { label: 'Credential', before: 'the default one', after: 'c' },
  ]);
});

test('a key takes the place of the one of its endpoint and algorithm', () => {
  const key = (endpoint: string, publicKey: string) => ({
    endpoint,
    algorithm: 'ssh-ed25519',
    publicKey,
    fingerprint: publicKey,
  });
  expect(withKeys([key('a:22', '1'), key('b:22', '2')], [key('a:22', '3')])).toEqual([
    key('b:22', '2'),
    key('a:22', '3'),
  ]);
});
