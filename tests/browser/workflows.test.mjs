// A customer builds a workflow in an embedded builder, with a connection that they make and pick there. The key is replaced: the
// flow, which nobody touched, runs with the new one. No secret is in anything that the browser got.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBuilder, startDemo, until } from './processes.mjs';
import { launch, visit } from './support.mjs';
import * as story from './story.mjs';

const CUSTOMER = 'external:builder';
const OTHER_KEY = 'tasks-other-key';
/** How long a picker and a step may take, with the machine busy. */
const PATIENCE = 20_000;

/** The demo's key-checked service, without the demo's help, which names the keys. */
const MANIFESTS = (base) => [
  {
    kind: 'connector', key: 'tasks', name: 'Tasks',
    connection_types: [{
      key: 'api_key', name: 'API key', auth: { kind: 'header', name: 'X-Api-Key', value: '{{api_key}}' },
      inputs: [{ key: 'api_key', label: 'API key', type: 'password' }],
      check: { get: `${base}/demo-provider/api/me`, expect: { status: 200 }, account: '/user/email' },
    }],
  },
  { kind: 'reusable_connection', key: 'my-tasks', name: 'My tasks', type: 'tasks.api_key', activation: 'customer', workflows: true },
];

let demo, builder, browser;

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), launch()]);
  for (const manifest of MANIFESTS(demo.base)) await demo.api('POST', '/manifests', manifest);
  await demo.api('POST', '/customers', { external_id: 'builder', name: 'Builder' });
  builder = await startBuilder(demo, CUSTOMER);
});
after(async () => { await browser?.close(); await builder?.stop(); await demo?.stop(); });

const flow = (url) => [
  { id: 'in1', type: 'inject', name: 'Go', props: [{ p: 'payload' }], repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '', payload: '', payloadType: 'date', x: 140, y: 100, wires: [['call1']] },
  { id: 'call1', type: 'jackfield-request', name: '', connection: '', method: 'GET', url, x: 340, y: 100, wires: [['out1']] },
  { id: 'out1', type: 'debug', name: '', active: true, tosidebar: true, console: false, tostatus: false, complete: 'payload.user.email', targetType: 'msg', x: 560, y: 100, wires: [] },
];

/** Everything that a browser context is told, as text: answers, and what comes over web sockets. */
function overheard(context) {
  const texts = [], waiting = [];
  const listen = (page) => page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => texts.push(String(payload))));
  context.pages().forEach(listen);
  context.on('page', listen);
  context.on('response', (answer) => {
    texts.push(JSON.stringify(answer.headers()));
    waiting.push(answer.text().then((text) => texts.push(text), () => {}));
  });
  return async () => { await Promise.all(waiting); return texts; };
}

const disguises = (secret) => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(secret)];
};

async function importFlow(page) {
  await page.goto(builder.url);
  await page.locator('.red-ui-palette-node').first().waitFor();
  await page.locator('#red-ui-workspace-chart').click({ position: { x: 600, y: 400 } });
  await page.keyboard.press('Control+i');
  await page.locator('#red-ui-clipboard-dialog-import-text').fill(JSON.stringify(flow(`${demo.base}/demo-provider/api/me`)));
  await page.locator('#red-ui-clipboard-dialog-ok').click();
  await page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 200 } });
  await page.locator('#call1').waitFor();
}

/** The picker's Connect opens a tab; there the customer connects an account, and comes back. */
async function connectOneMore(page) {
  await page.locator('#jackfield-kind').selectOption('my-tasks');
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.locator('#jackfield-connect').click()]);
  await story.heading(tab, 'Connect My tasks');
  await story.keyField(tab).fill(story.WRONG_KEY);
  await story.button(tab, 'Connect Tasks').click();
  await tab.getByText('It is not connected yet').waitFor();
  await story.keyField(tab).fill(story.GOOD_KEY);
  await story.button(tab, 'Connect Tasks').click();
  await story.heading(tab, 'My tasks is connected');
  await tab.close();
  await page.bringToFront();
  // Without a screen every tab has the focus all the time, so that none gets it.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
}

async function pick(page) {
  await page.locator('#call1 .red-ui-flow-node').dblclick();
  await page.locator('#node-input-btn-connection-add').click();
  await page.getByText('Nothing is connected yet').waitFor();
  await connectOneMore(page);
  const option = page.locator('#node-config-input-connection option', { hasText: 'My tasks' });
  await option.waitFor({ state: 'attached' });
  assert.match(await option.textContent(), /\(connected\)/);
  await page.locator('#node-config-input-connection').selectOption(await option.getAttribute('value'));
  await page.locator('#node-config-dialog-ok').click();
  await page.locator('#node-dialog-ok').click();
  await page.locator('#red-ui-header-button-deploy').click();
  await until('the deployment', async () => (await deployed()).flows.some(({ id }) => id === 'call1'), PATIENCE / 1000);
  await page.keyboard.press('Control+g');
  await page.keyboard.press('d');
}

/** Sends a message through, and waits for what the debug node shows of the answer to it. */
async function run(page, count) {
  await page.locator('#in1 .red-ui-flow-node-button-button').click();
  const messages = page.locator('.red-ui-debug-msg');
  await until(`answer ${count}`, async () => (await messages.count()) >= count, PATIENCE / 1000);
  return messages.nth(count - 1).textContent();
}

/** → {rev, flows} */
const deployed = async () => (await fetch(`${builder.url}flows`, { headers: { 'node-red-api-version': 'v2' } })).json();

test('a workflow with a picked connection, which goes on when its key is replaced', async () => {
  const page = await visit(browser, { viewport: { width: 1280, height: 800 } });
  page.context().setDefaultTimeout(PATIENCE);
  const told = overheard(page.context());
  await importFlow(page);
  await pick(page);
  const account = async () => (await demo.api('GET', `/customers/${CUSTOMER}/connections?workflows=true`)).body.items[0];
  const before = await account();
  assert.ok((await run(page, 1)).includes(before.account), 'the answer is for the account that was connected');

  const { rev } = await deployed();
  const link = (await demo.api('POST', '/links', { customer: CUSTOMER, connection: before.id, expires_in_seconds: 600 })).body.url;
  const person = await page.context().newPage();
  await person.goto(link);
  await story.keyField(person).fill(OTHER_KEY);
  await story.button(person, 'Save changes').click();
  await person.getByText('Saved. Everything that uses it').waitFor();
  await person.close();
  const now = await account();
  assert.equal(now.id, before.id, 'the same connection');
  assert.notEqual(now.account, before.account, 'of another account');
  await page.bringToFront();
  const answer = await run(page, 2);
  assert.ok(answer.includes(now.account) && !answer.includes(before.account), `the flow uses the new key: ${answer}`);
  assert.equal((await deployed()).rev, rev, 'nobody touched the flow');

  const texts = await told();
  assert.ok(texts.some((text) => text.includes(before.id)), 'the sweep hears what the builder is told');
  assert.ok(texts.some((text) => text.includes(before.account)), 'and what comes over the socket');
  for (const secret of [story.GOOD_KEY, OTHER_KEY, story.WRONG_KEY, demo.facts.api_key].flatMap(disguises)) {
    assert.ok(!texts.some((text) => text.includes(secret)), `${secret} reached the browser`);
  }
  assert.ok(!texts.some((text) => /\bjf[a-z]*_[A-Za-z0-9_-]{20,}/.test(text)), 'and so did no key or token of ours');
  await page.context().close();
});
