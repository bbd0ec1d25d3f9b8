// The score that has to be reached, beside the score that is: with a word, not by colour alone.
import { Group, Text } from '@mantine/core';
import { IconTarget, IconTargetArrow } from '@tabler/icons-react';

interface EffectiveTarget {
  percent: number;
  source: 'HOST' | 'GROUP' | 'ORGANISATION';
  isReached?: boolean | null;
  group?: { name: string } | null;
}

/** Who has set it, in words. */
export function sourceWords({ source, group }: EffectiveTarget) {
  if (source === 'HOST') return 'set for this host';
  if (source === 'GROUP') return group ? `of the group ${group.name}` : 'of a group';
  return 'of the organisation';
}

export function TargetMark({ target }: { target?: EffectiveTarget | null | undefined }) {
  if (!target) return null;
  const missed = target.isReached === false;
  const Icon = missed ? IconTarget : IconTargetArrow;
  const word =
    target.isReached === true ? 'reached' : missed ? 'not reached' : 'nothing judged yet';
  return (
    <Group
      gap={4}
      wrap="nowrap"
      title={`Target ${target.percent} %, ${sourceWords(target)}: ${word}`}
      style={missed ? { color: 'light-dark(#a35200, #ffc078)' } : undefined}
    >
      <Icon size={14} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="xs" inherit fz="xs" style={{ whiteSpace: 'nowrap' }}>
        {missed ? 'below' : 'target'} {target.percent} %
      </Text>
    </Group>
  );
}
