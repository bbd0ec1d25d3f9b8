// All groups: how many hosts each has, how compliant they are together, and how many miss their target.
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PagedList } from '@/components/PagedList';
import { has, usePages } from '@/components/usePages';
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
  const status = (search.status ?? 'ACTIVE') as GroupStatus;
  const filter = { search: search.search ?? null, status };
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
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
      <Groups filter={filter} />
    </Page>
  );
}

interface Filter {
  search: string | null;
  status: GroupStatus;
}

function Groups({ filter }: { filter: Filter }) {
  const pages = usePages(GroupsQuery, { filter }, (data) => data.groups);
  useFeed(GroupsChanged, {}, (message) => message.groupChanged, {
    refresh: pages.refresh,
    // A group that is shown changes in its place; another needs the list.
    onEvent: ({ groupChanged: { group } }) =>
      group && (!has(pages, group) || group.status !== filter.status),
  });
  return (
    <PagedList
      pages={pages}
      label="groups"
      empty={<NoGroups filter={filter} />}
      count={(total) => (
        <>
          {total} {total === 1 ? 'group' : 'groups'}
          <Ungrouped />
        </>
      )}
    >
      {(groups) => groups.map((group) => <GroupCard key={group.id} group={group} />)}
    </PagedList>
  );
}

function NoGroups({ filter: { search, status } }: { filter: Filter }) {
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
