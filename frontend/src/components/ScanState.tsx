// Where a scan stands: a word with a colour.
import { Badge } from '@mantine/core';
import type { ScanStatus } from '@/graphql/generated/graphql';

const STATES: Record<ScanStatus, { word: string; color: string }> = {
  REQUESTED: { word: 'Waiting', color: 'gray' },
  STARTED: { word: 'Running', color: 'blue' },
  COMPLETED: { word: 'Completed', color: 'green' },
  FAILED: { word: 'Failed', color: 'red' },
  CANCELLED: { word: 'Cancelled', color: 'gray' },
};

export function ScanState({ status }: { status: ScanStatus }) {
  const { word, color } = STATES[status];
  return (
    <Badge
      variant="outline"
      color={color}
      size="sm"
      tt="none"
      style={{ flexShrink: 0 }}
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {word}
    </Badge>
  );
}
