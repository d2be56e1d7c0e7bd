// An admin adds a manifest: pastes it, sees what would change, applies exactly that; with JavaScript and without, by keyboard too.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { launch, withPage } from './support.mjs';
import { button, heading } from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

const SECRET = 'story-secret-5e5f77';
const manifest = (name) => `kind: connector
key: vault-${name}
name: Vault ${name}
connection_types:
  - key: key
    name: Key
    auth: {kind: header, name: X-Key, value: "{{key}}"}
    inputs: [{key: key, label: Key, type: password}]
---
kind: preset
key: our-vault-${name}
type: vault-${name}.key
inputs: {key: {value: ${SECRET}}}
`;

async function signIn(page) {
  await page.goto(demo.facts.admin_url);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(demo.facts.admin_email);
  await page.getByLabel('Password').and(page.locator('input')).fill(demo.facts.admin_password);
  await button(page, 'Sign in').click();
  await page.waitForURL(/\/admin$/);
}

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with JavaScript' : 'without JavaScript';

  test(`what is pasted is looked at, applied, and found among the connectors, ${how}`, () =>
    withPage(browser, { javaScript }, async (page) => {
      const name = javaScript ? 'one' : 'two';
      await signIn(page);
      await page.goto(`${demo.base}/admin/manifests`);
      await page.getByLabel('Manifests, as YAML or JSON').fill(manifest(name));
      await button(page, 'Show what would change').click();
      await heading(page, 'What would change');
      await page.getByRole('heading', { name: `Connector vault-${name}` }).waitFor();
      assert.ok(!(await page.content()).includes(SECRET), 'no secret is shown');
      await button(page, 'Apply these 2 changes').click();
      await page.getByText('Applied: 2 new, 0 changed.').waitFor();
      await page.goto(`${demo.base}/admin/connectors`);
      await page.getByRole('link', { name: `Vault ${name}` }).click();
      await heading(page, `Vault ${name}`);
    }));

  test(`a mistake leads to its line, and a file is as good as a paste, ${how}`, () =>
    withPage(browser, { javaScript }, async (page) => {
      await signIn(page);
      await page.goto(`${demo.base}/admin/manifests`);
      const file = { name: 'wrong.yaml', mimeType: 'application/yaml', buffer: Buffer.from('kind: connector\nkey: x\nnam: X\n') };
      await page.getByLabel('Or a file').setInputFiles(file);
      await button(page, 'Show what would change').click();
      await page.locator('#error-summary').waitFor();
      assert.match(await page.title(), /^Error: /);
      await page.locator('#error-summary').getByRole('link', { name: /Line 3, column 1/ }).click();
      assert.ok(await page.getByText('nam: X').first().isVisible());
    }));
}

test('by keyboard alone: a connector of the catalogue is added', () =>
  withPage(browser, {}, async (page) => {
    await signIn(page);
    await page.goto(`${demo.base}/admin/manifests`);
    const add = page.getByRole('button', { name: /^Add / }).first();
    const name = (await add.innerText()).replace('Add ', '');
    await add.focus();
    await page.keyboard.press('Enter');
    await heading(page, name);
    await page.getByText(`${name} is added`).waitFor();
  }));
