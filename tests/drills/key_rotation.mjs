// A new master key under load: two processes read and save, `key rotate` is killed again and again, and the old key goes at the
// end. Every read answers with the right value at any instant, and every secret opens with the new key alone.
//
//   node tests/drills/key_rotation.mjs [--secrets 4000] [--rate 100] [--kills 6] [--full] [--negative-control]

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { claim, drill, each, freePort, pause, percentile, start } from './support.mjs';
import { Product, binary } from './product.mjs';

const INPUTS = 10;
const SLOTS = 10;
/** One request of so many is a save. */
const SAVE_EVERY = 4;
const KEYS = Array.from({ length: INPUTS }, (_, at) => `secret_${at}`);

const MANIFEST = `
kind: connector
key: vault
name: Vault
connection_types:
  - key: values
    name: Values
    auth: {kind: fields}
    inputs: [${KEYS.map((key) => `{key: ${key}, label: ${key}, type: password}`).join(', ')}]
---
kind: integration
key: drill
name: Drill
pages:
  - key: all
    title: All
    elements: [${Array.from({ length: SLOTS }, (_, at) => `{connection: slot_${at}, type: vault.values}`).join(', ')}]
`;

/** What is known of one connection: of each input the version that was acknowledged last, and the one that was sent last. */
class Connection {
  acknowledged = KEYS.map(() => 0);
  sent = KEYS.map(() => 0);
  isBeingSaved = false;

  constructor(name, path) {
    Object.assign(this, { name, path });
  }

  value = (input, version) => `${this.name}/${input}/${version}`;
  first = () => Object.fromEntries(KEYS.map((key, input) => [key, this.value(input, 0)]));

  /** What is wrong with a credential that was asked for when `acknowledged` had been acknowledged; `undefined`: nothing. */
  fault({ status, text, body }, acknowledged) {
    if (status !== 200) return `${this.path} → ${status} ${text}`;
    for (const [input, key] of KEYS.entries()) {
      const [name, at, version] = body.inputs[key].split('/');
      const isRight = name === this.name && Number(at) === input && Number(version) >= acknowledged[input] && Number(version) <= this.sent[input];
      if (!isRight) return `${key} of ${this.path} is ${body.inputs[key]}, but version ${acknowledged[input]} was acknowledged`;
    }
    return undefined;
  }
}

/** The processes that serve, and what they are asked all the time. */
class Load {
  reads = 0;
  saves = 0;
  faults = [];
  saveMillis = [];
  #isOver = false;

  constructor(replicas, connections) {
    Object.assign(this, { replicas, connections });
  }

  /** By a process that is up: one that is being restarted answers nobody. */
  async ask(method, path, body) {
    for (let turn = 0; ; turn += 1) {
      const up = this.replicas.filter((replica) => replica.isUp);
      try {
        return await up[(this.reads + this.saves + turn) % up.length].api(method, path, body);
      } catch (problem) {
        if (turn > 20) throw problem;
        await pause(50);
      }
    }
  }

