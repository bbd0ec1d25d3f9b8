// The rules of a version, those with scripts first: they are what somebody has to look at.
import { Badge, Code, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from 'urql';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Severity } from '@/components/Verdict';
import { RulePackVersionQuery } from '../rule-packs/operations';

export function Rules({ pack, number }: { pack: string; number: number }) {
  const variables = { id: pack, number };
  const [{ data, error }, again] = useQuery({ query: RulePackVersionQuery, variables });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading the rules" />;
  const rules = [...(data.rulePack?.version?.rules ?? [])].sort(
    (one, other) => Number(other.runsScript) - Number(one.runsScript),
  );
  return (
    <Stack gap={0}>
      {rules.map((rule) => (
        <details
          key={rule.key}
          style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
        >
          <summary style={{ padding: '8px 0' }}>
            <Group gap="xs" display="inline-flex">
              <Severity severity={rule.severity} />
              <Text size="sm">{rule.title}</Text>
              {rule.runsScript && (
                <Badge
                  color="yellow"
                  variant="outline"
                  tt="none"
                  styles={{ label: { color: 'var(--mantine-color-text)' } }}
                >
                  Script
                </Badge>
              )}
              <Text size="xs" c="dimmed">
                {rule.key}
              </Text>
            </Group>
          </summary>
          <Code
            block
            tabIndex={0}
            aria-label={`The file of ${rule.key}`}
            style={{ maxHeight: 420, overflow: 'auto', whiteSpace: 'pre-wrap' }}
            mb="xs"
          >
            {rule.text}
          </Code>
        </details>
      ))}
    </Stack>
  );
}
