// All hosts: how compliant each is, as far as is known. Lives from the subscription; nothing is polled.
import {
  Badge,
  Button,
  Card,
  Group,
  Loader,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Counts, Score } from '@/components/Score';
import { ScanState } from '@/components/ScanState';
import { Time } from '@/components/Time';
import { Page } from '@/components/Page';
import type { HostLineFragment, HostOrder, HostStatus } from '@/graphql/generated/graphql';
import { BringBack } from '../host/BringBack';
import { HostsChanged, HostsQuery } from './query';

export function HostsScreen() {
  const search = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const { may } = useSession();
  const narrow = useMediaQuery('(max-width: 48em)');
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const status = (search.status ?? 'ACTIVE') as HostStatus | 'ALL';
  const filter = {
    search: search.search ?? null,
    status: status === 'ALL' ? null : status,
  };
  const order = (search.order ?? 'NAME') as HostOrder;
  const set = (change: Partial<typeof search>) => {
    setCursors([null]);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  };
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
        <Select
          aria-label="Which hosts"
          data={[
            { value: 'ACTIVE', label: 'Under watch' },
            { value: 'REMOVED', label: 'Removed' },
            { value: 'ALL', label: 'All' },
          ]}
          value={status}
          onChange={(value) => set({ status: value ?? undefined })}
          allowDeselect={false}
          w={140}
        />
        <Select
          aria-label="Order"
          data={[
            { value: 'NAME', label: 'By name' },
            { value: 'SCORE', label: 'Worst first' },
            { value: 'REGISTERED', label: 'Newest first' },
          ]}
          value={order}
          onChange={(value) => set({ order: value ?? undefined })}
          allowDeselect={false}
          w={140}
        />
      </Group>
      {cursors.map((after, at) => (
        <HostsPage
          key={after ?? 'first'}
          variables={{ filter, order, after }}
          narrow={narrow ?? false}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Page>
  );
}

interface PageProps {
  variables: {
    filter: { search: string | null; status: HostStatus | null };
    order: HostOrder;
    after: string | null;
  };
  narrow: boolean;
  last: boolean;
  onMore: (cursor: string) => void;
}

function HostsPage({ variables, narrow, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({ query: HostsQuery, variables });
  const refresh = () => again({ requestPolicy: 'network-only' });
  const known = new Set(data?.hosts.nodes.map((host) => host.id));
  useFeed(
    HostsChanged,
    {},
    (message) => message.hostChanged,
    // A host that is shown already is updated in the cache; a new one needs the list.
    (message) => {
      const host = message.hostChanged.host;
      if (host && (!known.has(host.id) || host.status !== variables.filter.status)) refresh();
    },
    refresh,
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading hosts" />;
  const { nodes, pageInfo, totalCount } = data.hosts;
  if (nodes.length === 0 && !variables.after) {
    return <EmptyState title="No hosts here">{whyNone(variables.filter)}</EmptyState>;
  }
  return (
    <>
      {!variables.after && (
        <Text size="xs" c="dimmed">
          {totalCount} {totalCount === 1 ? 'host' : 'hosts'}
        </Text>
      )}
      {narrow ? <HostCards hosts={nodes} /> : <HostTable hosts={nodes} />}
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}

function whyNone({ search, status }: PageProps['variables']['filter']) {
  if (search) return 'Nothing matches the search.';
  return status === 'REMOVED' ? 'No host was taken out of watch.' : 'Add the first one.';
}

function HostTable({ hosts }: { hosts: HostLineFragment[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Host</Table.Th>
          <Table.Th>System</Table.Th>
          <Table.Th>Score</Table.Th>
          <Table.Th>Verdicts</Table.Th>
          <Table.Th>Last scan</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hosts.map((host) => (
          <Table.Tr key={host.id}>
            <Table.Td>
              <HostName host={host} />
            </Table.Td>
            <Table.Td>
              <Text size="sm">{host.platform?.osName ?? 'Not scanned yet'}</Text>
            </Table.Td>
            <Table.Td>{host.posture && <Score totals={host.posture.totals} />}</Table.Td>
            <Table.Td>{host.posture && <Counts totals={host.posture.totals} />}</Table.Td>
            <Table.Td>
              <LastScan host={host} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function HostCards({ hosts }: { hosts: HostLineFragment[] }) {
  return (
    <Stack gap="xs">
      {hosts.map((host) => (
        <Card key={host.id} withBorder padding="sm">
          <Stack gap={6}>
            <HostName host={host} />
            <Text size="xs" c="dimmed">
              {host.platform?.osName ?? 'Not scanned yet'}
            </Text>
            {host.posture && (
              <>
                <Score totals={host.posture.totals} />
                <Counts totals={host.posture.totals} />
              </>
            )}
            <LastScan host={host} />
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

function HostName({ host }: { host: HostLineFragment }) {
  return (
    <>
      <Link to="/hosts/$host" params={{ host: host.id }}>
        {host.name}
      </Link>
      <Text size="xs" c="dimmed">
        {[host.environment, ...host.tags].join(' · ')}
      </Text>
      {host.status === 'REMOVED' && (
        <Group gap="xs" mt={4}>
          <Badge color="gray" variant="outline" size="sm" tt="none">
            Removed
          </Badge>
          <BringBack host={host} />
        </Group>
      )}
    </>
  );
}

function LastScan({ host }: { host: HostLineFragment }) {
  if (!host.latestScan) return <Text size="sm">Never</Text>;
  return (
    <Group gap={6} wrap="nowrap">
      <ScanState status={host.latestScan.status} detail={host.latestScan.failure?.detail} />
      <Time at={host.latestScan.requestedAt} />
    </Group>
  );
}
