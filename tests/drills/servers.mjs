// Servers around the product: a Postgres that syncs what it commits (as that of `tests/postgres` does not), its standby, a PgBouncer, a
// HAProxy. Each ends with the drill. Root cannot own the first two, so it becomes `postgres`.

import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atTheEnd, freePort, pause, start, system } from './support.mjs';

const isRoot = () => process.getuid() === 0;
const asOwner = (program, ...args) => (isRoot() ? system('runuser', '-u', 'postgres', '--', program, ...args) : system(program, ...args));

function programs() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : [];
  const folders = [process.env.POSTGRES_BIN, ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  const found = folders.find((folder) => folder && existsSync(join(folder, 'initdb')));
  if (!found) throw new Error("Postgres's programs were not found: name their folder in POSTGRES_BIN");
  return found;
}

/** A program of the system; as root, its package is installed where it is missing. */
function program(name) {
  for (const folder of [...process.env.PATH.split(':'), '/usr/sbin']) if (existsSync(join(folder, name))) return join(folder, name);
  if (!isRoot()) throw new Error(`this drill needs your system's package \`${name}\``);
  system('sh', '-c', `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${name}`);
  return join('/usr/sbin', name);
}

/** One Postgres: primary, or the standby of another. Its role `jackfield` owns the database `jackfield` and is no superuser. */
export class Postgres {
  /** `more`: settings of the server. */
  static async start(home, name = 'postgres', more = {}) {
    const server = await Postgres.#prepare(home, name);
    server.program('initdb', `--pgdata=${server.data}`, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8');
    server.settings = more;
    server.start();
    server.sql('CREATE ROLE jackfield LOGIN CREATEDB');
    server.sql('CREATE DATABASE jackfield OWNER jackfield');
    return server;
  }

  static async #prepare(home, name, port) {
    const server = new Postgres();
    Object.assign(server, { home, name, folder: join(home, name), port: port ?? (await freePort()), settings: {} });
    server.data = join(server.folder, 'data');
    chmodSync(home, 0o755);
    system('install', '-d', '-m', '700', ...(isRoot() ? ['-o', 'postgres'] : []), server.folder);
    atTheEnd(async () => server.isStopped || server.crash());
    return server;
  }

  /** A new standby of this one, that has caught up. */
  async standby(name, port) {
    const server = await Postgres.#prepare(this.home, name, port);
    const from = `host=127.0.0.1 port=${this.port} user=postgres application_name=${name}`;
    server.program('pg_basebackup', `--pgdata=${server.data}`, `--dbname=${from}`, '--write-recovery-conf', '--checkpoint=fast', '--wal-method=stream');
    server.start();
    while (this.ask(`SELECT COUNT(*) FROM pg_stat_replication WHERE application_name = '${name}' AND state = 'streaming'`) !== '1') await pause(50);
    return server;
  }

  /** Commits wait until that standby has them on its disk. */
  async waitFor(name) {
    this.sql(`ALTER SYSTEM SET synchronous_standby_names = '"${name}"'`);
    this.sql('SELECT pg_reload_conf()');
    while (this.ask('SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = \'sync\'') !== '1') await pause(50);
  }

  waitForNobody() {
    this.sql("ALTER SYSTEM SET synchronous_standby_names = ''");
    this.sql('SELECT pg_reload_conf()');
  }

  start() {
    const own = { port: this.port, listen_addresses: '127.0.0.1', unix_socket_directories: this.folder, max_connections: 300, ...this.settings };
    const options = Object.entries(own).map(([key, value]) => `-c ${key}=${value}`).join(' ');
    this.control('start', '--wait', `--log=${this.folder}/log`, `--options=${options}`);
    this.isStopped = false;
  }

  crash() {
    this.isStopped = true;
    this.control('stop', '--mode=immediate');
  }

  remove = () => rmSync(this.folder, { recursive: true });
  promote() {
    this.control('promote', '--wait');
    // It was copied with the name of the standby that its own primary waited for: itself.
    this.waitForNobody();
  }

  address = () => `127.0.0.1:${this.port}`;
  url = () => `postgres://jackfield@${this.address()}/jackfield`;
  /** As the superuser. → what it answered */
  ask = (sql, database = 'postgres') => this.program('psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', `host=127.0.0.1 port=${this.port} user=postgres dbname=${database}`, '-c', sql);
  sql = this.ask;

  program = (name, ...args) => asOwner(join((this.programs ??= programs()), name), ...args);
  control = (verb, ...more) => this.program('pg_ctl', `--pgdata=${this.data}`, '--silent', verb, ...more);
}

/** A PgBouncer in transaction mode before one Postgres. */
export class PgBouncer {
  static async start(home, server) {
    const pooler = new PgBouncer();
    Object.assign(pooler, { home, port: await freePort(), ini: join(home, 'pgbouncer.ini') });
    writeFileSync(pooler.ini, `[databases]\n* = host=127.0.0.1 port=${server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${pooler.port}
unix_socket_dir =\nauth_type = trust\nauth_file = ${join(home, 'users')}\npool_mode = transaction\ndefault_pool_size = 6\nmax_client_conn = 500\n`);
    writeFileSync(join(home, 'users'), '"jackfield" ""\n');
    await pooler.start();
    return pooler;
  }

  async start() {
    const [name, args] = [program('pgbouncer'), ['-q', this.ini]];
    this.process = isRoot() ? start('runuser', ['-u', 'postgres', '--', name, ...args], { log: join(this.home, 'pgbouncer.log') })
      : start(name, args, { log: join(this.home, 'pgbouncer.log') });
    await answers(this.port);
  }

  async crash() {
    // Root started it by way of runuser, which leaves its child behind.
    const own = isRoot() ? system('pgrep', '-P', `${this.process.child.pid}`) : `${this.process.child.pid}`;
    process.kill(Number(own), 'SIGKILL');
    await this.process.ended;
  }

  url = () => `postgres://jackfield@127.0.0.1:${this.port}/jackfield`;
}

/** HAProxy with deploy/haproxy.cfg, its own addresses put in. */
export async function startHaproxy(home, config) {
  const file = join(home, 'haproxy.cfg');
  writeFileSync(file, config);
  const proxy = start(program('haproxy'), ['-db', '-f', file], { log: join(home, 'haproxy.log') });
  return proxy;
}

/** Until somebody listens there. */
export async function answers(port) {
  for (let n = 0; n < 200; n += 1) {
    const isThere = await new Promise((done) => {
      const probe = connect(port, '127.0.0.1');
      probe.on('connect', () => { probe.destroy(); done(true); }).on('error', () => done(false));
    });
    if (isThere) return;
    await pause(50);
  }
  throw new Error(`nobody listens on port ${port}`);
}
