// A provider that nobody here wrote (npm oidc-provider: refresh tokens rotate, reuse ends the grant) with short-lived tokens:
// every token that is read is shown to it at once, and every one is alive. Needs `npm ci` in tests/browser.
//
//   node tests/drills/oidc.mjs [--connections 20] [--seconds 50] [--life 20] [--full]

import { join } from 'node:path';
import { call, claim, drill, each, folder, pause, start, tally, until } from './support.mjs';
import { startProduct } from './product.mjs';
import { Person } from '../browser/person.mjs';

/** Between two reads of one connection. */
const PACE_MS = 1000;

drill({ connections: [20, 200], seconds: [50, 300], life: [20, 60] }, async ({ connections, seconds, life }) => {
  const product = await startProduct([null, null, null]);
  const provider = await startProvider(`${product.replicas[0].base}/oauth/callback`, life);
  await furnish(product.replicas[0], provider.facts);
  const paths = Array(connections);
  await each(paths.keys(), 8, async (index) => { paths[index] = await consent(product.replicas[0], index); });
  const before = await provider.refreshes();

  const began = Date.now();
  const end = began + seconds * 1000;
  const reads = (await Promise.all(paths.map((path, index) => readUntil(end, product.replicas, path, index, provider)))).flat();
  const refreshes = (await provider.refreshes()).slice(before.length);
  const dead = reads.filter(({ alive }) => alive === false);
  claim(reads.every(({ status }) => status === 200), `reads: ${tally(reads.map(({ status }) => status))}`);
  claim(!dead.length, `${dead.length} of ${reads.length} reads gave a dead token`);
  claim(refreshes.every(({ status }) => status === 200), `refreshes: ${tally(refreshes.map(({ status, error }) => error ?? status))}`);
  const [least, most] = [Math.floor(seconds / life), Math.ceil(seconds / (life / 2)) + 1].map((each) => each * connections);
  claim(refreshes.length >= least && refreshes.length <= most, `${refreshes.length} refreshes; between ${least} and ${most} are due`);
  return `${connections} connections for ${seconds} s with tokens of ${life} s on ${product.database}: ${reads.length} reads, `
    + `0 dead tokens, ${refreshes.length} refreshes (${least} to ${most} are due)`;
});

async function readUntil(end, replicas, path, index, provider) {
  const reads = [];
  await pause((index * 37) % PACE_MS);
  for (let round = index; Date.now() < end; round++) {
    const { status, body } = await replicas[round % replicas.length].api('GET', `${path}/credentials`);
    reads.push({ status, alive: status === 200 ? await provider.accepts(body.token.access_token) : undefined });
    await pause(PACE_MS);
  }
  return reads;
}

async function startProvider(redirectUri, life) {
  const script = join(import.meta.dirname, '../browser/oidc/provider.mjs');
  const { firstLine } = start(process.execPath, [script, '--redirect-uri', redirectUri], { log: join(await folder(), 'log') });
  const facts = JSON.parse(await firstLine);
  await call('PUT', `${facts.issuer}/behaviour`, { body: { token_seconds: life } });
  return {
    facts,
    accepts: async (token) => (await call('GET', `${facts.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200,
    refreshes: async () => (await call('GET', `${facts.issuer}/ledger`)).body.filter(({ grant_type }) => grant_type === 'refresh_token'),
  };
}

/** A customer of their own connects, as a person does. → the connection's path */
async function consent({ api }, index) {
  const customer = `external:oidc-${index}`;
  await api('POST', '/customers', { external_id: `oidc-${index}`, name: `Customer ${index}` });
  const link = await api('POST', '/links', { customer, integration: 'ledger', expires_in_seconds: 3600 });
  // So many links in so short a time are rightly slowed down.
  const person = await until('a link opens', async () => {
    const visitor = await new Person().open(link.body.url);
    return visitor.status === 429 ? pause(2000) : visitor;
  }, 300);
  await person.press('Connect Ledger');
  const instances = await api('GET', `/instances?customer=${encodeURIComponent(customer)}`);
  const path = `/instances/${instances.body.items[0].id}/connections/ledger`;
  const { body } = await api('GET', path);
  claim(body.status === 'connected', `connection ${index} is ${body.status}: ${person.text().slice(0, 300)}`);
  return path;
}

async function furnish({ api }, { issuer, client_id, client_secret }) {
  const said = await api('POST', '/manifests', `
kind: connector
key: ledger
name: Ledger
connection_types:
  - key: code
    name: OAuth 2.0
    auth: {kind: oauth2, grant: authorization_code, client_auth: basic}
    inputs:
      - {key: authorize_url, default: "${issuer}/auth", visibility: organization}
      - {key: token_url, default: "${issuer}/token", visibility: organization}
      - {key: scopes, default: "openid email", visibility: organization}
      - {key: client_id, default: "${client_id}", visibility: organization}
      - {key: client_secret, type: password, visibility: organization}
---
kind: integration
key: ledger
name: Ledger
pages: [{key: connections, title: Connect, elements: [{connection: ledger, type: ledger.code, inputs: {client_secret: {value: ${JSON.stringify(client_secret)}}}}]}]
`);
  claim(said.status === 200, `POST /manifests → ${said.status} ${said.text}`);
}
