// Rules of groups in words.
import type {
  GroupCombination,
  GroupConditionKind,
  GroupLineFragment,
} from '@/graphql/generated/graphql';

export const KINDS: Record<GroupConditionKind, { label: string; is: string; isNot: string }> = {
  TAG: { label: 'Tag', is: 'is', isNot: 'is not' },
  ENVIRONMENT: { label: 'Environment', is: 'is', isNot: 'is not' },
  OS_ID: { label: 'Operating system', is: 'is', isNot: 'is not' },
  OS_VERSION: { label: 'System version', is: 'is', isNot: 'is not' },
  NAME_GLOB: { label: 'Name, by pattern', is: 'matches', isNot: 'does not match' },
  NAME_REGEX: { label: 'Name, by expression', is: 'matches', isNot: 'does not match' },
};

export const COMBINATIONS: Record<GroupCombination, string> = {
  ALL: 'Every condition holds',
  ANY: 'One of the conditions holds',
};

type Rule = NonNullable<GroupLineFragment['rule']>;

/** `tag is web or db, and environment is not test`. */
export function ruleWords({ combination, conditions }: Rule): string {
  const one = ({ kind, isNegated, values }: Rule['conditions'][number]) => {
    const { label, is, isNot } = KINDS[kind];
    return `${label.toLowerCase()} ${isNegated ? isNot : is} ${values.join(' or ')}`;
  };
  return conditions.map(one).join(combination === 'ALL' ? ', and ' : ', or ');
}

/** `1 host`, `3 hosts`. */
export const hostCount = (count: number) => `${count} ${count === 1 ? 'host' : 'hosts'}`;
