// Every event of the log: who did what, from where, and what changed.
import { Accordion, Code, Group, Loader, Select, Stack, Table, Text, Title } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { exact } from '@/components/time';
import { graphql } from '@/graphql/generated';
import type { AuditLineFragment } from '@/graphql/generated/graphql';

const AuditQuery = graphql(`
  query Audit($filter: AuditFilter, $after: String) {
    audit(first: 50, after: $after, filter: $filter) {
      nodes {
        ...AuditLine
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment AuditLine on AuditEntry {
    id
    positionNumber
    recordedAt
    action
    subject
    actor {
      kind
      label
      address
    }
    hosts {
      id
      name
    }
    changes {
      field
      before
      after
    }
  }
`);

const KINDS = ['catalogue', 'credential', 'host', 'preference', 'scan', 'session', 'token', 'user'];

export function AuditScreen() {
  const { action } = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
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
          onChange={(value) => {
            setCursors([null]);
            void navigate({ search: { action: value ?? undefined } });
          }}
          clearable
          w={170}
        />
      </Group>
      {cursors.map((after, at) => (
        <AuditPage
          key={`${action}${after}`}
          variables={{ filter: { action: action ?? null }, after }}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
        />
      ))}
    </Stack>
  );
}

interface PageProps {
  variables: { filter: { action: string | null }; after: string | null };
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
