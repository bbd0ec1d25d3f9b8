// A group as its form holds it.
import type { Change } from '@/components/Meanwhile';
import type {
  GroupColor,
  GroupCombination,
  GroupConditionKind,
  GroupDetailsInput,
  GroupLineFragment,
  GroupRuleInput,
} from '@/graphql/generated/graphql';
import { ruleWords } from '../groups/words';
import {
  NO_TARGET,
  targetInput,
  type TargetValues,
  targetValues,
  targetWords,
} from '../target/values';

export interface ConditionValues {
  /** Tells rows apart while they are added and taken away. */
  key: number;
  kind: GroupConditionKind;
  isNegated: boolean;
  values: string[];
}

export interface GroupValues {
  name: string;
  description: string;
  color: GroupColor;
  way: 'CHOSEN' | 'RULE';
  combination: GroupCombination;
  conditions: ConditionValues[];
  target: TargetValues;
}

export const COLORS: GroupColor[] = [
  'GRAY',
  'RED',
  'ORANGE',
  'YELLOW',
  'GREEN',
  'TEAL',
  'CYAN',
  'BLUE',
  'VIOLET',
  'PINK',
];

export const GROUP_FIELDS = ['name', 'description', 'color', 'rule', 'target', 'hosts'];

let last = 0;

/** A condition to be filled in. */
export const newCondition = (): ConditionValues => ({
  key: ++last,
  kind: 'TAG',
  isNegated: false,
  values: [],
});

export const newGroup = (): GroupValues => ({
  name: '',
  description: '',
  color: 'BLUE',
  way: 'CHOSEN',
  combination: 'ALL',
  conditions: [newCondition()],
  target: NO_TARGET,
});

/** The form of a group that exists. */
export function valuesOf(group: GroupLineFragment): GroupValues {
  const { name, description, color, rule, target } = group;
  return {
    name,
    description,
    color,
    way: rule ? 'RULE' : 'CHOSEN',
    combination: rule?.combination ?? 'ALL',
    conditions: rule
      ? rule.conditions.map((condition) => ({ ...condition, key: ++last }))
      : [newCondition()],
    target: targetValues(target),
  };
}

/** The rule as the API takes it. */
export function ruleOf({ combination, conditions }: GroupValues): GroupRuleInput {
  return {
    combination,
    conditions: conditions.map(({ kind, isNegated, values }) => ({ kind, isNegated, values })),
  };
}

/** Whether every condition says something, so that it is worth a look at what it finds. */
export const isFilledIn = ({ conditions }: GroupValues) =>
  conditions.length > 0 && conditions.every(({ values }) => values.length > 0);

export function detailsOf(values: GroupValues): GroupDetailsInput {
  return {
    name: values.name.trim(),
    description: values.description.trim(),
    color: values.color,
    rule: values.way === 'RULE' ? ruleOf(values) : null,
    target: targetInput(values.target),
  };
}

const LABELS: [string, (group: GroupLineFragment) => string][] = [
  ['Name', (group) => group.name],
  ['Description', (group) => group.description],
  ['Colour', (group) => group.color.toLowerCase()],
  ['Hosts', (group) => (group.rule ? `by rule: ${ruleWords(group.rule)}` : 'chosen by hand')],
  ['Target', (group) => (group.target ? targetWords(group.target) : '')],
];

/** What somebody else changed about a group while its form was open. */
export function changesOf(base: GroupLineFragment, now: GroupLineFragment): Change[] {
  if (base.updatedAt === now.updatedAt) return [];
  return LABELS.map(([label, word]) => ({ label, before: word(base), after: word(now) })).filter(
    ({ before, after }) => before !== after,
  );
}
