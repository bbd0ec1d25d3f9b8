// A list in pages, as all lists are shown: how many there are, what is there, and the next page as soon as
// somebody comes near the end of this one. Of a long list only the parts in sight are on the page.
import { Button, Center, Loader, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ErrorPanel } from './ErrorPanel';
import classes from './PagedList.module.css';
import type { Pages } from './usePages';

/** Rows of a part. */
const PART = 50;
/** What is nearer to the window than this is on the page. */
const NEAR = '1500px 0px';

interface Props<Row> {
  pages: Pages<Row>;
  /** What is listed: `hosts`. */
  label: string;
  /** What is shown when nothing is listed. */
  empty: ReactNode;
  /** `12 hosts`; where it is left out the number is not said. */
  count?: (total: number) => ReactNode;
  /** The heading of a table: the rows are rows of a table then. */
  head?: ReactNode;
  /** Rows, which are a part of the list. */
  children: (rows: Row[]) => ReactNode;
}

export function PagedList<Row>({ pages, label, empty, count, head, children }: Props<Row>) {
  const { rows, total, stale, error, again } = pages;
  if (error && !rows) return <ErrorPanel error={error} onRetry={again} />;
  if (!rows) return <Loader aria-label={`Loading ${label}`} />;
  const parts = Array.from({ length: Math.ceil(rows.length / PART) }, (_, at) => (
    <Part key={at} inTable={head !== undefined}>
      {() => children(rows.slice(at * PART, (at + 1) * PART))}
    </Part>
  ));
  return (
    <>
      {count && total !== undefined && rows.length > 0 && (
        <Text size="xs" c="dimmed" component="div" role="status" aria-busy={stale}>
          {count(total)}
        </Text>
      )}
      {rows.length === 0 && empty}
      {rows.length > 0 && head && (
        <table className={classes['table']} aria-label={label}>
          {head}
          {parts}
        </table>
      )}
      {rows.length > 0 && !head && parts}
      {error && <ErrorPanel error={error} onRetry={again} />}
      <More pages={pages} />
    </>
  );
}

/** A part of the list, or the room that it needs where nobody sees it. */
function Part({ inTable, children }: { inTable: boolean; children: () => ReactNode }) {
  const part = useRef<HTMLElement>(null);
  const [height, setHeight] = useState<number>();
  useEffect(() => {
    const element = part.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        // What has the focus stays.
        const gone = !entry.isIntersecting && !element.contains(document.activeElement);
        setHeight(gone ? entry.boundingClientRect.height : undefined);
      },
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const seen = height === undefined;
  if (inTable) {
    return (
      <tbody ref={part as React.RefObject<HTMLTableSectionElement>}>
        {seen ? children() : <tr aria-hidden style={{ height }} />}
      </tbody>
    );
  }
  return (
    <div ref={part as React.RefObject<HTMLDivElement>} style={seen ? undefined : { height }}>
      {seen && children()}
    </div>
  );
}

/** Fetches the next page when it comes near the window; it can be asked for as well. */
function More<Row>({ pages }: { pages: Pages<Row> }) {
  const end = useRef<HTMLDivElement>(null);
  const { hasMore, busy, error, more } = pages;
  const latest = useRef(more);
  useEffect(() => {
    latest.current = more;
  });
  const wanted = hasMore && !busy;
  useEffect(() => {
    if (!wanted || !end.current) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && latest.current(),
      { rootMargin: NEAR },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [wanted]);
  if (!hasMore || error) return null;
  return (
    <Center my="md" ref={end}>
      <Button variant="default" loading={busy} onClick={more}>
        Show more
      </Button>
    </Center>
  );
}
