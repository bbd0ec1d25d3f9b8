// A list that is fetched page by page. What the cache learns of a row is seen at once; when rows come or go
// the list is fetched again as far as it was read, at most once a second. What is shown stays until the new
// rows are there.
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  type AnyVariables,
  type Client,
  type CombinedError,
  type TypedDocumentNode,
  useClient,
} from 'urql';
import { useThrottled } from '@/app/throttle';

interface Connection<Row> {
  totalCount?: number;
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

interface Page<Row> {
  after: string | null;
  rows: Row[];
}

interface Read<Row> {
  /** The variables of the list, as text. */
  list: string;
  pages: Page<Row>[];
  /** What came since, before the rest. */
  fresh: Row[];
  /** Unknown where the list does not count. */
  total: number | undefined;
  cursor: string | null;
}

/** Rows that are fetched at most at once to read a list anew. */
const AGAIN = 1000;

/** Changes within so many milliseconds are shown together. */
const TOGETHER = 200;

/** A list in pages, as components show it. */
export interface Pages<Row> {
  /** Undefined until the first page is there. */
  rows: Row[] | undefined;
  total: number | undefined;
  hasMore: boolean;
  /** The rows belong to a list that is being replaced. */
  stale: boolean;
  busy: boolean;
  error: CombinedError | undefined;
  more: () => void;
  again: () => void;
  /** Reads the list anew, at most once a second. */
  refresh: () => void;
  /** Shows a new row before the others. */
  begin(row: Row): void;
}

function extended<Row>(read: Read<Row>, after: string | null, page: Connection<Row>): Read<Row> {
  const { hasNextPage, endCursor } = page.pageInfo;
  return {
    ...read,
    pages: [...read.pages, { after, rows: page.nodes }],
    total: page.totalCount,
    cursor: hasNextPage ? (endCursor ?? null) : null,
  };
}

const rowsOf = <Row>(read: Read<Row>) => read.pages.flatMap(({ rows }) => rows);

/** The list with rows before the others, as far as they are not among them. */
function withFresh<Row>(read: Read<Row>, fresh: Row[] = []): Read<Row> {
  const known = new Set(rowsOf(read).map(idOf));
  return { ...read, fresh: fresh.filter((row) => !known.has(idOf(row))) };
}

const idOf = (row: unknown) => (row as { id?: string }).id ?? row;

const nothing = <Row>(list: string): Read<Row> => ({
  list,
  pages: [],
  fresh: [],
  total: undefined,
  cursor: null,
});

/** The list with other rows in one of its pages; the same list when they are the same. */
function withPage<Row>(read: Read<Row>, after: string | null, rows: Row[]): Read<Row> {
  const page = read.pages.find((one) => one.after === after);
  const same = page?.rows.length === rows.length && rows.every((row, at) => row === page.rows[at]);
  if (!page || same) return read;
  return { ...read, pages: read.pages.map((one) => (one === page ? { after, rows } : one)) };
}

/** What the cache learns of pages while they are shown, a few times a second. */
function useCached<Data, Variables extends AnyVariables>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  read: Read<unknown> | undefined,
  take: (after: string | null, data: Data) => void,
) {
  const latest = useRef(take);
  const followed = useRef(new Map<string, () => void>());
  useEffect(() => {
    latest.current = take;
    const wanted = new Map(read?.pages.map(({ after }) => [`${read.list} ${after}`, after]));
    for (const [key, stop] of followed.current) {
      if (wanted.has(key)) continue;
      stop();
      followed.current.delete(key);
    }
    for (const [key, after] of wanted) {
      if (followed.current.has(key)) continue;
      const all = { ...JSON.parse(read?.list ?? '{}'), after } as Variables;
      followed.current.set(
        key,
        follow(client, query, all, (data) => latest.current(after, data)),
      );
    }
  });
  useEffect(() => {
    const { current } = followed;
    return () => {
      for (const stop of current.values()) stop();
      current.clear();
    };
  }, []);
}

