// All groups: how many hosts each has, how compliant they are together, and how many miss their target.
import { Button, Group, Loader, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import type { GroupStatus } from '@/graphql/generated/graphql';
import { OrganisationTarget } from '../target/OrganisationTarget';
import { FleetSum } from './FleetSum';
import { GroupCard } from './GroupCard';
import { GroupsChanged, GroupsQuery, UngroupedQuery } from './query';
import { hostCount } from './words';

export function GroupsScreen() {
  const search = useSearch({ from: '/shell/groups' });
  const navigate = useNavigate({ from: '/groups' });
  const { may } = useSession();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const status = (search.status ?? 'ACTIVE') as GroupStatus;
  const filter = { search: search.search ?? null, status };
  const set = (change: Partial<typeof search>) => {
    setCursors([null]);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  const find = useDebouncedCallback((text: string) => set({ search: text || undefined }), 250);
  return (
    <Page
      title="Groups"
      about={<OrganisationTarget />}
      actions={
        may('group:write') && (
          <Button component={Link} to="/groups/add" leftSection={<IconPlus size={16} />}>
            Add group
          </Button>
        )
      }
    >
      {may('host:read') && <FleetSum lens={search.lens} day={search.at} onSet={set} />}
      <Group gap="xs">
        <TextInput
          aria-label="Find groups"
          placeholder="Name, description"
          leftSection={<IconSearch size={16} />}
          defaultValue={search.search ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <Select
          aria-label="Which groups"
          data={[
            { value: 'ACTIVE', label: 'In use' },
            { value: 'REMOVED', label: 'Removed' },
          ]}
          value={status}
          onChange={(value) => set({ status: value ?? undefined })}
          allowDeselect={false}
          w={140}
        />
      </Group>
      {cursors.map((after, at) => (
        <GroupsPage
          key={after ?? 'first'}
          variables={{ filter, after }}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Page>
  );
}

interface PageProps {
  variables: { filter: { search: string | null; status: GroupStatus }; after: string | null };
  last: boolean;
  onMore: (cursor: string) => void;
}

function GroupsPage({ variables, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({ query: GroupsQuery, variables });
  const refresh = () => again({ requestPolicy: 'network-only' });
  const known = new Set(data?.groups.nodes.map((group) => group.id));
  useFeed(
    GroupsChanged,
    {},
    (message) => message.groupChanged,
    // A group that is shown already is updated in the cache; another needs the list.
    ({ groupChanged: { group } }) => {
      if (group && (!known.has(group.id) || group.status !== variables.filter.status)) refresh();
    },
    refresh,
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading groups" />;
  const { nodes, pageInfo, totalCount } = data.groups;
  if (nodes.length === 0 && !variables.after) return <NoGroups filter={variables.filter} />;
  return (
    <>
      {!variables.after && (
        <Text size="xs" c="dimmed" component="div">
          {totalCount} {totalCount === 1 ? 'group' : 'groups'}
          <Ungrouped />
        </Text>
      )}
      {nodes.map((group) => (
        <GroupCard key={group.id} group={group} />
      ))}
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}

function NoGroups({ filter: { search, status } }: { filter: PageProps['variables']['filter'] }) {
  if (search) return <EmptyState title="No group matches the search" />;
  if (status === 'REMOVED') return <EmptyState title="No group was removed" />;
  return (
    <EmptyState title="No groups yet">
      A group holds hosts that belong together: chosen one by one, or by a rule on tags, system,
      environment and name. It shows what its hosts add up to, and says which score they have to
      reach.
    </EmptyState>
  );
}

/** How many hosts are in no group, as a way to them. */
function Ungrouped() {
  const [{ data }] = useQuery({ query: UngroupedQuery });
  const count = data?.hosts.totalCount ?? 0;
  if (count === 0) return null;
  return (
    <>
      {' · '}
      <Link to="/" search={{ group: 'none' }}>
        {hostCount(count)} in none
      </Link>
    </>
  );
}
