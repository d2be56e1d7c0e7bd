// Connected once, chosen in a second integration, changed, ended and brought back for both: in Chromium, with JavaScript and without.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { launch, withPage } from './support.mjs';
import * as story from './story.mjs';

const ORDER_SYNC = { key: 'order-sync', name: 'Order sync' };
const TASK_REPORT = { key: 'task-report', name: 'Task report' };
/** Before a disconnect, wherever it is asked for. */
const STOPS = /Order sync, which is turned on, stops[^]*Task report, which is turned on, stops/;
/** Of the connection that both use. */
const NAME = 'Northwind Tasks account';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${demo.facts.api_key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${demo.facts.base_url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, json: answer.status === 204 ? null : await answer.json() };
}

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('one connection, two integrations', () => withPage(browser, { javaScript }, async (page) => {
      const customer = `shared-${javaScript}`;
      await call('POST', '/customers', { external_id: customer, name: 'Shared' });
      const link = async (what) => (await call('POST', '/links', { customer: `external:${customer}`, expires_in_seconds: 600, ...what })).json.url;
      await call('PUT', `/reusable-connections/erp-account/customers/external:${customer}`, { inputs: { api_key: 'tasks-demo-key' } });

      await page.goto(await link({ integration: ORDER_SYNC.key }));
      await story.keyField(page).fill(story.GOOD_KEY);
      await story.saveAndContinue(page);
      await story.turnOn(page, ORDER_SYNC);

      await page.goto(await link({ integration: TASK_REPORT.key }));
      const saved = page.getByRole('radio', { name: NAME });
      assert.ok(await saved.isChecked(), 'what works is offered');
      assert.match(await page.textContent('main'), /Used in 1 integration/);
      assert.match(await page.textContent('main'), /Managed by/);
      await story.saveAndContinue(page);
      await story.turnOn(page, TASK_REPORT);

      await page.goto(await link({}));
      await story.heading(page, 'Your connections');
      assert.match(await page.textContent('main'), /Used in 2 integrations/);
      await page.getByRole('link', { name: NAME }).click();
      assert.match(await page.textContent('main'), /applies to everything that uses it: Order sync, Task report/);
      assert.match(await page.textContent('main'), /cannot be deleted while it is used/);
      await story.keyField(page).fill('tasks-other-key');
      await story.button(page, 'Save changes').click();
      await page.getByText('Saved. Everything that uses it').waitFor();

      const instances = async () => (await call('GET', `/instances?customer=external:${customer}`)).json.items;
      const own = async () => (await call('GET', `/customers/external:${customer}/connections`)).json.items.filter(({ name }) => name === NAME);
      const [connection] = await own();
      const here = page.url();

      // Nothing ends by looking: in the console too, what stops is listed first.
      await withPage(browser, { javaScript }, async (admin) => {
        await story.signIn(admin, demo);
        const [first] = await instances();
        await admin.goto(`${demo.facts.base_url}/admin/instances/${first.id}/connections/tasks/disconnection`);
        assert.match(await admin.textContent('main'), STOPS);
        await admin.getByRole('link', { name: 'Keep it connected' }).click();
      });
      await page.getByRole('link', { name: 'Disconnect Northwind Tasks' }).click();
      assert.match(await page.textContent('main'), STOPS);
      await story.button(page, 'Disconnect Northwind Tasks').click();
      assert.match(await page.textContent('main'), /Needs reconnecting/);
      const statuses = async () => Promise.all((await instances()).map(async ({ id }) => (await call('GET', `/instances/${id}/connections/tasks`)).json.status));
      assert.deepEqual(await statuses(), ['needs_reconnecting', 'needs_reconnecting']);
      for (const { id } of await instances()) {
        await page.goto(await link({ instance: id }));
        assert.match(await page.textContent('main'), /Needs reconnecting/, 'the integration says so itself');
      }

      await page.goto(await link({}));
      await page.goto(here);
      await story.keyField(page).fill(story.GOOD_KEY);
      await story.button(page, 'Save changes').click();
      await page.getByText('Saved. Everything that uses it').waitFor();
      assert.deepEqual(await statuses(), ['connected', 'connected']);
      assert.deepEqual((await own()).map(({ id }) => id), [connection.id], 'the same id');

      // Not to be deleted as long as it is used, and then it is.
      assert.match(await page.textContent('main'), /It cannot be deleted while it is used by: Order sync, Task report/);
      const refused = await call('DELETE', `/connections/${connection.id}`);
      assert.equal(refused.status, 409);
      assert.deepEqual(refused.json.places.map(({ integration }) => integration).sort(), [ORDER_SYNC.key, TASK_REPORT.key]);
      const other = await call('POST', `/customers/external:${customer}/connections`, { reusable_connection: connection.reusable_connection, inputs: { api_key: story.GOOD_KEY } });
      for (const { id } of await instances()) {
        assert.equal((await call('PUT', `/instances/${id}/connections/tasks`, { connection_id: other.json.id })).status, 200);
      }
      await page.goto(here);
      await story.button(page, 'Delete this connection').click();
      await page.getByText(`${NAME} is deleted.`).waitFor();
      assert.equal((await call('GET', `/connections/${connection.id}`)).status, 404);
      assert.deepEqual(await statuses(), ['connected', 'connected'], 'the others are not touched');
    }));
  });
}
