// A product of its own for each drill: started, killed and started again from outside; what was made is removed at the end.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';

const target = join(import.meta.dirname, '../../target');
const binary = [process.env.JACKFIELD_BINARY, join(target, 'release/jackfield'), join(target, 'debug/jackfield')].find((path) => path && existsSync(path));

/** The command line of a drill: `usage` answers --help. */
export function options(usage, spec) {
  const { values } = parseArgs({ options: { help: { type: 'boolean' }, ...spec } });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (!binary) throw new Error('no binary: `cargo build`, or name one in JACKFIELD_BINARY');
  return values;
}

const undo = [];

/** Undone last first, however the drill ends. */
export function atEnd(step) {
  undo.push(step);
}

/** Runs a drill to its end: what it throws is said in one line, and makes the exit status. */
export async function drill(name, run) {
  const stopped = ['SIGINT', 'SIGTERM'].map((signal) => new Promise((_, reject) => process.once(signal, () => reject(new Error(signal)))));
  try {
    console.log(`${name}: ${await Promise.race([run(), ...stopped])}`);
  } catch (problem) {
    console.error(`${name}: FAILED: ${problem.message}`);
    process.exitCode = 1;
  }
  for (const step of undo.reverse()) {
    await Promise.resolve().then(step).catch((problem) => console.error(`could not be undone: ${problem.message}`));
  }
  process.exit();
}

export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `jackfield-${name}-`));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program of the system to its end. → what it wrote */
export function system(program, ...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** A database of its own on the server that `tests/postgres` started. → its address */
export function postgresDatabase() {
  const server = process.env.JACKFIELD_TEST_POSTGRES_URL;
  if (!server) throw new Error('JACKFIELD_TEST_POSTGRES_URL is not set: run it as `tests/postgres node …`');
  const name = `drill_${process.pid}`;
  system('psql', server, '-qc', `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Asks every few milliseconds until the answer is true. → milliseconds it took */
export async function until(what, ask, seconds = 20) {
  const begin = performance.now();
  while (performance.now() < begin + seconds * 1000) {
    if (await ask()) return performance.now() - begin;
    await pause(5);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

export async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

export class Product {
  /** `folder` holds its log; `more`: environment beside the settings. */
  static async prepare(folder, databaseUrl, more = {}) {
    const product = new Product();
    const port = await freePort();
    product.folder = folder;
    product.base = `http://127.0.0.1:${port}`;
    product.environment = {
      ...process.env,
      JACKFIELD_PUBLIC_URL: product.base,
      JACKFIELD_LISTEN: `127.0.0.1:${port}`,
      JACKFIELD_MASTER_KEYS: `drill:${randomBytes(32).toString('base64')}`,
      JACKFIELD_DATABASE_URL: databaseUrl,
    };
    product.more = more;
    atEnd(() => product.kill());
    return product;
  }

  /** → milliseconds until it was ready */
  async start() {
    const log = openSync(join(this.folder, 'log'), 'a');
    this.child = spawn(binary, ['serve'], { env: { ...this.environment, ...this.more }, stdio: ['ignore', log, log] });
    const { child } = this;
    return until('jackfield is ready', async () => {
      if (child.exitCode !== null) throw new Error(`jackfield ended early: ${this.log().slice(-800)}`);
      return (await fetch(`${this.base}/readyz`).catch(() => undefined))?.ok;
    });
  }

  log = () => readFileSync(join(this.folder, 'log'), 'utf8');

  signal = (name) => this.child.kill(name);

  async kill() {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async run(...args) {
    return (await promisify(execFile)(binary, args, { env: this.environment, cwd: this.folder })).stdout;
  }

  async apply(manifest) {
    writeFileSync(join(this.folder, 'manifest.yaml'), manifest);
    await this.run('apply', 'manifest.yaml');
    const words = (await this.run('api-key', 'create', '--name', 'drill')).split(/\s+/);
    this.key = words.find((word) => word.startsWith('jf_'));
  }

  /** → {status, headers, text, json}; rejects when there was no answer. */
  async request(method, path, { headers = {}, body, signal = AbortSignal.timeout(60_000) } = {}) {
    const answer = await fetch(this.base + path, { method, headers, body, redirect: 'manual', signal });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : undefined;
    return { status: answer.status, headers: answer.headers, text, json };
  }

  api(method, path, value) {
    const headers = { authorization: `Bearer ${this.key}`, ...(value && { 'content-type': 'application/json' }) };
    return this.request(method, `/api/v1${path}`, { headers, body: value && JSON.stringify(value) });
  }

  /** As `api`, for what must succeed. */
  async ok(method, path, value) {
    const answer = await this.api(method, path, value);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  }
}
