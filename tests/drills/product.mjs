// `jackfield serve`, once or several times on one database, started and killed from outside, and what a drill saves in it by the API.
//
//   JACKFIELD_BIN                the binary; otherwise target/release, or target/debug where only that was built
//   JACKFIELD_TEST_POSTGRES_URL  a server to make the database on (`tests/postgres COMMAND` gives one); otherwise it is a SQLite file

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { atTheEnd, call, claim, folder, freePort, millisUntil, start } from './support.mjs';

const target = join(import.meta.dirname, '../../target');

let found;

export function binary() {
  found ??= process.env.JACKFIELD_BIN ?? built();
  return found;
}

function built() {
  const [release, debug] = ['release', 'debug'].map((profile) => join(target, profile, 'jackfield'));
  if (existsSync(release)) return release;
  console.error('target/release/jackfield is not there: the drill runs a debug build.');
  return debug;
}

/** One process of the product. */
export class Product {
  static #started = 0;

  /** Not started yet. `databaseUrl`: by default a database of its own; `more`: environment of the server alone. */
  static async prepare({ home, databaseUrl, more } = {}) {
    const [at, port] = [home ?? (await folder()), await freePort()];
    const settings = {
      ...process.env,
      JACKFIELD_DATABASE_URL: databaseUrl ?? (await newDatabase(at)),
      JACKFIELD_PUBLIC_URL: `http://127.0.0.1:${port}`,
      JACKFIELD_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      JACKFIELD_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
    };
    return new Product(at, settings, port, more);
  }

  /** `home`: the folder of its log. `settings`: its environment, which processes of one database share. */
  constructor(home, settings, port, more = {}) {
    Object.assign(this, { home, settings, more, listen: `127.0.0.1:${port}`, base: `http://127.0.0.1:${port}` });
    this.logFile = join(home, `log-${Product.#started++}`);
  }

  get database() {
    return this.settings.JACKFIELD_DATABASE_URL.split(':')[0];
  }

  /** → milliseconds until it was ready */
  async start() {
    const env = { ...this.settings, ...this.more, JACKFIELD_LISTEN: this.listen };
    this.process = start(binary(), ['serve'], { env, log: this.logFile });
    return millisUntil('jackfield is ready', async () => {
      if (this.process.isOver()) throw new Error(`jackfield ended: ${(await this.log()).slice(-1500)}`);
      return (await call('GET', `${this.base}/readyz`).catch(() => undefined))?.status === 200;
    });
  }

  signal = (name) => this.process?.signal(name);
  stop = async () => { this.signal('SIGTERM'); await this.process?.ended; };
  kill = async () => { this.signal('SIGKILL'); await this.process?.ended; };
  log = () => this.process.log();

  /** A command on the same settings. → {stdout, stderr}; rejects when it fails */
  run = (...args) => promisify(execFile)(binary(), args, { env: this.settings, cwd: this.home });

  /** Makes the database's tables, and a key for `api`. */
  async furnish() {
    await this.run('migrate');
    const { stdout } = await this.run('api-key', 'create', '--name', 'drill');
    this.key = stdout.split(/\s+/).find((word) => word.startsWith('jf_'));
  }

  async apply(manifest) {
    await writeFile(join(this.home, 'manifest.yaml'), manifest);
    await this.run('apply', 'manifest.yaml');
    if (!this.key) await this.furnish();
  }

  /** One request by a browser or anyone else. */
  request = (method, path, options) => call(method, this.base + path, options);

  api = (method, path, body) => this.request(method, `/api/v1${path}`, { headers: { authorization: `Bearer ${this.key}` }, body });

  /** As `api`, for what must succeed. → the body */
  ok = async (method, path, value) => {
    const { status, text, body } = await this.api(method, path, value);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return body;
  };
}

/** `skews`: the clock of each process, as libfaketime takes it (`+10m`); `null` is the right time. → {replicas, more(count), databaseUrl, database} */
export async function startProduct(skews) {
  const first = await Product.prepare();
  await first.furnish();
  const serve = async (product, skew) => {
    if (skew) product.more = await faketime(skew);
    product.key = first.key;
    await product.start();
    return product;
  };
  const another = async () => new Product(first.home, first.settings, await freePort());
  const more = async (count) => Promise.all(Array.from({ length: count }, async () => serve(await another())));
  const replicas = await Promise.all(skews.map(async (skew, index) => serve(index ? await another() : first, skew)));
  return { replicas, more, databaseUrl: first.settings.JACKFIELD_DATABASE_URL, database: first.database };
}

