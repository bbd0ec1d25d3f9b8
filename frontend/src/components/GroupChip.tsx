// A group by its name, with a dot in its colour: the colour alone says nothing.
import { Badge, ColorSwatch, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { GroupColor } from '@/graphql/generated/graphql';

/** The colour of a group as the style sheet knows it. */
export const colorOf = (color: GroupColor) => `var(--mantine-color-${color.toLowerCase()}-6)`;

export function GroupDot({ color, size = 10 }: { color: GroupColor; size?: number }) {
  return <ColorSwatch color={colorOf(color)} size={size} withShadow={false} aria-hidden />;
}

interface Props {
  group: { id: string; name: string; color: GroupColor };
}

export function GroupChip({ group }: Props) {
  return (
    <Badge
      renderRoot={(props) => <Link {...props} to="/groups/$group" params={{ group: group.id }} />}
      variant="default"
      size="sm"
      tt="none"
      fw={500}
      leftSection={<GroupDot color={group.color} size={8} />}
      style={{ cursor: 'pointer', maxWidth: 180 }}
    >
      <span title={group.name}>{group.name}</span>
    </Badge>
  );
}

export function GroupChips({ groups }: { groups: Props['group'][] }) {
  if (groups.length === 0) return null;
  return (
    <Group gap={4} role="list" aria-label="Groups">
      {groups.map((group) => (
        <span key={group.id} role="listitem" style={{ display: 'inline-flex' }}>
          <GroupChip group={group} />
        </span>
      ))}
    </Group>
  );
}
