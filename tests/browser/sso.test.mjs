// Single sign-on of org users at a provider that nobody here wrote.

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
