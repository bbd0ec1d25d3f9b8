// The catalogue: every rule that hosts are judged by, to search, to narrow down and to walk by framework.
import { Button, Drawer, Group, Loader, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Page } from '@/components/Page';
import { SectionTree } from '@/components/SectionTree';
import { usePages } from '@/components/usePages';
import { VirtualRows } from '@/components/VirtualRows';
import { Facets } from './Facets';
import { choices, filterOf, orderOf, type RuleChange, type RuleSearch } from './filter';
import { FacetsQuery, LensesQuery, LensSectionsQuery, RulesQuery } from './query';
import { RuleLine } from './RuleLine';
import classes from './RulesScreen.module.css';

export function RulesScreen() {
  const search = useSearch({ from: '/shell/rules' });
  const navigate = useNavigate({ from: '/rules' });
  const narrow = useMediaQuery('(max-width: 62em)') ?? false;
  const filter = filterOf(search);
  const [facets] = useQuery({ query: FacetsQuery, variables: { filter } });
  const set = (change: RuleChange) =>
    void navigate({
      search: (before) => ({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    });
  const find = useDebouncedCallback((text: string) => set({ search: text || undefined }), 200);
  const aside = (
    <Stack gap="md">
      {!narrow && <LensSections search={search} onSet={set} narrow={false} />}
      <Facets facets={facets.data?.ruleFacets} search={search} onSet={set} />
    </Stack>
  );
  return (
    <Page
      title="Rules"
      about="What hosts are judged by."
      actions={
        <Button component={Link} to="/rules/packs" variant="default">
          Own rules
        </Button>
      }
    >
      <Group gap="xs">
        <TextInput
          data-search
          aria-label="Find rules"
          placeholder="Words, an id, a control such as 5.1.20 or AC-6(1)"
          leftSection={<IconSearch size={16} />}
          defaultValue={search.search ?? ''}
          onChange={(event) => find(event.currentTarget.value)}
          style={{ flex: '3 1 260px' }}
        />
        <LensChoice search={search} onSet={set} />
        <NativeSelect
          aria-label="Order"
          data={[
            { value: 'SEVERITY', label: 'Worst first' },
            { value: 'FAILING', label: 'Failing most first' },
            { value: 'TITLE', label: 'By title' },
            { value: 'KEY', label: 'By id' },
          ]}
          value={orderOf(search)}
          onChange={(event) => set({ order: event.currentTarget.value })}
        />
        {narrow && <NarrowFacets count={choices(search)}>{aside}</NarrowFacets>}
      </Group>
      {narrow && <LensSections search={search} onSet={set} narrow />}
      <div className={narrow ? undefined : classes['split']}>
        {!narrow && <aside>{aside}</aside>}
        <Rules search={search} narrow={narrow} />
      </div>
    </Page>
  );
}

function Rules({ search, narrow }: { search: RuleSearch; narrow: boolean }) {
  const navigate = useNavigate({ from: '/rules' });
  const {
    rows,
    total = 0,
    hasMore,
    stale,
    more,
    error,
    again,
  } = usePages(
    RulesQuery,
    { filter: filterOf(search), order: orderOf(search) },
    (data) => data.rules,
  );
  return (
    <Stack gap="xs">
      {error && <ErrorPanel error={error} onRetry={again} />}
      {!rows && !error && <Loader aria-label="Loading rules" />}
      {rows && (
        <Group justify="space-between">
          <Text size="xs" c="dimmed" role="status" aria-busy={stale}>
            {total} {total === 1 ? 'rule' : 'rules'}
          </Text>
          {(choices(search) > 0 || search.search || search.lens) && (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => void navigate({ search: { order: search.order }, replace: true })}
            >
              Show all rules
            </Button>
          )}
        </Group>
      )}
      {rows?.length === 0 && (
        <EmptyState title="No rule matches">
          Every word that is searched for must be in the rule.
        </EmptyState>
      )}
      {rows && rows.length > 0 && (
        <VirtualRows
          label="Rules"
          rows={rows}
          total={total}
          rowKey={(row) => row.id}
          height={narrow ? 76 : 54}
          hasMore={hasMore}
          onMore={more}
        >
          {(row) => <RuleLine rule={row} />}
        </VirtualRows>
      )}
    </Stack>
  );
}

interface LensProps {
  search: RuleSearch;
  onSet: (change: RuleChange) => void;
}

/** By which framework, or which edition of it, the rules are walked. */
function LensChoice({ search, onSet }: LensProps) {
  const [{ data }] = useQuery({ query: LensesQuery });
  const options = (data?.lenses ?? []).flatMap(({ key, name, rules, benchmarks }) =>
    benchmarks.length === 0
      ? [{ value: key, label: `${name} (${rules})` }]
      : benchmarks.map((one) => ({
          value: `${key}/${one.key}`,
          label: `${name} ${one.name} (${one.rules})`,
        })),
  );
  const value = [search.lens, search.lens && search.benchmark].filter(Boolean).join('/');
  const known = options.some((one) => one.value === value);
  return (
    <NativeSelect
      aria-label="Framework"
      data={[
        { value: '', label: 'Every framework' },
        ...(value && !known ? [{ value, label: value }] : []),
        ...options,
      ]}
      value={value}
      onChange={(event) => {
        const [lens, benchmark] = event.currentTarget.value.split('/');
        onSet({ lens: lens || undefined, benchmark, section: undefined });
      }}
    />
  );
}

function LensSections({ search, onSet, narrow }: LensProps & { narrow: boolean }) {
  const variables = { lens: search.lens ?? '', benchmark: search.benchmark ?? null };
  const [{ data }] = useQuery({ query: LensSectionsQuery, variables, pause: !search.lens });
  if (!search.lens || data?.lens?.key !== search.lens) return null;
  return (
    <SectionTree
      key={`${search.lens}${search.benchmark}`}
      label="Sections"
      sections={data.lens.sections}
      chosen={search.section}
      onChoose={(section) => onSet({ section })}
      narrow={narrow}
      figures={({ rules }) => (
        <Text span size="xs" c="dimmed" className="figures">
          {rules}
        </Text>
      )}
    />
  );
}

function NarrowFacets({ count, children }: { count: number; children: React.ReactNode }) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconFilter size={16} />} onClick={open}>
        {count > 0 ? `Filters (${count})` : 'Filters'}
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        title="Filters"
        position="bottom"
        size="80%"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {children}
      </Drawer>
    </>
  );
}
