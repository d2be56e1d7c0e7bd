// Single sign-on of org users and customer users at a provider that nobody here wrote.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startProduct, startProvider } from './processes.mjs';
import { Person } from './person.mjs';
import { launch, withPage } from './support.mjs';

const SSO = 'Sign in with your company account';
let product, provider, browser;

before(async () => {
  browser = await launch();
  product = await startProduct(async (base) => {
    provider = await startProvider(`${base}/sso/callback`);
    return {
      JACKFIELD_OIDC_ISSUER: provider.issuer,
      JACKFIELD_OIDC_CLIENT_ID: provider.client_id,
      JACKFIELD_OIDC_CLIENT_SECRET: provider.client_secret,
      JACKFIELD_OIDC_DOMAINS: 'ledger.example',
      JACKFIELD_OIDC_DEFAULT_ROLE: 'viewer',
    };
  });
});
after(async () => { await browser?.close(); await provider?.stop(); await product?.stop(); });
beforeEach(() => provider.set({ decision: 'allow', account: 'maya', code_seconds: 60 }));

const isCallback = (url) => url.pathname === '/sso/callback';

async function arrive() {
  const person = new Person();
  await person.open(`${product.base}/admin`);
  return person;
}

test('somebody of the organization signs in without a password here, and may do what the setting says', async () => {
  const person = await arrive();
  await person.press(SSO);
  assert.equal(new URL(person.url).pathname, '/admin');
  assert.match(person.text(), /maya@ledger\.example/);
  assert.equal(new URL(person.url).search, '', 'neither code nor state stays in the address');
  await person.open(`${product.base}/admin/users`);
  assert.equal(person.status, 403, 'a viewer');
  const again = await arrive();
  await again.press(SSO);
  assert.match(again.text(), /maya@ledger\.example/, 'the same user, by who they are to the provider');
});

test('in Chromium, with the content policy in force, the button leaves for the provider and comes back', () => withPage(browser, {}, async (page) => {
  await page.goto(`${product.base}/admin`);
  await page.getByRole('button', { name: SSO }).click();
  await page.getByText('maya@ledger.example').waitFor();
}));

test('who cancels is told so, and is nobody', async () => {
  await provider.set({ decision: 'deny' });
  const person = await arrive();
  await person.press(SSO);
  assert.match(person.text(), /The sign-in was cancelled/);
  assert.equal(new URL((await person.open('/admin')).url).pathname, '/admin/session');
});

test('an answer counts once, for one of many at once, and only in the browser that asked', async () => {
  const person = await arrive();
  await person.press(SSO, {}, { stop: isCallback });
  const callback = person.url;
  const stranger = await arrive();
  await stranger.open(callback);
  assert.match(stranger.text(), /not begun in this browser/);
  const before = (await provider.tokenRequests('authorization_code')).length;
  const all = await Promise.all(Array.from({ length: 20 }, () => person.clone().open(callback)));
  assert.equal(all.filter(({ url }) => new URL(url).pathname === '/admin').length, 1);
  assert.equal((await provider.tokenRequests('authorization_code')).length - before, 1);
});

test('an answer whose state, issuer or code was changed is worth nothing', async () => {
  for (const [name, value] of [['state', 'x'], ['iss', 'https://evil.example'], ['code', 'x']]) {
    const person = await arrive();
    await person.press(SSO, {}, { stop: isCallback });
    const changed = new URL(person.url);
    changed.searchParams.set(name, value);
    await person.open(changed);
    assert.equal(person.status, 422, name);
    assert.equal(new URL((await person.open('/admin')).url).pathname, '/admin/session', name);
  }
});

// A customer's own provider, which an admin of the organization sets up for them.

const OWNER = ['lee@acme.example', 'correct horse battery staple'];
const THEIRS = 'Your company e-mail address';
const customers = {};

/** A customer whose people come from this domain, by the provider here. */
async function withSso(external_id, domain) {
  const { body: customer } = await product.api('POST', '/customers', { external_id, name: external_id });
  const owner = new Person();
  await owner.open(`${product.base}/admin/session`);
  await owner.press('Sign in', { 'E-mail address': OWNER[0], Password: OWNER[1] });
  await owner.open(`/admin/customers/${customer.id}/single-sign-on`);
  await owner.press('Save', { Issuer: provider.issuer, 'Client id': provider.client_id, 'Client secret': provider.client_secret, 'E-mail domain': domain });
  assert.match(owner.text(), /Single sign-on is saved/, owner.text());
  return { id: customer.id, owner };
}

async function arriveAt(path = '/session') {
  const person = new Person();
  await person.open(`${product.base}${path}`);
  return person;
}

