// The hosts of a group: now, or on a day in the past.
import { Button, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { FormError } from '@/components/FormError';
import { endOf } from '@/components/Past';
import { More } from '@/components/More';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { hostCount } from '../groups/words';
import { HostCards, HostTable } from '../hosts/HostLines';
import { HostPicker } from './HostPicker';
import { AddHostsToGroup, GroupHosts, RemoveHostsFromGroup } from './operations';

export function Members({ group }: { group: GroupLineFragment }) {
  const { at } = useSearch({ from: '/shell/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const { may } = useSession();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
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
          onChange={(event) => {
            setCursors([null]);
            void navigate({
              search: (before) => ({ ...before, at: event.currentTarget.value || undefined }),
              replace: true,
            });
          }}
        />
        {changeable && <AddHosts group={group} />}
      </Group>
      {cursors.map((after, index) => (
        <MembersPage
          key={`${at}${after}`}
          group={group}
          variables={{ id: group.id, after, at: endOf(at) }}
          changeable={changeable}
          last={index === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Stack>
  );
}

interface PageProps {
  group: GroupLineFragment;
  variables: { id: string; after: string | null; at: string | null };
  changeable: boolean;
  last: boolean;
  onMore: (cursor: string) => void;
}

function MembersPage({ group, variables, changeable, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({ query: GroupHosts, variables });
  const narrow = useMediaQuery('(max-width: 48em)');
  const [removing, remove] = useMutation(RemoveHostsFromGroup);
  // Hosts come and go: the list is asked for again when what they add up to changes.
  const version = JSON.stringify([group.updatedAt, group.rollUp]);
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  const hosts = data?.group?.hosts;
  if (!hosts) return <Loader aria-label="Loading hosts" />;
  if (hosts.nodes.length === 0 && !variables.after) {
    return (
      <EmptyState
        title={variables.at ? 'Nobody was in it at the end of that day' : 'No host is in it'}
      />
    );
  }
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
      {!variables.after && (
        <Text size="xs" c="dimmed">
          {hostCount(hosts.totalCount)}
        </Text>
      )}
      <FormError
        message={removing.error?.message ?? removing.data?.removeHostsFromGroup.errors[0]?.message}
      />
      {narrow ? (
        <HostCards hosts={hosts.nodes} action={action} />
      ) : (
        <HostTable hosts={hosts.nodes} action={action} />
      )}
      <More
        shown={last && hosts.pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => hosts.pageInfo.endCursor && onMore(hosts.pageInfo.endCursor)}
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
          <FormError message={error?.message ?? data?.addHostsToGroup.errors[0]?.message} />
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
