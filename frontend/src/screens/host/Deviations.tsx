// Rules of a framework that are judged with other values than it asks for: never without being told.
import { Paper, Stack, Text } from '@mantine/core';
import type { LensPostureFragment } from '@/graphql/generated/graphql';

export function Deviations({ lens }: { lens: LensPostureFragment }) {
  const { deviations } = lens;
  if (deviations.length === 0) return null;
  const rules = new Set(deviations.map(({ ruleKey }) => ruleKey)).size;
  return (
    <Paper withBorder p="sm" role="note">
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {rules === 1 ? 'One rule is' : `${rules} rules are`} judged with other values than{' '}
          {lens.name} asks for
        </Text>
        {deviations.map((one) => (
          <Text size="sm" key={one.ruleKey + one.variable} style={{ overflowWrap: 'anywhere' }}>
            {one.ruleKey}: <span className="mono">{one.variable}</span> is{' '}
            <b>{one.value || 'nothing'}</b> instead of {one.benchmarkValue || 'nothing'} (
            {one.givenBy})
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
