// An instant: how long ago, and exactly when on hovering.
import { Text } from '@mantine/core';
import { ago, useExact } from './time';

export function Time({ at }: { at: string }) {
  const exact = useExact();
  return (
    <Text
      component="time"
      dateTime={at}
      title={exact(at)}
      size="sm"
      style={{ whiteSpace: 'nowrap' }}
    >
      {ago(at)}
    </Text>
  );
}
