// The variables of rules in one place: what benchmarks ask for, what counts here, and who set it.
import { Group, Loader, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import type { VariableLineFragment } from '@/graphql/generated/graphql';
import { VariablesQuery } from './operations';
import { type Place, scopeOf, useSetVariable } from './place';
import { VariableLine } from './VariableLine';

export function VariableList({ place, active = true }: { place: Place; active?: boolean }) {
  const [find, setFind] = useState('');
  const [onlySet, setOnlySet] = useState(false);
  const set = useSetVariable(place);
  const [{ data, error }, again] = useQuery({
    query: VariablesQuery,
    variables: scopeOf(place),
  });
  const refresh = () => again({ requestPolicy: 'network-only' });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the variables" />;
  const shown = data.variables.filter(
    (variable) => matches(variable, find) && (!onlySet || variable.values.length > 0),
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {ABOUT[place.kind]} A value counts from the next scan on, and is told with each result.
      </Text>
      <Group gap="sm">
        <TextInput
          aria-label="Find variables"
          placeholder="Name, purpose, rule"
          leftSection={<IconSearch size={16} />}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <Switch
          label="Only those that are set"
          checked={onlySet}
          onChange={(event) => setOnlySet(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed" role="status">
          {shown.length} of {data.variables.length}
        </Text>
      </Group>
      {shown.length === 0 && <EmptyState title="No variables here" />}
      <Stack gap="xs" role="list" aria-label="Variables">
        {shown.map((variable) => (
          <VariableLine
            key={variable.name}
            place={place}
            variable={variable}
            onSet={
              set && active
                ? async (value) => {
                    const problem = await set(variable.name, value);
                    if (!problem) refresh();
                    return problem;
                  }
                : undefined
            }
          />
        ))}
      </Stack>
    </Stack>
  );
}

const ABOUT = {
  ORGANISATION: 'Values for every host that has no nearer one: of a group, or of its own.',
  GROUP: 'Values for the hosts of this group. They come before those of the organisation.',
  HOST: 'Values for this host alone. They come before those of its groups and of the organisation.',
} as const;

function matches({ name, description, ruleKeys }: VariableLineFragment, find: string) {
  const text = [name, description, ...ruleKeys].join(' ').toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
