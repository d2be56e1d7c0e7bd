// The instrument first: is the provider as strict as the OAuth stories rely on?

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startProvider } from './processes.mjs';
import { Person } from './person.mjs';

const REDIRECT = 'http://127.0.0.1:9/oauth/callback';
let provider;

before(async () => { provider = await startProvider(REDIRECT); });
after(() => provider.stop());
beforeEach(() => provider.set({ decision: 'allow', account: 'maya', code_seconds: 60, token_seconds: 3600 }));

test('a code and its verifier are worth a token, once', async () => {
  const { code, verifier } = await consent();
  const first = await token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT });
  assert.equal(first.status, 200);
  assert.ok(first.body.access_token && first.body.refresh_token);
  const me = await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${first.body.access_token}` } });
  assert.deepEqual(await me.json(), { sub: 'maya', email: 'maya@ledger.example' });
  const again = await token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT });
  assert.equal(again.body.error, 'invalid_grant');
});

test('without PKCE there is no code, and with another verifier no token', async () => {
  assert.equal((await consent({ code_challenge: undefined, code_challenge_method: undefined })).error, 'invalid_request');
  const { code } = await consent();
  const stolen = await token({ grant_type: 'authorization_code', code, code_verifier: 'x'.repeat(43), redirect_uri: REDIRECT });
  assert.equal(stolen.body.error, 'invalid_grant');
});

test('a person may refuse', async () => {
  await provider.set({ decision: 'deny' });
  assert.equal((await consent()).error, 'access_denied');
});

test('a code that waited too long is refused', async () => {
  await provider.set({ code_seconds: 1 });
  const { code, verifier } = await consent();
  await pause(2100);
  const late = await token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT });
  assert.equal(late.body.error, 'invalid_grant');
});

test('a refresh token is spent by its use, and its second use ends the grant', async () => {
  const { code, verifier } = await consent();
  const { body: first } = await token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT });
  const { body: second } = await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).body.error, 'invalid_grant');
  assert.equal((await token({ grant_type: 'refresh_token', refresh_token: second.refresh_token })).body.error, 'invalid_grant');
});

test('the app itself gets a token by client credentials, and a wrong secret gets none', async () => {
  const robot = { client: provider.robot_client_id };
  assert.equal((await token({ grant_type: 'client_credentials' }, robot)).status, 200);
  assert.equal((await token({ grant_type: 'client_credentials' }, { ...robot, secret: 's3cret/  x' })).status, 401);
});

test('every token request is in the ledger', async () => {
  const before = (await provider.tokenRequests()).length;
  await token({ grant_type: 'client_credentials' }, { client: provider.robot_client_id });
  const entries = (await provider.tokenRequests()).slice(before);
  assert.deepEqual(entries, [{ grant_type: 'client_credentials', client_id: 'robot', status: 200 }]);
});

/** What the redirect address is told, and the verifier. */
async function consent(changes = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = {
    client_id: provider.client_id, response_type: 'code', redirect_uri: REDIRECT, scope: 'openid email', state: 'state-of-the-test',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...changes,
  };
  const present = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const person = new Person();
  await person.open(`${provider.issuer}/auth?${new URLSearchParams(present)}`, { stop: (url) => url.href.startsWith(REDIRECT) });
  return { ...Object.fromEntries(new URL(person.url).searchParams), verifier };
}

async function token(form, { client = provider.client_id, secret = provider.client_secret } = {}) {
  const encoded = [client, secret].map((part) => new URLSearchParams([['', part]]).toString().slice(1)).join(':');
  const headers = { authorization: `Basic ${Buffer.from(encoded).toString('base64')}` };
  const response = await fetch(`${provider.issuer}/token`, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: await response.json() };
}
