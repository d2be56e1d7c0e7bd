// A user connects an account of their own to what is turned on already, sees nothing of a colleague's, and disconnects again.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { NARROW, assertAccessible, assertFits, launch, withPage } from './support.mjs';
import * as story from './story.mjs';

const HEADING = 'Your own accounts for Personal assistant';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    test('one connects, and disconnects', () => withPage(browser, { javaScript }, async (page) => {
      await page.goto(demo.facts.links.own);
      await story.heading(page, HEADING);
      assert.match(await page.textContent('main'), /nobody else sees what you enter here/);
      assert.doesNotMatch(await page.textContent('main'), /jonas|maya|Who has connected/i);
      await story.connect(page);
      await story.heading(page, HEADING);
      assert.match(await page.textContent('main'), /Connected as/);
      await page.getByRole('button', { name: /^Check now/ }).click();
      await page.getByText(/Umbrella Chat/).first().waitFor();
      await page.getByRole('link', { name: 'Disconnect Umbrella Chat' }).click();
      assert.match(await page.textContent('main'), /Your colleagues notice nothing/);
      await story.button(page, 'Disconnect Umbrella Chat').click();
      await page.getByText('Your account is disconnected.').waitFor();
    }));
  });
}

for (const scheme of ['light', 'dark']) {
  test(`it is accessible and fits a phone, ${scheme}`, () => withPage(browser, { scheme, viewport: NARROW, forAxe: true }, async (page) => {
    await page.goto(demo.facts.links.own);
    await assertAccessible(page, `own, ${scheme}`);
    await assertFits(page, `own, ${scheme}`);
  }));
}