/** What happened to a customer, newest first. */
const happened = async (customer) => (await product.api('GET', `/audit-events?customer=${customer}&limit=100`)).body.items;

before(async () => {
  await product.createOwner(...OWNER);
  customers.ledger = await withSso('ledger', 'ledger.example');
  await withSso('other', 'other.example');
});

test('somebody of a customer signs in by their own company, is one of theirs, and the same person the next time', async () => {
  const person = await arriveAt();
  await person.press('Continue', { [THEIRS]: 'Maya@Ledger.example' });
  assert.equal(new URL(person.url).pathname, '/home', person.text());
  assert.equal(new URL(person.url).search, '', 'neither code nor state stays in the address');
  assert.equal((await person.open('/admin')).url, `${product.base}/admin/session`, 'nobody of the organization');
  const again = await arriveAt();
  await again.press('Continue', { [THEIRS]: 'maya@ledger.example' });
  assert.equal(new URL(again.url).pathname, '/home');
  const events = await happened(customers.ledger.id);
  assert.equal(events.filter(({ action }) => action === 'customer_user.created').length, 1);
  assert.equal(events.filter(({ action }) => action === 'customer_user.signed_in').length, 2);
});

test('in Chromium, with the content policy in force, a customer leaves for their provider and comes back', () => withPage(browser, {}, async (page) => {
  await page.goto(`${product.base}/session`);
  await page.getByText(SSO).click();
  await page.getByLabel(THEIRS).fill('maya@ledger.example');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.waitForURL(/\/home$/);
}));

test('who was asked to sign in at a step of the wizard is back at that step', async () => {
  await product.apply(WIZARD);
  const { body: instance } = await product.api('POST', '/instances', { customer: customers.ledger.id, integration: 'notes' });
  const step = `/wizard/${instance.id}/pages/first`;
  const person = await arriveAt(step);
  assert.equal(person.status, 401);
  assert.match(person.html, /href="\/session"/);
  await person.open('/session');
  await person.press('Continue', { [THEIRS]: 'maya@ledger.example' });
  assert.equal(new URL(person.url).pathname, step, person.text());
  assert.match(person.text(), /Channel/);
});

test('a customer’s provider lets in nobody of another domain, and nobody who was shut out', async () => {
  const stranger = await arriveAt();
  await stranger.press('Continue', { [THEIRS]: 'maya@other.example' });
  assert.equal(stranger.status, 422, 'the provider says that she is of ledger.example');
  assert.match(stranger.text(), /not let in here/);
  assert.equal(new URL((await stranger.open('/home')).url).pathname, '/session');

  await provider.set({ account: 'sam' });
  const sam = await arriveAt();
  await sam.press('Continue', { [THEIRS]: 'sam@ledger.example' });
  assert.equal(new URL(sam.url).pathname, '/home', sam.text());
  const { owner, id } = customers.ledger;
  await owner.open(`${product.base}/admin/customers/${id}/users`);
  await owner.press('Disable sam@ledger.example');
  assert.equal(new URL((await sam.open('/home')).url).pathname, '/session', 'out at once');
  const back = await arriveAt();
  await back.press('Continue', { [THEIRS]: 'sam@ledger.example' });
  assert.match(back.text(), /not let in here/);
});

test('a customer who cancels, an address of nobody’s domain, and an answer in another browser sign nobody in', async () => {
  await provider.set({ decision: 'deny' });
  const person = await arriveAt();
  await person.press('Continue', { [THEIRS]: 'maya@ledger.example' });
  assert.match(person.text(), /The sign-in was cancelled/);
  assert.equal(new URL(person.url).pathname, '/sso/callback');
  await provider.set({ decision: 'allow' });
  const nobody = await arriveAt();
  await nobody.press('Continue', { [THEIRS]: 'kim@nowhere.example' });
  assert.match(nobody.text(), /No company sign-in is set up/);
  const asked = await arriveAt();
  await asked.press('Continue', { [THEIRS]: 'maya@ledger.example' }, { stop: isCallback });
  const thief = await arriveAt();
  await thief.open(asked.url);
  assert.match(thief.text(), /not begun in this browser/);
  await asked.open(asked.url);
  assert.equal(new URL(asked.url).pathname, '/home');
});

const WIZARD = `
kind: connector
key: notes
name: Notes
connection_types: [{key: none, name: Nothing, auth: {kind: none}, inputs: []}]
---
kind: integration
key: notes
name: Notes
pages: [{key: first, title: Notes, elements: [{variable: channel, label: Channel, type: string}]}]
`;
