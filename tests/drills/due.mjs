// Thousands of tokens that are due at once, over many providers of which one hangs, and three processes to renew them: each is
// renewed exactly once, and those of the other providers as fast as if that one did not hang. It has more tokens than the
// processes could wait for at once, were the waiting not kept apart.
//
//   node tests/drills/due.mjs [--tokens 800] [--providers 8] [--full]

import { claim, drill, each, pause, percentile, seconds, until } from './support.mjs';
import { furnish, giveToken, slot, startProduct, tokenOf } from './product.mjs';
import { startProviders } from './providers.mjs';

const PROVIDER_MS = 50;
/** A provider that hangs is asked again when it is tried again, 30 s later at the earliest, less a fifth. */
const SOONEST_RETRY_MS = 20_000;

drill({ tokens: [800, 10_000], providers: [8, 20] }, async (options) => {
  const [alone, beside] = [await renewal(options, false), await renewal(options, true)];
  const told = ({ p50, p99, last }) => `p50 ${seconds(p50)}, p99 ${seconds(p99)}, last ${seconds(last)}`;
  console.log(`       all ${options.providers} providers answer: ${told(alone)}`);
  console.log(`       one of them hangs:         ${told(beside)}; it was asked ${beside.hanging} times`);
  claim(beside.p99 <= alone.p99 * 1.5 + 2000, `one provider that hangs slows the others: p99 ${seconds(alone.p99)} → ${seconds(beside.p99)}`);
  return `${options.tokens} tokens over ${options.providers} providers on ${alone.database}, each renewed once; `
    + `p99 of the others ${seconds(alone.p99)}, beside one that hangs ${seconds(beside.p99)}`;
});

async function renewal({ tokens, providers: count }, oneHangs) {
  const [product, providers] = await Promise.all([startProduct([null]), startProviders(count)]);
  await providers.set({ delay_ms: PROVIDER_MS });
  if (oneHangs) await providers.set({ hangs: true }, 0);
  await furnish(product.replicas[0], providers.tokenUrls);
  const paths = await allDue(product.replicas[0], tokens, count);

  const others = [...paths.keys()].filter((index) => index % count !== 0);
  const start = Date.now();
  const replicas = await product.more(3);
  const isDone = async () => (await providers.answered()).slice(1).reduce((sum, answered) => sum + answered, 0) >= others.length;
  await until(`the ${others.length} tokens of the providers that answer are renewed`, isDone, 60 + tokens / 50);
  await everyTokenIsSaved(replicas, others.map((index) => [paths[index], `at~due-${index}~1`]));

  const ledger = await providers.ledger();
  for (const [family, times] of byFamily(ledger)) {
    const isHanging = Number(family.slice(4)) % count === 0 && oneHangs;
    const soonest = Math.min(...times.slice(1).map((at, index) => at - times[index]));
    claim(times.length === 1 || (isHanging && soonest > SOONEST_RETRY_MS), `${family} was sent ${times.length} times, ${soonest} ms apart`);
  }
  await Promise.all(replicas.map(({ stop }) => stop()));
  const waits = ledger.filter(({ provider }) => provider !== 0).map(({ at }) => at - start);
  const hanging = ledger.filter(({ provider }) => provider === 0).length;
  return { database: product.database, hanging, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99), last: Math.max(...waits) };
}

/** Tokens that come to their end together, saved while none of them is due: that is never in the first half of a life. */
async function allDue(replica, tokens, providers) {
  const paths = Array(tokens);
  const began = Date.now();
  await each(paths.keys(), 16, async (index) => { paths[index] = await slot(replica, index % providers); });
  const start = Date.now();
  const life = 5000 + 8 * (start - began);
  await each(paths.entries(), 16, ([index, path]) => giveToken(replica, path, tokenOf(`due-${index}`, (start + life - Date.now()) / 1000)));
  claim(Date.now() - start < life / 2, `it took ${seconds(Date.now() - start)} to save tokens that were to live for ${seconds(life)}: the machine is busy`);
  await replica.stop();
  await pause(start + life - Date.now());
  return paths;
}

async function everyTokenIsSaved(replicas, expected) {
  await each(expected.entries(), 32, async ([index, [path, token]]) => {
    const { status, body, text } = await replicas[index % replicas.length].api('GET', `${path}/credentials`);
    claim(status === 200 && body.token.access_token === token, `${token} was answered, but not saved: ${text}`);
  });
}

function byFamily(ledger) {
  const times = new Map();
  for (const { family, at } of ledger) times.set(family, [...(times.get(family) ?? []), at]);
  return times;
}
