// The verdicts with their counts; each is a switch that leaves only rules that ended so.
import { Group, Text, UnstyledButton } from '@mantine/core';
import type { Verdict as VerdictName } from '@/graphql/generated/graphql';
import type { Totals } from './Score';
import { Verdict, VERDICT_NAMES } from './Verdict';
import classes from './VerdictFilter.module.css';

const COUNTS: Record<VerdictName, keyof Totals> = {
  PASS: 'pass',
  FAIL: 'fail',
  ERROR: 'error',
  MANUAL: 'manual',
  NOT_APPLICABLE: 'notApplicable',
};

interface Props {
  totals: Totals;
  chosen: VerdictName[];
  onChoose: (verdicts: VerdictName[]) => void;
}

export function VerdictFilter({ totals, chosen, onChoose }: Props) {
  const turn = (verdict: VerdictName) =>
    onChoose(
      chosen.includes(verdict) ? chosen.filter((one) => one !== verdict) : [...chosen, verdict],
    );
  // Zero of these is worth saying; zero of the others is not.
  const isShown = (verdict: VerdictName) =>
    ['PASS', 'FAIL', 'ERROR'].includes(verdict) ||
    totals[COUNTS[verdict]] ||
    chosen.includes(verdict);
  return (
    <Group gap={6} role="group" aria-label="Verdicts">
      {VERDICT_NAMES.filter(isShown).map((verdict) => (
        <UnstyledButton
          key={verdict}
          className={classes['chip']}
          aria-pressed={chosen.includes(verdict)}
          disabled={!totals[COUNTS[verdict]] && !chosen.includes(verdict)}
          onClick={() => turn(verdict)}
        >
          <Verdict verdict={verdict} />
          <Text span size="sm" fw={600} className="figures">
            {totals[COUNTS[verdict]] ?? 0}
          </Text>
        </UnstyledButton>
      ))}
    </Group>
  );
}
