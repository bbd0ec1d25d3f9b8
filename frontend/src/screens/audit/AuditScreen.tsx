// Every event of the log.
import { Group, Select, Stack, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AuditList } from './AuditList';

const KINDS = ['catalogue', 'credential', 'host', 'preference', 'scan', 'session', 'token', 'user'];

export function AuditScreen() {
  const { action } = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h3">
          Audit
        </Title>
        <Select
          aria-label="Which events"
          placeholder="All events"
          data={KINDS.map((kind) => ({ value: `${kind}.`, label: kind }))}
          value={action ?? null}
          onChange={(value) => void navigate({ search: { action: value ?? undefined } })}
          clearable
          w={170}
        />
      </Group>
      <AuditList key={action} filter={{ action: action ?? null }} />
    </Stack>
  );
}
