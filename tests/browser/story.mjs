// The words of the demo's world and the steps that several stories take, each as a person takes it: by label and by button.

import assert from 'node:assert/strict';

/** Keys of the demo's integrations, and their names. */
export const TEAM_ALERTS = { key: 'team-alerts', name: 'Team alerts' };
export const TASK_SYNC = { key: 'task-sync', name: 'Task sync' };
export const CHAT_DIGEST = { key: 'chat-digest', name: 'Chat digest' };

export const CHAT = 'Umbrella Chat';
export const KEY_LABEL = 'API key';
export const GOOD_KEY = 'tasks-demo-key';
export const WRONG_KEY = 'no-such-key';

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const keyField = (page) => page.getByLabel(KEY_LABEL).and(page.locator('input'));

/** Connect, then the given button of the make-believe consent page, where "Slow" takes 8 seconds. */
export async function connect(page, decision = 'Allow', words = `Connect ${CHAT}`) {
  await button(page, words).click();
  await page.waitForURL(/\/demo-provider\/authorize/);
  await button(page, decision).click({ timeout: 20_000 });
  await page.waitForURL((url) => !url.pathname.startsWith('/demo-provider'), { timeout: 20_000 });
}

export async function saveAndContinue(page) {
  await button(page, 'Save and continue').click();
}

export async function chooseSeverity(page, value) {
  const select = page.getByRole('combobox', { name: 'Severity' });
  if (await select.count()) return select.selectOption(value);
  return page.getByRole('group', { name: 'Severity' }).locator(`input[value="${value}"]`).check();
}

/** From wherever the last page of the wizard is, to the end. */
export async function turnOn(page, { name }) {
  await button(page, `Turn on ${name}`).or(button(page, 'Check your answers')).waitFor();
  if (!(await button(page, `Turn on ${name}`).count())) await button(page, 'Check your answers').click();
  await heading(page, 'Check your answers');
  await button(page, `Turn on ${name}`).click();
  await heading(page, `${name} is on`);
}

/** At the console, as the demo's owner. */
export async function signIn(page, demo) {
  await page.goto(demo.facts.admin_url);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill(demo.facts.admin_password);
  await button(page, 'Sign in').click();
  await heading(page, 'Today');
}

export async function heading(page, words) {
  await page.getByRole('heading', { level: 1, name: words }).waitFor();
}

/** QUALITY.md, rule 5: the title says so, the summary has the focus and leads to the field. */
export async function assertErrorSummary(page, { javaScript }) {
  await page.locator('#error-summary').waitFor();
  assert.match(await page.title(), /^Error: /);
  const focused = await page.evaluate(() => document.activeElement?.id).catch(() => undefined);
  if (javaScript) assert.equal(focused, 'error-summary', 'the summary has the focus');
  const target = await page.locator('#error-summary a').first().getAttribute('href');
  assert.match(target, /#/);
  assert.equal(await page.locator(target.slice(target.indexOf('#'))).count(), 1, `${target} is on the page`);
}
