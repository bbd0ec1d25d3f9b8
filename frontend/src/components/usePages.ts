// A list that is fetched page by page as it is scrolled, and fetched again as far as it was read when
// what it lists has changed. What is shown stays until the new rows are there.
import { useEffect, useRef, useState } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useClient } from 'urql';

interface Connection<Row> {
  totalCount: number;
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

interface Pages<Row> {
  key: string;
  rows: Row[];
  total: number;
  cursor: string | null;
}

/** Rows that are fetched at most at once to read a list anew. */
const AGAIN = 1000;

/**
 * The rows of a connection that takes `after`. `version` changes when the rows may have changed.
 * `rows` is undefined until the first page is there.
 */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Row>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (data: Data) => Connection<Row> | undefined,
  version = '',
) {
  const client = useClient();
  const [pages, setPages] = useState<Pages<Row>>();
  const [error, setError] = useState<CombinedError>();
  const [attempt, setAttempt] = useState(0);
  const latest = useRef({ pick, read: 0, busy: false });
  const list = JSON.stringify(variables);
  const key = `${list}${version}${attempt}`;
  useEffect(() => {
    latest.current.pick = pick;
    latest.current.read = pages?.rows.length ?? 0;
  });
  const fetchPage = async (of: string, after: string | null) => {
    const all = { ...JSON.parse(of), after } as Variables;
    const result = await client.query(query, all, { requestPolicy: 'network-only' }).toPromise();
    return { error: result.error, page: result.data && latest.current.pick(result.data) };
  };
  const fetchNext = useRef(fetchPage);
  useEffect(() => {
    fetchNext.current = fetchPage;
  });
  const known = useRef('');
  useEffect(() => {
    let stale = false;
    // The same list is read as far as before; another one begins at its top.
    const goal = known.current === list ? Math.min(latest.current.read, AGAIN) : 0;
    const load = async () => {
      const found: Pages<Row> = { key, rows: [], total: 0, cursor: null };
      do {
        const { error: problem, page } = await fetchNext.current(list, found.cursor);
        if (stale) return;
        setError(problem);
        if (!page) return;
        found.rows = [...found.rows, ...page.nodes];
        found.total = page.totalCount;
        found.cursor = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
      } while (found.cursor && found.rows.length < goal);
      known.current = list;
      setPages(found);
    };
    void load();
    return () => {
      stale = true;
    };
  }, [list, key]);
  const more = async () => {
    if (!pages?.cursor || latest.current.busy || pages.key !== key) return;
    latest.current.busy = true;
    const { error: problem, page } = await fetchPage(list, pages.cursor);
    latest.current.busy = false;
    setError(problem);
    if (!page) return;
    setPages((before) =>
      before?.key === pages.key && before.cursor === pages.cursor
        ? {
            ...before,
            rows: [...before.rows, ...page.nodes],
            cursor: page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null,
          }
        : before,
    );
  };
  return {
    rows: pages?.rows,
    total: pages?.total ?? 0,
    hasMore: Boolean(pages?.cursor),
    /** The rows belong to a list that is being replaced. */
    stale: pages !== undefined && pages.key !== key,
    more: () => void more(),
    error,
    again: () => setAttempt((count) => count + 1),
  };
}
