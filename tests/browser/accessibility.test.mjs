// axe (WCAG 2.2 AA) on every page and state, light and dark, wide and at 320 px, also laid out from right to left.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startDemo, startEmptyConsole } from './processes.mjs';
import { NARROW, assertAccessible, assertFits, launch, visit } from './support.mjs';
import { WALKS, WALKS_OF_NOTHING } from './walks/all.mjs';

/** Rows of the table that answer a GET with something else than a page of their own. */
const NO_PAGES = {
  '/healthz': 'a word', '/readyz': 'a word', '/metrics': 'text', '/brand.css': 'a sheet of style',
  '/wizard/{instance}': 'leads to its first page',
  '/admin/manifests/export': 'a file', '/admin/audit/export': 'a file', '/admin/imports/{import}/result': 'a file', '/admin/integrations/{key}/matrix/export': 'a file',
};

let demo, empty, browser;
const seen = new Set();

before(async () => { [demo, empty, browser] = await Promise.all([startDemo(), startEmptyConsole(), launch()]); });
after(async () => { await browser?.close(); await Promise.all([demo?.stop(), empty?.stop()]); });

for (const [scheme, width, viewport] of [['light', 'wide'], ['light', '320 px', NARROW], ['dark', 'wide'], ['dark', '320 px', NARROW]]) {
  for (const [walks, where] of [[WALKS, () => demo], [WALKS_OF_NOTHING, () => empty]]) {
    for (const [what, walk] of Object.entries(walks)) {
      test(`${what}, ${scheme}, ${width}`, async () => {
        const page = await visit(browser, { scheme, viewport, forAxe: true });
        try {
          await walk(page, (state) => check(page, state), where());
        } finally {
          await page.context().close();
        }
      });
    }
  }
}

test('no page of the table of routes is left out', async () => {
  const folder = join(import.meta.dirname, '../../src/web/routes');
  const rows = await Promise.all(['pages.rs', 'console.rs'].map((file) => readFile(join(folder, file), 'utf8')));
  const paths = rows.flatMap((text) => [...text.matchAll(/^\s*GET "([^"]+)"/gm)].map(([, path]) => path));
  assert.ok(paths.length > 60, `${paths.length} rows are understood`);
  const literal = (part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const pattern = (path) => new RegExp(`^${path.split(/\{[^}]+\}/).map(literal).join('[^/]+')}$`);
  // What a row with a fixed name takes is not the row with a placeholder in its place.
  const ofOthers = (path) => paths.filter((other) => other !== path && !other.includes('{'));
  const isSeen = (path) => [...seen].some((at) => pattern(path).test(at) && !ofOthers(path).includes(at));
  assert.deepEqual(paths.filter((path) => !(path in NO_PAGES) && !isSeen(path)), [], 'a walk in `walks/` goes to each of these');
  assert.deepEqual(Object.keys(NO_PAGES).filter((path) => !paths.includes(path)), [], 'what is no page is in the table too');
});

async function check(page, where) {
  seen.add(new URL(page.url()).pathname);
  await assertAccessible(page, where);
  await assertFits(page, where);
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  await assertAccessible(page, `${where}, right to left`);
  await assertFits(page, `${where}, right to left`);
  await page.evaluate(() => { document.documentElement.dir = 'ltr'; });
}
