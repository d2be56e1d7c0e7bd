// An org admin in Chromium, with JavaScript and without: finds a customer, imports a file, reads the matrix, takes it along.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { launch, withPage } from './support.mjs';
import * as story from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

/** The text of what a link downloads. */
async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    const visit = (steps) => withPage(browser, { javaScript }, async (page) => {
      await story.signIn(page, demo);
      await steps(page);
    });

    test('what waits today leads to whom it concerns', () => visit(async (page) => {
      await story.heading(page, 'Today');
      await page.getByRole('heading', { name: /connections? needs? attention/ }).waitFor();
      await page.getByText('Blue Fjord').first().waitFor();
      await page.getByRole('link', { name: /customers/, exact: false }).first().click();
      await story.heading(page, 'Customers');
    }));

    test('a customer is found by a part of its name and opened', () => visit(async (page) => {
      await page.goto(`${demo.base}/admin/customers`);
      await page.getByLabel('Find a customer').and(page.locator('input')).fill('fjor');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Blue Fjord', exact: true }).click();
      await story.heading(page, 'Blue Fjord');
      await page.getByRole('link', { name: /of Blue Fjord: Needs reconnecting/ }).waitFor();
    }));

    test('one search finds it from any page', () => visit(async (page) => {
      await story.heading(page, 'Today');
      await page.waitForLoadState();
      if (javaScript) {
        await page.keyboard.press('/');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'search-all');
      } else {
        await page.getByLabel('Search everything').and(page.locator('input')).click();
      }
      await page.keyboard.type('fjord');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Blue Fjord', exact: true }).waitFor();
    }));

    test('a file comes in: looked at, given a meaning, judged, imported, and its result taken along', () => visit(async (page) => {
      const id = javaScript ? 'with' : 'without';
      const file = `External ID,Company,API key\n${id}-1,Imported ${id},${story.GOOD_KEY}\n,Nobody,x\n`;
      await page.goto(`${demo.base}/admin/customers`);
      await page.getByRole('link', { name: 'Import a file' }).click();
      await page.getByLabel('File (CSV)').setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
      await page.getByLabel('Fill in connections').and(page.locator('select')).selectOption(story.TASK_SYNC.key);
      await story.button(page, 'Look at the file').click();
      await story.heading(page, 'What does each column hold?');
      assert.equal(await page.getByLabel('External ID').and(page.locator('select')).inputValue(), 'external_id');
      await story.button(page, 'See what would change').click();
      await story.heading(page, 'Nothing has changed yet');
      await page.getByText('1 new, 0 changed, 0 the same, 1 wrong').waitFor();
      await page.getByLabel('Check each connection before saving it').check();
      await story.button(page, 'Import the rows that are right').click();
      // The page comes again by itself.
      await page.getByRole('heading', { name: 'The file is imported' }).waitFor({ timeout: 30_000 });
      const result = await download(page, page.getByRole('link', { name: 'Download the result' }));
      assert.match(result, new RegExp(`1,${id}-1,New`));
      assert.ok(!result.includes(story.GOOD_KEY), 'no secret is in the result');
      await page.goto(`${demo.base}/admin/customers?q=imported ${id}`);
      await page.getByRole('link', { name: `Imported ${id}`, exact: true }).click();
      await page.getByRole('link', { name: /: Managed by/ }).waitFor();
    }));

    test('the matrix opens with what needs attention, moves to all, and comes along as a file', () => visit(async (page) => {
      await page.goto(`${demo.base}/admin/integrations/${story.TEAM_ALERTS.key}/matrix`);
      await story.heading(page, story.TEAM_ALERTS.name);
      await page.getByRole('row', { name: /Blue Fjord/ }).waitFor();
      assert.equal(await page.getByRole('row', { name: /Harbor Lane/ }).count(), 0);
      await page.getByRole('link', { name: /^All \d/ }).click();
      await page.getByRole('row', { name: /Harbor Lane/ }).waitFor();
      await page.getByRole('columnheader', { name: story.CHAT }).waitFor();
      const csv = await download(page, page.getByRole('link', { name: 'Download as a file (CSV)' }));
      assert.match(csv, /Blue Fjord.*Needs reconnecting/);
      assert.ok(!csv.includes(story.GOOD_KEY), 'no secret is in the file');
    }));
  });
}

test('a renamed customer is as before after one press', () => withPage(browser, {}, async (page) => {
  await story.signIn(page, demo);
  await page.goto(`${demo.base}/admin/customers?q=meadow`);
  await page.getByRole('link', { name: 'Meadow & Sons', exact: true }).click();
  await page.getByRole('link', { name: 'Rename' }).click();
  await page.getByLabel('Name').and(page.locator('input[type=text]')).fill('Meadow & Daughters');
  await story.button(page, 'Save the name').click();
  await story.heading(page, 'Meadow & Daughters');
  await story.button(page, 'Undo').click();
  await story.heading(page, 'Meadow & Sons');
}));
