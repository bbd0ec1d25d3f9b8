// Everything that a scan found, what needs a look first; filtered here, because all of it is one answer.
import { Group, Loader, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { EvidenceDrawer } from '@/components/evidence/EvidenceDrawer';
import { PagedList } from '@/components/PagedList';
import { wholeList } from '@/components/usePages';
import { VERDICT_NAMES, verdictWord } from '@/components/Verdict';
import type { ScanResultLineFragment } from '@/graphql/generated/graphql';
import { matching } from './filter';
import { ScanEvidence, ScanResults } from './operations';
import { ResultCard, ResultRow } from './ResultLine';

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
      <Lines results={found} onShow={(rule) => set({ rule })} />
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
  const Shown = narrow ? ResultCard : ResultRow;
  return (
    <PagedList
      pages={wholeList(results)}
      label="results"
      count={(total) => `${total} ${total === 1 ? 'rule' : 'rules'}`}
      empty={<EmptyState title="No rule matches" />}
      head={narrow ? undefined : HEAD}
    >
      {(shown) => shown.map((result) => <Shown key={result.id} result={result} onShow={onShow} />)}
    </PagedList>
  );
}

const HEAD = (
  <thead>
    <tr>
      <th style={{ width: 150 }}>Verdict</th>
      <th style={{ width: 100 }}>Severity</th>
      <th style={{ width: '32%' }}>Rule</th>
      <th>Why</th>
    </tr>
  </thead>
);

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
