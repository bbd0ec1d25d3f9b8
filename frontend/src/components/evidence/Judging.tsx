// How a result came about: the implementation that was taken and the conditions that were looked at, the values
// of variables, pack and version of the rule.
import { Group, List, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import { verdictWord } from '@/components/Verdict';
import type { ResultInFullFragment, VariableOrigin } from '@/graphql/generated/graphql';

const ORIGINS: Record<VariableOrigin, string> = {
  DEFAULT: 'default of the rule',
  PROFILE: 'profile',
  FILE: 'file',
  ORGANISATION: 'organisation',
  GROUP: 'group',
  HOST: 'host',
  REQUEST: 'asked for',
};

export function Judging({ result }: { result: ResultInFullFragment }) {
  const { implementation, variables, strict, pack, ruleVersion } = result;
  return (
    <Stack gap="xs">
      {implementation ? (
        <Chosen implementation={implementation} />
      ) : (
        <Text size="sm">The scan did not write down how it was judged.</Text>
      )}
      {variables.length > 0 && <Variables variables={variables} />}
      {strict && (
        <Text size="sm">
          Strict semantics would say “{verdictWord(strict.verdict)}”: {strict.reason}
        </Text>
      )}
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {pack && `Pack ${pack}`}
        {ruleVersion && (
          <>
            {' · version of the rule '}
            <span className="mono">{ruleVersion}</span>
          </>
        )}
      </Text>
    </Stack>
  );
}

type Choice = NonNullable<ResultInFullFragment['implementation']>;

function Chosen({ implementation }: { implementation: Choice }) {
  const { number, of, why, gates } = implementation;
  const after = number && number < of ? of - number : 0;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {number ? `Way ${number} of ${of} was taken: ${why}.` : `No way was taken: ${why}.`}
      </Text>
      {gates.length > 0 && (
        <List size="sm" spacing={2} center>
          {gates.map((gate) => (
            <List.Item key={gate.implementation} icon={<Held held={gate.held} />}>
              Way {gate.implementation}: {gate.condition}
            </List.Item>
          ))}
        </List>
      )}
      {after > 0 && (
        <Text size="xs" c="dimmed">
          {after === 1 ? 'One more way was' : `${after} more ways were`} not looked at.
        </Text>
      )}
    </Stack>
  );
}

function Held({ held }: { held?: boolean | null | undefined }) {
  const [color, Icon, word] =
    held === true
      ? (['green', IconCheck, 'holds'] as const)
      : held === false
        ? (['gray', IconX, 'does not hold'] as const)
        : (['yellow', IconQuestionMark, 'could not be told'] as const);
  return (
    <ThemeIcon size={18} radius="xl" variant="light" color={color} title={word}>
      <Icon size={12} aria-label={word} />
    </ThemeIcon>
  );
}

function Variables({ variables }: { variables: ResultInFullFragment['variables'] }) {
  return (
    <Table layout="fixed" verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Variable</Table.Th>
          <Table.Th>Value</Table.Th>
          <Table.Th>Comes from</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {variables.map(({ name, value, origin, place }) => (
          <Table.Tr key={name} style={{ overflowWrap: 'anywhere' }}>
            <Table.Td className="mono">{name}</Table.Td>
            <Table.Td className="mono">{value}</Table.Td>
            <Table.Td>
              <Group gap={4}>
                {ORIGINS[origin]} {place}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
