// One result of a scan, as a row of a table and as a card of a narrow screen.
import { Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { Severity, Verdict } from '@/components/Verdict';
import type { ScanResultLineFragment } from '@/graphql/generated/graphql';

interface Props {
  result: ScanResultLineFragment;
  onShow: (rule: string) => void;
}

export function ResultRow({ result, onShow }: Props) {
  return (
    <tr>
      <td>
        <Verdict verdict={result.verdict} />
      </td>
      <td>
        <Severity severity={result.severity} />
      </td>
      <td>
        <RuleLink result={result} onShow={onShow} />
      </td>
      <td>
        <Text size="sm" lineClamp={2} title={result.reason}>
          {result.reason}
        </Text>
        <Place result={result} />
      </td>
    </tr>
  );
}

export function ResultCard({ result, onShow }: Props) {
  return (
    <Stack gap={4} py={8} style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
      <Group justify="space-between">
        <Verdict verdict={result.verdict} />
        <Severity severity={result.severity} />
      </Group>
      <RuleLink result={result} onShow={onShow} />
      <Text size="sm" c="dimmed" lineClamp={3} title={result.reason}>
        {result.reason}
      </Text>
      <Place result={result} />
    </Stack>
  );
}

function RuleLink({ result, onShow }: Props) {
  return (
    <UnstyledButton onClick={() => onShow(result.ruleKey)}>
      <Text size="sm" c="var(--mantine-color-anchor)" td="underline">
        {result.title}
      </Text>
      <Text size="xs" c="dimmed">
        {result.ruleKey}
      </Text>
    </UnstyledButton>
  );
}

/** Where the value that decided comes from. */
function Place({ result }: { result: ScanResultLineFragment }) {
  if (!result.source) return null;
  return (
    <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
      {result.source.path}, line {result.source.line}
    </Text>
  );
}
