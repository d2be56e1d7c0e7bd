// The process that holds a refresh lease is killed or stopped, before or after its request went out. Another takes over when
// the lease has lapsed; what a late holder brings is not saved; a strict provider (a refresh token used twice kills its family)
// ends in needs_reconnect at most where its answer was lost.
//
//   node tests/drills/lease_holder.mjs [--stopped-seconds 0] [--full]     0: only the kills; --full stops for 90 s

import { createConnection } from 'node:net';
import { readFile } from 'node:fs/promises';
import { atTheEnd, claim, drill, pause, seconds, until } from './support.mjs';
import { connect, furnish, holdSaves, saves, startProduct, tokenOf } from './product.mjs';
import { startProviders } from './providers.mjs';

const LEASE_MS = 60_000;
/** Beyond the lease, the longest that the next process may take: a tick of its worker, and one request. */
const TAKEOVER_MS = 30_000;
/** Longer than it takes to see a request arrive and to kill or stop who sent it. */
const HELD_MS = 4000;

/** What befalls the holder, when, at which provider. `lost`: the answer cannot reach anyone, so a strict provider may need a person. */
const KILLS = [
  { name: 'killed before it sent, strict', signal: 'SIGKILL', before: true, strict: true, lost: false },
  { name: 'killed after it sent, lenient', signal: 'SIGKILL', before: false, strict: false, lost: true },
  { name: 'killed after it sent, strict', signal: 'SIGKILL', before: false, strict: true, lost: true },
  { name: 'killed after it sent, strict, but rotates with its answer', signal: 'SIGKILL', before: false, strict: true, rotates_on: 'answer', lost: false },
];
const STOPS = [
  { name: 'stopped before it sent, strict', signal: 'SIGSTOP', before: true, strict: true, lost: false },
  { name: 'stopped while it saves, lenient', signal: 'SIGSTOP', before: false, strict: false, lost: true, saving: true },
  { name: 'stopped after it sent, lenient', signal: 'SIGSTOP', before: false, strict: false, lost: true },
  { name: 'stopped after it sent, strict', signal: 'SIGSTOP', before: false, strict: true, lost: true },
];

drill({ 'stopped-seconds': [0, 90] }, async ({ 'stopped-seconds': stoppedSeconds }) => {
  const stories = stoppedSeconds ? [...KILLS, ...STOPS] : KILLS;
  // Where saves are held up, they are for everyone: that story has a database of its own.
  const [apart, together] = [stories.filter(({ saving }) => saving), stories.filter(({ saving }) => !saving)];
  const told = await Promise.all([together, apart].filter(({ length }) => length).map((some) => playAll(some, stoppedSeconds)));
  return `${stories.length} holders lost on ${told[0]}, never two saves of one refresh token`;
});

/** One process a story, and one that takes over in all of them. → on which database */
async function playAll(stories, stoppedSeconds) {
  const product = await startProduct([...stories, null].map(() => null));
  const heir = product.replicas[stories.length];
  const providers = await Promise.all(stories.map(() => startProviders(1, { backlog: 1 })));
  await furnish(heir, providers.map(({ tokenUrls }) => tokenUrls[0]));
  await Promise.all(stories.map(async (story, index) => {
    const seen = await play(story, product, product.replicas[index], heir, providers[index], index, stoppedSeconds);
    console.log(`       ${story.name}: ${seen}`);
  }));
  return product.database;
}

