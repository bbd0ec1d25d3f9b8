// The WebSocket that subscriptions come through. A connection that breaks or falls silent is made anew, and
// what is followed goes on after the last message that came: nothing is missed, nothing comes twice.
import {
  createClient,
  type FormattedExecutionResult,
  type Sink,
  type SubscribePayload,
} from 'graphql-ws';

/** After this long without a word the server is asked for a sign of life, in milliseconds. */
const QUIET = 15_000;
/** The sign has to come within this time. */
const PATIENCE = 5_000;
/** Between two tries to connect at most this time goes by. */
const LONGEST_WAIT = 10_000;

/** Whether what is shown follows what happens. `idle`: nothing is followed. */
export type Connection = 'idle' | 'connected' | 'lost';

interface Options {
  url: string;
  /** The server does not let this browser in any more (4401, 4403): the session may have ended. */
  onRefused: () => void;
  webSocketImpl?: unknown;
}

export function openSocket({ url, onRefused, webSocketImpl }: Options) {
  let state: Connection = 'idle';
  let givingUp: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const become = (next: Connection) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const client = createClient({
    url,
    webSocketImpl,
    lazy: true,
    // One screen gives way to the next: the socket stays for it.
    lazyCloseTimeout: 10_000,
    keepAlive: QUIET,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait,
    shouldRetry: () => true,
    on: {
      connected: () => become('connected'),
      ping: (received) => {
        // A connection that is dead says nothing, not even that it is closed.
        if (!received) givingUp = setTimeout(() => client.terminate(), PATIENCE);
      },
      pong: (received) => {
        if (received) clearTimeout(givingUp);
      },
      closed: (event) => {
        clearTimeout(givingUp);
        const { code } = event as CloseEvent;
        become(code === 1000 ? 'idle' : 'lost');
        if (code === 4401 || code === 4403) onRefused();
      },
    },
  });
  return {
    subscribe: (payload: SubscribePayload, sink: Sink<FormattedExecutionResult>) =>
      client.subscribe(...resumable(payload, sink)),
    connection: () => state,
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The subscription as it is asked for after a loss: from the position of the last message on. */
function resumable(
  payload: SubscribePayload,
  sink: Sink<FormattedExecutionResult>,
): [SubscribePayload, Sink<FormattedExecutionResult>] {
  // The client sends the payload anew with each connection, as it is then.
  const variables: Record<string, unknown> = { ...payload.variables };
  const resumes = payload.query.includes('$after');
  const next = (result: FormattedExecutionResult) => {
    const position = positionOf(result.data);
    if (resumes && position) variables['after'] = position;
    sink.next(result);
  };
  return [
    { ...payload, variables },
    { next, error: (error) => sink.error(error), complete: () => sink.complete() },
  ];
}

function positionOf(data: unknown): string | undefined {
  for (const message of Object.values(data ?? {})) {
    const { position } = (message ?? {}) as { position?: unknown };
    if (typeof position === 'string') return position;
  }
  return undefined;
}

/** Waits longer from try to try, each browser for another time; and no longer once there is a network again. */
function retryWait(tries: number): Promise<void> {
  const longest = Math.min(LONGEST_WAIT, 500 * 2 ** tries);
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', go);
      resolve();
    };
    const timer = setTimeout(go, Math.random() * longest);
    globalThis.addEventListener?.('online', go);
  });
}
