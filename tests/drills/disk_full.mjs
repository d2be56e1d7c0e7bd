// A disk without room: every save is refused and says so, what was saved is still read, and all goes on as soon as there is room.

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Product, atEnd, drill, options, system, temporaryFolder, until } from './machine.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';

const USAGE = `node tests/drills/disk_full.mjs [--rounds N] [--full]     (as root: it mounts a tmpfs)
  --rounds N   how often the disk is filled and cleared (3)
  --full       20 times`;
const REFUSALS = 40;

const chosen = options(USAGE, { rounds: { type: 'string' }, full: { type: 'boolean' } });
const rounds = Number(chosen.rounds ?? (chosen.full ? 20 : 3));

await drill('disk full', async () => {
  const folder = temporaryFolder('disk-full');
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  system('mount', '-t', 'tmpfs', '-o', 'size=16m', 'jackfield-drill', disk);
  atEnd(() => system('umount', '-l', disk));
  const product = await Product.prepare(folder, `sqlite://${disk}/jackfield.db`);
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  const refusals = () => clients.flatMap((client) => client.refusals);
  let slowest = 0;
  for (let round = 0; round < rounds; round += 1) {
    fill(join(disk, 'filler'));
    const refusedBefore = refusals().length;
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop, { persevere: true }));
    try {
      await until('saves are refused', () => refusals().length - refusedBefore >= REFUSALS, 60);
      await until('/readyz says that it cannot write', async () => (await product.request('GET', '/readyz')).status === 503);
    } finally {
      stop.now = true;
    }
    await Promise.all(saving);
    await verifyAll(clients);
    const alive = await product.request('GET', '/healthz');
    if (alive.status !== 200) throw new Error(`/healthz answers ${alive.status}`);
    rmSync(join(disk, 'filler'));
    const back = await until('a save succeeds again', async () => (await clients[0].saveFar()) === 'acknowledged');
    slowest = Math.max(slowest, back);
    await until('/readyz is 200 again', async () => (await product.request('GET', '/readyz')).status === 200);
    const every = await Promise.all(clients.map(async (client) => [await client.saveFar(), await client.savePair(), await client.saveInstance()]));
    if (every.flat().some((outcome) => outcome !== 'acknowledged')) throw new Error(`with room again: ${every}`);
    await verifyAll(clients);
  }
  refusals().forEach(assertHonest);
  if (clients.some((client) => client.answers.has('none'))) throw new Error('a save had no answer at all');
  const lines = product.log().split('\n').filter((line) => /ERROR/.test(line)).length;
  return `${rounds} times, ${refusals().length} saves refused (${statuses(refusals())}), 0 false successes, ${acknowledged(clients)} acknowledged and there, reads went on, saving again after ${Math.round(slowest)} ms, ${lines} lines of ERROR`;
});

/** Takes every byte that there is. */
function fill(path) {
  const file = openSync(path, 'a');
  for (const size of [1 << 20, 4096, 1]) {
    const block = Buffer.alloc(size, 'x');
    try {
      for (;;) writeSync(file, block);
    } catch (problem) {
      if (problem.code !== 'ENOSPC') throw problem;
    }
  }
  closeSync(file);
}

function assertHonest({ status, headers, text }) {
  if (status !== 503 && status !== 507) throw new Error(`a save was answered ${status}: ${text.slice(0, 300)}`);
  if (!/not saved|nothing was saved/i.test(text)) throw new Error(`a refusal does not say that nothing was saved: ${text.slice(0, 600)}`);
  if (!headers.get('retry-after')) throw new Error('a refusal without Retry-After');
}

function statuses(refusals) {
  const counts = new Map();
  for (const { status } of refusals) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}
