// SIGTERM under load: what was begun is answered, nobody new is let in, what was acknowledged is there, and the process ends by itself.
//
//   node tests/drills/stop.mjs [--rounds 5] [--full] [--negative-control]

import { claim, drill, pause, seconds } from './support.mjs';
import { Product, furnish, giveToken, slot, tokenOf } from './product.mjs';
import { startProviders } from './providers.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';

/** The provider takes so long; a reader who waits for it is in the middle of a request. */
const PROVIDER_MS = 3000;
/** Requests may take 10 s to end, and jobs 20 more. */
const ENDED_WITHIN_MS = 30_000;

async function story({ rounds, 'negative-control': isControl }) {
  const [product, provider] = await Promise.all([Product.prepare(), startProviders(1)]);
  await provider.set({ delay_ms: PROVIDER_MS });
  await product.start();
  await product.apply(MANIFEST);
  await furnish(product, provider.tokenUrls);
  const everyone = [];
  let slowest = 0;
  for (let round = 0; round < rounds; round += 1) {
    const path = await slot(product);
    await giveToken(product, path, tokenOf(`stop-${round}`, -60));
    const clients = await beginClients(product);
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop));
    const read = product.api('GET', `${path}/credentials`).catch(({ code }) => ({ status: code }));
    await pause(300 + Math.random() * 500);
    const began = Date.now();
    product.signal(isControl ? 'SIGKILL' : 'SIGTERM');
    const answer = await read;
    claim(answer.status === 200, `who waited for the provider got ${answer.status}`);
    await Promise.race([product.process.ended, pause(ENDED_WITHIN_MS)]);
    claim(product.process.isOver(), `it had not ended after ${seconds(ENDED_WITHIN_MS)}`);
    claim(product.process.child.exitCode === 0, `it ended with ${product.process.child.exitCode ?? product.process.child.signalCode}`);
    slowest = Math.max(slowest, Date.now() - began);
    stop.now = true;
    await Promise.all(saving);
    await product.start();
    await verifyAll(clients);
    await Promise.all(clients.map(mustBeAnswered));
    everyone.push(...clients);
  }
  return `${rounds} times on ${product.database}, ${acknowledged(everyone)} acknowledged saves, 0 lost, none done without an answer, ended within ${seconds(slowest)}`;
}

/** A connection that lay idle may be closed just as it is used again; what was begun on one is answered. */
async function mustBeAnswered(client) {
  const [far, left] = [await client.credential('far'), await client.credential('left')];
  const unanswered = [[client.far, far], [client.pair, left]].filter(([known, { label }]) => known.unanswered.includes(label));
  claim(!unanswered.length, `${client.name}: ${unanswered.length} saves were done, and their answers cut off`);
}

drill({ rounds: [5, 30] }, story, { control: 'it is killed instead' });
