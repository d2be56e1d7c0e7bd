// Postgres crashes and starts again while 8 clients save: nothing acknowledged is lost, and saving goes on by itself.
//
//   node tests/drills/pg_restart.mjs [--rounds 3] [--full]     (needs Postgres's programs, or their folder in POSTGRES_BIN)

import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { atTheEnd, claim, drill, folder, freePort, pause, system } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';

const SAVING_WITHIN_MS = 5000;

/** A server of its own that syncs what it commits, as `tests/postgres` does not. */
class Server {
  static async start(home) {
    const server = new Server();
    server.programs = programs();
    server.folder = join(home, 'postgres');
    server.port = await freePort();
    chmodSync(home, 0o755);
    system('install', '-d', ...(isRoot() ? ['-o', 'postgres'] : []), server.folder);
    server.asOwner(join(server.programs, 'initdb'), `--pgdata=${server.folder}/data`, '--username=jackfield', '--auth=trust', '--encoding=UTF8');
    atTheEnd(async () => server.control('stop', '--mode=immediate'));
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

async function story({ rounds }) {
  const home = await folder();
  const server = await Server.start(home);
  const product = await Product.prepare({ home, databaseUrl: server.url() });
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
    client.refusals.forEach(mustBeHonest);
  }
  claim(slowest <= SAVING_WITHIN_MS, `a client saved again after ${Math.round(slowest)} ms, and ${SAVING_WITHIN_MS} is the limit`);
  await mustNotBePoisoned(clients);
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
async function mustNotBePoisoned(clients) {
  for (let n = 0; n < 5; n += 1) {
    const outcomes = await Promise.all(clients.flatMap((client) => [client.saveFar(), client.saveInstance()]));
    const failed = outcomes.filter((outcome) => outcome !== 'acknowledged').length;
    claim(!failed, `${failed} of ${outcomes.length} saves failed on a server that is there`);
  }
}

function mustBeHonest({ status, headers, text }) {
  claim(status === 503, `a save was answered ${status}: ${text.slice(0, 400)}`);
  claim(headers['retry-after'], `a refusal without Retry-After: ${text.slice(0, 400)}`);
}

drill({ rounds: [3, 20] }, story);
