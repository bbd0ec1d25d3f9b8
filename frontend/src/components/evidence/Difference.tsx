// What was otherwise at the last result that was another one: both instants, and the lines that differ.
import { Code, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useExact } from '@/components/time';
import { Verdict } from '@/components/Verdict';
import type { PastResultFragment, ResultInFullFragment } from '@/graphql/generated/graphql';
import { differences, type Piece } from './text';

const LOOK: Record<Piece['kind'], { sign: string; color?: string; background?: string }> = {
  same: { sign: ' ' },
  gone: {
    sign: '-',
    color: 'light-dark(#a51111, #ffa8a8)',
    background: 'light-dark(#fff0f0, #3b1c1c)',
  },
  new: {
    sign: '+',
    color: 'light-dark(#14602a, #8ce99a)',
    background: 'light-dark(#ebfbee, #17321d)',
  },
};

interface Props {
  now: ResultInFullFragment;
  before: PastResultFragment;
}

export function Difference({ now, before }: Props) {
  const exact = useExact();
  const pieces = differences(before, now);
  return (
    <Stack gap={4}>
      <Title order={4} size="h6" mt="xs">
        What was otherwise before
      </Title>
      <Group gap={6}>
        <Text size="xs" c="dimmed">
          − as of{' '}
          {before.scan ? (
            <Link to="/scans/$scan" params={{ scan: before.scan.id }}>
              {exact(before.checkedAt)}
            </Link>
          ) : (
            exact(before.checkedAt)
          )}
        </Text>
        <Verdict verdict={before.verdict} />
      </Group>
      <Group gap={6}>
        <Text size="xs" c="dimmed">
          + as of {exact(now.checkedAt)}
        </Text>
        <Verdict verdict={now.verdict} />
      </Group>
      <Code
        block
        tabIndex={0}
        aria-label="Lines that differ"
        style={{ maxHeight: 400, overflow: 'auto', padding: 0 }}
      >
        {pieces.map((piece, at) => (
          <span
            key={at}
            style={{
              display: 'block',
              whiteSpace: 'pre-wrap',
              overflowWrap: 'anywhere',
              padding: '0 8px',
              color: LOOK[piece.kind].color,
              background: LOOK[piece.kind].background,
            }}
          >
            {piece.lines.map((line) => `${LOOK[piece.kind].sign} ${line}`).join('\n')}
          </span>
        ))}
      </Code>
    </Stack>
  );
}
