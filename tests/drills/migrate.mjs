// `jackfield migrate` killed at any moment, again and again, and several at once: the next one ends what was begun, and the schema is
// that of a migration nobody disturbed.
//
//   [tests/postgres] node tests/drills/migrate.mjs [--rounds 8] [--kills 3] [--full] [--negative-control]

import { claim, drill, folder, pause, start, system } from './support.mjs';
import { Product, binary, newDatabase } from './product.mjs';

const AT_ONCE = 4;

async function story({ rounds, kills, 'negative-control': isControl }) {
  const home = await folder();
  const undisturbed = await Product.prepare({ home });
  const began = performance.now();
  await undisturbed.run('migrate');
  const [took, wanted] = [performance.now() - began, schema(undisturbed)];
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const product = await Product.prepare({ home: await folder(), databaseUrl: await newDatabase(await folder()) });
    for (let n = 0; n < kills; n += 1) killed += await migrateAndKill(product, Math.random() * took);
    if (isControl) leaveHalf(product);
    await Promise.all(Array.from({ length: AT_ONCE }, () => product.run('migrate')));
    await product.run('migrate', '--check');
    claim(schema(product) === wanted, 'the schema is not that of a migration that nobody disturbed');
    await product.start();
    await product.stop();
  }
  return `${rounds} databases on ${undisturbed.database}, ${killed} of ${rounds * kills} migrations killed in the middle (one takes ${Math.round(took)} ms), ${AT_ONCE} at once ended them, the same schema every time`;
}

/** → whether it was still at it */
async function migrateAndKill(product, after) {
  const process = start(binary(), ['migrate'], { env: product.settings, log: product.logFile });
  await pause(after);
  const isAtIt = !process.isOver();
  process.signal('SIGKILL');
  await process.ended;
  return isAtIt ? 1 : 0;
}

/** What half a migration would leave. */
function leaveHalf(product) {
  const sql = 'CREATE TABLE half_done (id INTEGER)';
  const url = product.settings.JACKFIELD_DATABASE_URL;
  if (url.startsWith('postgres')) system('psql', url, '-qc', sql);
  else system('sqlite3', url.slice('sqlite://'.length), sql);
}

function schema(product) {
  const url = product.settings.JACKFIELD_DATABASE_URL;
  const text = url.startsWith('postgres') ? system('pg_dump', '--schema-only', url) : system('sqlite3', url.slice('sqlite://'.length), '.schema');
  // Newer versions of pg_dump begin and end with a word of their own.
  return text.split('\n').filter((line) => !/^\\(un)?restrict/.test(line)).join('\n');
}

drill({ rounds: [8, 100], kills: [3, 5] }, story, { control: 'half a migration is left behind' });
