// `kill -9` while 8 clients save: what was acknowledged is there after the restart, whole, and the product is ready again at once.

import { setTimeout as pause } from 'node:timers/promises';
import { Product, drill, options, postgresDatabase, temporaryFolder } from './machine.mjs';
import { MANIFEST, beginClients, verifyAll } from './saves.mjs';

const USAGE = `node tests/drills/kill.mjs [--rounds N] [--full] [--postgres]
  --rounds N   how often it is killed (10)
  --full       100 times
  --postgres   on the server of \`tests/postgres\`, instead of an SQLite file`;
const READY_WITHIN_MS = 2000;

const chosen = options(USAGE, { rounds: { type: 'string' }, full: { type: 'boolean' }, postgres: { type: 'boolean' } });
const rounds = Number(chosen.rounds ?? (chosen.full ? 100 : 10));

await drill(`kill -9 on ${chosen.postgres ? 'Postgres' : 'SQLite'}`, async () => {
  const folder = temporaryFolder('kill');
  const product = await Product.prepare(folder, chosen.postgres ? postgresDatabase() : `sqlite://${folder}/jackfield.db`);
  await product.start();
  await product.apply(MANIFEST);
  const everyone = [];
  let slowest = 0;
  let unanswered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const clients = await beginClients(product);
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop));
    await pause(50 + Math.random() * 450);
    await product.kill();
    stop.now = true;
    await Promise.all(saving);
    slowest = Math.max(slowest, await product.start());
    await verifyAll(clients);
    unanswered += clients.reduce((sum, client) => sum + (client.answers.get('none') ?? 0), 0);
    everyone.push(...clients);
  }
  const saves = await verifyAll(everyone);
  if (slowest > READY_WITHIN_MS) throw new Error(`ready after ${Math.round(slowest)} ms, and ${READY_WITHIN_MS} is the limit`);
  return `${rounds} times, ${saves} acknowledged saves, 0 lost, 0 half-written, ${unanswered} cut off without an answer, ready again within ${Math.round(slowest)} ms`;
});
