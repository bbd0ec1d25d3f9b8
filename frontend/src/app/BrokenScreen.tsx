// A screen that could not be shown: its code did not come, because the server is away or was updated
// while this page was open, or it has a fault.
import { Alert, Button, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

export function BrokenScreen({ error }: { error: unknown }) {
  const words = error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert" title="This screen did not load">
      Load the page anew: the server may have been updated. If that does not help, tell your
      administrator what it says here: {words}
      <Group mt="xs">
        <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
          Load the page anew
        </Button>
      </Group>
    </Alert>
  );
}
