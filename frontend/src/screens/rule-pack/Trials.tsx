// Trials of a version: on which host, how far, what they found. They count for nothing.
import { Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { useSession } from '@/app/session';
import { useThrottled } from '@/app/throttle';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { ScanState } from '@/components/ScanState';
import { Counts } from '@/components/Score';
import { Time } from '@/components/Time';
import type { RulePackTrialsQuery as Data } from '@/graphql/generated/graphql';
import { HostChoices } from '../group/operations';
import { RunningScan } from '../host/RunningScan';
import { RequestTrial, RulePackChanged, RulePackTrialsQuery } from '../rule-packs/operations';
import type { VersionProps } from './Version';

type Trial = NonNullable<NonNullable<Data['rulePack']>['version']>['trials'][number];

export function Trials({ pack, version, onChanged }: VersionProps) {
  const { may } = useSession();
  const variables = { id: pack.id, number: version.number };
  const [{ data, error }, again] = useQuery({ query: RulePackTrialsQuery, variables });
  const refresh = useThrottled(() => again({ requestPolicy: 'network-only' }));
  useFeed(RulePackChanged, {}, (message) => message.rulePackChanged, {
    refresh,
    onEvent: ({ rulePackChanged: { rulePack } }) => rulePack?.id === pack.id,
  });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the trials" />;
  const trials = data.rulePack?.version?.trials ?? [];
  const mayTry = may('rule_pack:write') && may('scan:request') && !pack.isRemoved;
  const done = () => {
    refresh();
    onChanged();
  };
  return (
    <Stack gap="sm">
      {mayTry && version.isRunnable && <Try pack={pack} version={version} onChanged={done} />}
      {trials.length === 0 && (
        <EmptyState title="Not tried yet">
          A trial scans one host by the rules of this version. You see every verdict with its
          evidence; scores and histories do not change.
        </EmptyState>
      )}
      {trials.map((trial) => (
        <TrialLine key={trial.id} trial={trial} />
      ))}
    </Stack>
  );
}

function Try({ pack, version, onChanged }: VersionProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 200);
  const [chosen, setChosen] = useState<string | null>(null);
  const [{ data }] = useQuery({ query: HostChoices, variables: { search: search || null } });
  const [requested, request] = useMutation(RequestTrial);
  const hosts = (data?.hosts.nodes ?? []).map(({ id, name, environment }) => ({
    value: id,
    label: environment ? `${name} (${environment})` : name,
  }));
  // Where there is one host there is no choice.
  const host = chosen ?? (hosts.length === 1 && !search ? (hosts[0]?.value ?? null) : null);
  const send = async () => {
    if (!host) return;
    await request({ input: { id: pack.id, number: version.number, host } });
    onChanged();
  };
  return (
    <>
      <Group gap="xs" align="flex-end">
        <Select
          label="Host"
          placeholder="Choose a host"
          data={hosts}
          value={host}
          onChange={setChosen}
          searchable
          onSearchChange={(text) => setTyped(hosts.some(({ label }) => label === text) ? '' : text)}
          nothingFoundMessage="No such host"
          style={{ flex: '1 1 220px', maxWidth: 360 }}
        />
        <Button loading={requested.fetching} disabled={!host} onClick={() => void send()}>
          Try it
        </Button>
      </Group>
      <FormError message={problemOf(requested.error, requested.data?.requestTrial.errors)} />
    </>
  );
}

function TrialLine({ trial }: { trial: Trial }) {
  const open = trial.status === 'REQUESTED' || trial.status === 'STARTED';
  return (
    <Stack gap={4} py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between">
        <Group gap="sm">
          <ScanState status={trial.status} />
          <Text size="sm">{trial.host?.name ?? 'a removed host'}</Text>
          {trial.totals && <Counts totals={trial.totals} />}
        </Group>
        <Group gap="sm">
          <Time at={trial.requestedAt} />
          <Link to="/scans/$scan" params={{ scan: trial.id }}>
            {trial.totals ? 'Results and evidence' : 'The trial'}
          </Link>
        </Group>
      </Group>
      {trial.failure && <Text size="sm">{trial.failure.detail}</Text>}
      {open && <RunningScan scan={trial.id} />}
    </Stack>
  );
}
