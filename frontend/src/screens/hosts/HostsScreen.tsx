// All hosts: how compliant each is, as far as is known. Lives from the subscription; nothing is polled.
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { has, usePages } from '@/components/usePages';
import type {
  HostFilter,
  HostLineFragment,
  HostOrder,
  HostStatus,
} from '@/graphql/generated/graphql';
import { GroupsChanged } from '../groups/query';
import { type Choice, type Chosen, NOTHING } from './chosen';
import { HostLines } from './HostLines';
import { FleetLens, LensSelect } from './Lens';
import { HostsChanged, HostsQuery } from './query';

/** Fetched after the list: not everybody narrows it down. */
const MoreFilters = lazy(() => import('./MoreFilters'));
/** Fetched when something is chosen: not everybody scans. */
const ScanChosen = lazy(() => import('./ScanChosen'));
// To search among groups takes code that the list itself does without.
const GroupSelect = lazy(() =>
  import('./GroupSelect').then((module) => ({ default: module.GroupSelect })),
);

export function HostsScreen() {
  const search = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const { may } = useSession();
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const status = (search.status ?? 'ACTIVE') as HostStatus | 'ALL';
  const inGroup = search.group !== undefined && search.group !== 'none';
  const filter: HostFilter = {
    search: search.search ?? null,
    status: status === 'ALL' ? null : status,
    group: inGroup ? search.group : null,
    isGrouped: search.group === 'none' ? false : null,
    isBelowTarget: search.target === 'below' ? true : search.target === 'reached' ? false : null,
    environment: search.environment ?? null,
    tag: search.tag ?? null,
    os: search.os ?? null,
    isInMaintenance:
      search.maintenance === 'yes' ? true : search.maintenance === 'no' ? false : null,
    lens: search.lens ?? null,
  };
  const order = (search.order ?? 'NAME') as HostOrder;
  const set = (change: Partial<typeof search>) => {
    setChosen(NOTHING);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
  const mayChoose = may('scan:request') && status !== 'REMOVED';
  const choice = useMemo(() => (mayChoose ? { chosen, setChosen } : null), [mayChoose, chosen]);
  const find = useDebouncedCallback((text: string) => set({ search: text || undefined }), 250);
  return (
    <Page
      title="Hosts"
      actions={
        may('host:write') && (
          <Button component={Link} to="/hosts/add" leftSection={<IconPlus size={16} />}>
            Add host
          </Button>
        )
      }
    >
      <Group gap="xs">
        <TextInput
          aria-label="Find hosts"
          placeholder="Name, address, description"
          leftSection={<IconSearch size={16} />}
          defaultValue={search.search ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <NativeSelect
          aria-label="Which hosts"
          data={[
            { value: 'ACTIVE', label: 'Under watch' },
            { value: 'REMOVED', label: 'Removed' },
            { value: 'ALL', label: 'All' },
          ]}
          value={status}
          onChange={(event) => set({ status: event.currentTarget.value })}
        />
        <Suspense>
          <GroupSelect value={search.group} onChange={(group) => set({ group })} />
        </Suspense>
        <LensSelect lens={search.lens} onChoose={(lens) => set({ lens })} />
        <NativeSelect
          aria-label="Target"
          data={[
            { value: '', label: 'Any score' },
            { value: 'below', label: 'Below target' },
            { value: 'reached', label: 'At target' },
          ]}
          value={search.target ?? ''}
          onChange={(event) => set({ target: event.currentTarget.value || undefined })}
        />
        <Suspense>
          <MoreFilters os={search.os} maintenance={search.maintenance} onSet={set} />
        </Suspense>
        <NativeSelect
          aria-label="Order"
          data={[
            { value: 'NAME', label: 'By name' },
            { value: 'SCORE', label: 'Worst first' },
            { value: 'REGISTERED', label: 'Newest first' },
          ]}
          value={order}
          onChange={(event) => set({ order: event.currentTarget.value })}
        />
      </Group>
      <Narrowed search={search} onClear={(name) => set({ [name]: undefined })} />
      {search.lens && <FleetLens lens={search.lens} />}
      <HostsList filter={filter} order={order} choice={choice} />
    </Page>
  );
}

const NARROWED = { environment: 'environment', tag: 'tag' } as const;

/** What the list was narrowed down to by a click on a host, and the way back. */
function Narrowed({ search, onClear }: NarrowedProps) {
  const names = Object.keys(NARROWED) as (keyof typeof NARROWED)[];
  const shown = names.filter((name) => search[name] !== undefined);
  if (shown.length === 0) return null;
  return (
    <Group gap="xs">
      {shown.map((name) => (
        <Button
          key={name}
          variant="default"
          size="compact-sm"
          rightSection={<IconX size={14} aria-hidden />}
          title={`Show hosts of every ${NARROWED[name]}`}
          onClick={() => onClear(name)}
        >
          {NARROWED[name]} {search[name]}
        </Button>
      ))}
    </Group>
  );
}

interface NarrowedProps {
  search: { [Name in keyof typeof NARROWED]?: string };
  onClear: (name: keyof typeof NARROWED) => void;
}

interface ListProps {
  filter: HostFilter;
  order: HostOrder;
  choice: Choice | null;
}

function HostsList({ filter, order, choice }: ListProps) {
  const lens = { lens: filter.lens ?? '', byLens: filter.lens !== null };
  const pages = usePages(HostsQuery, { filter, order, ...lens }, (data) => data.hosts);
  const { refresh } = pages;
  useFeed(HostsChanged, lens, (message) => message.hostChanged, {
    refresh,
    // A host that is shown changes in its place; one that comes or goes needs the list.
    onEvent: ({ hostChanged: { host } }) => host && (!has(pages, host) || !belongs(host, filter)),
  });
  // A group has another target, name or maintenance: its hosts show it.
  useFeed(GroupsChanged, {}, (message) => message.groupChanged, { refresh, onEvent: () => true });
  return (
    <>
      {choice && choice.chosen !== NOTHING && (
        <Suspense>
          <ScanChosen choice={choice} total={pages.total ?? 0} filter={filter} />
        </Suspense>
      )}
      <HostLines
        pages={pages}
        choice={choice}
        empty={<EmptyState title="No hosts here">{whyNone(filter)}</EmptyState>}
      />
    </>
  );
}

/** Whether a host is still one of those that the filter leaves; what cannot be told is taken for so. */
function belongs(host: HostLineFragment, { status, group }: HostFilter) {
  return (
    (!status || host.status === status) && (!group || host.groups.some((one) => one.id === group))
  );
}

function whyNone({ search, status, lens, ...rest }: HostFilter) {
  if (lens) return 'No host that was scanned is seen by this framework.';
  if (search) return 'Nothing matches the search.';
  if (Object.values(rest).some((one) => one !== null)) return 'Nothing matches the filter.';
  return status === 'REMOVED' ? 'No host was taken out of watch.' : 'Add the first one.';
}
