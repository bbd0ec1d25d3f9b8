// Fleet scans, newest first, live.
import { Group, Loader, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Time } from '@/components/Time';
import type { FleetScanLineFragment } from '@/graphql/generated/graphql';
import { FleetProgress } from '../fleet-scan/FleetProgress';
import { FleetScanChanges } from '../fleet-scan/operations';
import { Status } from '../fleet-scan/Status';
import { choiceInWords } from '../fleet-scan/words';
import { FleetScansQuery } from './query';

export function FleetScansScreen() {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <Page title="Fleet scans">
      {cursors.map((after, at) => (
        <FleetScansPage
          key={after ?? 'first'}
          after={after}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Page>
  );
}

interface PageProps {
  after: string | null;
  last: boolean;
  onMore: (cursor: string) => void;
}

function FleetScansPage({ after, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({
    query: FleetScansQuery,
    variables: { after },
  });
  const refresh = () => again({ requestPolicy: 'network-only' });
  const known = new Set(data?.fleetScans.nodes.map((one) => one.id));
  useFeed(
    FleetScanChanges,
    {},
    (message) => message.fleetScanChanged,
    // One that is shown already is updated in the cache; a new one needs the list.
    (message) => {
      const changed = message.fleetScanChanged.fleetScan;
      if (changed && !known.has(changed.id) && !after) refresh();
    },
    refresh,
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading fleet scans" />;
  const { nodes, pageInfo } = data.fleetScans;
  if (nodes.length === 0 && !after) {
    return (
      <EmptyState title="No fleet scan yet">
        Choose hosts in the list of hosts, and scan them together.
      </EmptyState>
    );
  }
  return (
    <>
      {nodes.map((one) => (
        <Line key={one.id} fleetScan={one} />
      ))}
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
  );
}

function Line({ fleetScan }: { fleetScan: FleetScanLineFragment }) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" mb={6}>
        <Group gap="sm">
          <Link to="/fleet-scans/$fleetScan" params={{ fleetScan: fleetScan.id }}>
            {choiceInWords(fleetScan)}
          </Link>
          <Status status={fleetScan.status} />
        </Group>
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            {fleetScan.requestedBy.label}
          </Text>
          <Time at={fleetScan.requestedAt} />
        </Group>
      </Group>
      <FleetProgress fleetScan={fleetScan} />
    </Paper>
  );
}
