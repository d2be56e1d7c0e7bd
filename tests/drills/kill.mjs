// `kill -9` while 8 clients save: what was acknowledged is there after the restart, whole, and the product is ready again at once.
//
//   node tests/drills/kill.mjs [--rounds 10] [--full] [--negative-control]

import { claim, drill, pause } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, beginClients, verifyAll } from './saves.mjs';

const READY_WITHIN_MS = 2000;

async function story({ rounds, 'negative-control': isHasty }) {
  const product = await Product.prepare();
  await product.start();
  await product.apply(MANIFEST);
  const everyone = [];
  let slowest = 0;
  let unanswered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const clients = await beginClients(product, { isHasty });
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
  claim(slowest <= READY_WITHIN_MS, `ready after ${Math.round(slowest)} ms, and ${READY_WITHIN_MS} is the limit`);
  return `${rounds} times on ${product.database}, ${saves} acknowledged saves, 0 lost, 0 half-written, `
    + `${unanswered} cut off without an answer, ready again within ${Math.round(slowest)} ms`;
}

drill({ rounds: [10, 100] }, story, { control: 'what was cut off counts as acknowledged' });
