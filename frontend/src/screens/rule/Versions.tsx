// Every text that a rule had, the newest first, each with what it changed.
import { Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { LineChanges } from '@/components/LineChanges';
import { Time } from '@/components/Time';
import type { RuleVersionsQuery } from '@/graphql/generated/graphql';
import { RuleVersions } from './query';

type Version = NonNullable<RuleVersionsQuery['rule']>['versions'][number];

export function Versions({ rule }: { rule: string }) {
  const [{ data, error }] = useQuery({ query: RuleVersions, variables: { key: rule } });
  if (error && !data) return <ErrorPanel error={error} />;
  if (!data) return <Loader size="sm" aria-label="Loading the history" />;
  const versions = data.rule?.versions ?? [];
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {versions.map((version, at) => (
        <VersionLine key={version.hash} version={version} before={versions[at + 1]} />
      ))}
    </Stack>
  );
}

function VersionLine({ version, before }: { version: Version; before: Version | undefined }) {
  return (
    <li>
      <Group gap="xs">
        <Time at={version.publishedAt} />
        <Text size="xs" c="dimmed">
          {before ? 'changed' : 'first seen'}
          {version.isCurrent && ' · in force'}
        </Text>
      </Group>
      <Text className="mono" c="dimmed">
        SHA-256 {version.hash.slice(0, 16)}…
      </Text>
      {before && (
        <details>
          <summary>What changed</summary>
          <LineChanges before={before.text} after={version.text} />
        </details>
      )}
    </li>
  );
}
