// "What if": what other rules would have said of what the scan collected. Asking changes nothing.
import {
  Badge,
  Group,
  Loader,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Title,
} from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { EmptyState } from '@/components/EmptyState';
import { ErrorPanel } from '@/components/ErrorPanel';
import { Counts, Score } from '@/components/Score';
import { Severity, Verdict } from '@/components/Verdict';
import type {
  ScanPageFragment,
  SideFragment,
  WhatIfQuery,
  WhatIfRuleFragment,
} from '@/graphql/generated/graphql';
import { LensesQuery } from '../rules/query';
import { WhatIf } from './operations';
import { CAUSES } from './words';

/** Between values in the address: none of them may hold it. */
const SEPARATOR = ';';

const nameOf = (pair: string) => pair.split('=', 1)[0]?.trim() ?? '';

export function WhatIfPanel({ scan }: { scan: ScanPageFragment }) {
  const { framework, rules, values } = useSearch({ from: '/shell/scans/$scan' });
  const navigate = useNavigate({ from: '/scans/$scan' });
  const set = (change: {
    framework?: string | undefined;
    rules?: string | undefined;
    values?: string | undefined;
  }) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [lenses] = useQuery({ query: LensesQuery });
  const frameworks = (lenses.data?.lenses ?? []).map(({ key, name }) => ({
    value: key,
    label: name,
  }));
  if (!scan.hasFacts) {
    return (
      <EmptyState title="This scan kept no facts">
        It was made by a version that did not keep what it collected. Scan the host again.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        What the scan collected is judged again, by the rules that you choose here. The host is not
        touched and nothing is written down, so no verdict differs because of the host.
      </Text>
      <Group gap="xs">
        <Select
          aria-label="Framework"
          placeholder="Every rule"
          data={frameworks}
          value={framework ?? null}
          onChange={(value) => set({ framework: value ?? undefined })}
          clearable
        />
        <SegmentedControl
          aria-label="Rules"
          value={rules ?? 'now'}
          onChange={(value) => set({ rules: value === 'now' ? undefined : value })}
          data={[
            { value: 'now', label: 'Rules of today' },
            { value: 'then', label: 'Rules of that time' },
          ]}
        />
        <TagsInput
          aria-label="Values of variables"
          placeholder="Other values: name=value, Enter"
          value={values?.split(SEPARATOR) ?? []}
          onChange={(pairs) => set({ values: pairs.join(SEPARATOR) || undefined })}
          isDuplicate={(pair, known) => known.some((one) => nameOf(one) === nameOf(pair))}
          splitChars={[';']}
          style={{ flex: '1 1 260px' }}
        />
      </Group>
      <Answer
        scan={scan.id}
        framework={framework ?? null}
        catalogue={rules === 'then' ? (scan.catalogue ?? null) : null}
        values={values?.split(SEPARATOR) ?? []}
      />
    </Stack>
  );
}

interface AnswerProps {
  scan: string;
  framework: string | null;
  catalogue: string | null;
  /** `name=value`, each. */
  values: string[];
}

function Answer({ scan, framework, catalogue, values }: AnswerProps) {
  const given = values.map((pair) => ({
    name: nameOf(pair),
    value: pair.slice(nameOf(pair).length + 1).trim(),
  }));
  const variables = { scan, selection: { framework }, catalogue, variables: given };
  const [{ data, error, fetching }] = useQuery({ query: WhatIf, variables });
  if (fetching) return <Loader aria-label="Judging again" />;
  if (error) return <ErrorPanel error={error} />;
  if (!data?.rejudge) return <EmptyState title="This scan has no result" />;
  const { before, after, causes, rules } = data.rejudge;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Judged title="Then" side={before} />
        <Judged title="What if" side={after} />
      </SimpleGrid>
      <Causes causes={causes} />
      <Stack gap={0}>
        {rules.map((rule) => (
          <RuleLine key={rule.ruleKey} rule={rule} />
        ))}
      </Stack>
    </Stack>
  );
}

function Judged({ title, side }: { title: string; side: SideFragment }) {
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <Stack gap={6}>
        <Score totals={side.totals} />
        <Counts totals={side.totals} />
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {side.framework ? `rules of ${side.framework}` : 'every rule'} of the pack {side.pack}{' '}
          <span className="mono">{side.catalogue.slice(0, 12)}</span>
          {side.engineVersion && ` · OpenWatch ${side.engineVersion}`}
        </Text>
      </Stack>
    </Paper>
  );
}

type Counted = NonNullable<WhatIfQuery['rejudge']>['causes'];

function Causes({ causes }: { causes: Counted }) {
  const differ = causes.filter(({ cause }) => cause !== 'NOT_SELECTED');
  const left = causes.find(({ cause }) => cause === 'NOT_SELECTED');
  const count = differ.reduce((sum, one) => sum + one.count, 0);
  return (
    <Group gap="xs" role="status">
      <Text size="sm">
        {count === 0 ? 'No verdict differs' : count === 1 ? 'One differs' : `${count} differ`}
        {left && `, ${left.count} rules are left out`}.
      </Text>
      {differ.map((one) => (
        <Badge key={one.cause} variant="default" tt="none">
          {one.count} × {CAUSES[one.cause]}
        </Badge>
      ))}
    </Group>
  );
}

function RuleLine({ rule }: { rule: WhatIfRuleFragment }) {
  const { before, after, cause } = rule;
  return (
    <Stack gap={4} py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between" gap="xs">
        <div style={{ flex: '1 1 240px', minWidth: 0 }}>
          <Text size="sm">{rule.title}</Text>
          <Text size="xs" c="dimmed">
            {rule.ruleKey}
          </Text>
        </div>
        <Severity severity={rule.severity} />
        <Group gap="xs">
          {before ? <Verdict verdict={before.verdict} /> : <Text size="sm">not judged</Text>}
          <IconArrowRight size={16} aria-label="becomes" />
          {after ? <Verdict verdict={after.verdict} /> : <Text size="sm">not judged</Text>}
        </Group>
        {cause && (
          <Badge variant="default" tt="none">
            {CAUSES[cause]}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" lineClamp={3} title={(after ?? before)?.reason}>
        {(after ?? before)?.reason}
      </Text>
    </Stack>
  );
}
