// Setting a target, or taking it away.
import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { FormError } from '@/components/FormError';
import type { TargetInput } from '@/graphql/generated/graphql';
import { TargetFields } from './TargetFields';
import { targetInput, type TargetValues } from './values';

interface Props {
  initial: TargetValues;
  description: string;
  /** What stands in the way; nothing when it was saved. */
  onSave: (target: TargetInput | null) => Promise<string | undefined>;
  onCancel: () => void;
}

export function TargetForm({ initial, description, onSave, onCancel }: Props) {
  const [value, setValue] = useState(initial);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    setSaving(true);
    setProblem(await onSave(targetInput(value)));
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
        <TargetFields value={value} onChange={setValue} description={description} />
        <FormError message={problem} />
        <Group>
          <Button type="submit" loading={saving}>
            Save
          </Button>
          <Button variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
