// What went wrong with a query, and what can be done about it.
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { CombinedError } from 'urql';
import { inWords } from './errors';

export function ErrorPanel({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const { title, words } = inWords(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={title} role="alert" maw={720} my="md">
      {words}
      {onRetry && (
        <Button variant="subtle" size="compact-sm" ml="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
