// Three replicas behind HAProxy (deploy/haproxy.cfg), one killed every few seconds while people save and programs read: sessions go on,
// every read is answered, and nothing acknowledged is lost.
//
//   node tests/drills/replicas.mjs [--for 30] [--kill-every 6] [--rate 60] [--pooled yes] [--full] [--negative-control]
//
// `for` and `kill-every` are seconds, `rate` reads a second beside the saves. With `--pooled yes` every other death is one of a PgBouncer
// before the database. Needs Postgres's programs and HAProxy.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, claim, drill, folder, freePort, pause } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, mustNotBePoisoned, verifyAll } from './saves.mjs';
import { PgBouncer, Postgres, answers, startHaproxy } from './servers.mjs';

const REPLICAS = 3;

async function story({ for: duration, 'kill-every': every, rate, pooled, 'negative-control': isControl }) {
  const home = await folder();
  const server = await Postgres.start(home);
  const pooler = pooled ? await PgBouncer.start(home, server) : undefined;
  const front = await serve(home, (pooler ?? server).url(), isControl);
  await front.apply(MANIFEST);
  const clients = await beginClients(front);
  const [stop, reads] = [{ now: false }, { sent: 0, slowest: 0, failed: [] }];
  const saving = clients.map((client) => client.save(stop, { persevere: true }));
  const reading = readSteadily(clients, { stop, rate, reads });
  const deaths = await killInTurn(front.replicas, { until: Date.now() + duration * 1000, every, pooler });
  stop.now = true;
  await Promise.all([...saving, reading]);
  claim(!reads.failed.length, `${reads.failed.length} of ${reads.sent} reads failed: ${reads.failed.slice(0, 3).join('; ')}`);
  await verifyAll(clients);
  await mustNotBePoisoned(clients);
  const saves = new Map();
  for (const { answers } of clients) for (const [status, count] of answers) saves.set(status, (saves.get(status) ?? 0) + count);
  const unsure = [...saves].filter(([status]) => status === 'none' || status >= 500).map(([status, count]) => `${count} × ${status}`);
  return `${deaths.length} deaths in ${duration} s, ${reads.sent} reads, 0 failed, slowest ${Math.round(reads.slowest)} ms; ${acknowledged(clients)} acknowledged saves, 0 lost, 0 done twice, cut off: ${unsure.join(', ') || 'none'}; every session went on`;
}

/** Three processes and the proxy before them. → what looks like one product, with its `replicas` */
async function serve(home, databaseUrl, isControl) {
  const port = await freePort();
  const front = await Product.prepare({ home, databaseUrl });
  Object.assign(front, { base: `http://127.0.0.1:${port}`, replicas: [] });
  front.settings.JACKFIELD_PUBLIC_URL = front.base;
  // All at once, on an empty database.
  for (let n = 0; n < REPLICAS; n += 1) front.replicas.push(new Product(home, front.settings, await freePort()));
  await Promise.all(front.replicas.map((replica) => replica.start()));
  await startHaproxy(home, await configured(front, port, isControl));
  await answers(port);
  return front;
}

/** The configuration that is shipped, with this machine's addresses; the control takes away what it does about a dead replica. */
async function configured({ replicas }, port, isControl) {
  const shipped = await readFile(join(import.meta.dirname, '../../deploy/haproxy.cfg'), 'utf8');
  let config = shipped.replace(/bind .*/, `bind 127.0.0.1:${port}`);
  replicas.forEach(({ listen }, index) => { config = config.replaceAll(`jackfield-${index + 1}:8080`, listen); });
  claim(!/jackfield-\d/.test(config) && config !== shipped, 'deploy/haproxy.cfg has other places for its servers');
  return isControl ? config.replace(/retry-on .*/, 'retry-on none').replace(/option redispatch.*/, '').replace('default-server check', 'default-server') : config;
}

/** Pages and credentials in turn, at a steady rate, whether the one before was answered or not. */
async function readSteadily(clients, { stop, rate, reads }) {
  const under = [];
  for (let n = 0; !stop.now; n += 1) {
    const client = clients[n % clients.length];
    const path = n % 2 ? client.pagePath() : `/api/v1/instances/${client.instance}/connections/far/credentials`;
    const headers = n % 2 ? { cookie: client.cookie } : { authorization: `Bearer ${client.product.key}` };
    under.push(read(client.product.base + path, headers, reads));
    await pause(1000 / rate);
  }
  await Promise.all(under);
}

async function read(url, headers, reads) {
  const began = performance.now();
  reads.sent += 1;
  const answer = await call('GET', url, { headers }).catch(({ code, message }) => ({ status: code ?? message, text: '' }));
  reads.slowest = Math.max(reads.slowest, performance.now() - began);
  if (answer.status !== 200) reads.failed.push(`${answer.status} ${new URL(url).pathname.split('/')[1]} ${answer.text.replace(/<[^>]*>|\s+/g, ' ').slice(0, 200)}`);
}

/** One after the other, with -9; each is started again once it has been missed. */
async function killInTurn(replicas, { until, every, pooler }) {
  const deaths = [];
  while (Date.now() + every * 500 < until) {
    await pause((every * 1000) / 2);
    const victim = pooler && deaths.length % 2 ? pooler : replicas[deaths.length % replicas.length];
    await (victim.crash ?? victim.kill).call(victim);
    deaths.push(victim);
    await pause(victim === pooler ? 100 : (every * 1000) / 4);
    await victim.start();
    await pause((every * 1000) / 4);
  }
  return deaths;
}

drill({ for: [30, 300], 'kill-every': [6, 20], rate: [60, 200], pooled: ['', ''] }, story, { control: 'the proxy neither looks after its servers nor asks another one' });
