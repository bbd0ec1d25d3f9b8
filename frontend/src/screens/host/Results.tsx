// What is known of every rule on the host: what needs a look first.
import {
  Group,
  Loader,
  MultiSelect,
  Select,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { usePages } from '@/components/usePages';
import { Severity, SEVERITY_NAMES, severityWord, Verdict } from '@/components/Verdict';
import { VirtualRows } from '@/components/VirtualRows';
import type {
  ResultFilter,
  ResultLineFragment,
  Severity as SeverityName,
  Verdict as VerdictName,
} from '@/graphql/generated/graphql';
import classes from './Compliance.module.css';
import { HostResults, RuleCategories } from './operations';

interface Chosen {
  verdict?: string;
  severity?: string;
  category?: string;
  search?: string;
  section?: string;
  rule?: string;
}

interface Props {
  host: string;
  lens: string | undefined;
  /** Changes when a scan has completed: then the results are asked for again. */
  version: string;
  narrow: boolean;
  onSet: (change: { [Name in keyof Chosen]: string | undefined }) => void;
}

const list = (value: string | undefined) => value?.split(',') ?? [];

export function Results({ host, lens, version, narrow, onSet }: Props) {
  const search = useSearch({ from: '/shell/hosts/$host' });
  const filter: ResultFilter = {
    verdicts: search.verdict ? (list(search.verdict) as VerdictName[]) : null,
    severities: search.severity ? (list(search.severity) as SeverityName[]) : null,
    category: search.category ?? null,
    search: search.search ?? null,
    lens: lens ?? null,
    section: lens ? (search.section ?? null) : null,
  };
  const {
    rows,
    total = 0,
    hasMore,
    stale,
    more,
    error,
    again,
  } = usePages(HostResults, { id: host, filter }, (data) => data.host?.results, version);
  const [cleared, setCleared] = useState(0);
  const clear = () => {
    setCleared((count) => count + 1);
    onSet({
      verdict: undefined,
      severity: undefined,
      category: undefined,
      search: undefined,
      section: undefined,
    });
  };
  return (
    <Stack gap="xs">
      <Filters key={cleared} onSet={onSet} />
      {error && <ErrorPanel error={error} onRetry={again} />}
      {!rows && !error && <Loader aria-label="Loading results" />}
      {rows && (
        <Text size="xs" c="dimmed" role="status" aria-busy={stale}>
          {total} {total === 1 ? 'rule' : 'rules'}
        </Text>
      )}
      {rows?.length === 0 && (
        <EmptyState title="No rule matches">
          <UnstyledButton c="var(--mantine-color-anchor)" td="underline" onClick={clear}>
            Take the filters away
          </UnstyledButton>
        </EmptyState>
      )}
      {rows && rows.length > 0 && (
        <VirtualRows
          label="Results"
          rows={rows}
          total={total}
          rowKey={(row) => row.id}
          height={narrow ? 104 : 54}
          hasMore={hasMore}
          onMore={more}
        >
          {(row) => <Line result={row} onShow={(rule) => onSet({ rule })} />}
        </VirtualRows>
      )}
    </Stack>
  );
}

/** What the rules are narrowed down by, beside the verdicts. A new `key` empties what is typed. */
function Filters({ onSet }: Pick<Props, 'onSet'>) {
  const search = useSearch({ from: '/shell/hosts/$host' });
  const [{ data }] = useQuery({ query: RuleCategories });
  const find = useDebouncedCallback((text: string) => onSet({ search: text || undefined }), 250);
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        data-search
        aria-label="Find rules"
        placeholder="Rule or reason"
        leftSection={<IconSearch size={16} />}
        defaultValue={search.search ?? ''}
        onChange={(event) => find(event.currentTarget.value)}
        style={{ flex: '2 1 180px' }}
      />
      <MultiSelect
        aria-label="Severities"
        placeholder={search.severity ? undefined : 'Every severity'}
        data={SEVERITY_NAMES.map((value) => ({ value, label: severityWord(value) }))}
        value={list(search.severity)}
        onChange={(value) => onSet({ severity: value.join(',') || undefined })}
        clearable
        style={{ flex: '1 1 130px' }}
      />
      <Select
        aria-label="Category"
        placeholder="Every category"
        data={(data?.ruleFacets.categories ?? []).map(({ value }) => value)}
        value={search.category ?? null}
        onChange={(value) => onSet({ category: value ?? undefined })}
        clearable
        style={{ flex: '1 1 130px' }}
      />
    </Group>
  );
}

interface LineProps {
  result: ResultLineFragment;
  onShow: (rule: string) => void;
}

export function Line({ result, onShow }: LineProps) {
  return (
    <div className={classes['line']}>
      <Verdict verdict={result.verdict} />
      <Severity severity={result.severity} />
      <UnstyledButton
        data-opens
        className={`${classes['open']} ${classes['wide']}`}
        onClick={() => onShow(result.ruleKey)}
      >
        <Text
          size="sm"
          className={classes['title']}
          lineClamp={2}
          title={result.rule?.title ?? result.ruleKey}
        >
          {result.rule?.title ?? result.ruleKey}
        </Text>
        <Text size="xs" c="dimmed" truncate title={result.ruleKey}>
          {result.ruleKey}
        </Text>
      </UnstyledButton>
      <Text size="sm" className={classes['wide']} lineClamp={2} title={result.reason}>
        {result.reason}
      </Text>
    </div>
  );
}
