// One scan: of what, when and for whom, what it found and what changed, what surrounded it, and what other rules
// would have said.
import { Alert, Group, Loader, Paper, Tabs, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { Download } from '@/components/Download';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Page } from '@/components/Page';
import { ScanState } from '@/components/ScanState';
import { Counts, Score } from '@/components/Score';
import { Time } from '@/components/Time';
import { TrialMark } from '@/components/TrialMark';
import type { ScanPageFragment } from '@/graphql/generated/graphql';
import { RunningScan } from '../host/RunningScan';
import { Changes } from './Changes';
import { ScanQuery } from './operations';
import { Results } from './Results';
import { Surroundings } from './Surroundings';
import { WhatIfPanel } from './WhatIfPanel';
import { TRIGGERS } from './words';

export function ScanScreen() {
  const { scan: id } = useParams({ from: '/shell/scans/$scan' });
  const [{ data, error }, again] = useQuery({ query: ScanQuery, variables: { id } });
  const refresh = () => again({ requestPolicy: 'network-only' });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the scan" />;
  if (!data.scan) return <EmptyState title="There is no such scan" order={2} />;
  const { scan } = data;
  const open = scan.status === 'REQUESTED' || scan.status === 'STARTED';
  return (
    <Page
      title={`Scan of ${scan.context?.hostName ?? scan.host?.name ?? 'a removed host'}`}
      beside={
        <>
          <ScanState status={scan.status} />
          {scan.trial && <TrialMark />}
        </>
      }
      about={<About scan={scan} />}
      actions={!open && <Download noun="scans" id={scan.id} />}
    >
      {scan.trial && <TrialNote trial={scan.trial} />}
      {open && <RunningScan scan={scan.id} />}
      {scan.failure && (
        <Alert color="red" title="There are no verdicts">
          {scan.failure.detail}
        </Alert>
      )}
      {scan.totals && (
        <Paper withBorder p="sm">
          <Group gap="xl">
            <Score totals={scan.totals} />
            <Counts totals={scan.totals} />
            {scan.finishedAt && (
              <Group gap={6}>
                <Text size="sm" c="dimmed">
                  ended
                </Text>
                <Time at={scan.finishedAt} />
              </Group>
            )}
          </Group>
        </Paper>
      )}
      {scan.totals ? <Parts scan={scan} /> : <Surroundings scan={scan} />}
    </Page>
  );
}

/** Nobody must take the result of a trial for one that counts. */
function TrialNote({ trial }: { trial: NonNullable<ScanPageFragment['trial']> }) {
  const name = `${trial.name} ${trial.number}`;
  return (
    <Alert color="yellow" title="This is a trial: it counts for nothing">
      The rules of{' '}
      {trial.pack ? (
        <Link to="/rules/packs/$pack" params={{ pack: trial.pack.id }} style={{ color: 'inherit' }}>
          {name}
        </Link>
      ) : (
        name
      )}{' '}
      were tried on the host. Its score, its history and the figures of the fleet do not know of it.
    </Alert>
  );
}

function About({ scan }: { scan: ScanPageFragment }) {
  return (
    <Group gap={4}>
      {scan.host && (
        <Link to="/hosts/$host" params={{ host: scan.host.id }}>
          {scan.host.name}
        </Link>
      )}
      <span>
        · {TRIGGERS[scan.trigger]} · {scan.requestedBy.label} ·
      </span>
      <Time at={scan.requestedAt} />
    </Group>
  );
}

function Parts({ scan }: { scan: ScanPageFragment }) {
  const { tab } = useSearch({ from: '/shell/scans/$scan' });
  const navigate = useNavigate({ from: '/scans/$scan' });
  // A trial is compared with nothing.
  const counts = !scan.trial;
  const changes = scan.transitions.filter(({ cause }) => cause !== 'FIRST_SCAN').length;
  return (
    <Tabs
      value={tab ?? 'results'}
      onChange={(value) => void navigate({ search: { tab: value ?? undefined } })}
      keepMounted={false}
    >
      <Tabs.List>
        <Tabs.Tab value="results">Results</Tabs.Tab>
        {counts && (
          <Tabs.Tab value="changes">{changes > 0 ? `Changes (${changes})` : 'Changes'}</Tabs.Tab>
        )}
        <Tabs.Tab value="context">Context</Tabs.Tab>
        {counts && <Tabs.Tab value="what-if">What if</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="results" pt="sm">
        <Results scan={scan.id} />
      </Tabs.Panel>
      <Tabs.Panel value="changes" pt="sm">
        <Changes scan={scan} />
      </Tabs.Panel>
      <Tabs.Panel value="context" pt="sm">
        <Surroundings scan={scan} />
      </Tabs.Panel>
      <Tabs.Panel value="what-if" pt="sm">
        <WhatIfPanel scan={scan} />
      </Tabs.Panel>
    </Tabs>
  );
}
