// How far a fleet scan is: a bar of what became of its hosts, and the numbers.
import { Group, Progress, Text } from '@mantine/core';
import type { FleetScanLineFragment } from '@/graphql/generated/graphql';
import { STATES, settled } from './words';

const PARTS = [
  ['completed', STATES.COMPLETED],
  ['failed', STATES.FAILED],
  ['skipped', STATES.SKIPPED],
  ['cancelled', STATES.CANCELLED],
  ['running', STATES.RUNNING],
] as const;

export function FleetProgress({ fleetScan }: { fleetScan: FleetScanLineFragment }) {
  const { counts } = fleetScan;
  const done = settled(fleetScan);
  const shown = [...PARTS, ['waiting', STATES.WAITING] as const].filter(
    ([name]) => counts[name] > 0,
  );
  return (
    <div>
      <Progress.Root size="md" aria-label={`${done} of ${counts.hosts} hosts done`}>
        {PARTS.map(([name, { word, color }]) => (
          <Progress.Section
            key={name}
            value={(100 * counts[name]) / Math.max(1, counts.hosts)}
            color={color}
            aria-label={`${word}: ${counts[name]}`}
            {...(name === 'running' && { animated: true, striped: true })}
          />
        ))}
      </Progress.Root>
      <Group gap="sm" mt={4}>
        <Text size="xs">
          {done} of {counts.hosts} done
        </Text>
        {shown.map(([name, { word }]) => (
          <Text key={name} size="xs" c="dimmed">
            {counts[name]} {word.toLowerCase()}
          </Text>
        ))}
      </Group>
    </div>
  );
}
