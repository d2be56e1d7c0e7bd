// The primary is killed while 8 clients save, and its synchronous standby promoted: nothing acknowledged is lost, nothing is done twice,
// and saving goes on there by itself. Both hosts stand in JACKFIELD_DATABASE_URL.
//
//   node tests/drills/pg_promote.mjs [--rounds 2] [--full] [--negative-control]     (needs Postgres's programs, or their folder in POSTGRES_BIN)

import { claim, drill, folder, pause } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, everyoneSavesAgain, mustBeHonest, mustNotBePoisoned, verifyAll } from './saves.mjs';
import { Postgres } from './servers.mjs';

const SAVING_WITHIN_MS = 5000;

async function story({ rounds, 'negative-control': isControl }) {
  const home = await folder();
  let primary = await Postgres.start(home, 'pg0');
  let standby = await another(primary, 1, isControl);
  const hosts = [primary.port, standby.port];
  const product = await Product.prepare({ home, databaseUrl: `postgres://jackfield@${hosts.map((port) => `127.0.0.1:${port}`)}/jackfield?target_session_attrs=read-write` });
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  let slowest = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop, { persevere: true }));
    await pause(500 + Math.random() * 1000);
    if (isControl) await fallBehind(standby);
    primary.crash();
    await pause(Math.random() * 1000);
    standby.promote();
    slowest = Math.max(slowest, await everyoneSavesAgain(clients));
    stop.now = true;
    await Promise.all(saving);
    await verifyAll(clients);
    primary.remove();
    if (round < rounds) [primary, standby] = [standby, await another(standby, round + 1, isControl, primary.port)];
  }
  const refused = clients.flatMap(({ refusals }) => refusals);
  refused.forEach(mustBeHonest);
  claim(slowest <= SAVING_WITHIN_MS, `a client saved again ${Math.round(slowest)} ms after the promotion, and ${SAVING_WITHIN_MS} is the limit`);
  await mustNotBePoisoned(clients);
  const unanswered = clients.reduce((sum, { answers }) => sum + (answers.get('none') ?? 0), 0);
  return `${rounds} primaries killed, ${acknowledged(clients)} acknowledged saves, 0 lost, 0 done twice, ${refused.length} refused with 503, ${unanswered} without an answer, every client saving again within ${Math.round(slowest)} ms of the promotion`;
}

/** A standby of that primary, at the port of the one before. */
async function another(primary, number, isControl, port) {
  const name = `pg${number}`;
  const standby = await primary.standby(name, port);
  if (!isControl) await primary.waitFor(name);
  return standby;
}

/** What is committed from now on does not reach it. */
async function fallBehind(standby) {
  standby.sql("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
  standby.sql('SELECT pg_reload_conf()');
  await pause(1000);
}

drill({ rounds: [2, 20] }, story, { control: 'nobody waits for the standby, and it falls behind' });
