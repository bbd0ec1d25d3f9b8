// A new host: how it is reached, a try with its host key shown and confirmed, then registering.
import {
  Alert,
  Button,
  Group,
  Modal,
  NumberInput,
  Paper,
  Select,
  Stack,
  TagsInput,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { byField } from '@/components/errors';
import { FormError } from '@/components/FormError';
import type { HostKeyInput, SudoMode, TestConnectionMutation } from '@/graphql/generated/graphql';
import { CredentialForm } from '../credentials/CredentialForm';
import { CredentialsQuery } from '../credentials/query';
import { ConnectionReport } from './ConnectionReport';
import { RegisterHost, TestConnection } from './operations';

const INITIAL = {
  name: '',
  environment: 'production',
  tags: [] as string[],
  address: '',
  port: 22 as number | string,
  credential: null as string | null,
  sudo: 'NONE' as SudoMode,
};

type Report = NonNullable<TestConnectionMutation['testConnection']['report']>;

export function AddHostScreen() {
  const navigate = useNavigate();
  const [{ data }, reload] = useQuery({ query: CredentialsQuery });
  const [testing, test] = useMutation(TestConnection);
  const [registering, register] = useMutation(RegisterHost);
  const [report, setReport] = useState<Report | null>(null);
  const [trusted, setTrusted] = useState<HostKeyInput[]>([]);
  const [adding, { open, close }] = useDisclosure();
  const form = useForm({
    initialValues: INITIAL,
    onValuesChange: () => setReport(null),
    validate: {
      name: (value) => (value.trim() ? null : 'Give it a name'),
      address: (value) => (value.trim() ? null : 'Host name or IP address'),
    },
  });
  const credentials = data?.credentials.nodes ?? [];
  const ssh = () => ({
    address: form.values.address.trim(),
    port: Number(form.values.port) || 22,
    credential: form.values.credential,
    sudo: form.values.sudo,
    hostKeyPolicy: 'STRICT' as const,
  });
  const run = async (trustedKeys: HostKeyInput[]) => {
    if (form.validate().hasErrors) return;
    setTrusted(trustedKeys);
    const answer = await test({ input: { ssh: ssh(), trustedKeys } });
    const payload = answer.data?.testConnection;
    if (payload) {
      form.setErrors(byField(payload.errors));
      setReport(payload.report ?? null);
    }
  };
  const save = async () => {
    if (form.validate().hasErrors) return;
    const { name, environment, tags } = form.values;
    const details = { name: name.trim(), environment, tags, connection: { ssh: ssh() } };
    const answer = await register({ input: { details, trustedKeys: trusted, scanNow: true } });
    const payload = answer.data?.registerHost;
    if (payload?.host) void navigate({ to: '/hosts/$host', params: { host: payload.host.id } });
    else form.setErrors(byField(payload?.errors ?? []));
  };
  const works = report !== null && !report.failure;
  return (
    <Stack gap="sm" maw={640}>
      <Title order={2} size="h3">
        Add host
      </Title>
      <Paper withBorder p="md">
        <Stack>
          <FormError
            message={
              testing.error?.message ??
              registering.error?.message ??
              (form.errors['form'] as string | undefined)
            }
          />
          <Group grow align="flex-start">
            <TextInput label="Name" required {...form.getInputProps('name')} />
            <TextInput label="Environment" {...form.getInputProps('environment')} />
          </Group>
          <TagsInput label="Tags" {...form.getInputProps('tags')} />
          <Group align="flex-start">
            <TextInput
              label="Address"
              placeholder="Host name or IP address"
              required
              style={{ flex: '1 1 200px' }}
              {...form.getInputProps('address')}
            />
            <NumberInput
              label="Port"
              min={1}
              max={65535}
              w={100}
              hideControls
              {...form.getInputProps('port')}
            />
          </Group>
          <Group align="flex-end">
            <Select
              label="Credential"
              placeholder="The default one"
              data={credentials.map(({ id, name, username }) => ({
                value: id,
                label: `${name} (${username})`,
              }))}
              clearable
              style={{ flex: '1 1 200px' }}
              {...form.getInputProps('credential')}
            />
            <Button variant="default" onClick={open}>
              New credential
            </Button>
          </Group>
          <Select
            label="Sudo"
            data={[
              { value: 'NONE', label: 'Not used: some rules cannot be judged' },
              { value: 'NOPASSWD', label: 'Without a password' },
              { value: 'PASSWORD', label: 'With the password of the credential' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('sudo')}
          />
          <Group>
            <Button variant="default" loading={testing.fetching} onClick={() => void run(trusted)}>
              Test connection
            </Button>
            <Button loading={registering.fetching} onClick={() => void save()} disabled={!works}>
              Register and scan
            </Button>
            {!works && (
              <Button variant="subtle" onClick={() => void save()} loading={registering.fetching}>
                Register without a test
              </Button>
            )}
          </Group>
          {report && <ConnectionReport report={report} onTrust={(keys) => void run(keys)} />}
          {works && <Alert color="green">It works. Register the host to have it scanned.</Alert>}
        </Stack>
      </Paper>
      <Modal opened={adding} onClose={close} title="New credential">
        <CredentialForm
          onDone={(id) => {
            reload({ requestPolicy: 'network-only' });
            form.setFieldValue('credential', id);
            close();
          }}
        />
      </Modal>
    </Stack>
  );
}
