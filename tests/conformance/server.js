// Starts the binary under test on a free port, makes the first administrator, and stops it again.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const BINARY = resolve(process.env.BINARY_UNDER_TEST ?? '../../target/debug/openwatch');
const PASSWORD = 'correct horse battery staple';

/** A data folder that vanishes with the test. */
export function folder() {
  return mkdtempSync(join(tmpdir(), 'openwatch-conformance-'));
}

/** Starts the server, which scans nothing unless it is asked to; resolves when it has printed where it is. */
export function start(data, listen = '127.0.0.1:0', { worker = false } = {}) {
  const options = ['--data-dir', data, '--listen', listen, ...(worker ? [] : ['--no-worker'])];
  const child = spawn(BINARY, ['serve', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (piece) => (errors += piece));
  return new Promise((ready, fail) => {
    child.on('exit', (code) => fail(new Error(`the server ended with ${code}: ${errors}`)));
    child.stdout.on('data', (piece) => {
      output += piece;
      const place = /OpenWatch is at (http:\/\/([^/]+))\//.exec(output);
      const setup = /token=([0-9a-f]+)\s/.exec(output);
      if (place && (setup || !output.includes('Create the administrator'))) {
        ready(new Server(child, data, place[1], place[2], setup?.[1]));
      }
    });
  });
}

export class Server {
  constructor(child, data, url, address, setupToken) {
    Object.assign(this, { child, data, url, address, setupToken });
  }

  get graphql() {
    return `${this.url}/graphql`;
  }

  get socket() {
    return `ws://${this.address}/graphql`;
  }

  /** Sends an operation with the session cookie, if there is one. */
  async send(query, variables = {}, headers = {}) {
    const response = await fetch(this.graphql, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-openwatch-csrf': '1',
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    return response.json();
  }

  /** Makes the first administrator and keeps the session. */
  async setUp() {
    const answer = await this.send(
      `mutation ($input: CreateFirstAdministratorInput!) {
        createFirstAdministrator(input: $input) { user { username } errors { message } }
      }`,
      { input: { setupToken: this.setupToken, username: 'ada', password: PASSWORD } },
    );
    if (!answer.data?.createFirstAdministrator.user) throw new Error(JSON.stringify(answer));
    return this.cookie;
  }

  /** Kills it without a word and waits for its end. */
  async kill() {
    await this.end('SIGKILL');
  }

  async end(signal) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.removeAllListeners('exit');
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill(signal);
    await ended;
  }

  /** Stops it and takes its data away. */
  async stop() {
    await this.end('SIGTERM');
    rmSync(this.data, { recursive: true, force: true });
  }
}
