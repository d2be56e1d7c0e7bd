// Three processes of which one has a clock that is minutes ahead or behind: tokens are not renewed more often for it, and
// nobody is handed a dead one. The database's clock counts, so this is for Postgres; the processes of a SQLite file share a machine.
//
//   tests/postgres node tests/drills/skew.mjs [--seconds 45] [--life 30] [--connections 10] [--full]

import { claim, drill, pause, tally } from './support.mjs';
import { connect, furnish, startProduct, tokenOf } from './product.mjs';
import { startProviders } from './providers.mjs';

drill({ seconds: [45, 120], life: [30, 60], connections: [10, 30] }, async (options) => {
  claim(process.env.JACKFIELD_TEST_POSTGRES_URL, 'run it as `tests/postgres node tests/drills/skew.mjs`: a SQLite file has no clock but its machine\'s');
  const told = await Promise.all(['+10m', '-10m'].map((skew) => skewed(skew, options)));
  return told.join('; ');
});

async function skewed(skew, { seconds, life, connections }) {
  const [product, provider] = await Promise.all([startProduct([null, skew, null]), startProviders(1)]);
  await provider.set({ life_seconds: life });
  const [right, wrong] = product.replicas;
  await furnish(right, provider.tokenUrls);
  await theClockIsWrong(right, wrong);
  const paths = await Promise.all(Array.from({ length: connections }, (_, index) => connect(right, tokenOf(`skew-${index}`, -60))));
  const end = Date.now() + seconds * 1000;
  const reads = await Promise.all(product.replicas.flatMap((replica) => paths.map((path) => readUntil(end, replica, path, provider))));

  const all = reads.flat();
  const dead = all.filter(({ live }) => live === false);
  claim(all.every(({ status }) => status === 200), `${skew}: ${tally(all.map(({ status }) => status))}`);
  claim(!dead.length, `${skew}: ${dead.length} of ${all.length} reads gave a dead token`);
  const refreshes = (await provider.ledger()).length;
  // The first at once, the next never in the first half of a token's life.
  const most = connections * (1 + Math.ceil(seconds / (life / 2)));
  claim(refreshes <= most, `${skew}: ${refreshes} refreshes of ${connections} tokens in ${seconds} s; at most ${most} are due`);
  await Promise.all(product.replicas.map(({ stop }) => stop()));
  return `${skew}: ${all.length} reads, 0 dead tokens, ${refreshes} refreshes of at most ${most}`;
}

/** A drill under the right clock would prove nothing. */
async function theClockIsWrong(...replicas) {
  const dates = await Promise.all(replicas.map(async ({ base }) => Date.parse((await fetch(`${base}/healthz`)).headers.get('date'))));
  claim(Math.abs(dates[0] - dates[1]) > 500_000, `the clocks differ by ${dates[0] - dates[1]} ms: libfaketime does not work here`);
}

async function readUntil(end, { api }, path, provider) {
  const reads = [];
  while (Date.now() < end) {
    const { status, body } = await api('GET', `${path}/credentials`);
    reads.push({ status, live: status === 200 ? await provider.isLive(body.token.access_token) : undefined });
    await pause(400);
  }
  return reads;
}
