// Where a fleet scan stands: a word with a colour.
import { Badge } from '@mantine/core';
import type { FleetScanStatus } from '@/graphql/generated/graphql';
import { STATUS } from './words';

export function Status({ status }: { status: FleetScanStatus }) {
  const { word, color } = STATUS[status];
  return (
    <Badge
      variant="outline"
      color={color}
      size="sm"
      tt="none"
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}
