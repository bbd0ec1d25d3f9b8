import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSocket } from './socket';

interface Sent {
  type: string;
  id?: string;
  payload?: { variables?: { after?: string | null } };
}

/** A socket whose other end is the test. */
class Fake {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static all: Fake[] = [];
  readyState = 0;
  sent: Sent[] = [];
  onopen?: () => void;
  onclose?: ((event: { code: number; reason: string }) => void) | null;
  onmessage?: (event: { data: string }) => void;
  constructor() {
    Fake.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Sent);
  }
  close(code = 1000, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  says(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  /** The server takes it, and answers the first subscription. */
  async accept() {
    this.readyState = Fake.OPEN;
    this.onopen?.();
    await vi.advanceTimersByTimeAsync(0);
    this.says({ type: 'connection_ack' });
    await vi.advanceTimersByTimeAsync(0);
  }
  get subscribed() {
    return this.sent.find(({ type }) => type === 'subscribe');
  }
}

const QUERY = 'subscription($after: EventPosition) { hostChanged(after: $after) { position } }';
const last = () => Fake.all.at(-1) as Fake;

describe('the socket of subscriptions', () => {
  const onRefused = vi.fn();
  const seen: unknown[] = [];
  let socket: ReturnType<typeof openSocket>;
  beforeEach(async () => {
    vi.useFakeTimers();
    Fake.all = [];
    seen.length = 0;
    onRefused.mockClear();
    socket = openSocket({ url: 'ws://here', onRefused, webSocketImpl: Fake });
    socket.subscribe(
      { query: QUERY, variables: { after: null } },
      { next: ({ data }) => seen.push(data), error: () => undefined, complete: () => undefined },
    );
    await vi.advanceTimersByTimeAsync(0);
    await last().accept();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const tell = (position: string) =>
    last().says({
      type: 'next',
      id: last().subscribed?.id,
      payload: { data: { hostChanged: { position } } },
    });

  it('goes on after the last message when the connection was lost', async () => {
    expect(last().subscribed?.payload?.variables?.after).toBeNull();
    tell('p1');
    tell('p2');
    last().close(1006);
    expect(socket.connection()).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    await last().accept();
    expect(Fake.all).toHaveLength(2);
    expect(last().subscribed?.payload?.variables?.after).toBe('p2');
    expect(socket.connection()).toBe('connected');
    tell('p3');
    expect(seen).toHaveLength(3);
  });

  it('gives a connection up that gives no sign of life, and makes another', async () => {
    tell('p1');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(last().sent.at(-1)?.type).toBe('ping');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(socket.connection()).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    await last().accept();
    expect(Fake.all).toHaveLength(2);
    expect(last().subscribed?.payload?.variables?.after).toBe('p1');
  });

  it('keeps a connection that answers', async () => {
    for (let at = 0; at < 5; at++) {
      await vi.advanceTimersByTimeAsync(15_000);
      last().says({ type: 'pong' });
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(Fake.all).toHaveLength(1);
  });

  it.each([4401, 4403])('says that it is not let in any more: %i', async (code) => {
    last().close(code);
    await vi.advanceTimersByTimeAsync(0);
    expect(onRefused).toHaveBeenCalledOnce();
  });
});
