// Events of the log, newest first: who did what, from where, and what changed.
import { Accordion, Code, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/components/EmptyState';
import { PagedList } from '@/components/PagedList';
import { useExact } from '@/components/time';
import { usePages } from '@/components/usePages';
import type { AuditFilter, AuditLineFragment } from '@/graphql/generated/graphql';
import { AuditQuery } from './query';

export function AuditList({ filter }: { filter: AuditFilter }) {
  const pages = usePages(AuditQuery, { filter }, (data) => data.audit);
  return (
    <PagedList pages={pages} label="events" empty={<EmptyState title="No such events" />}>
      {(entries) => (
        <Accordion chevronPosition="left" variant="contained">
          {entries.map((entry) => (
            <Accordion.Item key={entry.id} value={entry.id}>
              <Accordion.Control>
                <Headline entry={entry} />
              </Accordion.Control>
              <Accordion.Panel>
                <Details entry={entry} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </PagedList>
  );
}

function Headline({ entry }: { entry: AuditLineFragment }) {
  const exact = useExact();
  const { actor } = entry;
  return (
    <Group gap="xs" justify="space-between">
      <Group gap="xs">
        <Text size="xs" c="dimmed" w={44} ta="right">
          {entry.positionNumber}
        </Text>
        <Code>{entry.action}</Code>
        <Text size="sm">
          {actor.label}
          {actor.address && ` from ${actor.address}`}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {exact(entry.recordedAt)}
      </Text>
    </Group>
  );
}

const show = (value: unknown) =>
  value === null || value === undefined
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

function Details({ entry }: { entry: AuditLineFragment }) {
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">
        {entry.subject}
        {entry.hosts.map((host) => (
          <span key={host.id}>
            {' · '}
            <Link to="/hosts/$host" params={{ host: host.id }}>
              {host.name}
            </Link>
          </span>
        ))}
      </Text>
      <Table.ScrollContainer minWidth={300} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entry.changes.map((change) => (
              <Table.Tr key={change.field}>
                <Table.Td className="mono">{change.field}</Table.Td>
                <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {show(change.before)}
                </Table.Td>
                <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {show(change.after)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
