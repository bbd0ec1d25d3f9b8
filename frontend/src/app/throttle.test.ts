import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttle } from './throttle';

describe('many wishes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are granted soon, and then once a second, the last one included', async () => {
    const call = vi.fn();
    const { wish } = throttle();
    wish(call);
    await vi.advanceTimersByTimeAsync(200);
    expect(call).toHaveBeenCalledTimes(1);
    for (let at = 0; at < 300; at++) {
      wish(call);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(call.mock.calls.length).toBeLessThanOrEqual(4);
    const before = call.mock.calls.length;
    wish(call);
    await vi.advanceTimersByTimeAsync(1000);
    expect(call.mock.calls.length).toBeGreaterThan(before);
  });

  it('wait longer when an answer takes long, and are not granted twice at a time', async () => {
    let running = 0;
    const call = vi.fn(async () => {
      expect(running++).toBe(0);
      await new Promise((done) => setTimeout(done, 2000));
      running--;
    });
    const { wish } = throttle();
    wish(call);
    await vi.advanceTimersByTimeAsync(1000);
    wish(call);
    await vi.advanceTimersByTimeAsync(8000);
    expect(call).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('are forgotten when nobody is there any more', async () => {
    const call = vi.fn();
    const { wish, stop } = throttle();
    wish(call);
    stop();
    await vi.advanceTimersByTimeAsync(2000);
    expect(call).not.toHaveBeenCalled();
  });
});
