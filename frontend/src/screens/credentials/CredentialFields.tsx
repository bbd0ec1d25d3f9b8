// The fields of a credential.
import { PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { AuthMethod } from '@/graphql/generated/graphql';
import { type CredentialValues, METHODS } from './values';

interface Props {
  form: UseFormReturnType<CredentialValues>;
  /** Methods that cannot be chosen. */
  without?: AuthMethod[];
}

export function CredentialFields({ form, without = [] }: Props) {
  return (
    <>
      <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} />
      <TextInput label="Description" {...form.getInputProps('description')} />
      <TextInput
        label="Account on the hosts"
        required
        autoComplete="off"
        {...form.getInputProps('username')}
      />
      <Select
        label="Log in with"
        data={Object.entries(METHODS).map(([value, label]) => ({
          value,
          label,
          disabled: without.includes(value as AuthMethod),
        }))}
        description={
          without.includes('AGENT')
            ? 'To use the SSH agent instead of this key, add another credential.'
            : undefined
        }
        allowDeselect={false}
        {...form.getInputProps('method')}
      />
    </>
  );
}

export function SecretFields({ form }: { form: UseFormReturnType<CredentialValues> }) {
  const { method } = form.values;
  if (method === 'AGENT') return null;
  return (
    <>
      {method !== 'PASSWORD' && (
        <>
          <Textarea
            label="Private key"
            description="OpenSSH or PEM; Ed25519, ECDSA, or RSA with at least 2048 bits"
            required
            autosize
            minRows={4}
            maxRows={8}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('privateKey')}
          />
          <PasswordInput
            label="Passphrase of the key"
            autoComplete="off"
            {...form.getInputProps('passphrase')}
          />
        </>
      )}
      <PasswordInput
        label={method === 'KEY' ? 'Password for sudo, if it asks for one' : 'Password'}
        description={method === 'KEY' ? undefined : 'Also given to sudo where it asks for one'}
        required={method !== 'KEY'}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
    </>
  );
}
