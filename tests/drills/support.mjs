// What every drill is made of: its figures from the command line, its claims, its end, and small tools for time and crowds.
//
// A drill ends with one line, `ok …` or `BROKEN …`, and a status of 0 or 1. Whatever it started has ended by then. With
// `--negative-control` it does to the product what it exists to find, and is `ok` when its own claim finds it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

export { setTimeout as pause } from 'node:timers/promises';
export { freePort, until } from '../browser/processes.mjs';

/** The name of the option, and of what it makes true in a story's options. */
const CONTROL = 'negative-control';

const endings = [];

/**
 * `figures`: name → [by default, with --full]; each is an option too. `control`: what the drill does to the product with
 * --negative-control, in words. `story(options)` tells what it saw in one line.
 */
export async function drill(figures, story, { control } = {}) {
  const name = basename(process.argv[1], '.mjs');
  const options = readOptions(figures, control);
  const began = Date.now();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end().then(() => process.exit(130)));
  const say = (verdict, seen) => console.log(`${verdict} ${name}: ${seen} (${seconds(Date.now() - began)})`);
  try {
    const seen = await story(options);
    claim(!options[CONTROL], `the control was not noticed, so this drill could not fail: ${control}; ${seen}`);
    say('ok    ', seen);
  } catch (problem) {
    const isNoticed = options[CONTROL] && problem instanceof Broken && !problem.message.startsWith('the control');
    if (isNoticed) {
      say('ok    ', `negative control: ${control}, and it is noticed: ${problem.message}`);
    } else {
      say('BROKEN', problem instanceof Broken ? problem.message : problem.stack);
      process.exitCode = 1;
    }
  }
  await end();
  process.exit();
}

function readOptions(figures, control) {
  const options = { full: { type: 'boolean', default: false } };
  for (const name of Object.keys(figures)) options[name] = { type: 'string' };
  if (control) options[CONTROL] = { type: 'boolean', default: false };
  const { values } = parseArgs({ options });
  for (const [name, [short, full]] of Object.entries(figures)) {
    const figure = values.full ? full : short;
    values[name] = values[name] === undefined ? figure : typeof figure === 'number' ? Number(values[name]) : values[name];
  }
  return values;
}

/** What a drill starts, it ends here, the last first. */
export function atTheEnd(act) {
  endings.push(act);
}

async function end() {
  while (endings.length) await endings.pop()().catch((problem) => console.error(`at the end: ${problem.message}`));
}

class Broken extends Error {}

/** The claim of a drill: when it does not hold, the drill is broken. */
export function claim(holds, otherwise) {
  if (!holds) throw new Broken(otherwise);
}

/** A folder that goes away with the drill. */
export async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'jackfield-drill-'));
  atTheEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs a program of the system to its end. → what it wrote */
export function system(program, ...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** A process that ends with the drill. → {child, firstLine, signal(name), ended, log()} */
export function start(program, args, { env = process.env, log }) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  child.stderr.pipe(file, { end: false });
  child.stdout.pipe(file, { end: false });
  let isOver = false;
  const ended = once(child, 'exit').catch(() => {}).then(() => { isOver = true; });
  const firstLine = new Promise((found, missing) => {
    let text = '';
    child.stdout.on('data', (more) => { text += more; if (text.includes('\n')) found(text.split('\n')[0]); });
    ended.then(async () => missing(new Error(`${program} ended: ${(await readFile(log, 'utf8')).slice(-1500)}`)));
  });
  firstLine.catch(() => {});
  const signal = (name) => isOver || child.kill(name);
  atTheEnd(async () => {
    signal('SIGCONT');
    signal('SIGTERM');
    const forced = setTimeout(() => signal('SIGKILL'), 3000);
    await ended;
    clearTimeout(forced);
  });
  return { child, firstLine, signal, ended, isOver: () => isOver, log: () => readFile(log, 'utf8') };
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 2048 });

const PATIENCE_MS = 120_000;

/** One HTTP request. → {status, headers, text, body}; the body is JSON where it is. Rejects when there is no answer. */
export function call(method, url, { headers = {}, body } = {}) {
  // A kept connection may be closed by the other side just as it is used again; that says nothing about the answer.
  const again = (sent) => sent.reusedSocket && method === 'GET' && call(method, url, { headers, body });
  const json = body && typeof body !== 'string' ? { 'content-type': 'application/json' } : {};
  const text = body && typeof body !== 'string' ? JSON.stringify(body) : body;
  return new Promise((done, failed) => {
    const sent = request(url, { method, agent, headers: { ...json, ...headers } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        const isJson = /json/.test(response.headers['content-type']);
        done({ status: response.statusCode, headers: response.headers, text: answer, body: isJson ? JSON.parse(answer) : undefined });
      });
    });
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`${method} ${url}: no answer within ${seconds(PATIENCE_MS)}`)));
    sent.on('error', (problem) => done(again(sent) || Promise.reject(problem))).end(text);
  });
}

/** As `until`, but asks every few milliseconds. → how many it took */
export async function millisUntil(what, ask, seconds = 20) {
  const began = performance.now();
  while (performance.now() < began + seconds * 1000) {
    if (await ask()) return performance.now() - began;
    await new Promise((done) => { setTimeout(done, 5); });
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** `act` on every item, so many at a time. */
export async function each(items, atATime, act) {
  const rest = items[Symbol.iterator]();
  const walk = async () => { for (const item of rest) await act(item); };
  await Promise.all(Array.from({ length: atATime }, walk));
}

export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const seconds = (millis) => `${(millis / 1000).toFixed(1)} s`;

/** How often each occurs, as `3 × 200, 1 × 503`. */
export function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${count} × ${value}`).join(', ');
}
