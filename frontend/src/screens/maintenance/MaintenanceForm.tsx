// Putting a host or a group into maintenance: why, and until when.
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormError } from '@/components/FormError';

interface Props {
  initial?: { reason: string; until?: string | null } | null | undefined;
  /** What stands in the way; nothing when it was saved. */
  onSave: (maintenance: { reason: string; until: string | null }) => Promise<string | undefined>;
  onCancel: () => void;
}

/** An instant as `<input type="datetime-local">` holds it, in the time zone of this computer. */
function local(instant: string) {
  const date = new Date(instant);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function MaintenanceForm({ initial, onSave, onCancel }: Props) {
  const [reason, setReason] = useState(initial?.reason ?? '');
  const [until, setUntil] = useState(initial?.until ? local(initial.until) : '');
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    setSaving(true);
    const end = until ? new Date(until).toISOString() : null;
    setProblem(await onSave({ reason: reason.trim(), until: end }));
    setSaving(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack>
        <TextInput
          label="Reason"
          required
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label="Until"
          type="datetime-local"
          description="In the time zone of this computer. Empty: until somebody ends it."
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <FormError message={problem} />
        <Group>
          <Button type="submit" loading={saving}>
            {initial ? 'Change maintenance' : 'Start maintenance'}
          </Button>
          <Button variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
