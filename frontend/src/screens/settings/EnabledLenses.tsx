// The frameworks through which the organisation looks at its hosts.
import { Button, Checkbox, Group, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { useSession } from '@/app/session';
import { ErrorPanel } from '@/components/ErrorPanel';
import { problemOf } from '@/components/errors';
import { FormError } from '@/components/FormError';
import { AllLensesQuery, SetEnabledLenses } from './query';

export function EnabledLenses() {
  const [{ data, error }, again] = useQuery({ query: AllLensesQuery });
  const [{ fetching }, set] = useMutation(SetEnabledLenses);
  const [draft, setDraft] = useState<string[]>();
  const [problem, setProblem] = useState<string>();
  const { may } = useSession();
  const refresh = () => again({ requestPolicy: 'network-only' });
  if (error && !data) return <ErrorPanel error={error} onRetry={refresh} />;
  if (!data) return <Loader aria-label="Loading the frameworks" />;
  const { lenses } = data;
  const enabled = draft ?? lenses.filter((one) => one.isEnabled).map((one) => one.key);
  const save = async () => {
    const all = enabled.length === lenses.length;
    const { data: answer, error: fault } = await set({
      input: { lenses: all ? null : enabled },
    });
    const stands = problemOf(fault, answer?.setEnabledLenses.errors);
    setProblem(stands);
    if (stands) return;
    setDraft(undefined);
    refresh();
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        Hosts, groups and rules are seen by these. What the others say stays known, and comes back
        with them.
      </Text>
      <Checkbox.Group value={enabled} onChange={setDraft} aria-label="Frameworks that are shown">
        <Stack gap={8}>
          {lenses.map((lens) => (
            <Checkbox
              key={lens.key}
              value={lens.key}
              label={lens.name}
              description={`${lens.rules} rules; fits ${lens.hosts === 1 ? '1 host' : `${lens.hosts} hosts`}`}
              disabled={!may('settings:write')}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <FormError message={problem} />
      {draft && (
        <Group gap="xs">
          <Button size="compact-sm" loading={fetching} onClick={() => void save()}>
            Save
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => {
              setDraft(undefined);
              setProblem(undefined);
            }}
          >
            Cancel
          </Button>
        </Group>
      )}
    </Stack>
  );
}
