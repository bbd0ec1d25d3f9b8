// @vitest-environment happy-dom
import { cacheExchange } from '@urql/exchange-graphcache';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Client, type Exchange, gql, type OperationResult, Provider } from 'urql';
import { filter, map, pipe } from 'wonka';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pages, usePages } from './usePages';

interface Row {
  id: string;
  name: string;
}
interface Data {
  things: {
    totalCount: number;
    nodes: Row[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}
interface Variables {
  search: string;
  after?: string | null;
  [name: string]: unknown;
}

const QUERY = gql<Data, Variables>`
  query Things($search: String, $after: String) {
    things(search: $search, after: $after) {
      totalCount
      nodes {
        id
        name
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
const RENAME = gql`
  mutation Rename($id: ID!) {
    rename(id: $id) {
      id
      name
    }
  }
`;

/** What the server holds, how often it was asked, and whether it answers. */
let names: string[];
let asked: number;
let fails: boolean;

/** Pages of two rows; a cursor is the name of the last one. */
function page({ search, after }: Variables) {
  const all = names.filter((name) => name.includes(search));
  const from = after ? all.indexOf(after) + 1 : 0;
  const rows = all.slice(from, from + 2);
  return {
    __typename: 'Things',
    totalCount: all.length,
    nodes: rows.map((name) => ({ __typename: 'Thing', id: name, name })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: from + 2 < all.length,
      endCursor: rows.at(-1) ?? null,
    },
  };
}

const server: Exchange = () => (operations) =>
  pipe(
    operations,
    filter(({ kind }) => kind !== 'teardown'),
    map((operation): OperationResult => {
      const variables = operation.variables as Variables;
      if (operation.kind === 'query') asked++;
      const rename = { __typename: 'Thing', id: variables['id'], name: 'renamed' };
      const data = operation.kind === 'mutation' ? { rename } : { things: page(variables) };
      const error = fails ? new Error('away') : undefined;
      return {
        operation,
        data: fails ? undefined : data,
        error: error as OperationResult['error'],
        stale: false,
        hasNext: false,
      };
    }),
  );

describe('a list in pages', () => {
  let root: Root;
  let client: Client;
  let pages: Pages<Row>;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    names = ['a', 'b', 'c', 'd', 'e'];
    asked = 0;
    fails = false;
    client = new Client({
      url: 'http://here',
      preferGetMethod: false,
      exchanges: [cacheExchange({ keys: { Things: () => null, PageInfo: () => null } }), server],
    });
    root = createRoot(document.createElement('div'));
  });
  afterEach(async () => {
    await act(async () => root.unmount());
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function List({ search, version }: { search: string; version: string }) {
    const all = usePages(QUERY, { search }, (data) => data.things, version);
    return <Take pages={all} />;
  }
  function Take({ pages: all }: { pages: Pages<Row> }) {
    take(all);
    return null;
  }
  const take = (all: Pages<Row>) => {
    pages = all;
  };
  const pass = (milliseconds: number) =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(milliseconds);
    });
  const show = async (search = '', version = '') => {
    await act(async () =>
      root.render(
        <Provider value={client}>
          <List search={search} version={version} />
        </Provider>,
      ),
    );
    await pass(0);
  };
  const more = async () => {
    await act(async () => pages.more());
    await pass(0);
  };
  const shown = () => pages.rows?.map(({ name }) => name).join('');

  it('is read to its end, page by page', async () => {
    await show();
    expect([shown(), pages.total, pages.hasMore]).toEqual(['ab', 5, true]);
    await more();
    await more();
    expect([shown(), pages.hasMore]).toEqual(['abcde', false]);
    await more();
    expect(asked).toBe(3);
  });

  it('is read anew as far as it was read, and nothing between its pages is lost', async () => {
    await show();
    await more();
    names = ['a', 'aa', 'b', 'c', 'd', 'e'];
    await show('', 'later');
    await pass(2000);
    expect(shown()).toBe('aaabc');
    expect(pages.hasMore).toBe(true);
  });

  it('is read anew once a second, however often something happens', async () => {
    await show();
    for (let at = 0; at < 100; at++) {
      await act(async () => pages.refresh());
      await pass(10);
    }
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('begins at its top when it is another list', async () => {
    await show();
    await more();
    await show('e');
    expect([shown(), pages.hasMore, pages.stale]).toEqual(['e', false, false]);
  });

  it('shows what the cache learns of a row', async () => {
    await show();
    await more();
    await act(async () => {
      await client.mutation(RENAME, { id: 'c' }).toPromise();
    });
    await pass(500);
    expect(pages.rows?.map(({ name }) => name)).toEqual(['a', 'b', 'renamed', 'd']);
    expect(asked).toBe(2);
  });

  it('shows a new row before the others, until the list holds it', async () => {
    await show();
    await act(async () => pages.begin({ id: '0', name: '0' }));
    expect(shown()).toBe('0ab');
    names = ['0', ...names];
    await act(async () => pages.again());
    await pass(0);
    expect(shown()).toBe('0a');
  });

  it('waits for somebody to try again when the server is away', async () => {
    await show();
    fails = true;
    await more();
    expect(pages.error).toBeDefined();
    const before = asked;
    await more();
    await pass(5000);
    expect([shown(), asked]).toEqual(['ab', before]);
    fails = false;
    await act(async () => pages.again());
    await pass(0);
    expect(pages.error).toBeUndefined();
    await more();
    expect(shown()).toBe('abcd');
  });

  it('is there at once when it was seen before', async () => {
    await show();
    await act(async () => root.render(null));
    fails = true;
    await show();
    expect(shown()).toBe('ab');
  });
});
