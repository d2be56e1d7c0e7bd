// Single sign-on of customer users at their own company's provider, which an admin of the organization sets up for them.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startProduct, startProvider } from './processes.mjs';
import { Person } from './person.mjs';
import { launch, withPage } from './support.mjs';

const SSO = 'Sign in with your company account';
const OWNER = ['lee@acme.example', 'correct horse battery staple'];
const THEIRS = 'Your company e-mail address';
const owner = new Person();
/** The id of a customer whose people are of ledger.example. */
let ledger;
let product, provider, browser;

// One address may try to sign in ten times a minute: the owner once, and nine times the tests.
before(async () => {
  browser = await launch();
  product = await startProduct(async (base) => {
    provider = await startProvider(`${base}/sso/callback`);
    return {};
  });
  await product.createOwner(...OWNER);
  await owner.open(`${product.base}/admin/session`);
  await owner.press('Sign in', { 'E-mail address': OWNER[0], Password: OWNER[1] });
  ledger = await withSso('ledger', 'ledger.example');
  await withSso('other', 'other.example');
});
after(async () => { await browser?.close(); await provider?.stop(); await product?.stop(); });
beforeEach(() => provider.set({ decision: 'allow', account: 'maya', code_seconds: 60 }));

const isCallback = (url) => url.pathname === '/sso/callback';

/** A customer whose people come from this domain, by the provider here. */
async function withSso(external_id, domain) {
  const { body: customer } = await product.api('POST', '/customers', { external_id, name: external_id });
  await owner.open(`/admin/customers/${customer.id}/single-sign-on`);
  await owner.press('Save', { Issuer: provider.issuer, 'Client id': provider.client_id, 'Client secret': provider.client_secret, 'E-mail domain': domain });
  assert.match(owner.text(), /Single sign-on is saved/, owner.text());
  return customer.id;
}

async function arriveAt(path = '/session') {
  const person = new Person();
  await person.open(`${product.base}${path}`);
  return person;
}

/** What happened to a customer, newest first. */
const happened = async (customer) => (await product.api('GET', `/audit-events?customer=${customer}&limit=100`)).body.items;

test('somebody of a customer signs in by their own company, and is one of theirs', async () => {
  const person = await arriveAt();
  await person.press('Continue', { [THEIRS]: 'Maya@Ledger.example' });
  assert.equal(new URL(person.url).pathname, '/home', person.text());
  assert.equal(new URL(person.url).search, '', 'neither code nor state stays in the address');
  assert.equal((await person.open('/admin')).url, `${product.base}/admin/session`, 'nobody of the organization');
  const events = await happened(ledger);
  assert.equal(events.filter(({ action }) => action === 'customer_user.created').length, 1);
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
  const { body: instance } = await product.api('POST', '/instances', { customer: ledger, integration: 'notes' });
  const step = `/wizard/${instance.id}/pages/first`;
  const person = await arriveAt(step);
  assert.equal(person.status, 401);
  assert.match(person.html, /href="\/session"/);
  await person.open('/session');
  await person.press('Continue', { [THEIRS]: 'maya@ledger.example' });
  assert.equal(new URL(person.url).pathname, step, person.text());
  assert.match(person.text(), /Channel/);
  const events = await happened(ledger);
  assert.equal(events.filter(({ action }) => action === 'customer_user.created').length, 1, 'the same person each time');
  assert.ok(events.filter(({ action }) => action === 'customer_user.signed_in').length > 1);
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
  await owner.open(`${product.base}/admin/customers/${ledger}/users`);
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
