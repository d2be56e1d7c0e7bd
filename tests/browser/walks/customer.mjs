// Every page that a customer meets, in the order in which people meet them; `at` looks at each.

import * as story from '../story.mjs';

export async function wizard(page, at, demo) {
  await page.goto((await demo.freshLink(story.TEAM_ALERTS.key)).url);
  await at('first page');
  await story.saveAndContinue(page);
  await page.locator('#error-summary').waitFor();
  await at('first page with errors');
  await story.keyField(page).fill(story.WRONG_KEY);
  await story.connect(page);
  await at('first page, connected');
  await story.keyField(page).fill(story.GOOD_KEY);
  await story.saveAndContinue(page);
  await page.getByText('Severity').first().waitFor();
  await at('variables');
  await story.chooseSeverity(page, 'all');
  await story.button(page, 'Check your answers').click();
  await story.heading(page, 'Check your answers');
  await at('review');
  const wizard = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
  await story.turnOn(page, story.TEAM_ALERTS);
  await at('done');
  await page.goto(`${demo.base}${wizard}/connections/chat`);
  await at('a connection');
  await story.button(page, 'Check now').click();
  await page.getByText(`${story.CHAT} works`).waitFor();
  await at('a connection, checked');
  await story.connect(page, 'Another account', `Reconnect ${story.CHAT}`);
  await at('another account');
  await page.goto(`${demo.base}${wizard}/connections/tasks`);
  await at('a connection by key');
  await page.goto(`${demo.base}${wizard}/connections/chat/disconnection`);
  await at('before a disconnect');
  await story.button(page, `Disconnect ${story.CHAT}`).click();
  await story.heading(page, `${story.CHAT} is disconnected`);
  await at('after a disconnect');
  await page.goto(`${demo.base}${wizard}/paused`);
  await at('paused');
  await page.goto((await demo.freshLink(story.TASK_SYNC.key)).url);
  await at('one form');
  await story.keyField(page).fill(story.WRONG_KEY);
  await page.keyboard.press('Enter');
  await page.locator('#error-summary').waitFor();
  await at('one form, refused');
  await page.goto((await demo.freshLink(story.CHAT_DIGEST.key)).url);
  await at('one Connect button');
}

export async function outcomes(page, at, demo) {
  await page.goto((await demo.freshLink(story.CHAT_DIGEST.key)).url);
  const first = page.url();
  for (const decision of ['Deny', 'Fewer scopes', 'Expired code', 'Error 500', 'Needs an administrator']) {
    await page.goto(first);
    await story.connect(page, decision);
    await at(`after "${decision}"`);
  }
}

/** Two tabs, and a session that is gone. */
export async function away(page, at, demo) {
  await page.goto((await demo.freshLink(story.TEAM_ALERTS.key)).url);
  const other = await page.context().newPage();
  await other.goto(page.url());
  for (const [tab, key] of [[other, story.GOOD_KEY], [page, 'tasks-other-key']]) {
    await story.keyField(tab).fill(key);
    await story.saveAndContinue(tab);
    await tab.locator('#error-summary, input[value="yours"]').first().waitFor();
  }
  await story.heading(page, 'Someone else changed this page too');
  await at('what two people changed');
  await page.context().clearCookies();
  await page.goto(page.url());
  await story.heading(page, 'For your safety we signed you out');
  await at('a session that ended');
}

export async function deadEnds(page, at, demo) {
  await page.goto(`${demo.base}/no-such-page`);
  await at('404');
  await page.goto(`${demo.base}/links/no-such-link`);
  await at('a link that has ended');
  await page.goto(`${demo.base}/oauth/callback?state=nobody&code=nothing`);
  await at('a callback that nobody began');
}

export async function world(page, at, demo) {
  await page.goto(demo.base);
  await at('the first page of the demo');
  await page.goto(`${demo.base}/demo-provider/`);
  await at('the make-believe provider');
  await page.goto((await demo.freshLink(story.CHAT_DIGEST.key)).url);
  await story.button(page, `Connect ${story.CHAT}`).click();
  await page.waitForURL(/\/demo-provider\/authorize/);
  await at('its consent page');
}

/** What a customer keeps, from the list to the end of one connection; and Chat in an integration that shares it. */
export async function savedConnections(page, at, demo) {
  const { customer } = await demo.freshLink('order-sync');
  const link = async (what) => (await demo.api('POST', '/links', { customer, expires_in_seconds: 3600, ...what })).body.url;
  await page.goto(await link({}));
  await at('your connections, none yet');
  await page.goto(await link({ integration: 'order-sync' }));
  await at('a slot that waits for the organization');
  await demo.api('PUT', `/reusable-connections/erp-account/customers/${customer}`, { inputs: { api_key: story.GOOD_KEY } });
  await story.keyField(page).fill(story.GOOD_KEY);
  await story.saveAndContinue(page);
  await story.heading(page, 'Check your answers');
  await page.goto(await link({ integration: 'task-report' }));
  await at('a picker of saved connections');
  await page.goto(await link({}));
  await at('your connections');
  await page.goto(`${demo.base}/connections?q=nobody-at-all`);
  await at('your connections, none found');
  await page.goto(`${demo.base}/connections`);
  await page.getByRole('link', { name: 'Northwind Tasks account' }).click();
  await at('a saved connection');
  await page.getByRole('link', { name: 'Disconnect Northwind Tasks' }).click();
  await at('before a saved connection is disconnected');
  await story.button(page, 'Disconnect Northwind Tasks').click();
  await page.getByText('Needs reconnecting').first().waitFor();
  await at('a saved connection, disconnected');
}

