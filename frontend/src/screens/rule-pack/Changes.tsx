// What a version changes against another one: rules that are new, changed and gone.
import { Badge, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { LineChanges } from '@/components/LineChanges';
import { RulePackChangesQuery } from '../rule-packs/operations';
import type { RulePack } from './RulePackScreen';

export function Changes({ pack, number }: { pack: RulePack; number: number }) {
  const others = pack.versions.map((one) => one.number).filter((one) => one !== number);
  const [since, setSince] = useState(others.find((one) => one < number) ?? 0);
  const variables = { id: pack.id, number, since };
  const [{ data, error }, again] = useQuery({ query: RulePackChangesQuery, variables });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  const changes = data?.rulePack?.version?.changes;
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Compared with"
        data={[
          ...others.map((one) => ({ value: String(one), label: `version ${one}` })),
          { value: '0', label: 'nothing' },
        ]}
        value={String(since)}
        onChange={(event) => setSince(Number(event.currentTarget.value))}
        maw={220}
      />
      {!changes && <Loader aria-label="Loading the changes" />}
      {changes?.length === 0 && <EmptyState title="No rule differs" />}
      {changes?.map(({ key, before, after }) => (
        <div key={key}>
          <Group gap="xs" mb={4}>
            <Kind before={before} after={after} />
            <Text size="sm" fw={600}>
              {key}
            </Text>
          </Group>
          <LineChanges before={before ?? ''} after={after ?? ''} />
        </div>
      ))}
    </Stack>
  );
}

function Kind(texts: { before?: string | null; after?: string | null }) {
  const [word, color] =
    texts.before == null
      ? ['New', 'green']
      : texts.after == null
        ? ['Gone', 'red']
        : ['Changed', 'blue'];
  return (
    <Badge
      color={color}
      variant="outline"
      tt="none"
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}
