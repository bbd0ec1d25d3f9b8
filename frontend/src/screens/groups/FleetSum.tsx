// What all hosts under watch add up to, now and at the end of a day, over all rules or by one framework.
import { Group, Paper, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useQuery } from 'urql';
import { useFeed } from '@/app/live';
import { Day, endOf, PastSum } from '@/components/Past';
import { Counts, Score } from '@/components/Score';
import { LensSelect } from '../hosts/Lens';
import { HostsChanged } from '../hosts/query';
import { useLensName } from '../hosts/useLensName';
import { BelowTarget } from './GroupCard';
import { FleetSumQuery } from './query';
import { hostCount } from './words';

interface Props {
  lens: string | undefined;
  day: string | undefined;
  onSet: (change: { lens?: string | undefined; at?: string | undefined }) => void;
}

export function FleetSum({ lens, day, onSet }: Props) {
  const variables = { lens: lens ?? null, at: null };
  const [{ data }, again] = useQuery({ query: FleetSumQuery, variables });
  const refresh = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  useFeed(HostsChanged, {}, (message) => message.hostChanged, { refresh });
  const now = data?.rollUp;
  return (
    <Stack gap="xs">
      <Paper withBorder p="sm" role="group" aria-label="All hosts">
        <Group gap="lg" align="flex-end">
          <Link to="/">{hostCount(now?.hosts ?? 0)}</Link>
          {now && now.hosts > now.unscanned && (
            <>
              <Score totals={now.totals} />
              <Counts totals={now.totals} />
              <BelowTarget rollUp={now} />
            </>
          )}
          <LensSelect lens={lens} onChoose={(key) => onSet({ lens: key })} />
          <Day label="Compare with" day={day} onChoose={(at) => onSet({ at })} />
        </Group>
      </Paper>
      {day && <FleetPast lens={lens} day={day} />}
    </Stack>
  );
}

function FleetPast({ lens, day }: { lens: string | undefined; day: string }) {
  const name = useLensName(lens);
  const variables = { lens: lens ?? null, at: endOf(day) };
  const [{ data }, again] = useQuery({ query: FleetSumQuery, variables });
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, day, lens]);
  return data ? <PastSum day={day} rollUp={data.rollUp} lens={name} /> : null;
}