/** A saved connection that somebody signs in to again, with another account. */
export async function savedSignIn(page, at, demo) {
  const [{ id: known }] = (await demo.api('GET', `/instances?customer=external:harborlane&integration=${story.TEAM_ALERTS.key}`)).body.items;
  const { client_id, client_secret } = (await demo.api('GET', `/instances/${known}/connections/chat/credentials`)).body.inputs;
  const manifests = [
    { kind: 'reusable_connection', key: 'their-chat', name: 'Their Umbrella Chat', type: 'umbrella-chat.oauth2', activation: 'customer', inputs: { client_id: { value: client_id }, client_secret: { value: client_secret } } },
    { kind: 'integration', key: 'chat-mirror', name: 'Chat mirror', pages: [{ key: 'connections', title: 'Connect your chat', elements: [{ connection: 'chat', reusable: 'their-chat' }] }] },
  ];
  for (const manifest of manifests) await demo.api('POST', '/manifests', manifest);
  const { url, customer } = await demo.freshLink('chat-mirror');
  await page.goto(url);
  await story.connect(page);
  await page.goto((await demo.api('POST', '/links', { customer, expires_in_seconds: 3600 })).body.url);
  await page.getByRole('link', { name: 'Their Umbrella Chat' }).click();
  await at('a saved connection that is signed in to');
  await story.connect(page, 'Another account', `Reconnect ${story.CHAT}`);
  await page.waitForURL(/\/connections\/[^/]+\/account/);
  await at('another account, of a saved connection');
}

/** A link that makes one new connection. */
export async function newConnection(page, at, demo) {
  const { customer } = await demo.freshLink('order-sync');
  await page.goto((await demo.api('POST', '/links', { customer, reusable_connection: 'tasks-account', expires_in_seconds: 3600 })).body.url);
  await at('a new connection');
  await story.button(page, 'Connect Northwind Tasks').click();
  await page.locator('#error-summary').waitFor();
  await at('a new connection with errors');
  await story.keyField(page).fill(story.WRONG_KEY);
  await story.button(page, 'Connect Northwind Tasks').click();
  await page.getByText('It is not connected yet').waitFor();
  await at('a new connection that was refused');
  await story.keyField(page).fill(story.GOOD_KEY);
  await story.button(page, 'Connect Northwind Tasks').click();
  await story.heading(page, 'Northwind Tasks account is connected');
  await at('a new connection, connected');
}

/** What is each user's own: not connected, signed in, with another account, before it ends; and who looks after them. */
export async function ownAccounts(page, at, demo) {
  const [{ id }] = (await demo.api('GET', '/instances?customer=external:harborlane&integration=personal-assistant')).body.items;
  const come = async (user) => page.goto((await demo.api('POST', '/links', { instance: id, user, expires_in_seconds: 3600 })).body.url);
  const name = `own-${Math.random().toString(36).slice(2)}`;
  await come({ external_id: name, name: 'Quinn', email: `${name}@harborlane.example` });
  await at('what is one\'s own, not connected');
  await story.connect(page);
  await at('what is one\'s own, connected');
  await story.connect(page, 'Another account', `Reconnect ${story.CHAT}`);
  await page.waitForURL(/\/own\/[^/]+\/account/);
  await at('another account, of one\'s own');
  await page.goto(`${demo.base}/wizard/${id}/own`);
  await page.getByRole('link', { name: `Disconnect ${story.CHAT}` }).click();
  await at('before one\'s own is disconnected');
  await page.context().clearCookies();
  const admin = `admin-${name}`;
  await demo.api('POST', '/customers/external:harborlane/users', { external_id: admin, name: 'Ada', email: `${admin}@harborlane.example`, role: 'admin' });
  await come({ external_id: admin });
  await at('what is one\'s own, with colleagues');
}

/** A colleague comes by an invitation's link. */
export async function colleague(page, at, demo) {
  const customer = (await demo.api('GET', '/customers/external:harborlane')).body;
  await story.signIn(page, demo);
  await page.goto(`${demo.base}/admin/customers/${customer.id}/users`);
  await at('users of a customer');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(`kim-${Date.now()}@harborlane.example`);
  await page.getByRole('radio', { name: 'Admin' }).check();
  await story.button(page, 'Make invitation').click();
  await story.heading(page, 'The link is ready');
  await at('a link shown once');
  const link = (await page.locator('pre code').textContent()).trim();
  await page.context().clearCookies();
  await page.goto(`${demo.base}/session`);
  await at('sign in as a customer user');
  await page.goto(link);
  await at('a sign-in link');
  await story.button(page, 'Sign in').click();
  await story.heading(page, 'Your integrations');
  for (const [path, what] of [['home', 'home'], ['connections', 'connections of somebody who is signed in'], ['account', 'the account of a customer user'], ['people', 'colleagues']]) {
    await page.goto(`${demo.base}/${path}`);
    await at(what);
  }
  await page.goto(`${demo.base}/sso/callback?state=nobody&code=nothing`);
  await at('a company sign-in that nobody began');
}
