// What the wizard's pages cost on the wire, with an empty cache. Prints a table, and fails over the budget of QUALITY.md.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDemo } from './processes.mjs';
import { BUDGET, launch, weigh } from './support.mjs';
import { CHAT_DIGEST, TASK_SYNC, TEAM_ALERTS } from './story.mjs';

let demo, browser;

before(async () => { [demo, browser] = await Promise.all([startDemo(), launch()]); });
after(async () => { await browser?.close(); await demo?.stop(); });

test('every first page keeps to the budget, and loads nothing from elsewhere', async () => {
  const weights = {};
  for (const { key, name } of [TEAM_ALERTS, TASK_SYNC, CHAT_DIGEST]) weights[name] = await weigh(browser, (await demo.freshLink(key)).url);
  console.log('page weight (bytes on the wire, empty cache)');
  console.table({ ...weights, budget: BUDGET }, ['bytes', 'requests', 'script']);
  for (const [name, weight] of Object.entries(weights)) {
    for (const [what, most] of Object.entries(BUDGET)) assert.ok(weight[what] <= most, `${name}: ${what} ${weight[what]}, budget ${most}`);
    assert.ok(weight.requests > 0, `${name}: something was measured`);
    assert.deepEqual(weight.foreign, [], `${name}: no third-party origin`);
  }
});
