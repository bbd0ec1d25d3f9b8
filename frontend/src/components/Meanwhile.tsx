// Somebody else changed what a person is editing: what it was, what it is now, and whose counts.
import { Alert, Button, Group, List } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';

export interface Change {
  label: string;
  before: string;
  after: string;
}

const quoted = (text: string) => (text ? `“${text}”` : 'nothing');

interface Props {
  what: string;
  changes: Change[];
  /** The fields of the form become what they are now. */
  onTake: () => void;
  /** What is typed in stays, and takes the place of the change when it is saved. */
  onKeep: () => void;
}

export function Meanwhile({ what, changes, onTake, onKeep }: Props) {
  if (changes.length === 0) return null;
  return (
    <Alert
      color="yellow"
      role="alert"
      icon={<IconUsers />}
      title={`Somebody else changed this ${what} while you did`}
    >
      <List size="sm" mb="xs">
        {changes.map(({ label, before, after }) => (
          <List.Item key={label} style={{ overflowWrap: 'anywhere' }}>
            {label}: {quoted(before)} became {quoted(after)}
          </List.Item>
        ))}
      </List>
      Nothing was saved yet. Decide what counts, then save.
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={onTake}>
          Take over these changes
        </Button>
        <Button size="compact-sm" variant="default" onClick={onKeep}>
          Keep what I have here
        </Button>
      </Group>
    </Alert>
  );
}
