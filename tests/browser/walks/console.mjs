// Every page of the console; `at` looks at each.

import * as story from '../story.mjs';
import { codeOf } from './totp.mjs';

export async function people(page, at, demo) {
  await page.goto(demo.facts.admin_url);
  await at('sign in');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill('not the password');
  await story.button(page, 'Sign in').click();
  await page.getByText('do not go together').first().waitFor();
  await at('sign in, refused');
  await story.signIn(page, demo);
  await at('what waits today');
  for (const [path, what] of [['account', 'the account'], ['account/second-step', 'setting up two-step sign-in'], ['users', 'users'], ['api-keys', 'API keys'], ['session/confirmation', 'is it still you']]) {
    await page.goto(`${demo.base}/admin/${path}`);
    await at(what);
  }
  await page.goto(`${demo.base}/admin/users`);
  await page.getByRole('link', { name: 'viewer@acme.example' }).click();
  await story.heading(page, 'viewer@acme.example');
  await at('a user');
  const customer = (await demo.api('GET', '/customers/external:harborlane')).body;
  await page.goto(`${demo.base}/admin/customers/${customer.id}/single-sign-on`);
  await at('single sign-on of a customer');
  await page.goto(`${demo.base}/admin/api-keys`);
  await page.getByLabel('Name').and(page.locator('input[type=text]')).fill('runtime');
  await page.getByRole('checkbox', { name: /Credentials/ }).check();
  await story.button(page, 'Make key').click();
  await story.heading(page, /is ready/);
  await at('an API key shown once');
  await newcomer(page, at, demo);
}

/** Invited, joined, with two-step sign-in; and a password that was forgotten. */
async function newcomer(page, at, demo) {
  const email = `robin-${Date.now()}@acme.example`;
  await page.goto(`${demo.base}/admin/users`);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByRole('radio', { name: /^Owner/ }).check();
  await story.button(page, 'Make invitation').click();
  await story.heading(page, 'The invitation is ready');
  await at('an invitation shown once');
  const link = (await page.locator('pre code').textContent()).trim();
  await page.goto(`${demo.base}/admin/users`);
  await at('users, with an invitation');
  await page.goto(link);
  await at('an invitation');
  await page.getByLabel('New password').and(page.locator('input')).fill('a few words in a row');
  await story.button(page, 'Join').click();
  await story.heading(page, 'Today');
  await page.goto(`${demo.base}/admin/users`);
  await page.getByRole('link', { name: 'viewer@acme.example' }).click();
  await story.button(page, 'Make a password link').click();
  await story.heading(page, 'The password link is ready');
  const reset = (await page.locator('pre code').textContent()).trim();
  await page.goto(`${demo.base}/admin/account/second-step`);
  await page.getByLabel('Code from the app').and(page.locator('input')).fill(codeOf(await page.locator('code').first().textContent()));
  await story.button(page, 'Turn on').click();
  await story.heading(page, 'Your recovery codes');
  await at('recovery codes');
  await page.goto(`${demo.base}/admin/account`);
  await at('the account, with two steps');
  await page.context().clearCookies();
  await page.goto(reset);
  await at('a new password');
  await page.goto(demo.facts.admin_url);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password').and(page.locator('input')).fill('a few words in a row');
  await story.button(page, 'Sign in').click();
  await story.heading(page, 'Enter your code');
  await at('the second step');
}

export async function customers(page, at, demo) {
  await story.signIn(page, demo);
  await page.goto(`${demo.base}/admin/customers`);
  await at('customers');
  await page.goto(`${demo.base}/admin/customers?q=nobody-at-all`);
  await at('customers, none found');
  await page.goto(`${demo.base}/admin/customers?q=fjord`);
  await page.getByRole('link', { name: 'Blue Fjord', exact: true }).click();
  await story.heading(page, 'Blue Fjord');
  await at('a customer');
  await page.getByRole('link', { name: 'Rename' }).click();
  await page.getByLabel('Name').and(page.locator('input[type=text]')).fill('');
  await story.button(page, 'Save the name').click();
  await page.locator('#error-summary').waitFor();
  await at('a name left empty');
  await page.goto(`${demo.base}/admin/customers?q=fjord`);
  await page.getByRole('link', { name: 'Blue Fjord', exact: true }).click();
  await page.getByRole('link', { name: 'Delete' }).click();
  await at('before a customer is deleted');
  await page.goto(`${demo.base}/admin/customers/new`);
  await at('a new customer');
  await page.goto(`${demo.base}/admin/integrations/${story.TEAM_ALERTS.key}/matrix?show=all`);
  await at('a matrix');
  await page.goto(`${demo.base}/admin/search?q=a`);
  await at('a search');
  await page.goto(`${demo.base}/admin/customers/import`);
  await at('before a file is uploaded');
  await story.button(page, 'Look at the file').click();
  await page.locator('#error-summary').waitFor();
  await at('an empty file');
  await page.getByLabel('Or paste the rows').fill('id,name\nnew-1,New\n,Nobody\n');
  await story.button(page, 'Look at the file').click();
  await story.heading(page, 'What does each column hold?');
  await at('what each column holds');
  await story.button(page, 'See what would change').click();
  await story.heading(page, 'Nothing has changed yet');
  await at('what would become of each row');
  await story.button(page, 'Discard this file').click();
  await story.heading(page, 'Customers');
}

