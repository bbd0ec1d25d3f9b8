// One fleet scan: how far it is, live, its hosts by where they stand, and what can be done about it.
import { Alert, Badge, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { FormError } from '@/components/FormError';
import { Time } from '@/components/Time';
import type { FleetScanQuery as Page } from '@/graphql/generated/graphql';
import { FleetProgress } from './FleetProgress';
import { Hosts } from './Hosts';
import { CancelFleetScan, FleetScanChanges, FleetScanQuery, RetryFleetScan } from './operations';
import { choiceInWords, reasonInWords, STATUS } from './words';

type FleetScan = NonNullable<Page['fleetScan']>;

export function FleetScanScreen() {
  const { fleetScan: id } = useParams({ from: '/shell/fleet-scans/$fleetScan' });
  const [{ data, error }, again] = useQuery({ query: FleetScanQuery, variables: { id } });
  const refresh = () => again({ requestPolicy: 'network-only' });
  const failed = data?.fleetScan?.counts.failed;
  useFeed(
    FleetScanChanges,
    { fleetScans: [id] },
    (message) => message.fleetScanChanged,
    // The counts are in the message; why hosts failed is not.
    (message) => {
      if (message.fleetScanChanged.fleetScan?.counts.failed !== failed) refresh();
    },
    refresh,
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the fleet scan" />;
  if (!data.fleetScan) return <EmptyState title="There is no such fleet scan" />;
  return (
    <Stack gap="sm">
      <Head fleetScan={data.fleetScan} />
      <FleetProgress fleetScan={data.fleetScan} />
      <Failures fleetScan={data.fleetScan} />
      <Hosts fleetScan={data.fleetScan} />
    </Stack>
  );
}

function Head({ fleetScan }: { fleetScan: FleetScan }) {
  const { may } = useSession();
  const navigate = useNavigate();
  const [cancelled, cancel] = useMutation(CancelFleetScan);
  const [retried, retry] = useMutation(RetryFleetScan);
  const { word, color } = STATUS[fleetScan.status];
  const { retryOf, retries, limits, counts } = fleetScan;
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
      <Group justify="space-between" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Title order={2} size="h3">
              Fleet scan
            </Title>
            <Badge
              variant="outline"
              color={color}
              tt="none"
              styles={{ label: { color: 'var(--mantine-color-text)' } }}
            >
              {word}
            </Badge>
          </Group>
          <Text size="sm">{choiceInWords(fleetScan)}</Text>
          <Group gap={6}>
            <Text size="sm" c="dimmed">
              {fleetScan.requestedBy.label}
            </Text>
            <Time at={fleetScan.requestedAt} />
            <Text size="sm" c="dimmed">
              · at most {limits.total} at a time, {limits.perSubnet} of one network
            </Text>
          </Group>
        </div>
        <Group gap="xs">
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
        </Group>
      </Group>
      <FormError
        message={
          cancelled.error?.message ??
          cancelled.data?.cancelFleetScan.errors[0]?.message ??
          retried.error?.message ??
          retried.data?.retryFleetScan.errors[0]?.message
        }
      />
      {(retryOf || retries.length > 0) && (
        <Group gap="sm">
          {retryOf && <Related id={retryOf.id} at={retryOf.requestedAt} label="Tries again" />}
          {retries.map((one) => (
            <Related key={one.id} id={one.id} at={one.requestedAt} label="Tried again by" />
          ))}
        </Group>
      )}
    </>
  );
}

function Related({ id, at, label }: { id: string; at: string; label: string }) {
  return (
    <Text size="sm" component="div">
      <Link to="/fleet-scans/$fleetScan" params={{ fleetScan: id }}>
        {label} a fleet scan
      </Link>{' '}
      <Time at={at} />
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
