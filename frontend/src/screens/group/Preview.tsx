// The hosts that a rule would take in now, before it is saved.
import { Paper, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from 'urql';
import { problemOf } from '@/components/errors';
import type { GroupRuleInput } from '@/graphql/generated/graphql';
import { hostCount } from '../groups/words';
import { GroupPreview } from './operations';

export function Preview({ rule }: { rule: GroupRuleInput | null }) {
  const [settled] = useDebouncedValue(JSON.stringify(rule), 300);
  const wanted = JSON.parse(settled) as GroupRuleInput | null;
  const [{ data, error }] = useQuery({
    query: GroupPreview,
    variables: { rule: wanted ?? { combination: 'ALL', conditions: [] } },
    pause: wanted === null,
    requestPolicy: 'network-only',
  });
  return (
    <Paper withBorder p="sm" role="status" aria-label="Preview">
      <Words preview={wanted ? data?.groupPreview : undefined} problem={problemOf(error)} />
    </Paper>
  );
}

interface Found {
  hostCount: number;
  errors: { message: string }[];
  hosts: { id: string; name: string; environment: string }[];
}

function Words({
  preview,
  problem,
}: {
  preview?: Found | undefined;
  problem?: string | undefined;
}) {
  if (problem) return <Text size="sm">{problem}</Text>;
  if (!preview) {
    return (
      <Text size="sm" c="dimmed">
        Which hosts the rule finds stands here as soon as every condition has a value.
      </Text>
    );
  }
  if (preview.errors.length > 0) {
    return (
      <Text size="sm" c="var(--mantine-color-error)">
        The {preview.errors[0]?.message}
      </Text>
    );
  }
  const { hostCount: count, hosts } = preview;
  if (count === 0)
    return <Text size="sm">No host matches now. One that comes later is added.</Text>;
  const rest = count - hosts.length;
  return (
    <>
      <Text size="sm" fw={600}>
        {hostCount(count)} {count === 1 ? 'matches' : 'match'} now
      </Text>
      <Text size="xs" c="dimmed">
        {hosts.map((host) => host.name).join(', ')}
        {rest > 0 && ` and ${rest} more`}
      </Text>
    </>
  );
}
