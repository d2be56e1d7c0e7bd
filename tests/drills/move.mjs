// Everything into another database: a large SQLite file is moved (to Postgres under `tests/postgres`, else to another file), killed
// with -9 in the middle again and again, and ends with every row there, equal, and every secret opened; in constant memory.
// The same for a backup and its restore.
//
//   tests/postgres node tests/drills/move.mjs [--customers 300] [--kills 3] [--full] [--negative-control]
//
// The seeder lies beside the binary: `cargo build --release --example seed`.

import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { claim, drill, folder, pause, seconds, start, system } from './support.mjs';
import { Product, binary, newDatabase } from './product.mjs';

const MEMORY_MIB = 128;
/** Of the credentials that are read from the new database, and compared with those of the old one. */
const READ = 50;

async function story({ customers, kills, 'negative-control': isControl }) {
  const home = await folder();
  const { product, facts } = await seeded(home, customers);
  const before = await credentials(product);
  await product.stop();

  const source = product.settings.JACKFIELD_DATABASE_URL;
  const target = await newDatabase(join(home, 'moved'));
  let halves = 0;
  const moved = await throughKills(product, kills, ['move', '--from', source, '--to', target], async () => {
    if (!isHalfFilled(target)) return;
    halves += 1;
    await mustBeRefused(product, target);
    // What is half there goes on; what is whole is compared again.
    if (isControl) spoil(target);
  });
  // Nothing is proved then, and nothing is broken: not even a control was noticed.
  if (!halves) throw new Error('no kill came in the middle: take more customers');
  compare(source, target);
  const told = [`${facts.connections} connections moved from ${kind(source)} to ${kind(target)}: ${moved}`];

  const backup = join(home, 'backup.db');
  told.push(`backup: ${await throughKills(product, kills, ['backup', backup, '--force'], () => claim(!existsSync(backup), 'a backup that was killed has its name'))}`);
  told.push(`restore: ${await restored(product, kills, backup, home)}`);

  product.settings.JACKFIELD_DATABASE_URL = target;
  await product.start();
  claim(JSON.stringify(await credentials(product)) === JSON.stringify(before), 'the new database opens to other credentials than the old one');
  return told.join('; ');
}

/** A product on a large SQLite file. */
async function seeded(home, customers) {
  const seeder = join(dirname(binary()), 'examples/seed');
  claim(existsSync(seeder), `${seeder} is not there: cargo build --release --example seed`);
  await promisify(execFile)(seeder, [home, '--customers', customers]);
  const facts = JSON.parse(await readFile(join(home, 'seed.json'), 'utf8'));
  const product = await Product.prepare({ home, databaseUrl: facts.database_url });
  product.settings.JACKFIELD_MASTER_KEYS = facts.master_keys;
  product.key = facts.api_key;
  await product.start();
  return { product, facts };
}

/** Of connections all over the database, by the API. */
async function credentials(product) {
  const read = [];
  for (let cursor = ''; read.length < READ; ) {
    const page = await product.ok('GET', `/instances?limit=5${cursor && `&cursor=${cursor}`}`);
    for (const { id, connections } of page.items) {
      const connected = connections.find(({ status }) => status === 'connected');
      if (connected) read.push(await product.ok('GET', `/instances/${id}/connections/${connected.slot}/credentials`));
    }
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  return read;
}

/** The command, killed so often at moments that lie ever later, then left to end. → what it told, its time and memory */
async function throughKills(product, kills, args, afterKill) {
  const run = () => start(binary(), args, { env: product.settings, log: join(product.home, `${args[0]}-log`) });
  for (let kill = 0; kill < kills; kill += 1) {
    const killed = run();
    // Each run gets further than the one before.
    await Promise.race([pause(300 + kill * 300 + Math.random() * 300), killed.ended]);
    if (killed.isOver()) break;
    killed.signal('SIGKILL');
    await killed.ended;
    await afterKill();
  }
  const began = Date.now();
  const last = run();
  await last.ended;
  const log = await last.log();
  if (last.child.exitCode && !/differ/.test(log)) throw new Error(`${args[0]}: ${log.slice(-600)}`);
  claim(last.child.exitCode === 0, `${args[0]} ended with ${last.child.exitCode}: ${log.trim().split('\n').slice(-3).join(' ')}`);
  const summary = log.split('\n').findLast((line) => /MiB of memory/.test(line)) ?? '';
  const memory = Number(summary.match(/(\d+) MiB/)?.[1]);
  claim(memory <= MEMORY_MIB, `${args[0]} took ${memory} MiB of memory: ${summary}`);
  return `${summary.replace(/^\w+: /, '')} (the last of ${kills + 1} runs: ${seconds(Date.now() - began)})`;
}

async function restored(product, kills, backup, home) {
  const database = await newDatabase(join(home, 'restored'));
  const source = product.settings.JACKFIELD_DATABASE_URL;
  product.settings.JACKFIELD_DATABASE_URL = database;
  const told = await throughKills(product, kills, ['restore', backup], async () => isHalfFilled(database) && mustBeRefused(product, database));
  product.settings.JACKFIELD_DATABASE_URL = source;
  compare(source, database);
  return `${told}, ${Math.round(statSync(backup).size / 1e6)} MB`;
}

function isHalfFilled(url) {
  if (kind(url) === 'sqlite') return existsSync(url.slice('sqlite://'.length)) && query(url, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'transfer_progress'") === '1';
  return query(url, "SELECT to_regclass('transfer_progress') IS NOT NULL") === 't';
}

/** Nobody serves half of the rows. */
async function mustBeRefused(product, target) {
  const env = { ...product.settings, JACKFIELD_DATABASE_URL: target, JACKFIELD_LISTEN: product.listen };
  const served = await promisify(execFile)(binary(), ['serve'], { env, timeout: 10_000 }).catch((problem) => problem);
  claim(/was not finished/.test(served.stderr), `a half filled database was not refused: ${served.stderr?.slice(-300)}`);
}

/** What an accident would do to a row that is there already. */
function spoil(target) {
  query(target, 'UPDATE connections SET account = account || \'x\' WHERE id = (SELECT id FROM connections WHERE account IS NOT NULL ORDER BY id LIMIT 1)');
}

/** Asked of the databases themselves: rows of each table, and sums over what a move could mix up. */
function compare(source, target) {
  const tables = ['customers', 'instances', 'connections', 'documents', 'audit_events', 'api_keys', 'org_users', 'checks', 'links'];
  for (const table of tables) {
    const [here, there] = [source, target].map((url) => query(url, `SELECT COUNT(*) FROM ${table}`));
    claim(here === there, `${table}: ${here} rows here, ${there} there`);
  }
  const sums = 'SELECT SUM(revision), SUM(LENGTH(account)), COUNT(DISTINCT account), SUM(created_at % 1000), COUNT(token), SUM(refresh_at % 1000) FROM connections';
  const [here, there] = [source, target].map((url) => query(url, sums));
  claim(here === there, `connections: ${here} here, ${there} there`);
}

function query(url, sql) {
  return kind(url) === 'sqlite' ? system('sqlite3', '-separator', '|', url.slice('sqlite://'.length), sql) : system('psql', url, '-qXAt', '-c', "SET jackfield.scope = 'organization'", '-c', sql);
}

const kind = (url) => url.split(':')[0];

drill({ customers: [300, 10_000], kills: [3, 10] }, story, { control: 'a row that was copied is changed before the move goes on' });
