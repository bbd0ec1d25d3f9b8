// GraphQL over HTTP: every audit of the reference suite, and what browsers of other sites may not do.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serverAudits } from 'graphql-http';
import { folder, start } from './server.js';

let server;
before(async () => {
  server = await start(folder());
});
after(() => server.stop());

describe('the audits of graphql-http', async () => {
  // The address is known when the tests run, not when they are declared.
  const audits = serverAudits({ url: () => server.graphql, fetchFn: fetch });
  it('are the 61 of this version', () => assert.equal(audits.length, 61));
  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      assert.equal(result.status, 'ok', result.reason);
    });
  }
});

const QUERY = JSON.stringify({ query: '{ __typename }' });
const post = (headers, body = QUERY) =>
  fetch(server.graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('attacks', () => {
  it('mutations by GET are refused', async () => {
    const query = encodeURIComponent('mutation { logOut { ended } }');
    const response = await fetch(`${server.graphql}?query=${query}`);
    assert.equal(response.status, 405);
    assert.match(response.headers.get('allow'), /POST/);
  });

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ]) {
    it(`${type} is refused: pages of other sites can send it unasked`, async () => {
      assert.equal((await post({ 'content-type': type })).status, 415);
    });
  }

  it('a page of another site is refused', async () => {
    assert.equal((await post({ origin: 'https://evil.example' })).status, 403);
    assert.equal((await post({ 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await post({ origin: server.url })).status, 200);
  });

  it('the cookie alone is not enough', async () => {
    const cookie = 'openwatch=0000';
    assert.equal((await post({ cookie })).status, 403);
    assert.equal((await post({ cookie, 'x-openwatch-csrf': '1' })).status, 200);
  });

  it('a list of operations is refused', async () => {
    assert.equal((await post({}, `[${QUERY},${QUERY}]`)).status, 400);
  });

  it('a body of more than 1 MiB is refused', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(2 ** 20) } });
    assert.equal((await post({}, body)).status, 413);
  });

  it('a token in the address is refused', async () => {
    const response = await fetch(`${server.graphql}?query={__typename}&access_token=x`);
    assert.equal(response.status, 400);
  });

  it('a token that does not count is refused', async () => {
    assert.equal((await post({ authorization: 'Bearer owt_x' })).status, 401);
  });

  const codeOf = async (query) => {
    const response = await post({}, JSON.stringify({ query }));
    const answer = await response.json();
    assert.equal(answer.data, undefined);
    return answer.errors[0].extensions.code;
  };

  it('31 aliases are too many', async () => {
    const aliases = Array.from({ length: 31 }, (_, i) => `a${i}: __typename`);
    const query = `{ viewer { user { ${aliases.join(' ')} } } }`;
    assert.equal(await codeOf(query), 'QUERY_TOO_EXPENSIVE');
  });

  it('21 root fields are too many', async () => {
    assert.equal(await codeOf(`{ ${'__typename '.repeat(21)} }`), 'QUERY_TOO_EXPENSIVE');
  });

  it('a document that is too deep is refused before it is carried out', async () => {
    const deep = (n) => (n === 0 ? '{ id }' : `{ host { latestScan ${deep(n - 1)} } }`);
    const query = `{ host(id: "x") { latestScan ${deep(6)} } }`;
    assert.equal(await codeOf(query), 'QUERY_TOO_EXPENSIVE');
  });

  it('a document that is too expensive is refused before it is carried out', async () => {
    const query = `{ hosts(first: 100) { nodes { scans(first: 100) { nodes { id } } } } }`;
    assert.equal(await codeOf(query), 'QUERY_TOO_EXPENSIVE');
  });

  it('an unknown field is named, without suggestions of others', async () => {
    const response = await post({}, JSON.stringify({ query: '{ viewr }' }));
    const { errors } = await response.json();
    assert.match(errors[0].message, /viewr/);
    assert.doesNotMatch(errors[0].message, /viewer/);
  });

  it('the schema is not shown to strangers', async () => {
    const response = await post({}, JSON.stringify({ query: '{ __schema { types { name } } }' }));
    const answer = await response.json();
    assert.equal(answer.data?.__schema ?? null, null);
  });

  it('what needs a log-in says so', async () => {
    const response = await post({}, JSON.stringify({ query: '{ hosts { nodes { id } } }' }));
    const { errors } = await response.json();
    assert.equal(errors[0].extensions.code, 'UNAUTHENTICATED');
  });
});

describe('answers', () => {
  it('tell what they cost', async () => {
    const { extensions } = await (await post({})).json();
    assert.equal(typeof extensions.cost.cost, 'number');
  });

  it('forbid to be framed or guessed at', async () => {
    const { headers } = await post({});
    assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  });
});
