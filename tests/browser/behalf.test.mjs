// An admin and a customer side by side, each in a browser of their own: what one fills in, the other sees, or does not.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { NARROW, assertAccessible, assertFits, launch, visit } from './support.mjs';
import * as story from './story.mjs';

let demo, browser, signedIn;

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), launch()]);
  const page = await visit(browser);
  await signIn(page);
  signedIn = await page.context().storageState();
  await page.context().close();
});
after(async () => { await browser?.close(); await demo?.stop(); });

const ask = async (method, path, value) => (await demo.api(method, path, value)).body;

async function signIn(page) {
  await page.goto(demo.facts.admin_url);
  await page.getByLabel('E-mail').fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill(demo.facts.admin_password);
  await story.button(page, 'Sign in').click();
  await page.waitForURL((url) => url.pathname !== '/admin/session');
}

/** A new customer's instance, an admin who is signed in, and that customer, who has opened a link. */
async function sideBySide(integration, options, steps, state = signedIn) {
  const { customer } = await demo.freshLink(integration);
  const instance = await ask('POST', '/instances', { customer, integration });
  const { url } = await ask('POST', '/links', { customer, instance: instance.id, expires_in_seconds: 3600 });
  const [admin, person] = await Promise.all([visit(browser, { ...options, storageState: state }), visit(browser, options)]);
  try {
    const at = (slot, rest = '') => `${demo.base}/admin/instances/${instance.id}/connections/${slot}${rest}`;
    await steps({ admin, person, url, at, id: instance.id, slot: (slot) => ask('GET', `/instances/${instance.id}/connections/${slot}`) });
    assert.deepEqual([...admin.complaints, ...person.complaints], [], 'the console is quiet');
  } finally {
    await Promise.all([admin.context().close(), person.context().close()]);
  }
}

