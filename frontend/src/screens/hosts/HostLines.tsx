// Hosts as lines of a table, or as cards where the screen is narrow: of every list of hosts.
import { Badge, Card, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, lazy, type ReactNode } from 'react';
import { GroupChips } from '@/components/GroupChip';
import { InMaintenance } from '@/components/InMaintenance';
import { Counts, Score } from '@/components/Score';
import { ScanState } from '@/components/ScanState';
import { TargetMark } from '@/components/TargetMark';
import { Time } from '@/components/Time';
import type { HostByLensFragment, HostLineFragment } from '@/graphql/generated/graphql';
import { BringBack } from '../host/BringBack';
import type { Choice } from './chosen';

/** Fetched after the lines: who only looks does not wait for it. */
const Choose = lazy(() => import('./Choose'));

/** A host, and how it is seen by the framework that was chosen. */
type Line = HostLineFragment & Partial<HostByLensFragment>;

interface Props {
  hosts: Line[];
  /** What can be done with a host here. */
  action?: ((host: HostLineFragment) => ReactNode) | undefined;
  /** Nothing where hosts cannot be chosen. */
  choice?: Choice | null;
}

export function HostTable({ hosts, action, choice }: Props) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          {choice && (
            <Table.Th w={36}>
              <Choose hosts={hosts} choice={choice} />
            </Table.Th>
          )}
          <Table.Th>Host</Table.Th>
          <Table.Th>System</Table.Th>
          <Table.Th>Score</Table.Th>
          <Table.Th>Verdicts</Table.Th>
          <Table.Th>Last scan</Table.Th>
          {action && <Table.Th aria-label="What can be done" />}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hosts.map((host) => (
          <Table.Tr key={host.id}>
            {choice && (
              <Table.Td>
                <Choose hosts={hosts} one={host} choice={choice} />
              </Table.Td>
            )}
            <Table.Td>
              <HostName host={host} />
            </Table.Td>
            <Table.Td>
              <Text size="sm">{host.platform?.osName ?? 'Not scanned yet'}</Text>
            </Table.Td>
            <Table.Td>
              <ScoreAndTarget host={host} />
            </Table.Td>
            <Table.Td>
              <HostCounts host={host} />
            </Table.Td>
            <Table.Td>
              <LastScan host={host} />
            </Table.Td>
            {action && <Table.Td>{action(host)}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function HostCards({ hosts, action, choice }: Props) {
  return (
    <Stack gap="xs">
      {hosts.map((host) => (
        <Card key={host.id} withBorder padding="sm">
          <Stack gap={6} align="stretch">
            {choice && <Choose hosts={hosts} one={host} choice={choice} />}
            <HostName host={host} />
            <Text size="xs" c="dimmed">
              {host.platform?.osName ?? 'Not scanned yet'}
            </Text>
            <ScoreAndTarget host={host} />
            <HostCounts host={host} />
            <LastScan host={host} />
            {action && <div>{action(host)}</div>}
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** What a host is measured by: the framework that was chosen, or all rules. */
const measured = (host: Line) => host.lens?.totals ?? host.posture?.totals;

function HostCounts({ host }: { host: Line }) {
  const totals = measured(host);
  return totals ? <Counts totals={totals} /> : null;
}

function ScoreAndTarget({ host }: { host: Line }) {
  const totals = measured(host);
  return (
    <>
      {totals && <Score totals={totals} />}
      <TargetMark target={host.lens ? host.lens.target : host.effectiveTarget} />
    </>
  );
}

function HostName({ host }: { host: HostLineFragment }) {
  return (
    <>
      <Group gap={8}>
        <Link to="/hosts/$host" params={{ host: host.id }}>
          {host.name}
        </Link>
        <InMaintenance reasons={host.maintenance} />
      </Group>
      <Text size="xs" c="dimmed">
        <Link to="/" search={{ environment: host.environment }} className="quiet">
          {host.environment}
        </Link>
        {host.tags.map((tag) => (
          <Fragment key={tag}>
            {' · '}
            <Link to="/" search={{ tag }} className="quiet">
              {tag}
            </Link>
          </Fragment>
        ))}
      </Text>
      <GroupChips groups={host.groups} />
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
