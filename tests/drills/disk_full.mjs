// A disk without room: every save is refused and says so, what was saved is still read, and all goes on as soon as there is room.
//
//   node tests/drills/disk_full.mjs [--rounds 3] [--full] [--negative-control]     (as root: it mounts a tmpfs)

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { atTheEnd, claim, drill, folder, millisUntil, pause, system, tally, until } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';
import { withoutRoomUnnoticed } from './unsynced.mjs';

const REFUSALS = 40;
const CONTROL_MS = 1500;

async function story({ rounds, 'negative-control': isControl }) {
  const home = await folder();
  const disk = join(home, 'disk');
  mkdirSync(disk);
  system('mount', '-t', 'tmpfs', '-o', 'size=16m', 'jackfield-drill', disk);
  atTheEnd(async () => system('umount', '-l', disk));
  const more = { JACKFIELD_LOG_FORMAT: 'json', ...(isControl ? withoutRoomUnnoticed(home) : {}) };
  const product = await Product.prepare({ home, databaseUrl: `sqlite://${disk}/jackfield.db`, more });
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  const refusals = () => clients.flatMap((client) => client.refusals);
  let slowest = 0;
  for (let round = 0; round < rounds; round += 1) {
    fill(join(disk, 'filler'));
    await saveInVain(product, clients, refusals, isControl);
    await verifyAll(clients);
    const alive = await product.request('GET', '/healthz');
    claim(alive.status === 200, `/healthz answers ${alive.status}`);
    rmSync(join(disk, 'filler'));
    slowest = Math.max(slowest, await millisUntil('a save succeeds again', async () => (await clients[0].saveFar()) === 'acknowledged'));
    await until('/readyz is 200 again', async () => (await product.request('GET', '/readyz')).status === 200);
    const every = await Promise.all(clients.map(async (client) => [await client.saveFar(), await client.savePair(), await client.saveInstance()]));
    claim(every.flat().every((outcome) => outcome === 'acknowledged'), `with room again: ${every}`);
    await verifyAll(clients);
  }
  refusals().forEach(mustBeHonest);
  claim(!clients.some((client) => client.answers.has('none')), 'a save had no answer at all');
  const errors = (await product.log()).split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter(({ level }) => level === 'ERROR');
  const said = new Set(errors.map(({ span }) => span?.request_id));
  const unsaid = refusals().filter(({ text }) => !said.has(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/)?.[0]));
  claim(!unsaid.length, `${unsaid.length} refusals name no request id of the log: ${unsaid[0]?.text.slice(0, 300)}`);
  return `${rounds} times, ${refusals().length} saves refused (${tally(refusals().map(({ status }) => status))}), 0 false successes, `
    + `${acknowledged(clients)} acknowledged and there, reads went on, saving again after ${Math.round(slowest)} ms, each with its request id in a line of ERROR`;
}

/** Until enough saves were refused; under the control none is. */
async function saveInVain(product, clients, refusals, isControl) {
  const before = refusals().length;
  const stop = { now: false };
  const saving = clients.map((client) => client.save(stop, { persevere: true }));
  try {
    if (isControl) return await pause(CONTROL_MS);
    await until('saves are refused', async () => refusals().length - before >= REFUSALS, 60);
    await until('/readyz says that it cannot write', async () => (await product.request('GET', '/readyz')).status === 503);
  } finally {
    stop.now = true;
    await Promise.all(saving);
  }
}

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

function mustBeHonest({ status, headers, text }) {
  claim(status === 503 || status === 507, `a save was answered ${status}: ${text.slice(0, 300)}`);
  claim(/not saved|nothing was saved/i.test(text), `a refusal does not say that nothing was saved: ${text.slice(0, 600)}`);
  claim(headers['retry-after'], 'a refusal without Retry-After');
}

drill({ rounds: [3, 20] }, story, { control: 'what finds no room in the log passes for written' });
