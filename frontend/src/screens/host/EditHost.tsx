// Changing a host. Whoever changes it at the same time is seen, and nothing of theirs is lost unasked.
import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useClient, useMutation } from 'urql';
import { problemOf } from '@/components/errors';
import { goToFirst, showErrors } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Meanwhile } from '@/components/Meanwhile';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { changesOf } from '../add-host/changes';
import { ConnectionReport } from '../add-host/ConnectionReport';
import { detailsOf, HOST_FIELDS, type HostValues, VALIDATE, valuesOf } from '../add-host/details';
import { HostFields } from '../add-host/HostFields';
import { useConnectionTest } from '../add-host/useConnectionTest';
import { useCredentialChoices } from '../credentials/choices';
import { EditHost as Edit, TrustHostKey } from './mutations';
import { HostQuery } from './operations';

export function EditHost({ host, onDone }: { host: HostPageFragment; onDone: () => void }) {
  const client = useClient();
  const credentials = useCredentialChoices(credentialsOf(host));
  const [{ error }, edit] = useMutation(Edit);
  const [trusting, trust] = useMutation(TrustHostKey);
  const [saving, setSaving] = useState(false);
  // The host as the person saw it last: what differs from it was changed by somebody else.
  const [base, setBase] = useState(() => valuesOf(host));
  const form = useForm<HostValues>({ initialValues: base, validate: VALIDATE });
  const test = useConnectionTest(form, host.trustedKeys);
  const now = valuesOf(host);
  const differences = (fresh: HostValues) =>
    changesOf(base, form.values, fresh, credentials.nameOf);

  const send = async (values: HostValues) => {
    // The live connection may be broken: look once more before anything is replaced.
    const fresh = await client
      .query(HostQuery, { id: host.id }, { requestPolicy: 'network-only' })
      .toPromise();
    if (fresh.data?.host && differences(valuesOf(fresh.data.host)).length > 0) return;
    const { data } = await edit({ input: { id: host.id, details: detailsOf(values) } });
    if (!data) return;
    showErrors(form, data.editHost.errors, HOST_FIELDS);
    if (!data.editHost.host) return;
    setBase(valuesOf(data.editHost.host));
    for (const { endpoint, algorithm, fingerprint, publicKey } of test.keys) {
      const key = { endpoint, algorithm, fingerprint, publicKey };
      const answer = await trust({ input: { host: host.id, key } });
      if (!answer.data?.trustHostKey.host) return;
    }
    onDone();
  };
  const submit = form.onSubmit(
    async (values) => {
      setSaving(true);
      await send(values);
      setSaving(false);
    },
    (errors) => goToFirst(form, errors),
  );
  const ssh = form.values.way === 'SSH';
  const changes = saving ? [] : differences(now);
  return (
    <form onSubmit={submit} noValidate aria-label="Edit host">
      <Paper withBorder p="md">
        <Stack>
          <Title order={3} size="h5">
            Edit host
          </Title>
          <HostFields
            form={form}
            credentials={credentials.choices}
            onCredential={credentials.reload}
            local
          />
          {ssh && test.report && (
            <ConnectionReport report={test.report} onTrust={(more) => void test.run(more)} />
          )}
          {ssh && test.works && (
            <Alert color="green">
              It works.
              {test.keys.length > 0 && ' Saving trusts the host keys that you confirmed.'}
            </Alert>
          )}
          <Meanwhile
            what="host"
            changes={changes}
            onTake={() => {
              form.setValues(merge(base, form.values, now));
              setBase(now);
            }}
            onKeep={() => setBase(now)}
          />
          <FormError
            message={
              problemOf(error) ??
              test.problem ??
              problemOf(trusting.error, trusting.data?.trustHostKey.errors) ??
              (form.errors['form'] as string | undefined)
            }
          />
          <Group>
            <Button type="submit" loading={saving} disabled={changes.length > 0}>
              Save
            </Button>
            {ssh && (
              <Button variant="default" loading={test.fetching} onClick={() => void test.run()}>
                Test connection
              </Button>
            )}
            <Button variant="subtle" onClick={onDone}>
              Cancel
            </Button>
          </Group>
          {ssh && (
            <Text size="xs" c="dimmed">
              A test shows the host key of a new address, to be confirmed. Nothing is saved by it.
            </Text>
          )}
        </Stack>
      </Paper>
    </form>
  );
}

/** The credentials that a host names. */
function credentialsOf({ connection }: HostPageFragment) {
  if (connection.__typename === 'LocalConnection') return [];
  return [connection.credential, connection.jumpCredential].filter((one) => one != null);
}

/** What others changed, and what I changed besides. */
function merge(base: HostValues, mine: HostValues, now: HostValues): HostValues {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const entries = Object.entries(now) as [keyof HostValues, unknown][];
  return Object.fromEntries(
    entries.map(([field, value]) => [field, same(base[field], value) ? mine[field] : value]),
  ) as unknown as HostValues;
}
