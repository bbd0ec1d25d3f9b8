// Follows the API. The screen is asked for anew where a message does not tell enough.
import { useEffect, useRef, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { onEnd, pipe, subscribe } from 'wonka';

interface Message {
  kind: 'READY' | 'EVENT' | 'CAUGHT_UP' | 'RESYNC';
  position: string;
}

interface Reactions<Data> {
  /** Asks anew for what is shown, however often it is called at most once a second: see `useThrottled`. */
  refresh: () => void;
  /** The cache knows what the message holds. True when that does not do, and `refresh` is needed. */
  onEvent?: (data: Data) => boolean | null | undefined;
}

/** Follows a subscription that takes `after` and answers with `kind` and `position`. */
export function useFeed<Data, Variables extends AnyVariables & { after?: string | null }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (data: Data) => Message,
  { refresh, onEvent }: Reactions<Data>,
) {
  const client = useClient();
  // A position is good for the variables that it came with.
  const seen = useRef<{ key: string; position: string | null }>({ key: '', position: null });
  const handlers = useRef({ pick, onEvent, refresh });
  useEffect(() => {
    handlers.current = { pick, onEvent, refresh };
  });
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(variables);
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    if (seen.current.key !== key) seen.current = { key, position: null };
    const all = { ...JSON.parse(key), after: seen.current.position } as Variables;
    const tryAgain = () => {
      if (!stopped)
        retry ??= setTimeout(() => setAttempt(attempt + 1), 1000 + Math.random() * 2000);
    };
    const { unsubscribe } = pipe(
      client.subscription(query, all),
      onEnd(tryAgain),
      subscribe(({ data, error }) => {
        // The server does not go on from there: from now on, then.
        if (error?.graphQLErrors.length) seen.current.position = null;
        if (error) tryAgain();
        if (!data) return;
        const message = handlers.current.pick(data);
        seen.current = { key, position: message.position };
        // READY: what happened between the page and the subscription is told by neither.
        if (message.kind === 'READY' || message.kind === 'RESYNC') handlers.current.refresh();
        if (message.kind === 'EVENT' && handlers.current.onEvent?.(data))
          handlers.current.refresh();
      }),
    );
    return () => {
      stopped = true;
      clearTimeout(retry);
      unsubscribe();
    };
  }, [client, query, key, attempt]);
}
