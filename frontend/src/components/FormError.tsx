// What stands in the way of a whole form.
import { Alert } from '@mantine/core';

export function FormError({ message }: { message?: string | undefined }) {
  if (!message) return null;
  return (
    <Alert color="red" role="alert">
      {message}
    </Alert>
  );
}
