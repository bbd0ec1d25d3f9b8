// A target as its fields hold it, and in words.
import type { TargetInput } from '@/graphql/generated/graphql';

export interface TargetValues {
  score: number | '';
  frameworks: { framework: string; score: number | '' }[];
}

interface Target {
  score?: number | null;
  frameworks: { framework: string; score: number }[];
}

/** The frameworks that have names of their own; others are shown as they are called. */
export const FRAMEWORKS: Record<string, string> = {
  cis: 'CIS',
  stig: 'STIG',
  nist_800_53: 'NIST 800-53',
  nist_800_171: 'NIST 800-171',
  pci_dss_4: 'PCI DSS 4',
};

export const NO_TARGET: TargetValues = { score: '', frameworks: [] };

export function targetValues(target?: Target | null): TargetValues {
  if (!target) return NO_TARGET;
  return {
    score: target.score ?? '',
    frameworks: target.frameworks.map(({ framework, score }) => ({ framework, score })),
  };
}

/** What the API takes; nothing when no score is given. */
export function targetInput({ score, frameworks }: TargetValues): TargetInput | null {
  const named = frameworks.filter((one) => one.framework !== '' && one.score !== '');
  if (score === '' && named.length === 0) return null;
  return {
    score: score === '' ? null : score,
    frameworks: named.map((one) => ({ framework: one.framework, score: Number(one.score) })),
  };
}

/** `90 %, CIS 95 %`. */
export function targetWords(target: Target): string {
  const single = target.frameworks.map(
    ({ framework, score }) => `${FRAMEWORKS[framework] ?? framework} ${score} %`,
  );
  return [...(target.score ? [`${target.score} %`] : []), ...single].join(', ');
}
