// Verdicts that are not what they were at the scan before, each with its cause.
import { Badge, Group, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { CHANGES, changesInWords } from '@/components/changes';
import { EmptyState } from '@/components/EmptyState';
import { Verdict } from '@/components/Verdict';
import type { ScanPageFragment } from '@/graphql/generated/graphql';

export function Changes({ scan }: { scan: ScanPageFragment }) {
  if (scan.transitions.some((change) => change.cause === 'FIRST_SCAN')) {
    return (
      <EmptyState title="This is the first scan of the host">
        There is nothing to compare it with yet.
      </EmptyState>
    );
  }
  if (scan.transitions.length === 0) {
    return (
      <EmptyState title="Nothing changed">
        Every rule has the verdict that it had at the scan before.
      </EmptyState>
    );
  }
  return (
    <Stack gap={0}>
      <Text size="sm" c="dimmed" pb={4}>
        {changesInWords(scan.changes)}
      </Text>
      {scan.transitions.map((change) => (
        <Group
          key={change.ruleKey}
          justify="space-between"
          gap="xs"
          py={8}
          style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
        >
          <div style={{ flex: '1 1 240px', minWidth: 0 }}>
            <Link
              to="/scans/$scan"
              params={{ scan: scan.id }}
              search={{ tab: 'results', rule: change.ruleKey }}
            >
              <Text size="sm" span>
                {change.rule?.title ?? change.ruleKey}
              </Text>
            </Link>
            <Text size="xs" c="dimmed">
              {change.ruleKey}
            </Text>
          </div>
          <Group gap="xs">
            {change.from ? <Verdict verdict={change.from} /> : <Text size="sm">no verdict</Text>}
            <IconArrowRight size={16} aria-label="became" />
            <Verdict verdict={change.to} />
          </Group>
          <Badge variant="default" tt="none">
            {CHANGES[change.cause]}
          </Badge>
        </Group>
      ))}
    </Stack>
  );
}