export async function applied(page, at, demo) {
  await story.signIn(page, demo);
  const [{ key }] = (await demo.api('GET', '/integrations')).body.items;
  const [{ key: connector }] = (await demo.api('GET', '/connectors')).body.items;
  const test = `integrations/${story.TASK_SYNC.key}/tests/tasks`;
  const integration = [`integrations/${key}`, `integrations/${key}/changes`, test, `${test}/disconnection`];
  const ofConnector = [`connectors/${connector}`, `connectors/${connector}/docs`, `connectors/${connector}/changes`];
  await demo.api('PUT', `/integrations/${story.TASK_SYNC.key}/test/connections/tasks`, { inputs: { api_key: story.GOOD_KEY } });
  const tests = `integrations/${story.TASK_SYNC.key}/tests/tasks`;
  for (const path of ['integrations', ...integration, tests, `${tests}/disconnection`, 'connectors', ...ofConnector, 'manifests', 'presets', 'presets/new', 'presets/demo-chat-app', 'presets/new', 'presets/new?type=umbrella-chat.oauth2', 'alerts', 'alerts?closed=true', 'settings', 'audit', 'audit?action=customer.deleted&from=2020-01-01&until=2020-01-02']) {
    await page.goto(`${demo.base}/admin/${path}`);
    await at(path);
  }
  await page.goto(`${demo.base}/admin/manifests`);
  await page.getByLabel('Manifests, as YAML or JSON').fill('kind: connector\nkey: x\nnam: X\n');
  await story.button(page, 'Show what would change').click();
  await page.locator('#error-summary').waitFor();
  await at('a mistake in a manifest');
  await page.getByLabel('Manifests, as YAML or JSON').fill('kind: connector\nkey: axe\nname: Axe\nconnection_types: [{key: k, name: K, auth: {kind: none}, inputs: []}]\n');
  await story.button(page, 'Show what would change').click();
  await story.heading(page, 'What would change');
  await at('a plan');
  await page.goto(`${demo.base}/admin/settings`);
  await page.getByLabel('Colour', { exact: true }).fill('#f5b700');
  await story.button(page, 'Save').click();
  await page.locator('#error-summary').waitFor();
  await at('settings, refused');
}

/** What is done on a customer's behalf, from the instance to one that broke and is repaired. */
export async function onBehalf(page, at, demo) {
  await story.signIn(page, demo);
  const { customer } = await demo.freshLink(story.TEAM_ALERTS.key);
  const instance = (await demo.api('POST', '/instances', { customer, integration: story.TEAM_ALERTS.key })).body;
  const { id } = (await demo.api('GET', `/customers/${customer}`)).body;
  const go = (path) => page.goto(`${demo.base}/admin/${path}`);
  await go(`customers/${id}/links`);
  await at('the links of a customer');
  await go(`instances/${instance.id}`);
  await at('an instance');
  await go(`instances/${instance.id}/preview/connections`);
  await at('a preview');
  const chat = `instances/${instance.id}/connections/chat`;
  await go(chat);
  await at('a connection to be made');
  await go(`instances/${instance.id}/connections/tasks/values`);
  await at('values on behalf');
  await page.locator('#page-form').getByLabel(story.KEY_LABEL).and(page.locator('input')).fill(story.WRONG_KEY);
  await story.button(page, 'Check and save').click();
  await page.locator('#error-summary').waitFor();
  await at('values on behalf, refused');
  await go(chat);
  await page.getByText(`Sign in to ${story.CHAT} for them`).click();
  await page.getByLabel(/Only .* may reconnect/).uncheck();
  await story.connect(page);
  await page.getByText('is connected.').waitFor();
  await at('a connection that works');
  await page.getByText(`Sign in to ${story.CHAT} for them`).click();
  await story.connect(page, 'Another account', `Reconnect ${story.CHAT}`);
  await at('another account, on behalf');
  await go(`${chat}/disconnection`);
  await at('before a disconnect on behalf');
  await demo.api('PUT', `/instances/${instance.id}/connections/chat`, { token: { access_token: 'gone', expires_at: new Date(Date.now() - 60_000).toISOString() } });
  await demo.api('POST', `/instances/${instance.id}/connections/chat/checks`);
  await go(chat);
  await at('a connection to be repaired');
  await story.button(page, 'Send a reconnect link').click();
  await story.heading(page, /A link for/);
  await at('a link that was made');
  await go(`customers/${id}/links`);
  await at('the links of a customer, one made');
  await go(`instances/${instance.id}/acting`);
  await at('before acting');
  await page.getByLabel('Why').fill('Asked for on the phone');
  await story.button(page, 'Begin').click();
  await page.getByText('You are acting for').waitFor();
  await at('acting');
}

/** What is shared by many, and what is done to many. */
export async function many(page, at, demo) {
  await story.signIn(page, demo);
  for (const path of ['', '/tasks-account', '/erp-account', '/our-chat', '/our-chat/values/organization', '/our-chat/values/organization/disconnection', '/erp-account/values/organization', '/tasks-account/values/test']) {
    await page.goto(`${demo.base}/admin/reusable-connections${path}`);
    await at(`reusable connections${path}`);
  }
  await page.goto(`${demo.base}/admin/bulk-checks`);
  await at('before a check of many');
  await story.button(page, 'Check all of them').click();
  await page.waitForURL(/bulk-checks\/.+/);
  await at('a check of many');
}

/** A console that nobody has used yet. `empty` is a product with an owner and nothing else. */
export async function nothingYet(page, at, empty) {
  await story.signIn(page, empty);
  for (const path of ['', '/customers', '/integrations', '/connectors', '/presets', '/reusable-connections', '/bulk-checks', '/alerts', '/audit', '/api-keys', '/users', '/search', '/manifests']) {
    await page.goto(`${empty.base}/admin${path}`);
    await at(`nothing yet: ${path || 'home'}`);
  }
}
