// A new credential.
import { Button, Checkbox, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from 'urql';
import { byField } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { graphql } from '@/graphql/generated';
import type { AuthMethod } from '@/graphql/generated/graphql';

const CreateCredential = graphql(`
  mutation CreateCredential($input: CreateCredentialInput!) {
    createCredential(input: $input) {
      credential {
        id
        name
      }
      errors {
        message
        path
      }
    }
  }
`);

const INITIAL = {
  name: '',
  username: '',
  method: 'KEY' as AuthMethod,
  password: '',
  privateKey: '',
  passphrase: '',
  isDefault: false,
};

export function CredentialForm({ onDone }: { onDone: (id: string) => void }) {
  const [{ fetching, error }, create] = useMutation(CreateCredential);
  const form = useForm({ initialValues: INITIAL });
  const { method } = form.values;
  const submit = form.onSubmit(async (values) => {
    const { data } = await create({ input: values });
    const payload = data?.createCredential;
    if (payload?.credential) onDone(payload.credential.id);
    else form.setErrors(byField(payload?.errors ?? []));
  });
  const withKey = method === 'KEY' || method === 'KEY_AND_PASSWORD';
  return (
    <form
      onSubmit={(event) => {
        // The form of a host may be around this one.
        event.stopPropagation();
        submit(event);
      }}
    >
      <Stack>
        <FormError message={error?.message ?? (form.errors['form'] as string | undefined)} />
        <TextInput label="Name" required {...form.getInputProps('name')} />
        <TextInput
          label="Account on the hosts"
          required
          autoComplete="off"
          {...form.getInputProps('username')}
        />
        <Select
          label="Log in with"
          data={[
            { value: 'KEY', label: 'Private key' },
            { value: 'PASSWORD', label: 'Password' },
            { value: 'KEY_AND_PASSWORD', label: 'Private key, then password' },
            { value: 'AGENT', label: 'SSH agent of the server' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('method')}
        />
        {withKey && (
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
        {method !== 'AGENT' && (
          <PasswordInput
            label={method === 'KEY' ? 'Password for sudo, if it asks for one' : 'Password'}
            description={method === 'KEY' ? undefined : 'Also given to sudo where it asks for one'}
            required={method !== 'KEY'}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        )}
        <Checkbox
          label="Hosts without a credential of their own use it"
          {...form.getInputProps('isDefault', { type: 'checkbox' })}
        />
        <Button type="submit" loading={fetching}>
          Store credential
        </Button>
      </Stack>
    </form>
  );
}
