// One host: how compliant it is and why, its scans, what happened to it, how it is reached.
import { Alert, Badge, Button, Loader, Stack, Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useMutation, useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { useThrottled } from '@/app/throttle';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { GroupChips } from '@/components/GroupChip';
import { InMaintenance } from '@/components/InMaintenance';
import { Page } from '@/components/Page';
import type { HostPageFragment } from '@/graphql/generated/graphql';
import { AuditList } from '../audit/AuditList';
import { BringBack } from './BringBack';
import { Compliance } from './Compliance';
import { Happenings } from './Happenings';
import { HostChanges, HostQuery, RequestScan } from './operations';
import { RunningScan } from './RunningScan';
import { Scans } from './Scans';
import { Settings } from './Settings';

/** Fetched when it is looked at: not everybody sets values. */
const VariableList = lazy(() =>
  import('../variables/VariableList').then((module) => ({ default: module.VariableList })),
);

export function HostScreen() {
  const { host: id } = useParams({ from: '/shell/hosts/$host' });
  const { may } = useSession();
  const { tab } = useSearch({ from: '/shell/hosts/$host' });
  const navigate = useNavigate({ from: '/hosts/$host' });
  const [{ data, error }, again] = useQuery({ query: HostQuery, variables: { id } });
  const refresh = useThrottled(() => again({ requestPolicy: 'network-only' }));
  // The host in the cache is updated by the message itself.
  useFeed(HostChanges, { hosts: [id] }, (message) => message.hostChanged, { refresh });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the host" />;
  if (!data.host) return <EmptyState title="There is no such host" order={2} />;
  const { host } = data;
  return (
    <Page
      title={host.name}
      beside={
        <>
          <InMaintenance reasons={host.maintenance} />
          {host.status === 'REMOVED' && (
            <Badge color="gray" variant="outline" tt="none">
              Removed
            </Badge>
          )}
        </>
      }
      about={[host.environment, host.platform?.osName, host.platform?.kernel, ...host.tags]
        .filter(Boolean)
        .join(' · ')}
      actions={<ScanNow host={host} />}
    >
      <GroupChips groups={host.groups} />
      <Head host={host} />
      {host.activeScan && <RunningScan key={host.activeScan.id} scan={host.activeScan.id} />}
      <Tabs
        value={tab ?? 'compliance'}
        onChange={(value) => void navigate({ search: { tab: value ?? undefined } })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="compliance">Compliance</Tabs.Tab>
          <Tabs.Tab value="scans">Scans</Tabs.Tab>
          <Tabs.Tab value="activity">Activity</Tabs.Tab>
          {may('audit:read') && <Tabs.Tab value="audit">Audit</Tabs.Tab>}
          <Tabs.Tab value="variables">Variables</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="compliance" pt="sm">
          <Compliance host={host} />
        </Tabs.Panel>
        <Tabs.Panel value="scans" pt="sm">
          <Scans host={host.id} version={host.latestScan?.status ?? ''} />
        </Tabs.Panel>
        <Tabs.Panel value="activity" pt="sm">
          <Happenings host={host.id} version={host.latestScan?.status ?? ''} />
        </Tabs.Panel>
        {may('audit:read') && (
          <Tabs.Panel value="audit" pt="sm">
            <AuditList filter={{ host: host.id }} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="variables" pt="sm">
          <Suspense fallback={<Loader aria-label="Loading the variables" />}>
            <VariableList place={{ kind: 'HOST', id: host.id }} active={host.status === 'ACTIVE'} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="settings" pt="sm">
          <Settings host={host} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ScanNow({ host }: { host: HostPageFragment }) {
  const { may } = useSession();
  const [{ data, fetching, error }, request] = useMutation(RequestScan);
  if (!may('scan:request') || host.status === 'REMOVED') return null;
  return (
    <>
      <FormError message={problemOf(error, data?.requestScan.errors)} />
      <Button
        loading={fetching}
        disabled={Boolean(host.activeScan)}
        onClick={() => void request({ input: { host: host.id } })}
      >
        Scan now
      </Button>
    </>
  );
}

function Head({ host }: { host: HostPageFragment }) {
  const { posture, platform, latestScan } = host;
  const removed = host.status === 'REMOVED';
  return (
    <>
      {removed && (
        <Alert color="gray" title="This host is out of watch">
          <Stack gap="xs" align="flex-start">
            It is not scanned, and its history stays. Bring it back to change or scan it.
            <BringBack host={host} />
          </Stack>
        </Alert>
      )}
      {latestScan?.status === 'FAILED' && (
        <Alert
          color="red"
          title={posture ? 'The last scan failed: what is shown is older' : 'The last scan failed'}
        >
          {latestScan.failure?.detail}
        </Alert>
      )}
      {platform && !platform.isPrivileged && (
        <Alert color="yellow" title="The last scan had no rights of root">
          What only root may see could not be judged. Set sudo for this host.
        </Alert>
      )}
    </>
  );
}
