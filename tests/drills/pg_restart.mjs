// Postgres crashes, or ends every connection again and again, while 8 clients save: nothing acknowledged is lost, nothing is done
// twice, saving goes on by itself, and no connection stays behind that does not work.
//
//   node tests/drills/pg_restart.mjs [--rounds 4] [--settle 3] [--full] [--negative-control]
//
// Every second round is a storm of pg_terminate_backend. `settle`: seconds after which all of it must still work. Needs Postgres's
// programs, or their folder in POSTGRES_BIN.

import { claim, drill, folder, pause, seconds } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, everyoneSavesAgain, mustBeHonest, mustNotBePoisoned, verifyAll } from './saves.mjs';
import { Postgres } from './servers.mjs';

const SAVING_WITHIN_MS = 5000;
const STORM_MS = 1500;

async function story({ rounds, settle, 'negative-control': isControl }) {
  const home = await folder();
  const server = await Postgres.start(home, 'postgres', isControl ? { synchronous_commit: 'off', wal_writer_delay: '10s' } : {});
  const product = await Product.prepare({ home, databaseUrl: server.url() });
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  let [slowest, ended] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop, { persevere: true }));
    await pause(300 + Math.random() * 700);
    if (round % 2 && !isControl) {
      ended += await storm(server);
    } else {
      server.crash();
      await pause(500 + Math.random() * 1500);
      server.start();
    }
    slowest = Math.max(slowest, await everyoneSavesAgain(clients));
    stop.now = true;
    await Promise.all(saving);
    await verifyAll(clients);
  }
  const refused = clients.flatMap(({ refusals }) => refusals);
  refused.forEach(mustBeHonest);
  claim(slowest <= SAVING_WITHIN_MS, `a client saved again after ${Math.round(slowest)} ms, and ${SAVING_WITHIN_MS} is the limit`);
  await mustNotBePoisoned(clients);
  await pause(settle * 1000);
  await mustNotBePoisoned(clients);
  await verifyAll(clients);
  const unanswered = clients.reduce((sum, { answers }) => sum + (answers.get('none') ?? 0), 0);
  return `${rounds} times (${ended} connections ended in storms), ${acknowledged(clients)} acknowledged saves, 0 lost, 0 done twice, ${refused.length} refused with 503, ${unanswered} without an answer, every client saving again within ${Math.round(slowest)} ms, no connection spoiled ${seconds(settle * 1000)} later`;
}

/** → how many connections were ended */
async function storm(server) {
  let ended = 0;
  for (const until = Date.now() + STORM_MS; Date.now() < until; ) {
    ended += Number(server.ask("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'jackfield'"));
    await pause(20 + Math.random() * 80);
  }
  return ended;
}

drill({ rounds: [4, 40], settle: [3, 600] }, story, { control: 'commits are acknowledged before they are on the disk' });
