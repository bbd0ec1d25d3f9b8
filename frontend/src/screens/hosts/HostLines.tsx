// Hosts as lines of a table, or as cards where the screen is narrow: of every list of hosts.
import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { Fragment, lazy, memo, type ComponentProps, type ReactNode, Suspense } from 'react';
import { GroupChips } from '@/components/GroupChip';
import { InMaintenance } from '@/components/InMaintenance';
import { PagedList } from '@/components/PagedList';
import { Counts, Score } from '@/components/Score';
import { ScanState } from '@/components/ScanState';
import { TargetMark } from '@/components/TargetMark';
import { Time } from '@/components/Time';
import type { Pages } from '@/components/usePages';
import type { HostByLensFragment, HostLineFragment } from '@/graphql/generated/graphql';
import type { Choice } from './chosen';

/** Fetched where a host was removed. */
const BringBack = lazy(() =>
  import('../host/BringBack').then((module) => ({ default: module.BringBack })),
);
/** Fetched after the lines: who only looks does not wait for it. */
const Choose = lazy(() => import('./Choose'));

/** Where a box to choose will be. */
function Box(props: ComponentProps<typeof Choose>) {
  return (
    <Suspense>
      <Choose {...props} />
    </Suspense>
  );
}

/** A host, and how it is seen by the framework that was chosen. */
type Line = HostLineFragment & Partial<HostByLensFragment>;

interface Props {
  pages: Pages<Line>;
  empty: ReactNode;
  /** What can be done with a host here. */
  action?: ((host: HostLineFragment) => ReactNode) | undefined;
  /** Nothing where hosts cannot be chosen. */
  choice?: Choice | null;
}

/** Hosts as lines of a table, or as cards where the screen is narrow. */
export function HostLines({ pages, empty, action, choice }: Props) {
  const middle = useMediaQuery('(max-width: 75em)') ?? false;
  const small = useMediaQuery('(max-width: 62em)') ?? false;
  // As a table, as long as a name has room in it; first the system goes below the name.
  const narrow = small || (middle && action !== undefined);
  const Shown = narrow ? HostCard : middle ? HostRowInShort : HostRow;
  return (
    <PagedList
      pages={pages}
      label="hosts"
      empty={empty}
      count={(total) => `${total} ${total === 1 ? 'host' : 'hosts'}`}
      head={
        narrow ? undefined : (
          <Head hosts={pages.rows ?? []} action={action} choice={choice} short={middle} />
        )
      }
    >
      {(hosts) =>
        hosts.map((host) => <Shown key={host.id} host={host} action={action} choice={choice} />)
      }
    </PagedList>
  );
}

interface HeadProps extends Pick<Props, 'action' | 'choice'> {
  hosts: Line[];
  /** Without a column for the system. */
  short: boolean;
}

function Head({ hosts, action, choice, short }: HeadProps) {
  return (
    <thead>
      <tr>
        {choice && (
          <td style={{ width: 36 }}>
            <Box hosts={hosts} choice={choice} />
          </td>
        )}
        <th>Host</th>
        {!short && <th style={{ width: '17%' }}>System</th>}
        <th style={{ width: 170 }}>Score</th>
        <th style={{ width: 170 }}>Verdicts</th>
        <th style={{ width: 215 }}>Last scan</th>
        {action && <th style={{ width: 120 }}>What can be done</th>}
      </tr>
    </thead>
  );
}

interface LineProps extends Pick<Props, 'action' | 'choice'> {
  host: Line;
}

const HostRow = memo((props: LineProps) => <Row {...props} />);
const HostRowInShort = memo((props: LineProps) => <Row {...props} short />);

function Row({ host, action, choice, short }: LineProps & { short?: boolean }) {
  return (
    <tr>
      {choice && (
        <td>
          <Box hosts={[]} one={host} choice={choice} />
        </td>
      )}
      <td>
        <HostName host={host} />
        {short && <System host={host} />}
      </td>
      {!short && (
        <td>
          <System host={host} />
        </td>
      )}
      <td>
        <ScoreAndTarget host={host} />
      </td>
      <td>
        <HostCounts host={host} />
      </td>
      <td>
        <LastScan host={host} />
      </td>
      {action && <td>{action(host)}</td>}
    </tr>
  );
}

const HostCard = memo(function HostCard({ host, action, choice }: LineProps) {
  return (
    <Card withBorder padding="sm" mb="xs">
      <Stack gap={6} align="stretch">
        {choice && <Box hosts={[]} one={host} choice={choice} />}
        <HostName host={host} />
        <System host={host} />
        <ScoreAndTarget host={host} />
        <HostCounts host={host} />
        <LastScan host={host} />
        {action && <div>{action(host)}</div>}
      </Stack>
    </Card>
  );
});

function System({ host }: { host: Line }) {
  return <Text size="sm">{host.platform?.osName ?? 'Not scanned yet'}</Text>;
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
          <Suspense>
            <BringBack host={host} />
          </Suspense>
        </Group>
      )}
    </>
  );
}

function LastScan({ host }: { host: HostLineFragment }) {
  if (!host.latestScan) return <Text size="sm">Never</Text>;
  const { status, failure, requestedAt } = host.latestScan;
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <ScanState status={status} />
        <Time at={requestedAt} />
      </Group>
      {failure && (
        <Text size="xs" lineClamp={2} title={failure.detail} mt={2}>
          {failure.detail}
        </Text>
      )}
    </>
  );
}
