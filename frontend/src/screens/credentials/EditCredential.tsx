// Changing a credential. Its secrets stay unless they are replaced, all of them at once.
import { Button, Checkbox, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { type Change, Meanwhile } from '@/components/Meanwhile';
import type { CredentialLineFragment } from '@/graphql/generated/graphql';
import { CredentialFields, SecretFields } from './CredentialFields';
import { EditCredential as Edit } from './operations';
import { CredentialQuery } from './query';
import { changesOf, type CredentialValues, inputOf, valuesOf } from './values';

interface Props {
  credential: CredentialLineFragment;
  onDone: () => void;
}

export function EditCredential({ credential, onDone }: Props) {
  const client = useClient();
  const [{ error }, edit] = useMutation(Edit);
  const [saving, setSaving] = useState(false);
  const [replace, setReplace] = useState(false);
  // The credential as the person saw it last, and as it was found to be before saving.
  const [base, setBase] = useState(credential);
  const [now, setNow] = useState(credential);
  const form = useForm<CredentialValues>({ initialValues: valuesOf(credential) });
  const { method } = form.values;
  const another = method !== base.method;
  const secrets = method !== 'AGENT' && (replace || another);
  const changes: Change[] = changesOf(base, now);

  const send = async (values: CredentialValues) => {
    const { id } = credential;
    const fresh = await client
      .query(CredentialQuery, { id }, { requestPolicy: 'network-only' })
      .toPromise();
    const found = fresh.data?.credential;
    if (found && changesOf(base, found).length > 0) return setNow(found);
    const { data } = await edit({ input: { id, ...inputOf(values, secrets) } });
    if (!data) return;
    const fields = [...SHOWN, ...(secrets ? SECRETS : [])];
    showErrors(form, data.editCredential.errors, fields);
    if (data.editCredential.credential) onDone();
  };
  const submit = form.onSubmit(async (values) => {
    setSaving(true);
    await send(values);
    setSaving(false);
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <CredentialFields form={form} without={base.key ? ['AGENT'] : []} />
        {method !== 'AGENT' && (
          <Checkbox
            label="Replace the secrets"
            description={
              another
                ? 'Another way to log in needs secrets of its own.'
                : 'Otherwise they stay. All of them are replaced at once.'
            }
            checked={secrets}
            disabled={another}
            onChange={(event) => setReplace(event.currentTarget.checked)}
          />
        )}
        {secrets && <SecretFields form={form} />}
        <Meanwhile
          what="credential"
          changes={changes}
          onTake={() => {
            form.setValues(valuesOf(now));
            setBase(now);
          }}
          onKeep={() => setBase(now)}
        />
        <FormError message={problemOf(error) ?? (form.errors['form'] as string | undefined)} />
        <Button type="submit" loading={saving} disabled={changes.length > 0}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

const SHOWN = ['name', 'description', 'username', 'method'];
const SECRETS = ['password', 'privateKey', 'passphrase'];
