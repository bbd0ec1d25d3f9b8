// What went wrong with a query, in the words of the API.
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { CombinedError } from 'urql';

export function ErrorPanel({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const denied = error.graphQLErrors.some((one) => one.extensions?.['code'] === 'FORBIDDEN');
  const title = error.networkError
    ? 'The server does not answer'
    : denied
      ? 'You may not see this'
      : 'This did not work';
  const words = error.networkError
    ? 'Check your connection; this page tries again when you ask it to.'
    : error.graphQLErrors.map((one) => one.message).join('; ');
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
