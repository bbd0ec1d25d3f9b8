// Why verdicts are not what they were, in words.
import type { TransitionCause } from '@/graphql/generated/graphql';

export const CHANGES: Record<TransitionCause, string> = {
  HOST_CHANGED: 'the host changed',
  RULE_CHANGED: 'the rule changed or is new',
  VALUE_CHANGED: 'another value counts',
  HOST_AND_RULE_CHANGED: 'host and rule changed',
  HOST_AND_VALUE_CHANGED: 'the host changed, another value counts',
  RULE_AND_VALUE_CHANGED: 'the rule changed, another value counts',
  HOST_RULE_AND_VALUE_CHANGED: 'host and rule changed, another value counts',
  ENGINE_CHANGED: 'OpenWatch judges differently now',
  FIRST_SCAN: 'first scan',
};

/** `3 verdicts changed: 2 the host changed, 1 another value counts`. */
export function changesInWords(changes: { cause: TransitionCause; rules: number }[]) {
  const all = changes.reduce((sum, { rules }) => sum + rules, 0);
  if (all === 0) return undefined;
  const what = all === 1 ? '1 verdict changed' : `${all} verdicts changed`;
  const [only, ...others] = changes;
  if (only && others.length === 0) return `${what}: ${CHANGES[only.cause]}`;
  return `${what}: ${changes.map(({ cause, rules }) => `${rules} ${CHANGES[cause]}`).join('; ')}`;
}
