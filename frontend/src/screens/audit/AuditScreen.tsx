// Every event of the log.
import { Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AuditList } from './AuditList';
import { Page } from '@/components/Page';

const KINDS = ['catalogue', 'credential', 'host', 'preference', 'scan', 'session', 'token', 'user'];

export function AuditScreen() {
  const { action } = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  return (
    <Page
      title="Audit"
      actions={
        <Select
          aria-label="Which events"
          placeholder="All events"
          data={KINDS.map((kind) => ({ value: `${kind}.`, label: kind }))}
          value={action ?? null}
          onChange={(value) => void navigate({ search: { action: value ?? undefined } })}
          clearable
          w={170}
        />
      }
    >
      <AuditList filter={{ action: action ?? null }} />
    </Page>
  );
}
