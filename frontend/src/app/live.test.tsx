// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import {
  Client,
  CombinedError,
  type Exchange,
  gql,
  makeResult,
  type Operation,
  type OperationResult,
  Provider,
} from 'urql';
import { filter, makeSubject, merge, pipe, tap } from 'wonka';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFeed } from './live';

interface Message {
  kind: 'READY' | 'EVENT' | 'CAUGHT_UP' | 'RESYNC';
  position: string;
}
interface Variables {
  hosts?: string[];
  after?: string | null;
  [name: string]: unknown;
}

const FEED = gql<{ changed: Message }, Variables>`
  subscription Changed($hosts: [ID!], $after: EventPosition) {
    changed(hosts: $hosts, after: $after) {
      kind
      position
    }
  }
`;

describe('following', () => {
  let root: Root;
  let client: Client;
  let operations: Operation[];
  let answers: ReturnType<typeof makeSubject<OperationResult>>;
  const refresh = vi.fn();
  const onEvent = vi.fn(() => false);
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    operations = [];
    answers = makeSubject<OperationResult>();
    refresh.mockClear();
    onEvent.mockClear();
    const socket: Exchange = () => (all) =>
      merge([
        pipe(
          all,
          tap((operation) => {
            if (operation.kind === 'subscription') operations.push(operation);
          }),
          filter((operation): operation is never => !operation),
        ),
        answers.source,
      ]);
    client = new Client({ url: 'http://here', preferGetMethod: false, exchanges: [socket] });
    root = createRoot(document.createElement('div'));
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function Follower({ hosts }: { hosts: string[] }) {
    useFeed(FEED, { hosts }, (data) => data.changed, { refresh, onEvent });
    return null;
  }
  const show = (hosts: string[]) =>
    act(async () =>
      root.render(
        <Provider value={client}>
          <Follower hosts={hosts} />
        </Provider>,
      ),
    );
  const last = () => operations.at(-1) as Operation;
  const after = () => (last().variables as Variables).after;
  const say = (kind: Message['kind'], position: string) =>
    act(async () =>
      answers.next(makeResult(last(), { data: { changed: { kind, position } }, hasNext: true })),
    );
  const fail = (error: object) =>
    act(async () => {
      const failed = { ...makeResult(last(), { data: null, hasNext: false }), data: undefined };
      answers.next({ ...failed, error: new CombinedError(error) });
    });
  const pass = () =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(4000);
    });

  it('asks for the page once it is ready, and takes events', async () => {
    await show(['1']);
    expect(after()).toBeNull();
    await say('READY', 'p0');
    expect(refresh).toHaveBeenCalledTimes(1);
    await say('EVENT', 'p1');
    await say('CAUGHT_UP', 'p1');
    expect(onEvent).toHaveBeenCalledTimes(1);
    expect(refresh).toHaveBeenCalledTimes(1);
    onEvent.mockReturnValueOnce(true);
    await say('EVENT', 'p2');
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it('asks for the page when what was missed cannot be had', async () => {
    await show(['1']);
    await say('RESYNC', 'p9');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('goes on where it was after a loss that the socket does not mend', async () => {
    await show(['1']);
    await say('EVENT', 'p1');
    await fail({ networkError: new Error('4400') });
    await pass();
    expect(operations).toHaveLength(2);
    expect(after()).toBe('p1');
  });

  it('begins anew when the server does not go on from there', async () => {
    await show(['1']);
    await say('EVENT', 'p1');
    await fail({ graphQLErrors: ['the position belongs to another filter'] });
    await pass();
    expect(after()).toBeNull();
  });

  it('does not take the position of other variables', async () => {
    await show(['1']);
    await say('EVENT', 'p1');
    await show(['2']);
    expect(after()).toBeNull();
    expect((last().variables as Variables).hosts).toEqual(['2']);
  });
});
