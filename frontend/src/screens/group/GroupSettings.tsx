// What the group is, its maintenance, and dissolving it.
import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { GroupDot } from '@/components/GroupChip';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { ruleWords } from '../groups/words';
import { MaintenanceSwitch } from '../maintenance/MaintenanceSwitch';
import { targetWords } from '../target/values';
import { EditGroup } from './EditGroup';
import { EndGroupMaintenance, RemoveGroup, StartGroupMaintenance } from './operations';

export function GroupSettings({ group }: { group: GroupLineFragment }) {
  const { may } = useSession();
  const { edit } = useSearch({ from: '/shell/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const active = group.status === 'ACTIVE';
  const mayWrite = active && may('group:write');
  const turn = (to?: 'details') => void navigate({ search: { tab: 'settings', edit: to } });
  if (edit !== undefined && mayWrite) {
    return (
      <Stack maw={720}>
        <EditGroup group={group} onDone={() => turn()} />
      </Stack>
    );
  }
  return (
    <Stack gap="sm" maw={720}>
      <Paper withBorder p="sm">
        <Facts group={group} />
        {mayWrite && (
          <Button
            variant="default"
            size="compact-sm"
            mt="xs"
            leftSection={<IconPencil size={14} />}
            onClick={() => turn('details')}
          >
            Edit
          </Button>
        )}
      </Paper>
      {active && (
        <Paper withBorder p="sm">
          <Title order={3} size="h5" mb={4}>
            Maintenance
          </Title>
          <Switch group={group} mayChange={mayWrite} />
        </Paper>
      )}
      {active && may('group:delete') && <Dissolve group={group} />}
    </Stack>
  );
}

function Facts({ group }: { group: GroupLineFragment }) {
  const rows: [string, React.ReactNode][] = [
    ['Name', group.name],
    ['Description', group.description],
    [
      'Colour',
      <Group gap="xs" key="color">
        <GroupDot color={group.color} />
        {group.color.toLowerCase()}
      </Group>,
    ],
    ['Hosts', group.rule ? `follow a rule: ${ruleWords(group.rule)}` : 'are chosen by hand'],
    ['Target', group.target ? targetWords(group.target) : 'none of its own'],
  ];
  return (
    <Table withRowBorders={false} verticalSpacing={3}>
      <Table.Tbody>
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={130} c="dimmed" fw={400} scope="row">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  );
}

function Switch({ group, mayChange }: { group: GroupLineFragment; mayChange: boolean }) {
  const [, start] = useMutation(StartGroupMaintenance);
  const [, end] = useMutation(EndGroupMaintenance);
  const { id } = group;
  return (
    <MaintenanceSwitch
      current={group.maintenance}
      mayChange={mayChange}
      onStart={async (maintenance) => {
        const { data, error } = await start({ input: { id, ...maintenance } });
        return problemOf(error, data?.startGroupMaintenance.errors);
      }}
      onEnd={async () => {
        const { data, error } = await end({ input: { id } });
        return problemOf(error, data?.endGroupMaintenance.errors);
      }}
    />
  );
}

function Dissolve({ group }: { group: GroupLineFragment }) {
  const [{ data, error, fetching }, remove] = useMutation(RemoveGroup);
  return (
    <>
      <FormError message={problemOf(error, data?.removeGroup.errors)} />
      <Group>
        <Button
          color="red"
          variant="outline"
          loading={fetching}
          onClick={() => void remove({ input: { id: group.id } })}
        >
          Remove group
        </Button>
        <Text size="xs" c="dimmed">
          Its hosts stay under watch, its history stays, and it can be brought back.
        </Text>
      </Group>
    </>
  );
}
