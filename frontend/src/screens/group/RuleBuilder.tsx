// The conditions of a rule: what is looked at, and which values count.
import { ActionIcon, Button, Group, Select, Stack, TagsInput, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { GroupCombination, GroupConditionKind } from '@/graphql/generated/graphql';
import { COMBINATIONS, KINDS } from '../groups/words';
import { type ConditionValues, newCondition } from './values';

/** Values that are often meant; others are typed in. */
const SUGGESTIONS: Partial<Record<GroupConditionKind, string[]>> = {
  OS_ID: ['debian', 'ubuntu', 'rhel', 'rocky', 'almalinux', 'centos', 'ol'],
};

const HINTS: Record<GroupConditionKind, string> = {
  TAG: 'web',
  ENVIRONMENT: 'production',
  OS_ID: 'debian',
  OS_VERSION: '12',
  NAME_GLOB: 'web-*',
  NAME_REGEX: '^web-\\d+',
};

interface Props {
  combination: GroupCombination;
  conditions: ConditionValues[];
  error?: React.ReactNode;
  onCombination: (combination: GroupCombination) => void;
  onConditions: (conditions: ConditionValues[]) => void;
}

export function RuleBuilder({ combination, conditions, error, ...props }: Props) {
  const { onCombination, onConditions } = props;
  return (
    <Stack gap="xs" role="group" aria-label="Rule">
      <Select
        label="A host is in the group when"
        data={Object.entries(COMBINATIONS).map(([value, label]) => ({ value, label }))}
        value={combination}
        onChange={(value) => value && onCombination(value as GroupCombination)}
        allowDeselect={false}
        maw={320}
      />
      {conditions.map((condition) => (
        <ConditionRow
          key={condition.key}
          condition={condition}
          onChange={(next) =>
            onConditions(conditions.map((one) => (one.key === next.key ? next : one)))
          }
          onRemove={
            conditions.length > 1
              ? () => onConditions(conditions.filter((one) => one.key !== condition.key))
              : undefined
          }
        />
      ))}
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onConditions([...conditions, newCondition()])}
        >
          Another condition
        </Button>
      </div>
    </Stack>
  );
}

interface RowProps {
  condition: ConditionValues;
  onChange: (condition: ConditionValues) => void;
  onRemove?: (() => void) | undefined;
}

function ConditionRow({ condition, onChange, onRemove }: RowProps) {
  const { kind, isNegated, values } = condition;
  const { is, isNot } = KINDS[kind];
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label="What is looked at"
        data={Object.entries(KINDS).map(([value, { label }]) => ({ value, label }))}
        value={kind}
        onChange={(value) =>
          value && onChange({ ...condition, kind: value as GroupConditionKind, values: [] })
        }
        allowDeselect={false}
        w={180}
      />
      <Select
        aria-label="Whether it holds"
        data={[
          { value: 'is', label: is },
          { value: 'not', label: isNot },
        ]}
        value={isNegated ? 'not' : 'is'}
        onChange={(value) => onChange({ ...condition, isNegated: value === 'not' })}
        allowDeselect={false}
        w={150}
      />
      <TagsInput
        aria-label="Values, one is enough"
        placeholder={values.length === 0 ? HINTS[kind] : 'or …'}
        data={SUGGESTIONS[kind] ?? []}
        // A comma may be part of a pattern.
        splitChars={[]}
        value={values}
        onChange={(next) => onChange({ ...condition, values: next })}
        style={{ flex: '1 1 180px' }}
      />
      {onRemove && (
        <ActionIcon
          variant="subtle"
          color="gray"
          mt={4}
          aria-label="Leave this condition out"
          onClick={onRemove}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}