/** Nothing can be saved from now on, until the answer is called. */
export async function holdSaves({ databaseUrl }) {
  const isPostgres = databaseUrl.startsWith('postgres');
  const [program, args, lock] = isPostgres
    ? ['psql', ['-qXAt', databaseUrl], "BEGIN; LOCK TABLE connections IN EXCLUSIVE MODE; SELECT 'held';\n"]
    : ['sqlite3', [databaseUrl.slice('sqlite://'.length)], "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE; SELECT 'held';\n"];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(lock);
  const ended = once(child, 'exit');
  atTheEnd(async () => child.kill());
  for await (const line of createInterface(child.stdout)) if (line === 'held') break;
  return async () => { child.stdin.end(); await ended; };
}

/** → the address of an empty database: on the server of `tests/postgres`, or a file in `home` */
export async function newDatabase(home) {
  const server = process.env.JACKFIELD_TEST_POSTGRES_URL;
  if (!server) return `sqlite://${join(home, 'jackfield.db')}`;
  const name = `drill_${randomBytes(6).toString('hex')}`;
  await promisify(execFile)('psql', [server, '-qc', `CREATE DATABASE ${name}`]);
  return Object.assign(new URL(server), { pathname: name }).href;
}

/** Waiting must stay what it is: only the time of day is wrong. */
async function faketime(skew) {
  const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
  const library = libraries.map((path) => join(path, 'faketime/libfaketimeMT.so.1')).find((path) => existsSync(path));
  claim(library, 'libfaketime is not there: install the package `faketime`');
  return { LD_PRELOAD: library, FAKETIME: skew, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
}

/** A connector and an integration for each token address, and one customer. */
export async function furnish({ api }, tokenUrls) {
  for (const [index, url] of tokenUrls.entries()) {
    const said = await api('POST', '/manifests', manifest(`p${index}`, url));
    claim(said.status === 200, `POST /manifests → ${said.status} ${said.text}`);
  }
  await api('POST', '/customers', { external_id: 'drill', name: 'Drill' });
}

/** → the path of a new connection, not connected yet. */
export async function slot({ api }, provider = 0) {
  const instance = await api('POST', '/instances', { customer: 'external:drill', integration: `p${provider}` });
  claim(instance.status < 300, `POST /instances → ${instance.status} ${instance.text}`);
  return `/instances/${instance.body.id}/connections/desk`;
}

export async function giveToken({ api }, path, token) {
  const saved = await api('PUT', path, { token });
  claim(saved.status === 200 && saved.body.status === 'connected', `PUT ${path} → ${saved.status} ${saved.text}`);
}

/** → the path of a connection with this token. */
export async function connect(replica, token, provider = 0) {
  const path = await slot(replica, provider);
  await giveToken(replica, path, token);
  return path;
}

/** The refresh token 0 of a family that the provider has not met, and the access token that came with it. */
export function tokenOf(family, lifeSeconds) {
  const expires_at = new Date(Date.now() + lifeSeconds * 1000).toISOString();
  return { access_token: `at~${family}~0`, refresh_token: `rt~${family}~0`, expires_at };
}

/** How often a new token of this connection was saved. */
export async function saves({ api }, path) {
  const { body } = await api('GET', path);
  const events = await api('GET', `/audit-events?connection=${body.connection_id}&limit=200`);
  claim(events.status === 200, `GET /audit-events → ${events.status} ${events.text}`);
  return events.body.items.filter(({ action }) => action === 'connection.refreshed').length;
}

const manifest = (key, tokenUrl) => `
kind: connector
key: ${key}
name: ${key}
connection_types:
  - key: oauth2
    name: OAuth 2.0
    auth: {kind: oauth2, grant: authorization_code}
    inputs:
      - {key: authorize_url, default: "https://provider.example/authorize", visibility: organization}
      - {key: token_url, default: "${tokenUrl}", visibility: organization}
      - {key: client_id, default: drill, visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
---
kind: integration
key: ${key}
name: ${key}
pages: [{key: connections, title: Connect, elements: [{connection: desk, type: ${key}.oauth2, inputs: {client_secret: {value: drill-secret}}}]}]
`;
