// Everything that a scan found, what needs a look first; filtered here, because all of it is one answer.
import { Group, Loader, MultiSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { EvidenceDrawer } from '@/components/evidence/EvidenceDrawer';
import { More } from '@/components/More';
import { VERDICT_NAMES, verdictWord } from '@/components/Verdict';
import type { ScanResultLineFragment } from '@/graphql/generated/graphql';
import { matching } from './filter';
import { ScanEvidence, ScanResults } from './operations';
import { ResultCard, ResultRow } from './ResultLine';

/** Lines that are shown before somebody asks for more. */
const AT_ONCE = 100;

export function Results({ scan }: { scan: string }) {
  const search = useSearch({ from: '/shell/scans/$scan' });
  const navigate = useNavigate({ from: '/scans/$scan' });
  const [{ data, error }, again] = useQuery({ query: ScanResults, variables: { id: scan } });
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: !('rule' in change) });
  const find = useDebouncedCallback((text: string) => set({ search: text || undefined }), 250);
  if (error && !data) return <ErrorPanel error={error} onRetry={again} />;
  if (!data) return <Loader aria-label="Loading results" />;
  const verdicts = search.verdict?.split(',') ?? [];
  const found = matching(data.scan?.results ?? [], verdicts, search.search ?? '');
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
          value={verdicts}
          onChange={(value) => set({ verdict: value.join(',') || undefined })}
          clearable
          style={{ flex: '1 1 180px' }}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {found.length} {found.length === 1 ? 'rule' : 'rules'}
      </Text>
      <Lines
        key={`${search.verdict}${search.search}`}
        results={found}
        onShow={(rule) => set({ rule })}
      />
      <Shown scan={scan} rule={search.rule} onClose={() => set({ rule: undefined })} />
    </Stack>
  );
}

interface LinesProps {
  results: ScanResultLineFragment[];
  onShow: (rule: string) => void;
}

function Lines({ results, onShow }: LinesProps) {
  const narrow = useMediaQuery('(max-width: 48em)');
  const [count, setCount] = useState(AT_ONCE);
  if (results.length === 0) return <EmptyState title="No rule matches" />;
  const shown = results.slice(0, count);
  return (
    <>
      {narrow ? (
        shown.map((result) => <ResultCard key={result.id} result={result} onShow={onShow} />)
      ) : (
        <Table layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>Verdict</Table.Th>
              <Table.Th w={100}>Severity</Table.Th>
              <Table.Th w="32%">Rule</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((result) => (
              <ResultRow key={result.id} result={result} onShow={onShow} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      <More
        shown={count < results.length}
        loading={false}
        onMore={() => setCount(count + AT_ONCE)}
      />
    </>
  );
}

interface ShownProps {
  scan: string;
  rule: string | undefined;
  onClose: () => void;
}

function Shown({ scan, rule, onClose }: ShownProps) {
  const variables = { id: scan, rule: rule ?? '' };
  const pause = rule === undefined;
  const [{ data, error, fetching }] = useQuery({ query: ScanEvidence, variables, pause });
  const result = data?.scan?.result;
  const shown = result?.ruleKey === rule ? result : fetching || !data ? undefined : null;
  return <EvidenceDrawer opened={!pause} onClose={onClose} error={error} result={shown} />;
}
