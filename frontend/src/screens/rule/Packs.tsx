// Which rule packs a rule is from, and which of their versions counts.
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RuleQuery } from '@/graphql/generated/graphql';

type Pack = NonNullable<RuleQuery['rule']>['packs'][number];

export function Packs({ packs }: { packs: Pack[] }) {
  return (
    <Stack gap={4}>
      {packs.map((one) => (
        <Text key={one.pack.id} size="sm">
          <Link to="/rules/packs/$pack" params={{ pack: one.pack.id }}>
            {one.pack.name}
          </Link>
          {` · in ${one.numbers.length === 1 ? 'version' : 'versions'} ${one.numbers.join(', ')} · ${standing(one)}`}
        </Text>
      ))}
    </Stack>
  );
}

function standing({ pack, isEnabled }: Pack): string {
  if (isEnabled) return `version ${pack.enabledNumber} counts`;
  if (pack.isRemoved) return 'the pack was removed';
  return 'none of them counts';
}
