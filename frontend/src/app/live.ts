// Follows the API from the last position that was seen. A broken connection is taken up again where it
// broke, so that a live list shows every line once.
import { useEffect, useRef, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { pipe, subscribe } from 'wonka';

interface Message {
  kind: 'READY' | 'EVENT' | 'CAUGHT_UP' | 'RESYNC';
  position: string;
}

/**
 * Follows a subscription that takes `after` and answers with `kind` and `position`.
 * `onResync` is called when what was missed cannot be had any more: query again.
 */
export function useFeed<Data, Variables extends AnyVariables & { after?: string | null }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (data: Data) => Message,
  onEvent: (data: Data) => void,
  onResync: () => void,
  /** Called when following begins: what happened since the page was asked for is not told. */
  onReady?: () => void,
) {
  const client = useClient();
  // A position is good for the variables that it came with.
  const seen = useRef<{ key: string; position: string | null }>({ key: '', position: null });
  const handlers = useRef({ pick, onEvent, onResync, onReady });
  useEffect(() => {
    handlers.current = { pick, onEvent, onResync, onReady };
  });
  const [live, setLive] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(variables);
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    if (seen.current.key !== key) seen.current = { key, position: null };
    const all = { ...JSON.parse(key), after: seen.current.position } as Variables;
    const { unsubscribe } = pipe(
      client.subscription(query, all),
      subscribe(({ data, error }) => {
        if (error) {
          setLive(false);
          retry ??= setTimeout(() => setAttempt((count) => count + 1), 1000 + Math.random() * 2000);
        }
        if (!data) return;
        const message = handlers.current.pick(data);
        seen.current = { key, position: message.position };
        setLive(true);
        if (message.kind === 'EVENT') handlers.current.onEvent(data);
        if (message.kind === 'READY') handlers.current.onReady?.();
        if (message.kind === 'RESYNC') handlers.current.onResync();
      }),
    );
    return () => {
      clearTimeout(retry);
      unsubscribe();
    };
  }, [client, query, key, attempt]);
  return live;
}
