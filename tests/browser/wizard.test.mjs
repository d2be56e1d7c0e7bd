// A customer user turns integrations on, in Chromium, with JavaScript and without: the same story, the same words.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { NARROW, launch, withPage } from './support.mjs';
import * as story from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

test('the link of demo.json opens the wizard', () => withPage(browser, {}, async (page) => {
  await page.goto(demo.facts.wizard_url);
  assert.match(new URL(page.url()).pathname, /^\/wizard\//);
  await story.button(page, `Connect ${story.CHAT}`).waitFor();
}));

for (const javaScript of [true, false]) {
  describe(javaScript ? 'with JavaScript' : 'without JavaScript', () => {
    const visit = (integration, steps, options) => withPage(browser, { javaScript, ...options }, async (page) => {
      await page.goto((await demo.freshLink(integration.key)).url);
      await steps(page);
    });

    test('three slots, a variable and a review end in an integration that is on', () => visit(story.TEAM_ALERTS, async (page) => {
      assert.match(await page.textContent('main'), /Managed by/, 'the pre-filled slot asks for nothing');
      await story.keyField(page).fill(story.GOOD_KEY);
      await story.connect(page);
      assert.match(await page.textContent('main'), /Connected as/);
      if (!(await story.keyField(page).inputValue())) await story.keyField(page).fill(story.GOOD_KEY);
      await story.saveAndContinue(page);
      await story.chooseSeverity(page, 'all');
      await story.turnOn(page, story.TEAM_ALERTS);
    }));

    test('a key that the service refuses is not saved, and the next one is', () => visit(story.TASK_SYNC, async (page) => {
      await story.keyField(page).fill(story.WRONG_KEY);
      await page.keyboard.press('Enter');
      await story.assertErrorSummary(page, { javaScript });
      assert.equal(await story.keyField(page).inputValue(), '', 'a secret is never sent back');
      await story.keyField(page).fill(story.GOOD_KEY);
      await page.keyboard.press('Enter');
      await story.turnOn(page, story.TASK_SYNC);
    }));

    test('a form left empty says what to enter', () => visit(story.TASK_SYNC, async (page) => {
      await page.locator('button[type=submit].filled').click();
      await story.assertErrorSummary(page, { javaScript });
      assert.match(await page.textContent('#error-summary'), /Enter /);
      const described = await story.keyField(page).getAttribute('aria-describedby');
      assert.ok(described?.split(' ').some((id) => id.endsWith('-error')), 'the same words stand at the field');
    }));

    for (const [decision, words] of [
      ['Deny', /was not connected/],
      ['Cancel', /not connected|stopped/],
      ['Fewer scopes', /allows too little/],
      ['Expired code', /too long|expired/],
      ['Error 500', /has a problem/],
      ['Needs an administrator', /administrator/i],
    ]) {
      test(`"${decision}" at the provider says what happened, and the next try connects`, () => visit(story.CHAT_DIGEST, async (page) => {
        await story.connect(page, decision);
        assert.match(await page.textContent('main'), words);
        assert.match(await page.textContent('main'), /Code: /);
        await page.locator('main').getByText('Try again', { exact: true }).click();
        await page.waitForURL(/\/demo-provider\/authorize/);
        await story.button(page, 'Allow').click();
        await page.waitForURL(/\/wizard\//);
        await story.saveAndContinue(page);
        await story.turnOn(page, story.CHAT_DIGEST);
      }));
    }

    test('Connect keeps what was typed, and Back loses nothing', () => visit(story.TEAM_ALERTS, async (page) => {
      await story.keyField(page).fill(story.GOOD_KEY);
      await story.connect(page);
      await story.saveAndContinue(page);
      await story.chooseSeverity(page, 'all');
      await story.button(page, 'Check your answers').click();
      await story.heading(page, 'Check your answers');
      await page.getByRole('link', { name: 'Back', exact: true }).click();
      assert.equal(await page.locator('select').or(page.locator('input:checked')).first().inputValue(), 'all');
      await page.getByRole('link', { name: 'Back', exact: true }).click();
      assert.match(await page.textContent('main'), /Connected as/);
    }));

    test('a reconnect as somebody else asks which account it shall be', () => visit(story.TEAM_ALERTS, async (page) => {
      await story.connect(page);
      const first = page.url();
      await story.connect(page, 'Another account', `Reconnect ${story.CHAT}`);
      await story.heading(page, 'You signed in as jonas@harborlane.example');
      assert.match(await page.textContent('main'), /belongs to maya@northwind\.example/);
      await page.goto(first);
      assert.match(await page.textContent('main'), /Connected as maya@northwind\.example/);
      await page.goBack();
      await story.button(page, 'Use jonas@harborlane.example instead').click();
      await page.getByText('Connected as jonas@harborlane.example').waitFor();
    }));

    test('a connection has its own page: checked, signed in again, disconnected', () => visit(story.TEAM_ALERTS, async (page) => {
      await story.connect(page);
      await page.getByRole('link', { name: /^Details/ }).click();
      await story.heading(page, story.CHAT);
      await story.button(page, 'Check now').click();
      await page.getByText(`Checked just now: ${story.CHAT} works.`).waitFor();
      assert.equal(await page.locator('.history li').count(), 2, 'the sign-in, and this one');
      await story.connect(page, 'Allow', `Reconnect ${story.CHAT}`);
      await story.heading(page, story.CHAT);
      await page.getByRole('link', { name: `Disconnect ${story.CHAT}` }).click();
      await story.button(page, `Disconnect ${story.CHAT}`).click();
      await story.heading(page, `${story.CHAT} is disconnected`);
      await page.getByText('confirmed that the access is withdrawn').waitFor();
    }));

    test('a provider that takes its time is waited for', () => visit(story.CHAT_DIGEST, async (page) => {
      await story.connect(page, 'Slow');
      await story.saveAndContinue(page);
      await story.turnOn(page, story.CHAT_DIGEST);
    }));

    test('on a screen of 320 px the whole wizard fits', () => visit(story.TASK_SYNC, async (page) => {
      await story.keyField(page).fill(story.GOOD_KEY);
      await page.keyboard.press('Enter');
      await story.turnOn(page, story.TASK_SYNC);
    }, { viewport: NARROW }));
  });
}

test('a key can be shown before it is sent, and is hidden again', () => withPage(browser, {}, async (page) => {
  await page.goto((await demo.freshLink(story.TASK_SYNC.key)).url);
  await story.keyField(page).fill(story.GOOD_KEY);
  const field = await story.keyField(page).elementHandle();
  await page.getByRole('button', { name: `Show ${story.KEY_LABEL}` }).click();
  assert.equal(await field.getAttribute('type'), 'text');
  await page.getByRole('button', { name: `Hide ${story.KEY_LABEL}` }).click();
  assert.equal(await field.getAttribute('type'), 'password');
}));

test('the keyboard alone completes the wizard, and the focus can always be seen', () => withPage(browser, {}, async (page) => {
  await page.goto((await demo.freshLink(story.TEAM_ALERTS.key)).url);
  await press(page, `Connect ${story.CHAT}`);
  await press(page, 'Allow');
  await page.getByText('Connected as').waitFor();
  await tabTo(page, story.KEY_LABEL);
  await page.keyboard.type(story.GOOD_KEY);
  await page.keyboard.press('Enter');
  await story.button(page, 'Check your answers').waitFor();
  await press(page, 'Check your answers');
  await press(page, `Turn on ${story.TEAM_ALERTS.name}`);
  await story.heading(page, `${story.TEAM_ALERTS.name} is on`);
}));

async function press(page, words) {
  await story.button(page, words).waitFor();
  await tabTo(page, words);
  await page.keyboard.press('Enter');
}

/** Tab until the focus is on what is called so; each stop on the way must be visible. */
async function tabTo(page, name) {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press('Tab');
    const [called, seen] = await page.evaluate(() => {
      const element = document.activeElement;
      // The box around a field, with its prefix and suffix, shows the focus of the field.
      const styles = [element, element.closest('.box') ?? element].map((place) => getComputedStyle(place));
      const label = element.labels?.[0]?.textContent ?? element.textContent;
      return [label.replace(/\s+/g, ' ').trim(), element === document.body || styles.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none')];
    });
    assert.ok(seen, `the focus on "${called}" can be seen`);
    if (called.startsWith(name)) return;
  }
  throw new Error(`60 times Tab, and the focus never came to "${name}"`);
}
