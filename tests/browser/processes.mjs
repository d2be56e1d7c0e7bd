// Starts what the tests talk to (the product, the provider) and ends it again, always by the process that was started.

import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const binary = process.env.JACKFIELD_BIN ?? join(here, '../../target/release/jackfield');

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks every 20 ms until there is an answer; `what` is said when there is none within the time. */
export async function until(what, ask, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    await pause(20);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** The whole product with its make-believe world. `facts` is what `demo.json` says. */
export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-demo-'));
  const port = await freePort();
  const child = start(binary, ['demo', '--port', String(port), '--data-dir', folder], { folder });
  const facts = await child.ready('the demo', async () => JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')));
  const api = (method, path, value) => callApi(facts.base_url, facts.api_key, method, path, value);
  return { facts, base: facts.base_url, stop: child.stop, api, freshLink: (integration) => freshLink(api, integration) };
}

/** `jackfield serve` on an empty SQLite file, started from outside as an operator would. */
export async function startProduct(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-serve-'));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    JACKFIELD_DATABASE_URL: `sqlite://${folder}/jackfield.db`,
    JACKFIELD_PUBLIC_URL: base,
    JACKFIELD_LISTEN: `127.0.0.1:${port}`,
    JACKFIELD_MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    JACKFIELD_ALLOWED_PRIVATE_HOSTS: '127.0.0.1,localhost,127.0.0.0/8',
    ...(typeof settings === 'function' ? await settings(base) : settings),
  };
  const child = start(binary, ['serve'], { folder, env });
  await child.ready('jackfield serve', async () => (await fetch(`${base}/readyz`)).ok);
  const run = async (...args) => {
    const { stdin = '' } = typeof args.at(-1) === 'object' ? args.pop() : {};
    const running = promisify(execFile)(binary, args, { env, cwd: folder });
    running.child.stdin.end(stdin);
    return (await running).stdout;
  };
  const key = (await run('api-key', 'create', '--name', 'tests')).split(/\s+/).sort((a, b) => b.length - a.length)[0];
  return {
    base,
    run,
    stop: child.stop,
    log: () => readFile(join(folder, 'log'), 'utf8'),
    api: (method, path, value) => callApi(base, key, method, path, value),
    createOwner: (email, password) => run('admin', 'create', '--email', email, { stdin: `${password}\n` }),
    async apply(manifest) {
      await writeFile(join(folder, 'manifest.yaml'), manifest);
      return run('apply', 'manifest.yaml');
    },
  };
}

/** A console with an owner and nothing else; it is signed in to as the demo is. */
export async function startEmptyConsole() {
  const product = await startProduct();
  const admin_email = 'owner@empty.example';
  const admin_password = randomBytes(12).toString('hex');
  await product.run('admin', 'create', '--email', admin_email, '--role', 'owner', { stdin: `${admin_password}\n` });
  return { ...product, facts: { admin_url: `${product.base}/admin`, admin_email, admin_password } };
}

let customers = 0;

/** A link of a customer who was never here, so that no story stands in another's way. → {url, customer} */
export async function freshLink(api, integration) {
  const external_id = `story-${++customers}`;
  await api('POST', '/customers', { external_id, name: `Story ${customers}` });
  const customer = `external:${external_id}`;
  const { status, body } = await api('POST', '/links', { customer, integration, expires_in_seconds: 3600 });
  if (status >= 300) throw new Error(`POST /links → ${status} ${JSON.stringify(body)}`);
  return { url: body.url, customer };
}

/** → {status, body}; the body as JSON where it is. */
export async function callApi(base, key, method, path, value) {
  const headers = { authorization: `Bearer ${key}`, ...(value && { 'content-type': 'application/json' }) };
  const response = await fetch(`${base}/api/v1${path}`, { method, headers, body: value && JSON.stringify(value) });
  const text = await response.text();
  return { status: response.status, body: /json/.test(response.headers.get('content-type')) ? JSON.parse(text) : text };
}

/** The certified provider. `set` changes its behaviour, `tokenRequests` reads its ledger. */
export async function startProvider(redirectUri) {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-provider-'));
  const child = start(process.execPath, [join(here, 'oidc/provider.mjs'), '--redirect-uri', redirectUri], { folder, firstLine: true });
  const facts = JSON.parse(await child.line);
  return {
    ...facts,
    stop: child.stop,
    set: (behaviour) => fetch(`${facts.issuer}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviour) }),
    async tokenRequests(grantType) {
      const ledger = await (await fetch(`${facts.issuer}/ledger`)).json();
      return ledger.filter((entry) => !grantType || entry.grant_type === grantType);
    },
  };
}

/** The example host with its workflow builder, for one customer. Its packages: `npm ci` in `examples/node-red`. → {url, stop} */
export async function startBuilder(demo, customer) {
  const folder = await mkdtemp(join(tmpdir(), 'jackfield-builder-'));
  const settings = { JACKFIELD_URL: demo.base, JACKFIELD_KEY: demo.facts.api_key, JACKFIELD_CUSTOMER: customer, PORT: '0', USER_DIR: join(folder, 'flows') };
  const child = start(process.execPath, [join(here, '../../examples/node-red/host.mjs')], { folder, env: { ...process.env, ...settings } });
  const log = () => readFile(join(folder, 'log'), 'utf8');
  const url = await child.ready('the builder', async () => /"builder_url":"([^"]+)"/.exec(await log())?.[1]);
  return { url, stop: child.stop };
}

function start(program, args, { folder, env = process.env, firstLine = false }) {
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(folder, 'log'));
  child.stderr.pipe(log, { end: false });
  child.stdout.pipe(log, { end: false });
  const ended = once(child, 'exit').catch((problem) => [problem.message]);
  const wentAway = ended.then(async ([code]) => {
    throw new Error(`${program} ended early (${code}): ${(await readFile(join(folder, 'log'), 'utf8')).slice(-1500)}`);
  });
  wentAway.catch(() => {});
  return {
    line: firstLine && Promise.race([once(createInterface(child.stdout), 'line').then(([line]) => line), wentAway]),
    ready: (what, ask) => Promise.race([until(what, ask), wentAway]),
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(forced);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
