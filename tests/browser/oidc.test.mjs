// The product, started from outside, against a provider that nobody here wrote: what OAuth 2.0 is about, and how it goes wrong.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freshLink, startProduct, startProvider } from './processes.mjs';
import { Person } from './person.mjs';
import { launch, withPage } from './support.mjs';

let product, provider, browser;
const isCallback = (url) => url.pathname === '/oauth/callback';

before(async () => {
  [product, browser] = await Promise.all([startProduct(), launch()]);
  provider = await startProvider(`${product.base}/oauth/callback`);
  await product.apply(manifest(provider));
});
after(async () => { await browser?.close(); await provider?.stop(); await product?.stop(); });
beforeEach(() => provider.set({ decision: 'allow', account: 'maya', code_seconds: 60, token_seconds: 3600 }));

test('a code becomes a token that the provider accepts', async () => {
  const { person, slot } = await arrive('with-consent');
  const exchanges = await counted('authorization_code', () => person.press('Connect Ledger'));
  assert.equal(person.status, 200);
  assert.match(person.text(), /Connected as maya@ledger\.example/);
  assert.deepEqual(exchanges, [200]);
  assert.equal(new URL(person.url).search, '', 'neither code nor state stays in the address');
  const { status, body } = await slot('/credentials');
  assert.equal(status, 200);
  const me = await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${body.token.access_token}` } });
  assert.equal((await me.json()).email, 'maya@ledger.example');
  assert.ok(!(await product.log()).includes(body.token.access_token), 'no token in the log');
});

test('in Chromium, with the content policy in force, Connect leaves for another origin and comes back', () => withPage(browser, {}, async (page) => {
  const { url } = await freshLink(product.api, 'with-consent');
  await provider.set({ decision: 'deny' });
  await page.goto(url);
  await page.getByRole('button', { name: 'Connect Ledger' }).click();
  await page.getByText('Ledger was not connected').waitFor();
  await provider.set({ decision: 'allow' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Connected as maya@ledger.example').waitFor();
}));

test('a person who refuses is told so, and nothing is saved', async () => {
  await provider.set({ decision: 'deny' });
  const { person, slot } = await arrive('with-consent');
  const exchanges = await counted('authorization_code', () => person.press('Connect Ledger'));
  assert.match(person.text(), /Ledger was not connected/);
  assert.ok(!person.html.includes('<b>refused</b>'), 'what the provider says is data');
  assert.deepEqual(exchanges, []);
  assert.equal((await slot('/credentials')).status, 409);
});

test('a code that waited too long is explained, and the next try connects', async () => {
  await provider.set({ code_seconds: 1 });
  const { person, slot } = await arrive('with-consent');
  await person.press('Connect Ledger', {}, { stop: isCallback });
  await pause(2100);
  const exchanges = await counted('authorization_code', () => person.open(person.url));
  assert.deepEqual(exchanges, [400]);
  assert.match(person.text(), /Try again/);
  assert.equal((await slot('/credentials')).body.code, 'not_connected');
  await provider.set({ code_seconds: 60 });
  await person.press('Try again');
  assert.equal((await slot('/credentials')).status, 200);
});

test('a hundred replays of one callback are one exchange', async () => {
  const { person, slot } = await arrive('with-consent');
  await person.press('Connect Ledger', {}, { stop: isCallback });
  const tabs = Array.from({ length: 100 }, () => person.clone());
  const exchanges = await counted('authorization_code', () => Promise.all(tabs.map((tab) => tab.open(person.url, { stop: () => true }))));
  assert.deepEqual(exchanges, [200]);
  assert.ok(tabs.every((tab) => tab.status < 500), `answers: ${[...new Set(tabs.map((tab) => tab.status))]}`);
  assert.equal((await slot('/credentials')).status, 200);
});

test("a callback in another person's browser saves nothing", async () => {
  const [victim, thief] = [await arrive('with-consent'), await arrive('with-consent')];
  await thief.person.press('Connect Ledger', {}, { stop: isCallback });
  for (const browser of [victim.person, new Person()]) {
    const exchanges = await counted('authorization_code', () => browser.open(thief.person.url));
    assert.deepEqual(exchanges, []);
    assert.match(browser.text(), /Finish in the browser you began with/);
  }
  for (const { slot } of [victim, thief]) assert.equal((await slot('/credentials')).status, 409);
});

test('client credentials are saved once a token was obtained with them, and not before', async () => {
  const { person, slot } = await arrive('by-itself');
  const words = { 'Client ID': provider.robot_client_id };
  const refused = await counted('client_credentials', () => person.press('Save and continue', { ...words, 'Client secret': 's3cret/  x' }));
  assert.deepEqual([person.status, refused], [422, [401]]);
  assert.equal((await slot('/credentials')).status, 409);
  const obtained = await counted('client_credentials', () => person.press('Save and continue', { ...words, 'Client secret': provider.client_secret }));
  assert.deepEqual([person.status, obtained], [200, [200]]);
  assert.ok((await slot('/credentials')).body.token.access_token);
});

test('twenty readers of a token that ends meanwhile are one refresh, and none of them gets a dead one', async () => {
  await provider.set({ token_seconds: 2 });
  const { person, slot } = await arrive('with-consent');
  await person.press('Connect Ledger');
  await provider.set({ token_seconds: 3600 });
  const connected = (await provider.tokenRequests('authorization_code')).length;
  const alive = async (token) => (await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  const until = Date.now() + 4000;
  const reader = async () => {
    let token;
    while (Date.now() < until) {
      const { status, body } = await slot('/credentials');
      assert.equal(status, 200);
      token = body.token.access_token;
      await pause(50);
    }
    return token;
  };
  let last;
  // By the worker ahead of its end, or by whoever comes first behind it.
  const refreshes = await counted('refresh_token', async () => { last = await Promise.all(Array.from({ length: 20 }, reader)); });
  assert.deepEqual(refreshes, [200]);
  assert.equal(new Set(last).size, 1);
  assert.equal(await alive(last[0]), 200);
  assert.equal((await provider.tokenRequests('authorization_code')).length, connected, 'nobody had to consent again');
});

test('an issuer alone is enough: its metadata gives the addresses, and its name comes back in the callback', async () => {
  const { person, slot } = await arrive('by-issuer');
  await person.press('Connect Ledger', {}, { stop: isCallback });
  const callback = new URL(person.url);
  assert.equal(callback.searchParams.get('iss'), provider.issuer);
  const forged = new URL(callback);
  forged.searchParams.set('iss', 'https://evil.example');
  const refused = await counted('authorization_code', () => person.open(forged.href));
  assert.deepEqual(refused, []);
  assert.match(person.text(), /auth\.issuer_mismatch/);
  assert.equal((await slot('/credentials')).body.code, 'not_connected');
  const exchanges = await counted('authorization_code', () => person.press('Try again'));
  assert.deepEqual(exchanges, [200]);
  assert.match(person.text(), /Connected as maya@ledger\.example/);
  const refreshes = await counted('refresh_token', () => slot('/refreshes', 'POST'));
  assert.deepEqual(refreshes, [200]);
});

test('a provider that registers clients makes one of us, once, and knows it again at a refresh', async () => {
  const [first, second] = [await arrive('registered'), await arrive('registered')];
  for (const { person } of [first, second]) {
    await person.press('Connect Ledger');
    assert.match(person.text(), /Connected as maya@ledger\.example/);
  }
  const refreshes = await counted('refresh_token', () => first.slot('/refreshes', 'POST'));
  assert.deepEqual(refreshes, [200]);
  const clients = (await provider.tokenRequests()).slice(-3).map(({ client_id }) => client_id);
  assert.equal(new Set(clients).size, 1, `${clients}`);
  assert.ok(!['jackfield', 'robot'].includes(clients[0]));
});

/** A new customer at the first page of an integration. `slot(path)` asks the API about its one connection. */
async function arrive(integration) {
  const { url, customer } = await freshLink(product.api, integration);
  const person = await new Person().open(url);
  assert.equal(person.status, 200, person.text().slice(0, 300));
  const { body } = await product.api('GET', `/instances?customer=${encodeURIComponent(customer)}`);
  return { person, slot: (path, method = 'GET') => product.api(method, `/instances/${body.items[0].id}/connections/ledger${path}`) };
}

/** The statuses that the token endpoint answered while `act` went on. */
async function counted(grantType, act) {
  const before = (await provider.tokenRequests(grantType)).length;
  await act();
  return (await provider.tokenRequests(grantType)).slice(before).map(({ status }) => status);
}

function manifest({ issuer, client_id, client_secret }) {
  const secret = JSON.stringify(client_secret);
  return `
kind: connector
key: ledger
name: Ledger
connection_types:
  - key: code
    name: OAuth 2.0
    auth: {kind: oauth2, grant: authorization_code, pkce: S256, client_auth: basic}
    inputs:
      - {key: authorize_url, label: Authorize URL, type: string, default: "${issuer}/auth", visibility: organization}
      - {key: token_url, label: Token URL, type: string, default: "${issuer}/token", visibility: organization}
      - {key: revoke_url, label: Revoke URL, type: string, default: "${issuer}/token/revocation", visibility: organization}
      - {key: scopes, label: Scopes, type: string, default: "openid email", visibility: organization}
      - {key: client_id, label: Client ID, type: string, visibility: organization}
      - {key: client_secret, label: Client secret, type: password, visibility: organization}
    check: {get: "${issuer}/me", expect: {status: 200}, account: /email}
  - key: issuer
    name: By issuer
    auth: {kind: oauth2, grant: authorization_code}
    inputs:
      - {key: issuer, default: "${issuer}", visibility: organization}
      - {key: scopes, default: "openid email", visibility: organization}
      - {key: client_id, visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
    check: {get: "${issuer}/me", expect: {status: 200}, account: /email}
  - key: registered
    name: Registered
    auth: {kind: oauth2, grant: authorization_code, registration: dynamic}
    inputs:
      - {key: issuer, default: "${issuer}", visibility: organization}
      - {key: scopes, default: "openid email", visibility: organization}
    check: {get: "${issuer}/me", expect: {status: 200}, account: /email}
  - key: robot
    name: Client credentials
    auth: {kind: oauth2, grant: client_credentials, client_auth: basic}
    inputs:
      - {key: token_url, label: Token URL, type: string, default: "${issuer}/token", visibility: organization}
      - {key: client_id, label: Client ID, type: string}
      - {key: client_secret, label: Client secret, type: password}
---
kind: integration
key: with-consent
name: With consent
pages:
  - key: connections
    title: Connect your accounts
    elements:
      - {connection: ledger, type: ledger.code, inputs: {client_id: {value: ${client_id}}, client_secret: {value: ${secret}}}}
---
kind: integration
key: by-issuer
name: By issuer
pages:
  - key: connections
    title: Connect your accounts
    elements:
      - {connection: ledger, type: ledger.issuer, inputs: {client_id: {value: ${client_id}}, client_secret: {value: ${secret}}}}
---
kind: integration
key: registered
name: Registered
pages:
  - {key: connections, title: Connect your accounts, elements: [{connection: ledger, type: ledger.registered}]}
---
kind: integration
key: by-itself
name: By itself
pages:
  - key: connections
    title: Connect your accounts
    elements:
      - {connection: ledger, type: ledger.robot}
  - key: more
    title: What to send
    elements:
      - {variable: note, label: Note, type: string, required: false}
`;
}
