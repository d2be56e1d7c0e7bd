// The console's main flows without a pointer: signed in, a customer found, filled in on their behalf, a link made, the matrix read.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { launch, withPage } from './support.mjs';
import * as story from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

/** Tab until what has the focus is called `name`, as a screen reader says it. What has the focus can be seen to have it. */
async function tabTo(page, name) {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab');
    const [said, isMarked] = await page.evaluate(() => {
      const at = document.activeElement;
      const marked = [at, at.closest('.box')].some((one) => one && getComputedStyle(one).outlineStyle !== 'none');
      return [(at.labels?.[0] ?? at).textContent.trim().replace(/\s+/g, ' '), marked];
    });
    if (said !== name && !said.startsWith(`${name} –`)) continue;
    assert.ok(isMarked, `the focus on "${name}" can be seen`);
    return;
  }
  throw new Error(`"${name}" is not reached by Tab on ${page.url()}`);
}

async function press(page, name) {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

async function write(page, name, text) {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

test('found, filled in, sent and looked at by keyboard alone', () => withPage(browser, {}, async (page) => {
  await page.goto(demo.facts.admin_url);
  await write(page, 'E-mail address', demo.facts.admin_email);
  await write(page, 'Password', demo.facts.admin_password);
  await page.keyboard.press('Enter');
  await story.heading(page, 'Today');
  await press(page, 'Skip to the content');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the header is skipped');

  await page.keyboard.press('/');
  await page.keyboard.type('northwind');
  await page.keyboard.press('Enter');
  await story.heading(page, /Search/);
  await press(page, 'Northwind Traders');
  await story.heading(page, 'Northwind Traders');
  await tabTo(page, 'Start another integration');
  await page.keyboard.type('Task sync');
  await press(page, 'Start it');
  await page.getByText('Task sync is started').waitFor();

  await press(page, 'Task sync');
  await story.heading(page, 'Task sync');
  await press(page, 'Fill in');
  await story.heading(page, /Fill in/);
  await write(page, story.KEY_LABEL, story.GOOD_KEY);
  await press(page, 'Check and save');
  await page.getByText('accepted it. Saved.').waitFor();

  await page.goto(demo.facts.admin_url);
  await press(page, 'Customers');
  await story.heading(page, 'Customers');
  await press(page, 'Northwind Traders');
  await story.heading(page, 'Northwind Traders');
  await press(page, 'Send a link, or look at all that were sent');
  await story.heading(page, /Links of/);
  await tabTo(page, 'Opens');
  await page.keyboard.type('Task');
  await press(page, 'Make the link');
  await story.heading(page, /A link for/);
  await press(page, 'Copy');

  await press(page, 'Integrations');
  await story.heading(page, 'Integrations');
  await press(page, story.TASK_SYNC.name);
  await story.heading(page, story.TASK_SYNC.name);
  await press(page, 'Sign out');
  await story.heading(page, 'Sign in');
}));
