// graphql-transport-ws: the exact close codes, and a real client that resumes after the server was killed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { folder, start } from './server.js';

let server;
before(async () => {
  server = await start(folder());
  await server.setUp();
});
after(() => server.stop());

const PROTOCOL = 'graphql-transport-ws';

/** A raw socket: sends these messages when it is open, resolves with the close code and all answers. */
function raw(messages, { protocol = PROTOCOL, headers = { cookie: server.cookie }, until } = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.socket, protocol, { headers });
    const answers = [];
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('message', (data) => {
      const answer = JSON.parse(data);
      answers.push(answer);
      if (until?.(answer)) socket.close(1000);
    });
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason), answers }));
    socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode }));
    socket.on('error', reject);
  });
}

const INIT = JSON.stringify({ type: 'connection_init' });
const subscribe = (id, query) => JSON.stringify({ id, type: 'subscribe', payload: { query } });
const FOLLOW = 'subscription { activity { kind position } }';

describe('close codes', () => {
  it('4400 for what is no message', async () => {
    for (const message of ['nonsense', '{}', '{"type":"start"}', '{"type":"subscribe"}']) {
      assert.equal((await raw([INIT, message])).code, 4400, message);
    }
  });

  it('4401 for subscribing before the introduction', async () => {
    assert.equal((await raw([subscribe('1', FOLLOW)])).code, 4401);
  });

  it('4403 for somebody who has not logged in', async () => {
    assert.equal((await raw([INIT], { headers: {} })).code, 4403);
    const wrong = JSON.stringify({ type: 'connection_init', payload: { Authorization: 'Bearer x' } });
    assert.equal((await raw([wrong], { headers: {} })).code, 4403);
  });

  it('4406 for another protocol', async () => {
    assert.equal((await raw([], { protocol: [] })).code, 4406);
  });

  it('4408 for a client that does not introduce itself', async () => {
    assert.equal((await raw([])).code, 4408);
  });

  it('4409 for an operation id that is in use', async () => {
    const { code, reason } = await raw([INIT, subscribe('1', FOLLOW), subscribe('1', FOLLOW)]);
    assert.equal(code, 4409);
    assert.equal(reason, 'Subscriber for 1 already exists');
  });

  it('4429 for a second introduction', async () => {
    assert.equal((await raw([INIT, INIT])).code, 4429);
  });

  it('403 for a page of another site', async () => {
    const headers = { cookie: server.cookie, origin: 'https://evil.example' };
    assert.equal((await raw([INIT], { headers })).status, 403);
  });
});

