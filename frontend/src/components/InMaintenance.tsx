// Says that work is being done, why, and until when: wherever a host or a group is shown.
import { Badge } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import { Hint } from './Hint';
import { useExact } from './time';

interface MaintenanceWords {
  reason: string;
  until?: string | null;
  group?: { name: string } | null;
}

/** In a sentence: `new disks, until 2026-01-15 10:00:00 UTC (group Web)`. */
export function maintenanceWords(
  { reason, until, group }: MaintenanceWords,
  exact: (instant: string) => string,
) {
  const end = until ? `, until ${exact(until)}` : '';
  return `${reason}${end}${group ? ` (group ${group.name})` : ''}`;
}

export function InMaintenance({ reasons }: { reasons: MaintenanceWords[] }) {
  const exact = useExact();
  if (reasons.length === 0) return null;
  const words = reasons.map((one) => maintenanceWords(one, exact)).join('; ');
  return (
    <Hint words={words}>
      <Badge
        variant="outline"
        color="orange"
        size="sm"
        tt="none"
        leftSection={<IconTool size={12} aria-hidden />}
        styles={{ label: { color: 'var(--mantine-color-text)' } }}
        aria-label={`In maintenance: ${words}`}
        role="note"
        tabIndex={0}
      >
        In maintenance
      </Badge>
    </Hint>
  );
}
