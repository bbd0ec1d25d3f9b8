// An instant: how long ago, as time goes by, and exactly when on hovering.
import { Text } from '@mantine/core';
import { ago, useExact, useTick } from './time';

export function Time({ at }: { at: string }) {
  const exact = useExact();
  useTick();
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
