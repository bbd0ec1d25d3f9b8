// Verdicts and severities: an icon, a word and a colour, never a colour alone.
import { Badge, Group, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconMinus,
  IconUserQuestion,
} from '@tabler/icons-react';
import type { Severity as SeverityName, Verdict as VerdictName } from '@/graphql/generated/graphql';

const VERDICTS = {
  PASS: { word: 'Pass', icon: IconCircleCheck, color: 'light-dark(#1b7a36, #69db7c)' },
  FAIL: { word: 'Fail', icon: IconCircleX, color: 'light-dark(#c92a2a, #ff8787)' },
  ERROR: { word: 'Could not tell', icon: IconAlertTriangle, color: 'light-dark(#a35200, #ffc078)' },
  MANUAL: { word: 'By hand', icon: IconUserQuestion, color: 'light-dark(#1864ab, #74c0fc)' },
  NOT_APPLICABLE: {
    word: 'Not applicable',
    icon: IconMinus,
    color: 'light-dark(#5c6570, #adb5bd)',
  },
} as const;

export const VERDICT_NAMES = Object.keys(VERDICTS) as VerdictName[];

export const verdictWord = (verdict: VerdictName) => VERDICTS[verdict].word;

export function Verdict({ verdict, count }: { verdict: VerdictName; count?: number }) {
  const { word, icon: Icon, color } = VERDICTS[verdict];
  return (
    <Group gap={4} wrap="nowrap" fz="sm" style={{ color }} title={word}>
      <Icon size={16} aria-hidden style={{ flexShrink: 0 }} />
      <Text inherit fw={500} style={{ whiteSpace: 'nowrap' }}>
        {count === undefined ? word : count}
        {count !== undefined && <span style={HIDDEN}> {word}</span>}
      </Text>
    </Group>
  );
}

/** Read aloud, not shown. */
const HIDDEN = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const;

const SEVERITIES = { CRITICAL: 'red', HIGH: 'orange', MEDIUM: 'yellow', LOW: 'gray' } as const;

export const SEVERITY_NAMES = Object.keys(SEVERITIES) as SeverityName[];

export const severityWord = (severity: SeverityName) =>
  severity.charAt(0) + severity.slice(1).toLowerCase();

export function Severity({ severity }: { severity: SeverityName }) {
  return (
    <Badge
      variant="outline"
      color={SEVERITIES[severity]}
      size="sm"
      tt="none"
      style={{ flexShrink: 0 }}
      styles={{ label: { color: 'var(--mantine-color-text)' } }}
    >
      {severityWord(severity)}
    </Badge>
  );
}
