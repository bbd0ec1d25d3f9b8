// Instants in words.
import { createContext, useContext, useSyncExternalStore } from 'react';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago: `3 minutes ago`. */
export function ago(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return 'now';
}

/** The instant to the second in a time zone: `2026-01-15 09:30:00 UTC`, `2026-01-15 10:30:00 UTC+1`. */
export function exact(instant: string, zone = 'UTC'): string {
  if (zone === 'UTC') return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).formatToParts(new Date(instant));
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? '';
  const offset = of('timeZoneName').replace('GMT', 'UTC');
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')} ${offset}`;
}

/** The time zone in which the person wants to see instants. */
export const ZoneContext = createContext('UTC');

/** `exact` in the time zone of the person. */
export function useExact(): (instant: string) => string {
  const zone = useContext(ZoneContext);
  return (instant) => exact(instant, zone);
}

/** How often what is told as `3 minutes ago` is told anew, in milliseconds. */
const TICK = 10_000;
const listeners = new Set<() => void>();
let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every instant of the page; it stands still while none is shown. */
function listen(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    ticks++;
    for (const one of listeners) one();
  }, TICK);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Draws the component anew as time goes by. */
export const useTick = () => useSyncExternalStore(listen, () => ticks);
