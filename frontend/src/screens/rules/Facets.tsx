// What the rules can be narrowed down by, each value with how many rules there would be.
import { Checkbox, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { severityWord, verdictWord } from '@/components/Verdict';
import type {
  FacetFragment,
  RuleFacetsQuery,
  Severity,
  Verdict,
} from '@/graphql/generated/graphql';
import { type Facet, listOf, type RuleChange, type RuleSearch } from './filter';

const FAMILIES: Record<string, string> = { debian: 'Debian', ubuntu: 'Ubuntu', rhel: 'RHEL' };

const FACETS: {
  facet: Facet;
  title: string;
  from: Exclude<keyof RuleFacetsQuery['ruleFacets'], '__typename'>;
  name: (value: string) => string;
}[] = [
  {
    facet: 'severity',
    title: 'Severity',
    from: 'severities',
    name: (value) => severityWord(value as Severity),
  },
  {
    facet: 'verdict',
    title: 'On some host',
    from: 'verdicts',
    name: (value) => verdictWord(value as Verdict),
  },
  { facet: 'category', title: 'Category', from: 'categories', name: (value) => value },
  {
    facet: 'family',
    title: 'System',
    from: 'families',
    name: (value) => FAMILIES[value] ?? value,
  },
  {
    facet: 'method',
    title: 'Judged by',
    from: 'methods',
    name: (value) => value.replaceAll('_', ' '),
  },
  {
    facet: 'standing',
    title: 'Counts',
    from: 'standings',
    name: (value) => (value === 'RETIRED' ? 'No more: retired' : 'Yes'),
  },
];

/** The order in which severities and verdicts are thought of. */
const ORDER = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'FAIL', 'ERROR', 'MANUAL', 'PASS'];
const rank = (value: string) => (ORDER.indexOf(value) + ORDER.length + 1) % (ORDER.length + 1);

/** Values of a facet that are shown before somebody asks for all. */
const SHOWN = 14;

interface Props {
  facets: RuleFacetsQuery['ruleFacets'] | undefined;
  search: RuleSearch;
  onSet: (change: RuleChange) => void;
}

export function Facets({ facets, search, onSet }: Props) {
  return (
    <Stack gap="md" role="group" aria-label="Filters">
      {FACETS.map(({ facet, title, from, name }) => (
        <Values
          key={facet}
          title={title}
          values={facets?.[from] ?? []}
          name={name}
          chosen={listOf(search[facet])}
          onChoose={(chosen) => onSet({ [facet]: chosen.join(',') || undefined } as RuleChange)}
        />
      ))}
    </Stack>
  );
}

interface ValuesProps {
  title: string;
  values: FacetFragment[];
  name: (value: string) => string;
  chosen: string[];
  onChoose: (chosen: string[]) => void;
}

function Values({ title, values, name, chosen, onChoose }: ValuesProps) {
  const [all, setAll] = useState(false);
  const useful = values
    .filter(({ value, rules }) => rules > 0 || chosen.includes(value))
    .sort(
      (one, other) => rank(one.value) - rank(other.value) || one.value.localeCompare(other.value),
    );
  if (useful.length === 0) return null;
  const shown = all
    ? useful
    : useful.filter(({ value }, at) => at < SHOWN || chosen.includes(value));
  return (
    <Checkbox.Group value={chosen} onChange={onChoose} label={title}>
      <Stack gap={4} mt={4}>
        {shown.map(({ value, rules }) => (
          <Group key={value} justify="space-between" wrap="nowrap" gap="xs">
            <Checkbox size="xs" value={value} label={name(value)} />
            <Text size="xs" c="dimmed" className="figures">
              {rules}
            </Text>
          </Group>
        ))}
        {useful.length > shown.length && (
          <UnstyledButton onClick={() => setAll(true)}>
            <Text size="xs" c="var(--mantine-color-anchor)" td="underline">
              {useful.length - shown.length} more
            </Text>
          </UnstyledButton>
        )}
      </Stack>
    </Checkbox.Group>
  );
}
