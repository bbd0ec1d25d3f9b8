// Fleet scans, newest first, live.
import { Group, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useFeed } from '@/app/live';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PagedList } from '@/components/PagedList';
import { Time } from '@/components/Time';
import { has, usePages } from '@/components/usePages';
import type { FleetScanLineFragment } from '@/graphql/generated/graphql';
import { FleetProgress } from '../fleet-scan/FleetProgress';
import { FleetScanChanges } from '../fleet-scan/operations';
import { Status } from '../fleet-scan/Status';
import { choiceInWords } from '../fleet-scan/words';
import { FleetScansQuery } from './query';

export function FleetScansScreen() {
  const pages = usePages(FleetScansQuery, {}, (data) => data.fleetScans);
  useFeed(FleetScanChanges, {}, (message) => message.fleetScanChanged, {
    refresh: pages.refresh,
    // One that is shown changes in its place; a new one needs the list.
    onEvent: ({ fleetScanChanged: { fleetScan } }) => fleetScan && !has(pages, fleetScan),
  });
  return (
    <Page title="Fleet scans">
      <PagedList
        pages={pages}
        label="fleet scans"
        empty={
          <EmptyState title="No fleet scan yet">
            Choose hosts in the list of hosts, and scan them together.
          </EmptyState>
        }
      >
        {(all) => all.map((one) => <Line key={one.id} fleetScan={one} />)}
      </PagedList>
    </Page>
  );
}

function Line({ fleetScan }: { fleetScan: FleetScanLineFragment }) {
  return (
    <Paper withBorder p="sm" mb="xs">
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
