// The hosts of a fleet scan by where they stand. Each page is asked for again when the counts move,
// at most once a second: of a thousand hosts nobody follows every one.
import { Badge, Card, Loader, Stack, Table, Tabs, Text } from '@mantine/core';
import { useMediaQuery, useThrottledValue } from '@mantine/hooks';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Counts } from '@/components/Score';
import { Time } from '@/components/Time';
import type {
  FleetScanHostLineFragment,
  FleetScanHostState,
  FleetScanLineFragment,
} from '@/graphql/generated/graphql';
import { FleetScanHosts } from './operations';
import { reasonInWords, STATES } from './words';

const TABS = Object.entries(STATES) as [FleetScanHostState, (typeof STATES)['WAITING']][];
const COUNT = {
  WAITING: 'waiting',
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  SKIPPED: 'skipped',
  CANCELLED: 'cancelled',
} as const;

export function Hosts({ fleetScan }: { fleetScan: FleetScanLineFragment }) {
  const { state } = useSearch({ from: '/shell/fleet-scans/$fleetScan' });
  const navigate = useNavigate({ from: '/fleet-scans/$fleetScan' });
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const { counts } = fleetScan;
  const version = useThrottledValue(JSON.stringify(counts), 1000);
  const choose = (value: string | null) => {
    setCursors([null]);
    void navigate({ search: { state: value === 'ALL' ? undefined : (value ?? undefined) } });
  };
  return (
    <Tabs value={state ?? 'ALL'} onChange={choose}>
      <Tabs.List>
        <Tabs.Tab value="ALL">All {counts.hosts}</Tabs.Tab>
        {TABS.filter(([name]) => counts[COUNT[name]] > 0 || name === state).map(
          ([name, { word }]) => (
            <Tabs.Tab key={name} value={name}>
              {word} {counts[COUNT[name]]}
            </Tabs.Tab>
          ),
        )}
      </Tabs.List>
      <Tabs.Panel value={state ?? 'ALL'} pt="sm">
        {cursors.map((after, at) => (
          <HostsPage
            key={`${state ?? 'ALL'} ${after ?? 'first'}`}
            id={fleetScan.id}
            states={state ? [state as FleetScanHostState] : null}
            after={after}
            version={version}
            last={at === cursors.length - 1}
            onMore={(cursor) => setCursors([...cursors, cursor])}
          />
        ))}
      </Tabs.Panel>
    </Tabs>
  );
}

interface PageProps {
  id: string;
  states: FleetScanHostState[] | null;
  after: string | null;
  version: string;
  last: boolean;
  onMore: (cursor: string) => void;
}

function HostsPage({ id, states, after, version, last, onMore }: PageProps) {
  const narrow = useMediaQuery('(max-width: 48em)');
  const [{ data, error, fetching }, again] = useQuery({
    query: FleetScanHosts,
    variables: { id, states, after },
  });
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data?.fleetScan) return <Loader aria-label="Loading hosts" />;
  const { nodes, pageInfo } = data.fleetScan.hosts;
  if (nodes.length === 0 && !after) return <EmptyState title="No host stands here" />;
  return (
    <>
      {narrow ? <Cards lines={nodes} /> : <Lines lines={nodes} />}
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}

function Lines({ lines }: { lines: FleetScanHostLineFragment[] }) {
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="24%">Host</Table.Th>
          <Table.Th w={120}>State</Table.Th>
          <Table.Th>What came of it</Table.Th>
          <Table.Th w={180}>Since</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.host?.id}>
            <Table.Td>
              <HostName line={line} />
            </Table.Td>
            <Table.Td>
              <State state={line.state} />
            </Table.Td>
            <Table.Td>
              <WhatCame line={line} />
            </Table.Td>
            <Table.Td>
              <Time at={line.changedAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cards({ lines }: { lines: FleetScanHostLineFragment[] }) {
  return (
    <Stack gap="xs">
      {lines.map((line) => (
        <Card key={line.host?.id} withBorder padding="sm">
          <Stack gap={6} align="flex-start">
            <HostName line={line} />
            <State state={line.state} />
            <WhatCame line={line} />
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

function HostName({ line }: { line: FleetScanHostLineFragment }) {
  if (!line.host) return <Text size="sm">A host that may not be seen</Text>;
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      <Link to="/hosts/$host" params={{ host: line.host.id }}>
        {line.host.name}
      </Link>
      <Text size="xs" c="dimmed">
        {line.host.environment}
      </Text>
    </div>
  );
}

function State({ state }: { state: FleetScanHostState }) {
  const { word, color } = STATES[state];
  return (
    <Badge
      variant="outline"
      color={color}
      size="sm"
      tt="none"
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}

function WhatCame({ line }: { line: FleetScanHostLineFragment }) {
  const { failureReason, failureDetail, retryAt, skipReason, scan, state } = line;
  if (failureReason) {
    return (
      <div style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm">
          {reasonInWords(failureReason)}
          {failureDetail && `: ${failureDetail}`}
        </Text>
        {retryAt && (
          <Text size="xs" c="dimmed" component="div">
            Tried {line.attempts === 1 ? 'once' : `${line.attempts} times`}, again{' '}
            <Time at={retryAt} />
          </Text>
        )}
      </div>
    );
  }
  if (skipReason) return <Text size="sm">It was taken out of watch before its turn</Text>;
  if (state === 'COMPLETED' && scan?.totals) return <Counts totals={scan.totals} />;
  return null;
}
