// One group in the list.
import { Badge, Card, Group, SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { GroupDot } from '@/components/GroupChip';
import { InMaintenance } from '@/components/InMaintenance';
import { Counts, Score } from '@/components/Score';
import type { GroupLineFragment } from '@/graphql/generated/graphql';
import { BringBackGroup } from '../group/BringBackGroup';
import { targetWords } from '../target/values';
import { hostCount, ruleWords } from './words';

export function GroupCard({ group }: { group: GroupLineFragment }) {
  const { rollUp } = group;
  return (
    <Card withBorder padding="sm" mb="xs">
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" verticalSpacing={6}>
        <div style={{ minWidth: 0 }}>
          <Group gap={8} wrap="nowrap">
            <GroupDot color={group.color} />
            <Link to="/groups/$group" params={{ group: group.id }}>
              {group.name}
            </Link>
            {group.maintenance && <InMaintenance reasons={[group.maintenance]} />}
            {group.status === 'REMOVED' && (
              <Badge color="gray" variant="outline" size="sm" tt="none">
                Removed
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {group.rule ? `by rule: ${ruleWords(group.rule)}` : 'hosts chosen by hand'}
          </Text>
          {group.description && <Text size="xs">{group.description}</Text>}
          {group.status === 'REMOVED' && <BringBackGroup group={group} />}
        </div>
        <div>
          <Text size="sm">{hostCount(rollUp.hosts)}</Text>
          {rollUp.unscanned > 0 && (
            <Text size="xs" c="dimmed">
              {rollUp.unscanned} not scanned yet
            </Text>
          )}
          <BelowTarget rollUp={rollUp} />
          {group.target && (
            <Text size="xs" c="dimmed">
              target {targetWords(group.target)}
            </Text>
          )}
        </div>
        {rollUp.hosts > rollUp.unscanned && (
          <div>
            <Score totals={rollUp.totals} />
            <Counts totals={rollUp.totals} />
          </div>
        )}
      </SimpleGrid>
    </Card>
  );
}

/** How many hosts miss the target that counts for them. */
export function BelowTarget({ rollUp }: { rollUp: GroupLineFragment['rollUp'] }) {
  const { targeted, belowTarget } = rollUp;
  if (!targeted || belowTarget === null) return null;
  const missed = belowTarget > 0;
  return (
    <Text size="xs" fw={missed ? 600 : 400} c={missed ? 'light-dark(#a35200, #ffc078)' : 'dimmed'}>
      {missed ? `${belowTarget} of ${targeted} below target` : 'all at their target'}
    </Text>
  );
}
