// Says when what is shown does not follow what happens, because the server cannot be reached.
import { Text } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { socket } from './client';

/** A loss shorter than this, in milliseconds, is nobody's concern. */
const NOTICED = 2000;

export function ConnectionMark() {
  const lost = useSyncExternalStore(socket.listen, socket.connection) === 'lost';
  const [noticed, setNoticed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNoticed(lost), lost ? NOTICED : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <Text
      size="xs"
      role="status"
      c="var(--mantine-color-error)"
      title="The server cannot be reached; it is tried again and again."
    >
      {lost && noticed && 'Not live'}
    </Text>
  );
}
