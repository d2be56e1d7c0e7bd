// Chromium through playwright-core: with and without JavaScript, light and dark, wide and narrow; axe; what a page weighs.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** QUALITY.md, "Figures": in bytes on the wire, but for requests. */
export const BUDGET = { bytes: 40 * 1024, requests: 6, script: 20 * 1024 };
export const NARROW = { width: 320, height: 800 };

export function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  assert.ok(existsSync(executablePath), `no Chromium at ${executablePath}: install it, or name it in CHROMIUM`);
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args });
}

/** A page of its own context, so of a person who was never here. Closes with the context: `page.context().close()`. */
export async function visit(browser, { javaScript = true, scheme = 'light', viewport, forAxe = false, ...more } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: javaScript, colorScheme: scheme, viewport, bypassCSP: forAxe, locale: 'en-GB', ...more });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text()) && page.complaints.push(message.text()));
  return page;
}

/** Runs a story with a page and closes it, whatever happens. The page must not have complained (errors, CSP). */
export async function withPage(browser, options, story) {
  const page = await visit(browser, options);
  try {
    await story(page);
    assert.deepEqual(page.complaints, [], 'the console is quiet');
  } finally {
    await page.context().close();
  }
}

/** Fails with one line a violation: rule, what it wants, where. The page must come from a context with `forAxe`. */
export async function assertAccessible(page, where) {
  await page.addScriptTag({ path: axeSource });
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), WCAG);
  const lines = violations.map(({ id, help, nodes }) => `${id}: ${help}; at ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(lines, [], `axe on ${where} (${new URL(page.url()).pathname})`);
}

export async function assertFits(page, where) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= screen, `${where} scrolls sideways: ${content} px of content on ${screen} px`);
}

/** What the page behind a link costs a person whose cache is empty: bytes on the wire, requests, bytes of script. */
export async function weigh(browser, link) {
  const page = await visit(browser);
  try {
    const { origin } = new URL(link);
    await page.goto(link, { waitUntil: 'networkidle' });
    await (await page.context().newCDPSession(page)).send('Network.clearBrowserCache');
    const weight = { bytes: 0, requests: 0, script: 0, foreign: [] };
    const sizes = [];
    page.on('requestfinished', (request) => sizes.push(add(weight, request, origin)));
    await page.goto(page.url(), { waitUntil: 'networkidle' });
    await Promise.all(sizes);
    return weight;
  } finally {
    await page.context().close();
  }
}

async function add(weight, request, origin) {
  if (request.url().startsWith('data:')) return;
  const { responseHeadersSize, responseBodySize } = await request.sizes();
  weight.requests += 1;
  weight.bytes += responseHeadersSize + responseBodySize;
  if (request.resourceType() === 'script') weight.script += responseBodySize;
  if (new URL(request.url()).origin !== origin) weight.foreign.push(request.url());
}
