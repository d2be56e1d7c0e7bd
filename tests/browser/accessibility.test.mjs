// axe (WCAG 2.2 AA) on every page and state, light and dark, wide and at 320 px, also laid out from right to left.

import { after, before, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { NARROW, assertAccessible, assertFits, launch, visit } from './support.mjs';
import * as story from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

const WALKS = { 'the wizard': wizard, 'the ways a sign-in can end': outcomes, 'two tabs, and a session that ended': away, 'pages that open nothing': deadEnds, 'the admin pages': admin, 'what is applied, alerts and settings': applied, 'the demo': world };

for (const scheme of ['light', 'dark']) {
  for (const [width, viewport] of [['wide', undefined], ['320 px', NARROW]]) {
    for (const [what, walk] of Object.entries(WALKS)) {
      test(`${what}, ${scheme}, ${width}`, async () => {
        const page = await visit(browser, { scheme, viewport, forAxe: true });
        try {
          await walk(page, (where) => check(page, where));
        } finally {
          await page.context().close();
        }
      });
    }
  }
}

async function check(page, where) {
  await assertAccessible(page, where);
  await assertFits(page, where);
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  await assertAccessible(page, `${where}, right to left`);
  await assertFits(page, `${where}, right to left`);
  await page.evaluate(() => { document.documentElement.dir = 'ltr'; });
}

async function wizard(page, at) {
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

async function outcomes(page, at) {
  await page.goto((await demo.freshLink(story.CHAT_DIGEST.key)).url);
  const first = page.url();
  for (const decision of ['Deny', 'Fewer scopes', 'Expired code', 'Error 500', 'Needs an administrator']) {
    await page.goto(first);
    await story.connect(page, decision);
    await at(`after "${decision}"`);
  }
}

/** Two tabs, and a session that is gone. */
async function away(page, at) {
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

async function deadEnds(page, at) {
  await page.goto(`${demo.base}/no-such-page`);
  await at('404');
  await page.goto(`${demo.base}/links/no-such-link`);
  await at('a link that has ended');
  await page.goto(`${demo.base}/oauth/callback?state=nobody&code=nothing`);
  await at('a callback that nobody began');
}

async function admin(page, at) {
  await page.goto(demo.facts.admin_url);
  await at('sign in');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill('not the password');
  await story.button(page, 'Sign in').click();
  await page.getByText('do not go together').first().waitFor();
  await at('sign in, refused');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill(demo.facts.admin_password);
  await story.button(page, 'Sign in').click();
  await story.heading(page, 'Customers and their connections');
  await at('overview');
}

async function applied(page, at) {
  await page.goto(demo.facts.admin_url);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill(demo.facts.admin_password);
  await story.button(page, 'Sign in').click();
  await page.waitForURL(/\/admin$/);
  const [{ key }] = (await demo.api('GET', '/integrations')).body.items;
  const [{ key: connector }] = (await demo.api('GET', '/connectors')).body.items;
  const integration = [`integrations/${key}`, `integrations/${key}/changes`];
  const ofConnector = [`connectors/${connector}`, `connectors/${connector}/docs`];
  for (const path of ['integrations', ...integration, 'connectors', ...ofConnector, 'manifests', 'alerts', 'alerts?closed=true', 'settings']) {
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

async function world(page, at) {
  await page.goto(demo.base);
  await at('the first page of the demo');
  await page.goto(`${demo.base}/demo-provider/`);
  await at('the make-believe provider');
  await page.goto((await demo.freshLink(story.CHAT_DIGEST.key)).url);
  await story.button(page, `Connect ${story.CHAT}`).click();
  await page.waitForURL(/\/demo-provider\/authorize/);
  await at('its consent page');
}
