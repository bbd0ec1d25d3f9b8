// What the host is and how it is reached, which keys are trusted, and taking it out of watch.
import { Button, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { useExact } from '@/components/time';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { EditHost } from './EditHost';
import { Keys } from './Keys';
import { RemoveHost } from './mutations';
import { MaintenanceOfHost, TargetOfHost } from './Standing';
import { POLICY, SUDO } from './words';

export function Settings({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const { edit } = useSearch({ from: '/shell/hosts/$host' });
  const navigate = useNavigate({ from: '/hosts/$host' });
  const button = useRef<HTMLButtonElement>(null);
  const active = host.status === 'ACTIVE';
  const turn = (to?: 'details') => navigate({ search: { tab: 'settings', edit: to } });
  // Who works with the keyboard goes on where the form was opened.
  const close = () => void turn().then(() => requestAnimationFrame(() => button.current?.focus()));
  const editing = edit !== undefined && active && may('host:write');
  return (
    <Stack gap="sm" maw={720}>
      {editing ? (
        <EditHost host={host} onDone={close} />
      ) : (
        <Paper withBorder p="sm">
          <Facts host={host} />
          {active && may('host:write') && (
            <Button
              ref={button}
              variant="default"
              size="compact-sm"
              mt="xs"
              leftSection={<IconPencil size={14} />}
              onClick={() => void turn('details')}
            >
              Edit
            </Button>
          )}
        </Paper>
      )}
      {active && !editing && (
        <>
          <TargetOfHost host={host} />
          <MaintenanceOfHost host={host} />
        </>
      )}
      {host.connection.__typename === 'SshConnection' && <Keys host={host} />}
      {active && may('host:delete') && !editing && <TakeOut host={host} />}
    </Stack>
  );
}

function Facts({ host }: { host: HostPageFragment }) {
  const exact = useExact();
  const { connection } = host;
  return (
    <Table withRowBorders={false} verticalSpacing={3}>
      <Table.Tbody>
        <Row name="Name">{host.name}</Row>
        <Row name="Environment">{host.environment}</Row>
        {host.description && <Row name="Description">{host.description}</Row>}
        {host.tags.length > 0 && <Row name="Tags">{host.tags.join(', ')}</Row>}
        <Row name="Reached">
          {connection.__typename === 'SshConnection'
            ? `by SSH at ${connection.address}, port ${connection.port}`
            : 'as the machine that OpenWatch runs on'}
        </Row>
        {connection.__typename === 'SshConnection' && (
          <>
            {connection.jumpAddress && (
              <Row name="On the way">
                {connection.jumpAddress}, port {connection.jumpPort}
                {connection.jumpCredential && `, with ${nameOf(connection.jumpCredential)}`}
              </Row>
            )}
            <Row name="Credential">
              {connection.usesDefaultCredential
                ? 'the default one'
                : connection.credential
                  ? nameOf(connection.credential)
                  : 'one of its own, which you may not see'}
            </Row>
            <Row name="Sudo">{SUDO[connection.sudo]}</Row>
            <Row name="New host keys">{POLICY[connection.hostKeyPolicy]}</Row>
          </>
        )}
        <Row name="Registered">{exact(host.registeredAt)}</Row>
      </Table.Tbody>
    </Table>
  );
}

const nameOf = ({ name, isRemoved }: { name: string; isRemoved: boolean }) =>
  isRemoved ? `${name}, which was removed: choose another` : name;

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={130} c="dimmed" fw={400} scope="row">
        {name}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}

function TakeOut({ host }: { host: HostPageFragment }) {
  const [{ data, error, fetching }, remove] = useMutation(RemoveHost);
  return (
    <>
      <FormError message={problemOf(error, data?.removeHost.errors)} />
      <Group>
        <Button
          color="red"
          variant="outline"
          loading={fetching}
          onClick={() => void remove({ input: { id: host.id } })}
        >
          Take out of watch
        </Button>
        <Text size="xs" c="dimmed">
          The history stays, and the host can be brought back.
        </Text>
      </Group>
    </>
  );
}
