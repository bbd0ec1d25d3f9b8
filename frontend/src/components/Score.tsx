// A score with what it rests on: never a lone percentage.
import { Group, Progress, Text } from '@mantine/core';
import { Verdict } from './Verdict';

export interface Totals {
  pass: number;
  fail: number;
  error: number;
  notApplicable: number;
  manual: number;
  score?: number | null;
  coverage?: number | null;
}

export const percent = (share: number) => `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;

export function Counts({ totals }: { totals: Totals }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Verdict verdict="PASS" count={totals.pass} />
      <Verdict verdict="FAIL" count={totals.fail} />
      <Verdict verdict="ERROR" count={totals.error} />
    </Group>
  );
}

export function Score({ totals }: { totals: Totals }) {
  const { score, coverage } = totals;
  if (score === null || score === undefined) return <Text size="sm">Nothing judged</Text>;
  return (
    <div style={{ minWidth: 110 }}>
      <Group gap={6} justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
          {percent(score)}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {percent(coverage ?? 0)} judged
        </Text>
      </Group>
      <Progress
        value={score * 100}
        size={4}
        color={score === 1 ? 'green' : score > 0.8 ? 'yellow' : 'red'}
        aria-label={`Score ${percent(score)}, ${percent(coverage ?? 0)} of the rules judged`}
      />
    </div>
  );
}
