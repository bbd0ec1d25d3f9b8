// The hosts of a group by one framework: what they add up to, and how many miss their target in it.
import { Group, Paper, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { Counts, Score } from '@/components/Score';
import { LensSelect } from '../hosts/Lens';
import { GroupByLens } from './operations';

export function GroupLens({ group, version }: { group: string; version: string }) {
  const { lens } = useSearch({ from: '/shell/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const variables = { id: group, lens: lens ?? '' };
  const [{ data }, again] = useQuery({ query: GroupByLens, variables, pause: !lens });
  useEffect(() => {
    if (lens) again({ requestPolicy: 'network-only' });
  }, [again, version, lens]);
  const rollUp = lens ? data?.group?.rollUp : undefined;
  return (
    <Paper withBorder p="sm">
      <Group gap="lg">
        <LensSelect
          lens={lens}
          onChoose={(key) =>
            void navigate({ search: (before) => ({ ...before, lens: key }), replace: true })
          }
        />
        {rollUp && (
          <>
            <Score totals={rollUp.totals} />
            <Counts totals={rollUp.totals} />
            <Text size="sm" c="dimmed">
              {rollUp.hosts - rollUp.unscanned} of {rollUp.hosts} hosts are seen by it
              {!!rollUp.targeted &&
                `; ${rollUp.belowTarget} of ${rollUp.targeted} below their target`}
            </Text>
          </>
        )}
      </Group>
    </Paper>
  );
}