async function play(story, product, holder, heir, provider, index, stoppedSeconds) {
  const family = `holder-${index}`;
  await provider.set({ strict: story.strict, rotates_on: story.rotates_on ?? 'request', delay_ms: story.before ? 0 : HELD_MS });
  // Good for longer than it takes to say so, and over by the time the lease is.
  const path = await connect(heir, tokenOf(family, 40), index);
  const open = story.before ? await closeTheDoor(provider) : undefined;
  const refresh = holder.api('POST', `${path}/refreshes`).catch(() => {});
  await (story.before ? until('someone knocks', () => knocks(provider)) : until('the request is on its way', async () => (await provider.ledger(family)).length === 1));
  const began = Date.now();
  const release = story.saving ? await holdSaves(product) : undefined;
  if (story.saving) {
    claim((await provider.ledger(family))[0].status === null, `${story.name}: it may have saved by now`);
    await until('the provider answers', async () => (await provider.ledger(family))[0].status);
    await pause(500);
  }
  holder.signal(story.signal);
  await release?.();
  await open?.();
  claim((await provider.ledger(family)).length === (story.before ? 0 : 1), `${story.name}: it came too late`);
  await provider.set({ delay_ms: 0 });

  const end = await until(`${story.name}: another process takes over`, () => outcome(heir, path, family), (LEASE_MS + TAKEOVER_MS) / 1000);
  const after = Date.now() - began;
  claim(after > LEASE_MS - 5000, `${story.name}: the lease was taken after ${seconds(after)}`);
  if (story.signal === 'SIGSTOP') {
    await pause(stoppedSeconds * 1000 - after);
    holder.signal('SIGCONT');
    await refresh;
    await pause(2000);
  }
  await holdsTrue(story, heir, path, family, provider, end);
  return `${end.status === 200 ? 'a new token' : end.body.code} after ${seconds(after)}`;
}

/** The answer to a reader, once it is another than the old token or a wish for patience. */
async function outcome({ api }, path, family) {
  const read = await api('GET', `${path}/credentials`);
  return read.status === 409 || (read.status === 200 && read.body.token.access_token !== `at~${family}~0`) ? read : undefined;
}

async function holdsTrue(story, heir, path, family, provider, end) {
  const saved = await saves(heir, path);
  const asked = await provider.ledger(family);
  const said = `${story.name}: ${saved} saves; asked ${JSON.stringify(asked.map(({ n, status }) => [n, status]))}; ${end.text}`;
  const mayNeedPerson = story.strict && story.lost;
  claim(saved <= 1, `two saves of one refresh token: ${said}`);
  claim(end.status === 200 || mayNeedPerson, `a grant was lost though its answer was not: ${said}`);
  claim(asked.length <= (story.lost || story.rotates_on === 'answer' ? 3 : 1), `asked too often: ${said}`);
  const now = await heir.api('GET', `${path}/credentials`);
  // One who comes back with its answer may bring back the grant that was given up for it, if that is still alive.
  const isBack = end.status === 409 && now.status === 200 && saved === 1 && (await provider.isLive(now.body.token.access_token));
  if (isBack) return;
  claim(now.text === end.text || now.status === end.status, `a late holder changed something: ${said}; now ${now.text}`);
  if (now.status !== 200) return;
  claim(now.body.token.access_token === end.body.token.access_token, `a late holder's token was saved: ${said}; now ${now.text}`);
  claim(await provider.isLive(now.body.token.access_token), `a dead token was handed out: ${said}`);
}

/** A provider that accepts nobody: it is stopped, and its queue is full. → opens the door again */
async function closeTheDoor(provider) {
  provider.signal('SIGSTOP');
  const { hostname, port } = new URL(provider.tokenUrls[0]);
  const queue = Array.from({ length: 8 }, () => createConnection({ host: hostname, port }).on('error', () => {}));
  atTheEnd(async () => queue.forEach((socket) => socket.destroy()));
  await pause(500);
  queue.filter((socket) => socket.connecting).forEach((socket) => socket.destroy());
  claim(!(await knocks(provider)), 'those who only fill the queue still knock');
  return async () => {
    queue.forEach((socket) => socket.destroy());
    provider.signal('SIGCONT');
    await until('the provider is back', () => provider.ledger());
  };
}

/** Whether a connection to the provider has begun and was not accepted (SYN_SENT). */
async function knocks(provider) {
  const port = Number(new URL(provider.tokenUrls[0]).port).toString(16).toUpperCase().padStart(4, '0');
  return (await readFile('/proc/net/tcp', 'utf8')).split('\n').some((line) => line.includes(`0100007F:${port} 02`));
}
