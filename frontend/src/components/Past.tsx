// What hosts added up to at the end of a day in the past: who was there then, with the verdicts that stood.
import { Group, Paper, Text, TextInput } from '@mantine/core';
import { Counts, Score, type Totals } from './Score';

/** The end of a day, as the API takes it. */
export const endOf = (day: string | undefined) => (day ? `${day}T23:59:59.999999Z` : null);

interface DayProps {
  label: string;
  day: string | undefined;
  onChoose: (day: string | undefined) => void;
}

export function Day({ label, day, onChoose }: DayProps) {
  return (
    <TextInput
      label={label}
      type="date"
      value={day ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
    />
  );
}

interface Props {
  day: string;
  rollUp: { hosts: number; unscanned: number; totals: Totals };
  /** The framework that they are seen by, as people call it. */
  lens?: string | undefined;
}

export function PastSum({ day, rollUp, lens }: Props) {
  const { hosts, unscanned, totals } = rollUp;
  const judged = hosts - unscanned;
  const count = hosts === 1 ? '1 host' : `${hosts} hosts`;
  return (
    <Paper withBorder p="sm" role="group" aria-label={`At the end of ${day}`}>
      <Group gap="lg">
        <div>
          <Text size="sm" fw={600}>
            At the end of {day}, UTC
          </Text>
          <Text size="xs" c="dimmed">
            {hosts === 0 ? 'no host was here' : count}
            {judged < hosts && `, ${judged} with verdicts`}
            {lens && `, by ${lens}`}
          </Text>
        </div>
        {judged > 0 && (
          <>
            <Score totals={totals} />
            <Counts totals={totals} />
          </>
        )}
      </Group>
    </Paper>
  );
}
