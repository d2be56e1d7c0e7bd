// Several `jackfield serve` on one database, and what a drill saves in it, all through the API.
//
//   JACKFIELD_BIN                the binary; otherwise target/release, or target/debug where only that was built
//   JACKFIELD_TEST_POSTGRES_URL  a server to make the database on; otherwise it is a SQLite file

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { atTheEnd, call, claim, folder, freePort, start, until } from './support.mjs';

const run = promisify(execFile);
const target = join(import.meta.dirname, '../../target');

function binary() {
  if (process.env.JACKFIELD_BIN) return process.env.JACKFIELD_BIN;
  const [release, debug] = ['release', 'debug'].map((profile) => join(target, profile, 'jackfield'));
  if (existsSync(release)) return release;
  console.error('target/release/jackfield is not there: the drill runs a debug build.');
  return debug;
}

/** `skews`: the clock of each process, as libfaketime takes it (`+10m`); `null` is the right time. → {replicas, more(count), databaseUrl, database} */
export async function startProduct(skews) {
  const home = await folder();
  const program = binary();
  const ports = await Promise.all(skews.map(freePort));
  const env = {
    ...process.env,
    JACKFIELD_DATABASE_URL: await database(home),
    JACKFIELD_PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
    JACKFIELD_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    JACKFIELD_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
  };
  await run(program, ['migrate'], { env });
  const key = (await run(program, ['api-key', 'create', '--name', 'drill'], { env })).stdout.split(/\s+/).sort((a, b) => b.length - a.length)[0];
  let started = 0;
  const serve = async (skew, port) => {
    const index = started++;
    const skewed = skew ? await faketime(skew) : {};
    const listen = `127.0.0.1:${port}`;
    const process = start(program, ['serve'], { env: { ...env, ...skewed, JACKFIELD_LISTEN: listen }, log: join(home, `log-${index}`) });
    const base = `http://${listen}`;
    await until(`process ${index} is ready`, async () => process.isOver() || (await call('GET', `${base}/readyz`)).status === 200);
    claim(!process.isOver(), `process ${index} ended: ${(await process.log()).slice(-1500)}`);
    const api = (method, path, body) => call(method, `${base}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` }, body });
    const stop = () => (process.signal('SIGTERM'), process.ended);
    return { base, api, signal: process.signal, stop, log: process.log };
  };
  const more = async (count) => Promise.all(Array.from({ length: count }, async () => serve(null, await freePort())));
  const replicas = await Promise.all(skews.map((skew, index) => serve(skew, ports[index])));
  return { replicas, more, databaseUrl: env.JACKFIELD_DATABASE_URL, database: env.JACKFIELD_DATABASE_URL.split(':')[0] };
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

async function database(home) {
  const server = process.env.JACKFIELD_TEST_POSTGRES_URL;
  if (!server) return `sqlite://${join(home, 'jackfield.db')}`;
  const name = `drill_${randomBytes(6).toString('hex')}`;
  await run('psql', [server, '-qc', `CREATE DATABASE ${name}`]);
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