  start(rate) {
    const turn = 1000 / rate;
    const asked = [];
    const run = async () => {
      const began = performance.now();
      for (let n = 0; !this.#isOver; n += 1) {
        const late = began + n * turn - performance.now();
        if (late > 0) await pause(late);
        asked.push(this.once(n).catch((problem) => this.faults.push(problem.message)));
      }
      await Promise.all(asked);
      return (this.reads + this.saves) / ((performance.now() - began) / 1000);
    };
    const running = run();
    return async () => { this.#isOver = true; return running; };
  }

  once(n) {
    const connection = this.connections[Math.floor(Math.random() * this.connections.length)];
    return n % SAVE_EVERY === 0 && !connection.isBeingSaved ? this.save(connection) : this.read(connection);
  }

  async read(connection) {
    const acknowledged = [...connection.acknowledged];
    const answer = await this.ask('GET', `${connection.path}/credentials`);
    this.reads += 1;
    const fault = connection.fault(answer, acknowledged);
    if (fault) this.faults.push(fault);
  }

  async save(connection) {
    connection.isBeingSaved = true;
    const input = Math.floor(Math.random() * INPUTS);
    const version = (connection.sent[input] += 1);
    const began = performance.now();
    const answer = await this.ask('PUT', connection.path, { inputs: { [KEYS[input]]: connection.value(input, version) } });
    this.saves += 1;
    this.saveMillis.push(performance.now() - began);
    connection.isBeingSaved = false;
    if (answer.status === 200) connection.acknowledged[input] = version;
    else this.faults.push(`PUT ${connection.path} → ${answer.status} ${answer.text}`);
  }
}

async function seed(product, count) {
  const connections = [];
  await each(Array.from({ length: Math.ceil(count / SLOTS) }, (_, at) => at), 16, async (at) => {
    await product.ok('POST', '/customers', { external_id: `c${at}`, name: `c${at}` });
    const { id } = await product.ok('POST', '/instances', { customer: `external:c${at}`, integration: 'drill' });
    for (let slot = 0; slot < SLOTS && connections.length < count; slot += 1) {
      const connection = new Connection(`c${at}-${slot}`, `/instances/${id}/connections/slot_${slot}`);
      connections.push(connection);
      await product.ok('PUT', connection.path, { inputs: connection.first() });
    }
  });
  return connections;
}

/** One process after the other, in the middle of the load, with other master keys. */
async function roll(replicas, keys) {
  for (const replica of replicas) {
    replica.isUp = false;
    await pause(200);
    await replica.stop();
    replica.settings = { ...replica.settings, JACKFIELD_MASTER_KEYS: keys };
    await replica.start();
    replica.isUp = true;
  }
}

async function status({ run }) {
  return JSON.parse((await run('key', 'status', '--json')).stdout);
}

const left = ({ keys, current }) => keys.filter(({ id }) => id !== current).reduce((sum, { rows }) => sum + rows, 0);

/** `key rotate`, killed so many times at random; → how often that was while rows were left. */
async function killRotations(product, kills) {
  let hits = 0;
  const rows = left(await status(product));
  for (let kill = 0; kill < kills; kill += 1) {
    const rotation = start(binary(), ['key', 'rotate'], { env: product.settings, log: join(product.home, `rotate-${kill}`) });
    const goal = rows * (1 - (kill + 1) / (kills + 1));
    // Somewhere in its share of the work; a run that is only proving what was done is killed as well.
    for (let asked = 0; asked < 200 && left(await status(product)) > goal && !rotation.isOver(); asked += 1) await pause(Math.random() * 40);
    rotation.signal('SIGKILL');
    await rotation.ended;
    if (left(await status(product)) > 0) hits += 1;
  }
  return hits;
}

/** As a rotation would that does not look whether somebody saved meanwhile: what it read before is written back. */
async function writeBackOver({ settings }, load) {
  const url = settings.JACKFIELD_DATABASE_URL;
  const [program, ...args] = url.startsWith('postgres') ? ['psql', '-qX', url, '-c'] : ['sqlite3', '-cmd', '.timeout 20000', url.slice('sqlite://'.length)];
  const execute = (sql) => promisify(execFile)(program, [...args, sql]);
  await execute('CREATE TABLE read_before AS SELECT id, secrets FROM connections');
  const before = load.saves;
  while (load.saves < before + 200) await pause(50);
  await execute('UPDATE connections SET secrets = (SELECT r.secrets FROM read_before r WHERE r.id = connections.id)');
}

async function story({ secrets, rate, kills, 'negative-control': isControl }) {
  const product = await Product.prepare();
  await product.start();
  await product.apply(MANIFEST);
  const began = Date.now();
  const connections = await seed(product, secrets / INPUTS);
  console.log(`${connections.length * INPUTS} secrets saved in ${((Date.now() - began) / 1000).toFixed(1)} s on ${product.database}`);
  const second = new Product(product.home, product.settings, await freePort());
  await second.start();
  const replicas = [product, second].map((replica) => Object.assign(replica, { key: product.key, isUp: true }));
  const load = new Load(replicas, connections);
  const stop = load.start(rate);
  const old = product.settings.JACKFIELD_MASTER_KEYS;
  const next = `k2:${randomBytes(32).toString('base64')}`;
  await roll(replicas, `${next},${old}`);
  if (isControl) await writeBackOver(product, load);
  const hits = await killRotations(product, kills);
  const { stdout } = await product.run('key', 'rotate');
  const rewrapped = Number(stdout.match(/all (\d+) open/)?.[1]);
  const standing = await status(product);
  claim(standing.next.do === 'remove' && `${standing.next.keys}` === 'k1', `after the rotation: ${JSON.stringify(standing)}`);
  await roll(replicas, next);
  const achieved = await stop();
  claim(load.faults.length === 0, `${load.faults.length} wrong answers: ${load.faults.slice(0, 3).join('; ')}`);
  await each(connections, 16, (connection) => load.read(connection));
  claim(load.faults.length === 0, `with the new key alone: ${load.faults.slice(0, 3).join('; ')}`);
  claim(rewrapped >= connections.length * INPUTS, `${rewrapped} secrets were opened at the end`);
  claim(achieved >= rate * 0.9, `only ${Math.round(achieved)} requests/s were answered, and ${rate} are asked for`);
  return `${connections.length * INPUTS} secrets on ${product.database}, killed ${kills} times (${hits} of them with rows left), `
    + `${load.reads} reads and ${load.saves} saves at ${Math.round(achieved)}/s, 0 undecryptable, 0 lost; `
    + `a save took ${Math.round(percentile(load.saveMillis, 0.5))} ms, p99 ${Math.round(percentile(load.saveMillis, 0.99))} ms`;
}

drill({ secrets: [4000, 100_000], rate: [100, 200], kills: [6, 20] }, story, {
  control: 'a rotation writes back what it read before, over what was saved since',
});