const secret = (page) => page.locator('#page-form').getByLabel(story.KEY_LABEL).and(page.locator('input[type=password]'));

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('filled in in full, the customer sees only that it is managed', () => sideBySide(story.TASK_SYNC.key, { javaScript }, async ({ admin, person, url, at, id }) => {
      await admin.goto(at('tasks', '/values'));
      await secret(admin).fill(story.GOOD_KEY);
      await story.button(admin, 'Check and save').click();
      await admin.getByText('accepted it. Saved.').waitFor();
      await person.goto(url);
      await person.goto(`${demo.base}/wizard/${id}/pages/connections`);
      await person.getByText('Managed by').first().waitFor();
      assert.equal(await secret(person).count(), 0);
      assert.doesNotMatch(await person.content(), new RegExp(story.GOOD_KEY));
    }));

    test('a wrong key is not saved, and the form says so', () => sideBySide(story.TASK_SYNC.key, { javaScript }, async ({ admin, at, slot }) => {
      await admin.goto(at('tasks', '/values'));
      await secret(admin).fill(story.WRONG_KEY);
      await story.button(admin, 'Check and save').click();
      await story.assertErrorSummary(admin, { javaScript });
      assert.equal((await slot('tasks')).status, 'not_connected');
    }));

    test('filled in in part, the customer completes it', () => sideBySide(story.TEAM_ALERTS.key, { javaScript }, async ({ admin, person, url, at }) => {
      await admin.goto(at('tasks', '/values'));
      await secret(admin).fill(story.GOOD_KEY);
      await story.button(admin, 'Check and save').click();
      await admin.getByText('accepted it. Saved.').waitFor();
      await person.goto(url);
      assert.equal(await secret(person).count(), 0, 'what is filled in is not asked for');
      await story.connect(person);
      await story.saveAndContinue(person);
      await story.chooseSeverity(person, 'all');
      await story.turnOn(person, story.TEAM_ALERTS);
    }));

    test('a locked field that is posted anyway changes nothing', () => sideBySide(story.TASK_SYNC.key, { javaScript }, async ({ admin, person, url, at, id, slot }) => {
      await admin.goto(at('tasks', '/values'));
      await secret(admin).fill(story.GOOD_KEY);
      await story.button(admin, 'Check and save').click();
      await admin.getByText('accepted it. Saved.').waitFor();
      const before = await slot('tasks');
      await person.goto(url);
      await person.goto(`${demo.base}/wizard/${id}/pages/connections`);
      const csrf = await person.locator('#page-form input[name=csrf]').getAttribute('value');
      const answer = await person.request.post(`${demo.base}/wizard/${id}/pages/connections`, {
        form: { csrf, 'input:tasks:api_key': story.WRONG_KEY }, headers: { origin: demo.base }, maxRedirects: 0,
      });
      assert.equal(answer.status(), 422);
      assert.deepEqual(await slot('tasks'), before);
    }));

    test('a link for just this consent is all that the customer needs', () => sideBySide(story.CHAT_DIGEST.key, { javaScript }, async ({ admin, person, at, slot }) => {
      await admin.goto(at('chat'));
      await story.button(admin, 'Send a link to connect it').click();
      const link = (await admin.locator('pre code').first().textContent()).trim();
      await person.goto(link);
      await story.connect(person);
      await person.getByText(/connected/i).first().waitFor();
      await admin.goto(at('chat'));
      await admin.getByText('Connected as').waitFor();
      assert.equal((await slot('chat')).status, 'connected');
    }));

    test('an admin signs in for the customer, and a broken one is repaired by a reconnect link', () => sideBySide(story.CHAT_DIGEST.key, { javaScript }, async ({ admin, person, at, slot, id }) => {
      await admin.goto(at('chat'));
      await admin.getByText(`Sign in to ${story.CHAT} for them`).click();
      await admin.getByLabel(/Only .* may reconnect/).uncheck();
      await story.connect(admin);
      await admin.getByText('is connected.').waitFor();
      const before = await slot('chat');
      const ended = new Date(Date.now() - 60_000).toISOString();
      await ask('PUT', `/instances/${id}/connections/chat`, { token: { access_token: 'gone', expires_at: ended } });
      await ask('POST', `/instances/${id}/connections/chat/checks`);
      // Found where all customers are side by side.
      const { name } = await ask('GET', `/customers/${(await ask('GET', `/instances/${id}`)).customer.id}`);
      await admin.goto(`${demo.base}/admin/integrations/${story.CHAT_DIGEST.key}/matrix?q=${encodeURIComponent(name)}`);
      await admin.getByRole('row', { name: new RegExp(`^${name}\\b`) }).getByRole('link', { name: /Needs reconnecting/ }).click();
      await admin.waitForURL(at('chat'));
      await story.button(admin, 'Send a reconnect link').click();
      await person.goto((await admin.locator('pre code').first().textContent()).trim());
      await story.connect(person, 'Allow', `Reconnect ${story.CHAT}`);
      const now = await slot('chat');
      assert.deepEqual([now.status, now.connection_id], ['connected', before.connection_id]);
    }));

    test('acting for a customer stands on every page, and ends', () => sideBySide(story.TASK_SYNC.key, { javaScript }, async ({ admin, id }) => {
      // A session of its own: its key is another one from then on.
      await signIn(admin);
      await admin.goto(`${demo.base}/admin/instances/${id}/acting`);
      await admin.getByLabel('Why').fill('Asked for on the phone');
      await story.button(admin, 'Begin').click();
      await admin.getByText('You are acting for').waitFor();
      await secret(admin).fill(story.GOOD_KEY);
      await story.saveAndContinue(admin);
      await story.heading(admin, 'Check your answers');
      await admin.getByText('You are acting for').waitFor();
      await story.button(admin, 'End').click();
      await admin.getByText('You no longer act for').waitFor();
    }, { cookies: [], origins: [] }));
  });
}

for (const scheme of ['light', 'dark']) {
  for (const [width, viewport] of [['wide', undefined], ['320 px', NARROW]]) {
    test(`the console's pages of a connection, ${scheme}, ${width}`, () => sideBySide(story.TEAM_ALERTS.key, { scheme, viewport, forAxe: true }, async ({ admin, at, id }) => {
      const customer = (await ask('GET', `/instances/${id}`)).customer.id;
      const pages = {
        instance: `/admin/instances/${id}`, preview: `/admin/instances/${id}/preview/connections`, connection: at('chat'), values: at('tasks', '/values'),
        hidden: at('chat', '/values'), acting: `/admin/instances/${id}/acting`, links: `/admin/customers/${customer}/links`,
        presets: '/admin/presets', preset: '/admin/presets/demo-chat-app', bulk: '/admin/bulk-checks',
      };
      for (const [where, address] of Object.entries(pages)) {
        assert.equal((await admin.goto(new URL(address, demo.base).href)).status(), 200, where);
        await assertAccessible(admin, where);
        await assertFits(admin, where);
      }
      await admin.goto(at('chat'));
      await story.button(admin, 'Send a link to connect it').click();
      await story.heading(admin, /A link for/);
      await assertAccessible(admin, 'a link that was made');
      await assertFits(admin, 'a link that was made');
    }));
  }
}