function follow<Data, Variables extends AnyVariables>(
  client: Client,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  take: (data: Data) => void,
) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: Data | undefined;
  const { unsubscribe } = client
    .query(query, variables, { requestPolicy: 'cache-only' })
    .subscribe(({ data }) => {
      if (!data) return;
      newest = data;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (newest) take(newest);
      }, TOGETHER);
    });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}

/** The rows of a connection that takes `after`. `version` changes when rows may have come or gone. */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Row>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (data: Data) => Connection<Row> | null | undefined,
  version = '',
): Pages<Row> {
  const client = useClient();
  const list = JSON.stringify(variables);
  const variablesOf = (after: string | null) => ({ ...JSON.parse(list), after }) as Variables;
  // What is known from before is shown until the answer is there.
  const [read, setRead] = useState(() => {
    const policy = { requestPolicy: 'cache-only' } as const;
    const cached = client.readQuery(query, variablesOf(null), policy)?.data;
    const page = cached && pick(cached);
    return page ? extended(nothing<Row>(list), null, page) : undefined;
  });
  const [error, setError] = useState<CombinedError>();
  const [busy, setBusy] = useState(false);
  const latest = useRef({ pick, read });
  useEffect(() => {
    latest.current = { pick, read };
  });
  /** Whoever began to read last is right. */
  const turn = useRef(0);

  /** Reads on from `from` until there are so many rows; nothing when another reader came. */
  const readOn = async (from: Read<Row>, goal: number) => {
    const mine = ++turn.current;
    setBusy(true);
    let found = from;
    do {
      const after = found.cursor;
      const { data, error } = await client
        .query(query, variablesOf(after), { requestPolicy: 'network-only' })
        .toPromise();
      if (mine !== turn.current) return;
      setError(error);
      const page = data && latest.current.pick(data);
      if (!page) break;
      found = extended(found, after, page);
    } while (found.cursor && rowsOf(found).length < goal);
    setBusy(false);
    if (found !== from) {
      setRead((before) => withFresh(found, before?.list === found.list ? before.fresh : []));
    }
  };
  const again = () => {
    const { read } = latest.current;
    return readOn(nothing(list), read?.list === list ? Math.min(rowsOf(read).length, AGAIN) : 0);
  };
  const refresh = useThrottled(again);

  const first = useRef({ list: '', version });
  useEffect(() => {
    const known = first.current;
    first.current = { list, version };
    if (known.list === list) {
      if (known.version !== version) refresh();
      return;
    }
    void again();
  });
  useEffect(
    () => () => {
      turn.current++;
      first.current.list = '';
    },
    [],
  );
  useCached(client, query, read, (after, data) => {
    const page = latest.current.pick(data);
    if (page)
      setRead((before) => (before?.list === list ? withPage(before, after, page.nodes) : before));
  });

  const rows = useMemo(() => read && [...read.fresh, ...rowsOf(read)], [read]);
  return {
    rows,
    total: read?.total,
    hasMore: Boolean(read?.cursor),
    stale: read !== undefined && read.list !== list,
    busy,
    error,
    more: () => {
      // After a failure somebody has to want it: `again`.
      if (read?.cursor && read.list === list && !busy && !error) void readOn(read, 0);
    },
    again: () => void again(),
    refresh,
    begin: (row) => setRead((before) => before && withFresh(before, [row, ...before.fresh])),
  };
}

/** A list that is there as a whole, to be shown as one in pages. */
export function wholeList<Row>(rows: Row[]): Pages<Row> {
  const nothing = () => undefined;
  const nothingToDo = { more: nothing, again: nothing, refresh: nothing, begin: nothing };
  const known = { hasMore: false, stale: false, busy: false, error: undefined };
  return { rows, total: rows.length, ...known, ...nothingToDo };
}

/** Reads a list to its end: to choose from, where the API does not search. */
export function useWhole<Row>({ hasMore, busy, error, more }: Pages<Row>) {
  useEffect(() => {
    if (hasMore && !busy && !error) more();
  });
}

/** Whether a thing is among those that are listed. */
export function has(pages: Pages<{ id: string }>, thing: { id: string }) {
  return pages.rows?.some(({ id }) => id === thing.id) ?? false;
}
