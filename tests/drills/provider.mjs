// Make-believe providers, a port each, in a process of their own. One JSON line on stdout: {control, token_urls}.
//
//   node provider.mjs COUNT
//
// Refresh tokens are `rt~FAMILY~N`, access tokens `at~FAMILY~N`; a family is met with its first refresh and always rotates.
// Control: PUT /behaviour?provider=I · GET /ledger[?family=F] · GET /live?token=T · GET /answered

import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** `strict`: a refresh token that was used before kills its family. `rotates_on`: `request`, or `answer` once it was taken. */
const ordinary = { delay_ms: 0, hangs: false, strict: true, rotates_on: 'request', life_seconds: 3600, backlog: 511 };
const families = new Map();
const ledger = [];
const behaviours = [];

const listen = async (server, backlog) => {
  server.listen({ port: 0, host: '127.0.0.1', backlog });
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
};
const backlog = Number(process.argv[3] ?? 511);
const token_urls = [];
for (let index = 0; index < Number(process.argv[2]); index++) {
  behaviours.push({ ...ordinary });
  const server = createServer((request, response) => token(index, request, response).catch((problem) => fail(response, problem)));
  server.keepAliveTimeout = 60_000;
  token_urls.push(`${await listen(server, backlog)}/token`);
}
const control = await listen(createServer((request, response) => command(request, response).catch((problem) => fail(response, problem))), 511);
console.log(JSON.stringify({ control, token_urls }));

async function token(provider, request, response) {
  const form = new URLSearchParams(await text(request));
  const [, name, number] = form.get('refresh_token').split('~');
  const entry = { provider, family: name, n: Number(number), at: Date.now(), status: null };
  ledger.push(entry);
  const { delay_ms, hangs, strict, rotates_on, life_seconds } = behaviours[provider];
  if (hangs) return;
  const family = families.get(name) ?? { current: 0, dead: false, ends: new Map() };
  families.set(name, family);
  const answer = () => renew(family, name, entry.n, strict, life_seconds);
  const early = rotates_on === 'request' ? answer() : undefined;
  if (delay_ms) await pause(delay_ms);
  if (!early && response.destroyed) return;
  const [status, body] = early ?? answer();
  entry.status = status;
  json(response, status, body);
}

function renew(family, name, number, strict, life_seconds) {
  const isReuse = number !== family.current;
  if (isReuse && strict) family.dead = true;
  if (family.dead) return [400, { error: 'invalid_grant', error_description: 'the token was used before' }];
  family.current += 1;
  const access_token = `at~${name}~${family.current}`;
  family.ends.set(access_token, Date.now() + life_seconds * 1000);
  return [200, { access_token, refresh_token: `rt~${name}~${family.current}`, token_type: 'Bearer', expires_in: life_seconds }];
}

async function command(request, response) {
  const url = new URL(request.url, 'http://control');
  if (url.pathname === '/behaviour') {
    const change = JSON.parse(await text(request));
    const one = url.searchParams.get('provider');
    behaviours.forEach((behaviour, index) => (one === null || Number(one) === index) && Object.assign(behaviour, change));
    return json(response, 200, behaviours);
  }
  if (url.pathname === '/live') {
    const family = families.get(url.searchParams.get('token').split('~')[1]);
    const ends = family?.ends.get(url.searchParams.get('token')) ?? 0;
    return json(response, 200, { live: !family?.dead && ends > Date.now(), left_ms: ends - Date.now() });
  }
  if (url.pathname === '/answered') {
    const answered = behaviours.map(() => 0);
    for (const { provider, status } of ledger) answered[provider] += status === 200;
    return json(response, 200, answered);
  }
  const family = url.searchParams.get('family');
  return json(response, 200, family ? ledger.filter((entry) => entry.family === family) : ledger);
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function json(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
}

function fail(response, problem) {
  response.writeHead(500, { 'content-type': 'text/plain' }).end(`${problem.message}\n`);
}
