// The values that a rule may be judged with: what they may be, and what each profile asks for.
import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { allowedWords } from '@/components/words';
import type { RuleExplanationFragment } from '@/graphql/generated/graphql';

type Variable = RuleExplanationFragment['variables'][number];

interface Props {
  variables: Variable[];
  /** The profile of the rule that is shown. */
  profile: string | undefined;
}

export function Variables({ variables, profile }: Props) {
  return variables.map((variable) => (
    <Stack key={variable.name} gap={2}>
      <Text size="sm" fw={600}>
        {variable.description}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        <span className="mono">{variable.name}</span> ·{' '}
        {allowedWords(variable.allowed, variable.default)}
      </Text>
      <Table layout="fixed" verticalSpacing={4}>
        <Table.Tbody>
          {variable.profiles.map((one) => (
            <Line
              key={one.profile}
              name={
                one.profile === profile ? (
                  <b>{one.profileName}</b>
                ) : (
                  <Anchor component={Link} to={`/rules/${one.ruleKey}`} size="sm">
                    {one.profileName}
                  </Anchor>
                )
              }
              value={one.value}
              source={one.source}
            />
          ))}
          {variable.profiles.length === 0 && (
            <Line name="Default" value={variable.default} source={variable.defaultSource} />
          )}
        </Table.Tbody>
      </Table>
    </Stack>
  ));
}

function Line(props: { name: React.ReactNode; value: string; source: string }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w="28%" fw={400}>
        <Text size="sm" component="div">
          {props.name}
        </Text>
      </Table.Th>
      <Table.Td>
        <Text size="sm" fw={600} className="figures" style={{ overflowWrap: 'anywhere' }}>
          {props.value}
        </Text>
        <Text size="xs" c="dimmed">
          {props.source}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
