// One fleet scan: how far it is, live, its hosts by where they stand, and what can be done about it.
import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { useThrottled } from '@/app/throttle';
import { Download } from '@/components/Download';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { Page } from '@/components/Page';
import { Time } from '@/components/Time';
import type { FleetScanQuery as Data } from '@/graphql/generated/graphql';
import { FleetProgress } from './FleetProgress';
import { Hosts } from './Hosts';
import { Status } from './Status';
import { CancelFleetScan, FleetScanChanges, FleetScanQuery, RetryFleetScan } from './operations';
import { choiceInWords, reasonInWords } from './words';

type FleetScan = NonNullable<Data['fleetScan']>;

export function FleetScanScreen() {
  const { fleetScan: id } = useParams({ from: '/shell/fleet-scans/$fleetScan' });
  const [{ data, error }, again] = useQuery({ query: FleetScanQuery, variables: { id } });
  const refresh = useThrottled(() => again({ requestPolicy: 'network-only' }));
  const failed = data?.fleetScan?.counts.failed;
  useFeed(FleetScanChanges, { fleetScans: [id] }, (message) => message.fleetScanChanged, {
    refresh,
    // The counts are in the message; why hosts failed is not.
    onEvent: ({ fleetScanChanged: { fleetScan } }) => fleetScan?.counts.failed !== failed,
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the fleet scan" />;
  if (!data.fleetScan) return <EmptyState title="There is no such fleet scan" order={2} />;
  const { fleetScan } = data;
  return (
    <Page
      title="Fleet scan"
      about={<About fleetScan={fleetScan} />}
      beside={<Status status={fleetScan.status} />}
      actions={<Actions fleetScan={fleetScan} />}
    >
      <Related fleetScan={fleetScan} />
      <FleetProgress fleetScan={fleetScan} />
      <Failures fleetScan={fleetScan} />
      <Hosts fleetScan={fleetScan} />
    </Page>
  );
}

function About({ fleetScan }: { fleetScan: FleetScan }) {
  const { limits, requestedBy, requestedAt } = fleetScan;
  return (
    <>
      {choiceInWords(fleetScan)} · {requestedBy.label} · <Time at={requestedAt} /> · at most{' '}
      {limits.total} at a time, {limits.perSubnet} of one network
    </>
  );
}

function Actions({ fleetScan }: { fleetScan: FleetScan }) {
  const { may } = useSession();
  const navigate = useNavigate();
  const [cancelled, cancel] = useMutation(CancelFleetScan);
  const [retried, retry] = useMutation(RetryFleetScan);
  const { counts } = fleetScan;
  const input = { id: fleetScan.id };
  const tryAgain = async () => {
    const { data } = await retry({ input });
    const made = data?.retryFleetScan.fleetScan;
    if (made) {
      await navigate({ to: '/fleet-scans/$fleetScan', params: { fleetScan: made.id } });
    }
  };
  return (
    <>
      <Download noun="fleet-scans" id={fleetScan.id} />
      {fleetScan.status === 'RUNNING' && may('scan:cancel') && (
        <Button
          color="red"
          variant="outline"
          loading={cancelled.fetching}
          onClick={() => void cancel({ input })}
        >
          Cancel
        </Button>
      )}
      {counts.failed > 0 && may('scan:request') && (
        <Button loading={retried.fetching} onClick={() => void tryAgain()}>
          Retry {counts.failed} failed
        </Button>
      )}
      <FormError
        message={
          problemOf(cancelled.error, cancelled.data?.cancelFleetScan.errors) ??
          problemOf(retried.error, retried.data?.retryFleetScan.errors)
        }
      />
    </>
  );
}

/** The fleet scan whose failed hosts this one tries again, and those that do so for this one. */
function Related({ fleetScan: { retryOf, retries } }: { fleetScan: FleetScan }) {
  if (!retryOf && retries.length === 0) return null;
  return (
    <Group gap="sm">
      {retryOf && (
        <To id={retryOf.id} at={retryOf.requestedAt} label="Tries again what failed in" />
      )}
      {retries.map((one) => (
        <To key={one.id} id={one.id} at={one.requestedAt} label="What failed was tried again by" />
      ))}
    </Group>
  );
}

function To({ id, at, label }: { id: string; at: string; label: string }) {
  return (
    <Text size="sm" component="div">
      {label}{' '}
      <Link to="/fleet-scans/$fleetScan" params={{ fleetScan: id }}>
        the fleet scan
      </Link>{' '}
      of <Time at={at} />
    </Text>
  );
}

function Failures({ fleetScan }: { fleetScan: FleetScan }) {
  if (fleetScan.failures.length === 0) return null;
  return (
    <Alert color="red" title="Hosts without verdicts">
      {fleetScan.failures.map(({ reason, hosts }) => (
        <Text key={reason} size="sm">
          {hosts === 1 ? '1 host' : `${hosts} hosts`}: {reasonInWords(reason).toLowerCase()}
        </Text>
      ))}
    </Alert>
  );
}