describe('messages', () => {
  it('a ping is answered', async () => {
    const pong = (answer) => answer.type === 'pong';
    const { answers } = await raw([JSON.stringify({ type: 'ping' })], { until: pong });
    assert.deepEqual(answers, [{ type: 'pong' }]);
  });

  it('a document that does not hold is an error, not an answer', async () => {
    const failed = (answer) => answer.type === 'error';
    const { answers } = await raw([INIT, subscribe('1', '{ nosuch }')], { until: failed });
    assert.equal(answers.at(-1).payload[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  });

  it('a query is answered once and completed', async () => {
    const complete = (answer) => answer.type === 'complete';
    const query = subscribe('1', '{ viewer { user { username } } }');
    const { answers } = await raw([INIT, query], { until: complete });
    assert.deepEqual(answers.map((answer) => answer.type), ['connection_ack', 'next', 'complete']);
    assert.equal(answers[1].payload.data.viewer.user.username, 'ada');
  });

  it('two root fields of a subscription are refused', async () => {
    const failed = (answer) => answer.type === 'error';
    const two = 'subscription { a: activity { kind } b: activity { kind } }';
    const { answers } = await raw([INIT, subscribe('1', two)], { until: failed });
    assert.equal(answers.at(-1).type, 'error');
  });

  it('the seventeenth operation is refused, and the socket lives', async () => {
    const many = Array.from({ length: 17 }, (_, i) => subscribe(`${i}`, FOLLOW));
    const refused = (answer) => answer.type === 'error';
    const { answers } = await raw([INIT, ...many], { until: refused });
    const error = answers.find(refused);
    assert.equal(error.id, '16');
    assert.equal(error.payload[0].extensions.code, 'RESOURCE_EXHAUSTED');
  });
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Where every log begins. */
const BEGINNING = Buffer.from('1:0:').toString('base64url');

/** What can be followed, with the host that a message is about. */
const FEEDS = {
  activity: {
    query: `subscription ($after: EventPosition) {
      feed: activity(after: $after, filter: { kinds: [HOST] }) { kind position item: activity { host { name } } }
    }`,
    name: (activity) => activity.host.name,
  },
  hostChanged: {
    query: `subscription ($after: EventPosition) {
      feed: hostChanged(after: $after) { kind position item: host { name } }
    }`,
    name: (host) => host.name,
  },
};

/**
 * Takes messages of one subscription on a raw socket, and tears the connection down without a word when there
 * were enough. Resolves with how it ended: what `take` said, or `complete` when the server had no more.
 */
function listen({ on = server, query, variables, take }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(on.socket, PROTOCOL, { headers: { cookie: on.cookie } });
    let ended;
    socket.on('open', () => {
      socket.send(INIT);
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'error') return reject(new Error(String(data)));
      if (message.type === 'next') ended ??= take(message.payload.data.feed);
      if (message.type === 'complete') ended ??= 'complete';
      if (ended) socket.terminate();
    });
    socket.on('close', () => resolve(ended));
    socket.on('error', reject);
  });
}

const REGISTER = `mutation ($name: String!) {
  registerHost(input: { details: { name: $name, connection: { ssh: { address: "192.0.2.1" } } } }) {
    host { id } errors { message }
  }
}`;

const REGISTER_THIS_MACHINE = `mutation {
  registerHost(input: { details: { name: "here", connection: { local: true } } }) { host { id } }
}`;
const SCAN = `mutation ($host: ID!) {
  requestScan(input: { host: $host, selection: { rules: ["filesystem-tmp-separate"] } }) { scan { id } }
}`;
const PROGRESS = `subscription ($scan: ID!, $after: EventPosition) {
  feed: scanProgress(scan: $scan, after: $after) { position phase }
}`;
const PHASES = ['WAITING', 'CONNECTING', 'COLLECTING', 'JUDGING', 'ENDED'];

describe('resuming', () => {
  it('loses nothing and doubles nothing when the server is killed', async () => {
    const seen = [];
    let last;
    let current = server;
    const client = createClient({
      url: () => current.socket,
      webSocketImpl: class extends WebSocket {
        constructor(url, protocol) {
          super(url, protocol, { headers: { cookie: current.cookie } });
        }
      },
      retryAttempts: 0,
    });
    const follow = async (enough) => {
      const stream = client.iterate({
        query: `subscription ($after: EventPosition) {
          activity(after: $after, filter: { kinds: [HOST] }) {
            kind position activity { positionNumber title host { name } }
          }
        }`,
        variables: { after: last },
      });
      try {
        for await (const { data } of stream) {
          last = data.activity.position;
          if (data.activity.kind === 'EVENT') seen.push(data.activity.activity.host.name);
          if (enough(data.activity.kind)) return;
        }
      } catch {
        // The connection broke: that is the point.
      }
    };
    await follow((kind) => kind === 'READY');
    const names = Array.from({ length: 30 }, (_, i) => `host-${String(i).padStart(2, '0')}`);
    for (const name of names.slice(0, 10)) await server.send(REGISTER, { name });
    const half = follow(() => seen.length === 5);
    await half;
    const following = follow(() => false);
    for (const name of names.slice(10, 20)) await server.send(REGISTER, { name });
    await server.kill();
    await following;
    current = await start(server.data, server.address);
    current.cookie = server.cookie;
    server = current;
    for (const name of names.slice(20)) await server.send(REGISTER, { name });
    await follow(() => seen.length >= names.length);
    assert.deepEqual(seen, names);
    await client.dispose();
  });

  for (const [field, feed] of Object.entries(FEEDS)) {
    it(`${field} loses nothing and doubles nothing whenever the connection breaks`, async () => {
      for (const seed of [1, 2, 3, 4]) {
        const random = generator(seed);
        const prefix = `${field}-${seed}-`;
        const names = Array.from({ length: 25 }, (_, i) => prefix + String(i).padStart(2, '0'));
        const seen = [];
        let after = BEGINNING;
        let writing = Promise.resolve();
        for (const name of names) writing = writing.then(() => server.send(REGISTER, { name }));
        while (seen.length < names.length) {
          // Breaks after a number of messages that nobody can foresee, in the middle of whatever is sent.
          const patience = 1 + Math.floor(random() * 6);
          let left = patience;
          const take = ({ kind, position, item }) => {
            after = position;
            left -= 1;
            const name = kind === 'EVENT' ? feed.name(item) : '';
            if (name.startsWith(prefix)) seen.push(name);
            return left <= 0 || seen.length >= names.length ? 'torn down' : undefined;
          };
          await listen({ query: feed.query, variables: { after }, take });
        }
        await writing;
        assert.deepEqual(seen, names, `seed ${seed}`);
      }
    });
  }

  it('scanProgress tells each change once and the end always, whenever the connection breaks', async () => {
    const working = await start(folder(), undefined, { worker: true });
    try {
      await working.setUp();
      const registered = await working.send(REGISTER_THIS_MACHINE);
      const host = registered.data.registerHost.host.id;
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const random = generator(seed);
        const requested = await working.send(SCAN, { host });
        const { scan } = requested.data.requestScan;
        const seen = [];
        let after = null;
        for (let ended; ended !== 'complete'; ) {
          let left = Math.floor(random() * 3);
          const take = ({ position, phase }) => {
            after = position;
            seen.push(phase);
            return left-- <= 0 ? 'torn down' : undefined;
          };
          ended = await listen({ on: working, query: PROGRESS, variables: { scan: scan.id, after }, take });
        }
        const places = seen.map((phase) => PHASES.indexOf(phase));
        assert.deepEqual(places, places.toSorted(), `seed ${seed}: ${seen}`);
        for (const once of ['WAITING', 'ENDED']) {
          const times = seen.filter((phase) => phase === once).length;
          assert.ok(once === 'ENDED' ? times === 1 : times <= 1, `seed ${seed}: ${seen}`);
        }
      }
    } finally {
      await working.stop();
    }
  });

  it('a position of another log asks for a new query', async () => {
    const after = Buffer.from('9:1:').toString('base64url');
    const query = subscribe('1', `subscription { activity(after: "${after}") { kind } }`);
    const next = (answer) => answer.type === 'next';
    const { answers } = await raw([INIT, query], { until: next });
    assert.equal(answers.at(-1).payload.data.activity.kind, 'RESYNC');
  });

  it('a session that ends closes its sockets', async () => {
    const socket = new WebSocket(server.socket, PROTOCOL, { headers: { cookie: server.cookie } });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send(INIT));
    await new Promise((resolve) => socket.once('message', resolve));
    await server.send('mutation { logOut { ended } }');
    assert.equal(await closed, 4403);
  });
});
