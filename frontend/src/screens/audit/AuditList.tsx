// Events of the log, newest first: who did what, from where, and what changed.
import { Accordion, Code, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { useExact } from '@/components/time';
import type { AuditFilter, AuditLineFragment } from '@/graphql/generated/graphql';
import { AuditQuery } from './query';

/** Give it a `key` that changes with the filter: it begins with the first page then. */
export function AuditList({ filter }: { filter: AuditFilter }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return cursors.map((after, at) => (
    <AuditPage
      key={after}
      variables={{ filter, after }}
      last={at === cursors.length - 1}
      onMore={(cursor) => setCursors([...cursors, cursor])}
    />
  ));
}

interface PageProps {
  variables: { filter: AuditFilter; after: string | null };
  last: boolean;
  onMore: (cursor: string) => void;
}

function AuditPage({ variables, last, onMore }: PageProps) {
  const [{ data, error, fetching }, again] = useQuery({ query: AuditQuery, variables });
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading events" />;
  const { nodes, pageInfo } = data.audit;
  if (nodes.length === 0) return <EmptyState title="No such events" />;
  return (
    <>
      <Accordion chevronPosition="left" variant="contained">
        {nodes.map((entry) => (
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
      <More
        shown={last && pageInfo.hasNextPage}
        loading={fetching}
        onMore={() => pageInfo.endCursor && onMore(pageInfo.endCursor)}
      />
    </>
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
