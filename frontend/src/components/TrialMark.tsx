// Marks a scan whose result counts for nothing.
import { Badge } from '@mantine/core';

export function TrialMark() {
  return (
    <Badge
      variant="outline"
      color="yellow"
      size="sm"
      style={{ flexShrink: 0 }}
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      Trial
    </Badge>
  );
}
