// The hosts of a group: now, or on a day in the past.
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { endOf } from '@/components/Past';
import { usePages } from '@/components/usePages';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { hostCount } from '../groups/words';
import { HostLines } from '../hosts/HostLines';
import { HostPicker } from './HostPicker';
import { AddHostsToGroup, GroupHosts, RemoveHostsFromGroup } from './operations';

export function Members({ group }: { group: GroupLineFragment }) {
  const { at } = useSearch({ from: '/shell/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const { may } = useSession();
  const changeable =
    may('group:write') && !group.rule && group.status === 'ACTIVE' && at === undefined;
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end" justify="space-between">
        <TextInput
          label="Who was in it on"
          description={
            at
              ? 'At the end of that day, UTC. The scores of single hosts are those of now.'
              : undefined
          }
          type="date"
          value={at ?? ''}
          onChange={(event) =>
            void navigate({
              search: (before) => ({ ...before, at: event.currentTarget.value || undefined }),
              replace: true,
            })
          }
        />
        {changeable && <AddHosts group={group} />}
      </Group>
      <MemberList group={group} at={at} changeable={changeable} />
    </Stack>
  );
}

interface ListProps {
  group: GroupLineFragment;
  at: string | undefined;
  changeable: boolean;
}

function MemberList({ group, at, changeable }: ListProps) {
  const pages = usePages(
    GroupHosts,
    { id: group.id, at: endOf(at) },
    (data) => data.group?.hosts,
    // Hosts come and go: the list is asked for again when what they add up to changes.
    JSON.stringify([group.updatedAt, group.rollUp]),
  );
  const [removing, remove] = useMutation(RemoveHostsFromGroup);
  const action = changeable
    ? (host: { id: string; name: string }) => (
        <Button
          variant="subtle"
          color="red"
          size="compact-sm"
          aria-label={`Take out ${host.name}`}
          loading={removing.fetching}
          onClick={() => void remove({ input: { group: group.id, hosts: [host.id] } })}
        >
          Take out
        </Button>
      )
    : undefined;
  return (
    <>
      <FormError message={problemOf(removing.error, removing.data?.removeHostsFromGroup.errors)} />
      <HostLines
        pages={pages}
        action={action}
        empty={
          <EmptyState title={at ? 'Nobody was in it at the end of that day' : 'No host is in it'} />
        }
      />
    </>
  );
}

function AddHosts({ group }: { group: GroupLineFragment }) {
  const [opened, { open, close }] = useDisclosure();
  const [hosts, setHosts] = useState<string[]>([]);
  const [{ data, error, fetching }, add] = useMutation(AddHostsToGroup);
  const submit = async () => {
    const answer = await add({ input: { group: group.id, hosts } });
    if (!answer.data?.addHostsToGroup.group) return;
    setHosts([]);
    close();
  };
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        Add hosts
      </Button>
      <Modal opened={opened} onClose={close} title={`Add hosts to ${group.name}`}>
        <Stack>
          <HostPicker label="Hosts" value={hosts} onChange={setHosts} />
          <FormError message={problemOf(error, data?.addHostsToGroup.errors)} />
          <Group>
            <Button loading={fetching} disabled={hosts.length === 0} onClick={() => void submit()}>
              Add {hosts.length > 0 && hostCount(hosts.length)}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
