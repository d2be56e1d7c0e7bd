// Postgres crashes and starts again while 8 clients save: nothing acknowledged is lost, and saving goes on by itself.

import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Product, atEnd, drill, freePort, options, system, temporaryFolder } from './machine.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';

const USAGE = `node tests/drills/pg_restart.mjs [--rounds N] [--full]     (needs Postgres's programs, or their folder in POSTGRES_BIN)
  --rounds N   how often it is stopped with -m immediate and started again (3)
  --full       20 times`;
const SAVING_WITHIN_MS = 5000;

const chosen = options(USAGE, { rounds: { type: 'string' }, full: { type: 'boolean' } });
const rounds = Number(chosen.rounds ?? (chosen.full ? 20 : 3));

/** A server of its own that syncs what it commits, as `tests/postgres` does not. */
class Server {
  static async start(folder) {
    const server = new Server();
    server.programs = programs();
    server.folder = join(folder, 'postgres');
    server.port = await freePort();
    chmodSync(folder, 0o755);
    system('install', '-d', ...(isRoot() ? ['-o', 'postgres'] : []), server.folder);
    server.asOwner(join(server.programs, 'initdb'), `--pgdata=${server.folder}/data`, '--username=jackfield', '--auth=trust', '--encoding=UTF8');
    atEnd(() => server.control('stop', '--mode=immediate'));
    server.start();
    return server;
  }

  start = () => this.control('start', '--wait', `--log=${this.folder}/log`, `--options=-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder}`);
  crash = () => this.control('stop', '--mode=immediate');
  url = () => `postgres://jackfield@127.0.0.1:${this.port}/postgres`;

  control = (verb, ...more) => this.asOwner(join(this.programs, 'pg_ctl'), `--pgdata=${this.folder}/data`, '--silent', verb, ...more);
  /** Root cannot own a server. */
  asOwner = (program, ...args) => (isRoot() ? system('runuser', '-u', 'postgres', '--', program, ...args) : system(program, ...args));
}

const isRoot = () => process.getuid() === 0;

function programs() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : [];
  const folders = [process.env.POSTGRES_BIN, ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  const found = folders.find((folder) => folder && existsSync(join(folder, 'initdb')));
  if (!found) throw new Error("Postgres's programs were not found: name their folder in POSTGRES_BIN");
  return found;
}

async function story() {
  const folder = temporaryFolder('pg-restart');
  const server = await Server.start(folder);
  const product = await Product.prepare(folder, server.url());
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  const counts = { refused: 0, unanswered: 0 };
  let slowest = 0;
  for (let round = 0; round < rounds; round += 1) {
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop, { persevere: true }));
    await pause(300 + Math.random() * 700);
    server.crash();
    await pause(500 + Math.random() * 1500);
    server.start();
    slowest = Math.max(slowest, await everyoneSavesAgain(clients));
    stop.now = true;
    await Promise.all(saving);
    await verifyAll(clients);
  }
  for (const client of clients) {
    counts.refused += client.refusals.length;
    counts.unanswered += client.answers.get('none') ?? 0;
    client.refusals.forEach(assertHonest);
  }
  if (slowest > SAVING_WITHIN_MS) throw new Error(`a client saved again after ${Math.round(slowest)} ms, and ${SAVING_WITHIN_MS} is the limit`);
  await assertNothingIsPoisoned(clients);
  return `${rounds} times, ${acknowledged(clients)} acknowledged saves, 0 lost, ${counts.refused} refused with 503, ${counts.unanswered} without an answer, every client saving again within ${Math.round(slowest)} ms`;
}

/** → milliseconds until the last client has saved. */
async function everyoneSavesAgain(clients) {
  const begin = performance.now();
  const before = clients.map((client) => client.acknowledgedSaves());
  while (clients.some((client, index) => client.acknowledgedSaves() === before[index])) {
    if (performance.now() > begin + 60_000) throw new Error(`no save succeeded for a minute: ${clients[0].refusals.at(-1)?.text.slice(0, 300)}`);
    await pause(5);
  }
  return performance.now() - begin;
}

/** More saves at once, and more often, than the pool has connections. */
async function assertNothingIsPoisoned(clients) {
  for (let n = 0; n < 5; n += 1) {
    const outcomes = await Promise.all(clients.flatMap((client) => [client.saveFar(), client.saveInstance()]));
    const failed = outcomes.filter((outcome) => outcome !== 'acknowledged').length;
    if (failed) throw new Error(`${failed} of ${outcomes.length} saves failed on a server that is there`);
  }
}

function assertHonest({ status, headers, text }) {
  if (status !== 503) throw new Error(`a save was answered ${status}: ${text.slice(0, 400)}`);
  if (!headers.get('retry-after')) throw new Error(`a refusal without Retry-After: ${text.slice(0, 400)}`);
}

await drill('Postgres restarted under load', story);
