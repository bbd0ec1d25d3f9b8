// The fields of a group, and what its rule finds.
import { Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { GroupDot } from '@/components/GroupChip';
import type { GroupColor } from '@/graphql/generated/graphql';
import { TargetFields } from '../target/TargetFields';
import { Preview } from './Preview';
import { RuleBuilder } from './RuleBuilder';
import { COLORS, type GroupValues, isFilledIn, ruleOf } from './values';

interface Props {
  form: UseFormReturnType<GroupValues>;
  /** Choosing the first hosts, where the group is new. */
  picker?: React.ReactNode;
}

const word = (color: GroupColor) => color.charAt(0) + color.slice(1).toLowerCase();

export function GroupFields({ form, picker }: Props) {
  const { values } = form;
  return (
    <>
      <Group gap="sm" align="flex-start">
        <TextInput
          label="Name"
          required
          data-autofocus
          style={{ flex: '1 1 220px' }}
          {...form.getInputProps('name')}
        />
        <Select
          label="Colour"
          data={COLORS.map((color) => ({ value: color, label: word(color) }))}
          allowDeselect={false}
          leftSection={<GroupDot color={values.color} />}
          renderOption={({ option }) => (
            <Group gap="xs">
              <GroupDot color={option.value as GroupColor} />
              {option.label}
            </Group>
          )}
          w={140}
          {...form.getInputProps('color')}
        />
      </Group>
      <TextInput label="Description" {...form.getInputProps('description')} />
      <Radio.Group label="Its hosts" {...form.getInputProps('way')}>
        <Stack gap={6} mt={6}>
          <Radio value="CHOSEN" label="are chosen by hand" />
          <Radio value="RULE" label="follow a rule: hosts come and go as they change" />
        </Stack>
      </Radio.Group>
      {values.way === 'RULE' ? (
        <>
          <RuleBuilder
            combination={values.combination}
            conditions={values.conditions}
            error={form.errors['rule']}
            onCombination={(combination) => form.setFieldValue('combination', combination)}
            onConditions={(conditions) => {
              form.clearFieldError('rule');
              form.setFieldValue('conditions', conditions);
            }}
          />
          <Preview rule={isFilledIn(values) ? ruleOf(values) : null} />
        </>
      ) : (
        picker
      )}
      <TargetFields
        value={values.target}
        onChange={(target) => {
          form.clearFieldError('target');
          form.setFieldValue('target', target);
        }}
        error={form.errors['target']}
        description="The score that its hosts have to reach. Of several groups the strictest counts; a target of the host itself comes first."
      />
    </>
  );
}
