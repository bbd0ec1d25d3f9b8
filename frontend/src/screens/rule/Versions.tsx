// Every text that a rule had, the newest first, each with what it changed.
import { Code, Group, Loader, Stack, Text } from '@mantine/core';
import { diffLines } from 'diff';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Time } from '@/components/Time';
import type { RuleVersionsQuery } from '@/graphql/generated/graphql';
import { RuleVersions } from './query';
import classes from './RuleScreen.module.css';

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
          <Changes before={before.text} after={version.text} />
        </details>
      )}
    </li>
  );
}

/** Lines that went and came; of what stayed, what is near. */
function Changes({ before, after }: { before: string; after: string }) {
  return (
    <Code block className={classes['code']} tabIndex={0} aria-label="What changed">
      {diffLines(before, after).map(({ value, added, removed }, at) => (
        <div
          key={at}
          className={added ? classes['added'] : removed ? classes['removed'] : undefined}
        >
          {added || removed ? signed(value, added ? '+ ' : '- ') : near(value)}
        </div>
      ))}
    </Code>
  );
}

const signed = (text: string, sign: string) => text.trimEnd().replace(/^/gm, sign);

/** Lines that did not change, shortened in their middle. */
function near(text: string, around = 3) {
  const lines = text.trimEnd().split('\n');
  const shown =
    lines.length <= 2 * around + 1
      ? lines
      : [...lines.slice(0, around), '⋯', ...lines.slice(-around)];
  return shown.map((line) => `  ${line}`).join('\n');
}
