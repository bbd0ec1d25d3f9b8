// A credential as its form holds it. Secrets go in and never come out: they begin empty.
import type { Change } from '@/components/Meanwhile';
import type { AuthMethod, CredentialLineFragment } from '@/graphql/generated/graphql';

export interface CredentialValues {
  name: string;
  description: string;
  username: string;
  method: AuthMethod;
  password: string;
  privateKey: string;
  passphrase: string;
}

const NO_SECRETS = { password: '', privateKey: '', passphrase: '' };

export const NEW_CREDENTIAL: CredentialValues = {
  name: '',
  description: '',
  username: '',
  method: 'KEY',
  ...NO_SECRETS,
};

export const METHODS: Record<AuthMethod, string> = {
  KEY: 'Private key',
  PASSWORD: 'Password',
  KEY_AND_PASSWORD: 'Private key, then password',
  AGENT: 'SSH agent of the server',
};

/** The form of a credential that exists. */
export function valuesOf(credential: CredentialLineFragment): CredentialValues {
  const { name, description, username, method } = credential;
  return { name, description, username, method, ...NO_SECRETS };
}

/** What the API takes: only secrets that the method has, and none at all unless they are replaced. */
export function inputOf(values: CredentialValues, withSecrets: boolean) {
  const { method, password, privateKey, passphrase } = values;
  const key = method === 'KEY' || method === 'KEY_AND_PASSWORD';
  return {
    name: values.name.trim(),
    description: values.description.trim(),
    username: values.username.trim(),
    method,
    password: (withSecrets && method !== 'AGENT' && password) || null,
    privateKey: (withSecrets && key && privateKey) || null,
    passphrase: (withSecrets && key && passphrase) || null,
  };
}

const LABELS: [string, (one: CredentialLineFragment) => string][] = [
  ['Name', (one) => one.name],
  ['Description', (one) => one.description],
  ['Account', (one) => one.username],
  ['Log in with', (one) => METHODS[one.method]],
  ['Private key', (one) => one.key?.fingerprint ?? ''],
];

/** What changed about a credential while its form was open. */
export function changesOf(base: CredentialLineFragment, now: CredentialLineFragment): Change[] {
  if (base.updatedAt === now.updatedAt) return [];
  const found = LABELS.map(([label, word]) => ({ label, before: word(base), after: word(now) }));
  const changed = found.filter(({ before, after }) => before !== after);
  if (changed.length > 0 || base.isDefault !== now.isDefault) return changed;
  return [{ label: 'Secrets', before: 'what they were', after: 'others' }];
}
