// Rows of a long list: only those in sight are on the page. With the keyboard: j and k or the arrows go
// from row to row, Enter opens, / goes to the search.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';

interface Props<Row> {
  label: string;
  rows: Row[];
  /** How many rows there are in all. */
  total: number;
  rowKey: (row: Row) => string;
  /** One row; the element that opens it has the attribute `data-opens`. */
  children: (row: Row) => ReactNode;
  /** About how high a row is, in pixels. */
  height: number;
  hasMore: boolean;
  onMore: () => void;
}

/** Rows before the end at which more are fetched. */
const AHEAD = 30;
/** Rows that are drawn outside the window. */
const OVERSCAN = 10;

export function VirtualRows<Row>(props: Props<Row>) {
  const { label, rows, total, rowKey, children, height, hasMore, onMore } = props;
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: margin,
    getItemKey: (at) => {
      const row = rows[at];
      return row === undefined ? at : rowKey(row);
    },
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    setMargin(Math.round(top + window.scrollY));
  }, [rows.length, total]);
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore();
  });
  const go = (to: number) => {
    if (to < 0 || to >= rows.length) return;
    virtual.scrollToIndex(to, { align: 'auto' });
    focusRow(list.current, to, 20);
  };
  useRowKeys(list, go);
  return (
    <div
      ref={list}
      role="list"
      aria-label={label}
      style={{ position: 'relative', height: virtual.getTotalSize() }}
    >
      {items.map((item) => {
        const row = rows[item.index];
        return (
          row !== undefined && (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={total}
              aria-posinset={item.index + 1}
              className="row"
              style={{
                position: 'absolute',
                insetInline: 0,
                top: 0,
                transform: `translateY(${item.start - margin}px)`,
              }}
            >
              {children(row)}
            </div>
          )
        );
      })}
    </div>
  );
}

/** Focuses a row as soon as it is on the page. */
function focusRow(list: HTMLElement | null, at: number, frames: number) {
  const row = list?.querySelector<HTMLElement>(`[data-index="${at}"] [data-opens]`);
  if (row) row.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(list, at, frames - 1));
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function useRowKeys(list: React.RefObject<HTMLElement | null>, go: (to: number) => void) {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      if (document.querySelector('[role="dialog"]')) return;
      if (event.key === '/') {
        document.querySelector<HTMLInputElement>('input[data-search]')?.focus();
        event.preventDefault();
        return;
      }
      const step = STEPS[event.key];
      const row = target.closest<HTMLElement>('[data-index]');
      const within = row && list.current?.contains(row);
      // The arrows scroll the page unless a row has the focus; j and k always go to a row.
      if (!step || (!within && event.key.startsWith('Arrow'))) return;
      latest.current(within ? Number(row.dataset['index']) + step : 0);
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [list]);
}

function isTyping(target: HTMLElement) {
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type))
  );
}
