// The rules that most hosts of the group fail.
import { Group, Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Severity } from '@/components/Verdict';
import { GroupWorstRules } from './operations';

/** `version` changes when the verdicts of the hosts do: then the list is asked for again. */
export function WorstRules({ group, version }: { group: string; version: string }) {
  const [{ data, error }, again] = useQuery({ query: GroupWorstRules, variables: { id: group } });
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading rules" />;
  const rules = data.group?.worstRules ?? [];
  if (rules.length === 0) return <EmptyState title="No host of the group fails a rule" />;
  return (
    <Stack gap={0} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {rules.map(({ ruleKey, rule, severity, failing, judged }) => (
        <Group
          key={ruleKey}
          component="li"
          justify="space-between"
          wrap="nowrap"
          gap="sm"
          py={8}
          style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
        >
          <div style={{ minWidth: 0 }}>
            <Link to="/rules/$rule" params={{ rule: ruleKey }}>
              {rule?.title ?? ruleKey}
            </Link>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {ruleKey}
            </Text>
          </div>
          <Stack gap={2} align="flex-end" style={{ flexShrink: 0 }}>
            <Severity severity={severity} />
            <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
              {failing} of {judged} fail
            </Text>
          </Stack>
        </Group>
      ))}
    </Stack>
  );
}
