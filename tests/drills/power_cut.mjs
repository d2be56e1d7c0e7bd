// A power cut while 8 clients save: only what was synced through to the disk is left of it, and no acknowledged save is missing there.
//
// The disk is a file behind a loop device. Its copy, taken while the product stands still and the filesystem is mounted, lacks all
// that is only in the memory of the filesystem: what a cut leaves. Mounting the copy replays its journal.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Product, atEnd, drill, options, system, temporaryFolder } from './machine.mjs';
import { MANIFEST, acknowledged, beginClients, findProblems, verifyAll } from './saves.mjs';

const USAGE = `node tests/drills/power_cut.mjs [--rounds N] [--full] [--negative-control]     (as root: it mounts loop devices)
  --rounds N           how often the power is cut (5)
  --full               50 times
  --negative-control   the log of the database is not synced, as with synchronous=NORMAL: passes when saves are found lost`;

const chosen = options(USAGE, { rounds: { type: 'string' }, full: { type: 'boolean' }, 'negative-control': { type: 'boolean' } });
const rounds = Number(chosen.rounds ?? (chosen.full ? 50 : 5));
const isControl = chosen['negative-control'];

/** An ext4 filesystem in a file. */
class Disk {
  constructor(folder, name) {
    this.image = join(folder, `${name}.img`);
    this.folder = join(folder, name);
    this.database = `sqlite://${this.folder}/data/jackfield.db`;
    mkdirSync(this.folder);
  }

  mount() {
    const device = system('losetup', '--find', '--show', this.image);
    // Nothing reaches the disk by itself while a round lasts: only what is synced.
    system('mount', '-o', 'commit=300', device, this.folder);
    this.unmount = () => {
      this.unmount = () => {};
      system('umount', '-l', this.folder);
      system('losetup', '-d', device);
      system('rm', '-f', this.image);
    };
    atEnd(() => this.unmount());
  }
}

/** A library that lets syncs of SQLite's write-ahead log pass for done. → its path */
function withoutSync(folder) {
  const [source, library] = [join(folder, 'unsynced.c'), join(folder, 'unsynced.so')];
  writeFileSync(
    source,
    `#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int is_log(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path);
  return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}
int fdatasync(int fd) { return is_log(fd) ? 0 : ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
int fsync(int fd) { return is_log(fd) ? 0 : ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
`,
  );
  system('cc', '-shared', '-fPIC', '-o', library, source, '-ldl');
  return library;
}

async function story() {
  const folder = temporaryFolder('power-cut');
  const unsynced = isControl ? { LD_PRELOAD: withoutSync(folder) } : {};
  let saves = 0;
  let unanswered = 0;
  let lossy = 0;
  let example;
  for (let round = 0; round < rounds; round += 1) {
    const before = new Disk(folder, `before-${round}`);
    system('truncate', '-s', '64M', before.image);
    system('mkfs.ext4', '-q', '-F', before.image);
    before.mount();
    const product = await Product.prepare(folder, before.database, unsynced);
    await product.start();
    await product.apply(MANIFEST);
    const clients = await beginClients(product);
    // What the control is to lose are single saves, not all that there is.
    if (isControl) system('sync', '-f', before.folder);
    const stop = { now: false };
    const saving = clients.map((client) => client.save(stop));
    await pause(200 + Math.random() * 800);
    product.signal('SIGSTOP');
    const after = new Disk(folder, `after-${round}`);
    system('cp', '--sparse=always', before.image, after.image);
    stop.now = true;
    await product.kill();
    await Promise.all(saving);
    before.unmount();
    after.mount();
    product.environment.JACKFIELD_DATABASE_URL = after.database;
    product.more = {};
    await product.start();
    if (isControl) {
      const problems = await findProblems(clients);
      if (problems.length) lossy += 1;
      example ??= problems[0];
    } else {
      await verifyAll(clients);
    }
    saves += acknowledged(clients);
    unanswered += clients.reduce((sum, client) => sum + (client.answers.get('none') ?? 0), 0);
    await product.kill();
    after.unmount();
  }
  if (!isControl) return `${rounds} times, ${saves} acknowledged saves, 0 lost, 0 half-written, ${unanswered} cut off without an answer`;
  if (lossy === 0) throw new Error(`${saves} unsynced saves, and none was found lost: this drill cannot see a loss`);
  return `saves were lost in ${lossy} of ${rounds} cuts, as they must be (${example})`;
}

await drill(`power cut${isControl ? ', negative control' : ''}`, story);
