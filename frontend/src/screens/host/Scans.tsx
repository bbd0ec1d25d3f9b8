// The scans of the host, newest first.
import { Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { changesInWords } from '@/components/changes';
import { EmptyState } from '@/components/EmptyState';
import { PagedList } from '@/components/PagedList';
import { ScanState } from '@/components/ScanState';
import { Counts } from '@/components/Score';
import { Time } from '@/components/Time';
import { TrialMark } from '@/components/TrialMark';
import { usePages } from '@/components/usePages';
import type { ScanLineFragment } from '@/graphql/generated/graphql';
import { HostScans } from './operations';

/** `version` changes when a scan does: then the list is asked for again. */
export function Scans({ host, version }: { host: string; version: string }) {
  const pages = usePages(HostScans, { id: host }, (data) => data.host?.scans, version);
  return (
    <PagedList pages={pages} label="scans" empty={<EmptyState title="Never scanned" />}>
      {(scans) => scans.map((scan) => <Line key={scan.id} scan={scan} />)}
    </PagedList>
  );
}

function Line({ scan }: { scan: ScanLineFragment }) {
  const { cost, failure, totals } = scan;
  const changed = changesInWords(scan.changes);
  return (
    <Stack gap={4} py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between">
        <Group gap="sm">
          <ScanState status={scan.status} />
          {scan.trial && <TrialMark />}
          {totals && <Counts totals={totals} />}
        </Group>
        <Link to="/scans/$scan" params={{ scan: scan.id }}>
          <Time at={scan.requestedAt} />
        </Link>
      </Group>
      {failure && <Text size="sm">{failure.detail}</Text>}
      {changed && <Text size="sm">{changed}</Text>}
      <Text size="xs" c="dimmed">
        {cost && `${cost.durationMs} ms, ${cost.roundTrips} round trips · `}
        {scan.trial && `trial of ${scan.trial.name} ${scan.trial.number} · `}
        {scan.worker ?? 'no worker yet'}
        {scan.attempt > 1 && ` · attempt ${scan.attempt}`}
      </Text>
    </Stack>
  );
}
