// What is known of every rule on the host: what needs a look first.
import {
  Group,
  Loader,
  MultiSelect,
  Stack,
  Table,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { More } from '@/components/More';
import { Severity, Verdict, VERDICT_NAMES, verdictWord } from '@/components/Verdict';
import type {
  HostPageFragment,
  ResultFilter,
  ResultLineFragment,
  Severity as SeverityName,
  Verdict as VerdictName,
} from '@/graphql/generated/graphql';
import { EvidenceDrawer } from './EvidenceDrawer';
import { HostResults } from './operations';

const SEVERITIES: SeverityName[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
const list = (value: string | undefined) => value?.split(',') ?? [];

export function Compliance({ host }: { host: HostPageFragment }) {
  const search = useSearch({ from: '/shell/hosts/$host' });
  const navigate = useNavigate({ from: '/hosts/$host' });
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const set = (change: Partial<typeof search>) => {
    if (!('rule' in change)) setCursors([null]);
    void navigate({ search: (before) => ({ ...before, ...change }), replace: !('rule' in change) });
  };
  const find = useDebouncedCallback((text: string) => set({ search: text || undefined }), 250);
  if (!host.posture) {
    return (
      <EmptyState title="Not scanned yet">
        The verdicts stand here as soon as the first scan has completed.
      </EmptyState>
    );
  }
  const filter: ResultFilter = {
    verdicts: search.verdict ? (list(search.verdict) as VerdictName[]) : null,
    severities: search.severity ? (list(search.severity) as SeverityName[]) : null,
    search: search.search ?? null,
  };
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-start">
        <TextInput
          aria-label="Find rules"
          placeholder="Rule or reason"
          leftSection={<IconSearch size={16} />}
          defaultValue={search.search ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          style={{ flex: '1 1 180px' }}
        />
        <MultiSelect
          aria-label="Verdicts"
          placeholder={search.verdict ? undefined : 'Every verdict'}
          data={VERDICT_NAMES.map((value) => ({ value, label: verdictWord(value) }))}
          value={list(search.verdict)}
          onChange={(value) => set({ verdict: value.join(',') || undefined })}
          clearable
          style={{ flex: '1 1 180px' }}
        />
        <MultiSelect
          aria-label="Severities"
          placeholder={search.severity ? undefined : 'Every severity'}
          data={SEVERITIES.map((value) => ({
            value,
            label: value.charAt(0) + value.slice(1).toLowerCase(),
          }))}
          value={list(search.severity)}
          onChange={(value) => set({ severity: value.join(',') || undefined })}
          clearable
          style={{ flex: '1 1 180px' }}
        />
      </Group>
      {cursors.map((after, at) => (
        <ResultsPage
          key={`${JSON.stringify(filter)}${after}`}
          host={host.id}
          version={host.posture?.observedAt ?? ''}
          filter={filter}
          after={after}
          last={at === cursors.length - 1}
          onMore={(cursor) => setCursors([...cursors, cursor])}
          onShow={(rule) => set({ rule })}
        />
      ))}
      <EvidenceDrawer host={host.id} rule={search.rule} onClose={() => set({ rule: undefined })} />
    </Stack>
  );
}

interface PageProps {
  host: string;
  /** Changes when a scan has completed: then the results are asked for again. */
  version: string;
  filter: ResultFilter;
  after: string | null;
  last: boolean;
  onMore: (cursor: string) => void;
  onShow: (rule: string) => void;
}

function ResultsPage({ host, version, filter, after, last, onMore, onShow }: PageProps) {
  const variables = { id: host, filter, after };
  const [{ data, error, fetching }, again] = useQuery({ query: HostResults, variables });
  const narrow = useMediaQuery('(max-width: 48em)');
  useEffect(() => again({ requestPolicy: 'network-only' }), [again, version]);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  const results = data?.host?.results;
  if (!results) return <Loader aria-label="Loading results" />;
  if (results.nodes.length === 0 && !after) return <EmptyState title="No rule matches" />;
  const { hasNextPage, endCursor } = results.pageInfo;
  return (
    <>
      {!after && (
        <Text size="xs" c="dimmed">
          {results.totalCount} {results.totalCount === 1 ? 'rule' : 'rules'}
        </Text>
      )}
      {narrow ? (
        results.nodes.map((result) => (
          <ResultCard key={result.id} result={result} onShow={onShow} />
        ))
      ) : (
        <ResultTable results={results.nodes} onShow={onShow} />
      )}
      <More
        shown={last && hasNextPage}
        loading={fetching}
        onMore={() => endCursor && onMore(endCursor)}
      />
    </>
  );
}

interface LinesProps {
  results: ResultLineFragment[];
  onShow: (rule: string) => void;
}

function ResultTable({ results, onShow }: LinesProps) {
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={150}>Verdict</Table.Th>
          <Table.Th w={100}>Severity</Table.Th>
          <Table.Th w="36%">Rule</Table.Th>
          <Table.Th>Why</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {results.map((result) => (
          <Table.Tr key={result.id}>
            <Table.Td>
              <Verdict verdict={result.verdict} />
            </Table.Td>
            <Table.Td>
              <Severity severity={result.severity} />
            </Table.Td>
            <Table.Td>
              <RuleLink result={result} onShow={onShow} />
            </Table.Td>
            <Table.Td>
              <Text size="sm" lineClamp={2}>
                {result.reason}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface LineProps {
  result: ResultLineFragment;
  onShow: (rule: string) => void;
}

function ResultCard({ result, onShow }: LineProps) {
  return (
    <Stack gap={4} py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between">
        <Verdict verdict={result.verdict} />
        <Severity severity={result.severity} />
      </Group>
      <RuleLink result={result} onShow={onShow} />
      <Text size="sm" c="dimmed" lineClamp={3}>
        {result.reason}
      </Text>
    </Stack>
  );
}

function RuleLink({ result, onShow }: LineProps) {
  return (
    <UnstyledButton onClick={() => onShow(result.ruleKey)}>
      <Text size="sm" c="var(--mantine-color-anchor)" td="underline">
        {result.rule?.title ?? result.ruleKey}
      </Text>
      <Text size="xs" c="dimmed">
        {result.ruleKey}
      </Text>
    </UnstyledButton>
  );
}
