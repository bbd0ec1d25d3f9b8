// The hosts of a fleet scan by where they stand. The list is asked for again when the counts move, at
// most once a second: of a thousand hosts nobody follows every one.
import { Badge, Card, Stack, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { PagedList } from '@/components/PagedList';
import { Counts } from '@/components/Score';
import { Time } from '@/components/Time';
import { usePages } from '@/components/usePages';
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
  const { counts } = fleetScan;
  const choose = (value: string | null) =>
    void navigate({ search: { state: value === 'ALL' ? undefined : (value ?? undefined) } });
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
        <HostList
          id={fleetScan.id}
          states={state ? [state as FleetScanHostState] : null}
          version={JSON.stringify(counts)}
        />
      </Tabs.Panel>
    </Tabs>
  );
}

interface ListProps {
  id: string;
  states: FleetScanHostState[] | null;
  version: string;
}

function HostList({ id, states, version }: ListProps) {
  const narrow = useMediaQuery('(max-width: 48em)');
  const pages = usePages(FleetScanHosts, { id, states }, (data) => data.fleetScan?.hosts, version);
  const Shown = narrow ? HostCard : HostRow;
  return (
    <PagedList
      pages={pages}
      label="hosts"
      empty={<EmptyState title="No host stands here" />}
      head={narrow ? undefined : HEAD}
    >
      {(lines) => lines.map((line, at) => <Shown key={line.host?.id ?? at} line={line} />)}
    </PagedList>
  );
}

const HEAD = (
  <thead>
    <tr>
      <th style={{ width: '24%' }}>Host</th>
      <th style={{ width: 120 }}>State</th>
      <th>What came of it</th>
      <th style={{ width: 180 }}>Since</th>
    </tr>
  </thead>
);

interface LineProps {
  line: FleetScanHostLineFragment;
}

function HostRow({ line }: LineProps) {
  return (
    <tr>
      <td>
        <HostName line={line} />
      </td>
      <td>
        <State state={line.state} />
      </td>
      <td>
        <WhatCame line={line} />
      </td>
      <td>
        <Time at={line.changedAt} />
      </td>
    </tr>
  );
}

function HostCard({ line }: LineProps) {
  return (
    <Card withBorder padding="sm" mb="xs">
      <Stack gap={6} align="flex-start">
        <HostName line={line} />
        <State state={line.state} />
        <WhatCame line={line} />
      </Stack>
    </Card>
  );
}

function HostName({ line }: LineProps) {
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

function WhatCame({ line }: LineProps) {
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
