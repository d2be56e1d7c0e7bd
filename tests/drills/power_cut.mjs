// A power cut while 8 clients save: only what was synced through to the disk is left of it, and no acknowledged save is missing there.
//
// The disk is a file behind a loop device. Its copy, taken while the product stands still and the filesystem is mounted, lacks all
// that is only in the memory of the filesystem: what a cut leaves. Mounting the copy replays its journal.
//
//   node tests/drills/power_cut.mjs [--rounds 5] [--full] [--negative-control]     (as root: it mounts loop devices)

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { atTheEnd, claim, drill, folder, pause, system } from './support.mjs';
import { Product } from './product.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';
import { withoutSync } from './unsynced.mjs';

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
    atTheEnd(async () => this.unmount());
  }
}

async function story({ rounds, 'negative-control': isControl }) {
  const home = await folder();
  let saves = 0;
  let unanswered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const clients = await cut(home, round, isControl);
    saves += acknowledged(clients);
    unanswered += clients.reduce((sum, client) => sum + (client.answers.get('none') ?? 0), 0);
  }
  return `${rounds} times, ${saves} acknowledged saves, 0 lost, 0 half-written, ${unanswered} cut off without an answer`;
}

/** One power cut, and what is there after it. */
async function cut(home, round, isControl) {
  const before = new Disk(home, `before-${round}`);
  system('truncate', '-s', '64M', before.image);
  system('mkfs.ext4', '-q', '-F', before.image);
  before.mount();
  const product = await Product.prepare({ home, databaseUrl: before.database, more: isControl ? withoutSync(home) : {} });
  await product.start();
  await product.apply(MANIFEST);
  const clients = await beginClients(product);
  // What the control is to lose are single saves, not all that there is.
  if (isControl) system('sync', '-f', before.folder);
  const stop = { now: false };
  const saving = clients.map((client) => client.save(stop));
  await pause(200 + Math.random() * 800);
  product.signal('SIGSTOP');
  const after = new Disk(home, `after-${round}`);
  system('cp', '--sparse=always', before.image, after.image);
  stop.now = true;
  await product.kill();
  await Promise.all(saving);
  before.unmount();
  after.mount();
  product.settings.JACKFIELD_DATABASE_URL = after.database;
  product.more = {};
  await product.start().catch(({ message }) => claim(false, `what the cut left does not open: ${message.slice(-200)}`));
  await verifyAll(clients);
  await product.kill();
  after.unmount();
  return clients;
}

drill({ rounds: [5, 50] }, story, { control: 'the log of the database is not synced, as with synchronous=NORMAL' });
