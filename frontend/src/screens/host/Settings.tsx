// How the host is reached, which keys are trusted, and taking it out of watch.
import { Button, Code, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { FormError } from '@/components/FormError';
import { exact } from '@/components/time';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { ForgetHostKey, RemoveHost, RestoreHost } from './operations';

const SUDO = {
  NONE: 'not used',
  NOPASSWD: 'without a password',
  PASSWORD: 'with a password',
} as const;

export function Settings({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [removing, remove] = useMutation(RemoveHost);
  const [restoring, restore] = useMutation(RestoreHost);
  const { connection } = host;
  const input = { id: host.id };
  const errors = [
    ...(removing.data?.removeHost.errors ?? []),
    ...(restoring.data?.restoreHost.errors ?? []),
  ];
  return (
    <Stack gap="sm" maw={720}>
      <Paper withBorder p="sm">
        <Table withRowBorders={false} verticalSpacing={3}>
          <Table.Tbody>
            <Row name="Reached">
              {connection.__typename === 'SshConnection'
                ? `by SSH at ${connection.address}, port ${connection.port}`
                : 'as the machine that OpenWatch runs on'}
            </Row>
            {connection.__typename === 'SshConnection' && (
              <Row name="Sudo">{SUDO[connection.sudo]}</Row>
            )}
            <Row name="Registered">{exact(host.registeredAt)}</Row>
            {host.description && <Row name="Description">{host.description}</Row>}
          </Table.Tbody>
        </Table>
      </Paper>
      {connection.__typename === 'SshConnection' && <Keys host={host} />}
      <FormError message={errors[0]?.message} />
      {may('host:delete') && (
        <Group>
          {host.status === 'ACTIVE' ? (
            <Button
              color="red"
              variant="outline"
              loading={removing.fetching}
              onClick={() => void remove({ input })}
            >
              Take out of watch
            </Button>
          ) : (
            <Button loading={restoring.fetching} onClick={() => void restore({ input })}>
              Bring back
            </Button>
          )}
          <Text size="xs" c="dimmed">
            The history stays.
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Td w={110} c="dimmed">
        {name}
      </Table.Td>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Keys({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [{ data }, forget] = useMutation(ForgetHostKey);
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h6" mb="xs">
        Trusted host keys
      </Title>
      {host.trustedKeys.length === 0 && (
        <Text size="sm">None: scans are refused until a key is confirmed.</Text>
      )}
      {host.trustedKeys.map((key) => (
        <Group key={key.fingerprint} justify="space-between">
          <div style={{ minWidth: 0 }}>
            <Text size="sm">
              {key.endpoint}, {key.algorithm}
            </Text>
            <Code>{key.fingerprint}</Code>
          </div>
          {may('host:trust') && (
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              onClick={() =>
                void forget({ input: { host: host.id, fingerprint: key.fingerprint } })
              }
            >
              Forget
            </Button>
          )}
        </Group>
      ))}
      <FormError message={data?.forgetHostKey.errors[0]?.message} />
    </Paper>
  );
}
