// Setting the value of one variable, by the kind that it has.
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { sentence } from '@/components/errors';
import { allowedWords } from '@/components/words';
import type { VariableLineFragment } from '@/graphql/generated/graphql';
import { shownValue } from './place';

interface Props {
  variable: VariableLineFragment;
  initial: string;
  /** What stands in the way; nothing when it was saved. */
  onSave: (value: string) => Promise<string | undefined>;
  onCancel: () => void;
}

const LISTED = 'Commas stand between; where a text has commas itself, a semicolon behind each.';

export function EditVariable({ variable, initial, onSave, onCancel }: Props) {
  const [value, setValue] = useState(initial);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    setSaving(true);
    setProblem(await onSave(value));
    setSaving(false);
  };
  const { kind, defaultValue } = variable;
  const example = defaultValue && shownValue(kind, defaultValue);
  const allowed = allowedWords(variable.allowed ?? '', example);
  const field = {
    label: `Value of ${variable.name}`,
    description: kind === 'LIST' ? `${allowed}. ${LISTED}` : allowed,
    error: problem && sentence(allowedWords(problem.replace(/\.$/, ''), example)),
    value,
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="xs" mt={6}>
        {kind === 'WORD' ? (
          <NativeSelect {...field} data={variable.words} />
        ) : (
          <TextInput
            {...field}
            inputMode={kind === 'INTEGER' ? 'numeric' : 'text'}
            data-autofocus
          />
        )}
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={saving}>
            Save
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
