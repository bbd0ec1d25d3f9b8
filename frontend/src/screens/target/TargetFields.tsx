// The fields of a target: a score over all rules, and scores for single frameworks.
import { ActionIcon, Button, Group, NumberInput, Select, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { FRAMEWORKS, type TargetValues } from './values';

interface Props {
  value: TargetValues;
  onChange: (value: TargetValues) => void;
  error?: React.ReactNode;
  description?: string;
}

const PERCENT = { min: 1, max: 100, allowDecimal: false, suffix: ' %' } as const;
const number = (value: number | string) => (typeof value === 'number' ? value : '');

export function TargetFields({ value, onChange, error, description }: Props) {
  const { score, frameworks } = value;
  const change = (at: number, row: Partial<TargetValues['frameworks'][number]>) =>
    onChange({
      score,
      frameworks: frameworks.map((one, index) => (index === at ? { ...one, ...row } : one)),
    });
  return (
    <Stack gap="xs">
      <NumberInput
        label="Target score"
        description={description}
        placeholder="None"
        error={error}
        value={score}
        onChange={(next) => onChange({ score: number(next), frameworks })}
        styles={{ wrapper: { maxWidth: 220 } }}
        {...PERCENT}
      />
      {frameworks.map((row, at) => (
        <Group key={at} gap="xs" wrap="nowrap">
          <Select
            aria-label="Framework"
            placeholder="Framework"
            data={Object.entries(FRAMEWORKS).map(([name, label]) => ({ value: name, label }))}
            value={row.framework || null}
            onChange={(framework) => change(at, { framework: framework ?? '' })}
            w={160}
          />
          <NumberInput
            aria-label="Target score in this framework"
            value={row.score}
            onChange={(next) => change(at, { score: number(next) })}
            w={100}
            {...PERCENT}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Leave this framework out"
            onClick={() =>
              onChange({ score, frameworks: frameworks.filter((_, index) => index !== at) })
            }
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() =>
            onChange({ score, frameworks: [...frameworks, { framework: '', score: '' }] })
          }
        >
          Another score for a framework
        </Button>
      </div>
    </Stack>
  );
}
