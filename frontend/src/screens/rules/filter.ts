// What the rules are narrowed down by, between the address of the page and the API.
import type {
  RuleFilter,
  RuleOrder,
  RuleStanding,
  Severity as SeverityName,
  Verdict as VerdictName,
} from '@/graphql/generated/graphql';

/** The parameters of the address; lists are joined with commas. */
export const RULE_SEARCH = [
  'search',
  'order',
  'severity',
  'category',
  'family',
  'method',
  'verdict',
  'standing',
  'lens',
  'benchmark',
  'section',
] as const;

export type RuleSearch = { [Name in (typeof RULE_SEARCH)[number]]?: string };
export type RuleChange = { [Name in keyof RuleSearch]: string | undefined };

/** The facets: how each is called, and its parameter. */
export type Facet = 'severity' | 'verdict' | 'category' | 'family' | 'method' | 'standing';

export const listOf = (value: string | undefined) => value?.split(',').filter(Boolean) ?? [];
const some = <T extends string>(value: string | undefined) =>
  value ? (listOf(value) as T[]) : null;

export function filterOf(search: RuleSearch): RuleFilter {
  return {
    search: search.search ?? null,
    severities: some<SeverityName>(search.severity),
    verdicts: some<VerdictName>(search.verdict),
    categories: some(search.category),
    families: some(search.family),
    methods: some(search.method),
    standings: some<RuleStanding>(search.standing),
    lens: search.lens ?? null,
    benchmark: search.lens ? (search.benchmark ?? null) : null,
    section: search.lens ? (search.section ?? null) : null,
  };
}

const ORDERS: RuleOrder[] = ['KEY', 'TITLE', 'SEVERITY', 'FAILING'];

/** The order of the address; one that is not known is the usual one. */
export const orderOf = (search: RuleSearch): RuleOrder =>
  ORDERS.find((one) => one === search.order) ?? 'SEVERITY';

/** How many choices there are, beside the search. */
export const choices = (search: RuleSearch) =>
  [
    search.severity,
    search.verdict,
    search.category,
    search.family,
    search.method,
    search.standing,
  ].flatMap(listOf).length;
