// A storm: a thousand reads of one expired token at three processes on one database are one request at the provider, and all
// of them hear the same.
//
//   node tests/drills/storm.mjs [--readers 1000] [--rounds N] [--slow-rounds N] [--full]

import { claim, drill, percentile, seconds, tally } from './support.mjs';
import { connect, furnish, startProduct, tokenOf } from './product.mjs';
import { startProviders } from './providers.mjs';

const SLOW_MS = 12_000;

drill({ readers: [1000, 1000], rounds: [5, 100], 'slow-rounds': [1, 100] }, async ({ readers, rounds, 'slow-rounds': slowRounds }) => {
  const [product, provider] = await Promise.all([startProduct([null, null, null]), startProviders(1)]);
  await furnish(product.replicas[0], provider.tokenUrls);
  const told = [];
  for (const delay_ms of [50, 300, SLOW_MS]) {
    await provider.set({ delay_ms });
    const longest = [];
    const times = delay_ms === SLOW_MS ? slowRounds : rounds;
    if (!times) continue;
    for (let round = 0; round < times; round++) longest.push(await storm(product, provider, readers, `storm-${delay_ms}-${round}`));
    told.push(`${times} at ${delay_ms} ms (the last answer after ${seconds(percentile(longest, 0.5))}, at most ${seconds(Math.max(...longest))})`);
  }
  return `${readers} readers × ${product.replicas.length} processes on ${product.database}, 1 request in every round: ${told.join('; ')}`;
});

/** → how many milliseconds the last reader waited. */
async function storm({ replicas }, provider, readers, family) {
  const path = await connect(replicas[0], tokenOf(family, -60));
  const began = Date.now();
  const answers = await Promise.all(Array.from({ length: readers }, (_, index) => replicas[index % replicas.length].api('GET', `${path}/credentials`)));
  const took = Date.now() - began;
  const asked = await provider.ledger(family);
  claim(asked.length === 1, `${family}: ${asked.length} requests at the provider`);
  const statuses = answers.map(({ status }) => status);
  claim(statuses.every((status) => status === 200), `${family}: ${tally(statuses)}; ${answers.find(({ status }) => status !== 200)?.text}`);
  const bodies = new Set(answers.map(({ text }) => text));
  claim(bodies.size === 1, `${family}: ${bodies.size} different answers`);
  claim(answers[0].body.token.access_token === `at~${family}~1`, `${family}: ${answers[0].text}`);
  return took;
}
