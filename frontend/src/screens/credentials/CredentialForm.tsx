// A new credential.
import { Button, Checkbox, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { CredentialFields, SecretFields } from './CredentialFields';
import { CreateCredential } from './operations';
import { type CredentialValues, inputOf, NEW_CREDENTIAL } from './values';

export function CredentialForm({ onDone }: { onDone: (id: string) => void }) {
  const [{ fetching, error }, create] = useMutation(CreateCredential);
  const [isDefault, setDefault] = useState(false);
  const form = useForm<CredentialValues>({ initialValues: NEW_CREDENTIAL });
  const submit = form.onSubmit(async (values) => {
    const { data } = await create({ input: { ...inputOf(values, true), isDefault } });
    if (!data) return;
    const { credential, errors } = data.createCredential;
    if (credential) onDone(credential.id);
    else showErrors(form, errors, Object.keys(form.values));
  });
  return (
    <form
      onSubmit={(event) => {
        // The form of a host may be around this one.
        event.stopPropagation();
        submit(event);
      }}
    >
      <Stack>
        <CredentialFields form={form} />
        <SecretFields form={form} />
        <Checkbox
          label="Hosts without a credential of their own use it"
          checked={isDefault}
          onChange={(event) => setDefault(event.currentTarget.checked)}
        />
        <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
        <Button type="submit" loading={fetching}>
          Store credential
        </Button>
      </Stack>
    </form>
  );
}
