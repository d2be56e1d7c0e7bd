// A small host application: its customers build workflows in Node-RED, with the connections that they saved.
//
//   JACKFIELD_URL       where Jackfield answers, such as http://127.0.0.1:8080
//   JACKFIELD_KEY       an API key with the scope `manage`; it stays here
//   JACKFIELD_CUSTOMER  whose builder this is, as `external:{external_id}` or an id
//   PORT                default 1880
//
// One process serves one customer: a builder runs its customer's code. A host of many starts one each, behind its own sign-in.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import RED from 'node-red';

const need = (name) => process.env[name] ?? (console.error(`Set ${name}; this file's head says to what.`), process.exit(2));
const [url, key, customer] = ['JACKFIELD_URL', 'JACKFIELD_KEY', 'JACKFIELD_CUSTOMER'].map(need);

let current;

/** A token for this customer's connections alone, renewed a minute before its end. */
async function token() {
  if (!current || Date.parse(current.expires_at) - Date.now() < 60_000) {
    const answer = await fetch(`${url}/api/v1/customers/${customer}/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ scopes: ['connections', 'credentials'], expires_in_seconds: 3600 }),
    });
    if (!answer.ok) throw new Error(`No token for ${customer}: ${answer.status} ${await answer.text()}`);
    current = await answer.json();
  }
  return current.token;
}

await token();

const app = express();
const server = createServer(app);
app.get('/', (_, response) => response.redirect('/builder/'));
RED.init(server, {
  httpAdminRoot: '/builder',
  httpNodeRoot: '/flows',
  userDir: process.env.USER_DIR ?? (await mkdtemp(join(tmpdir(), 'jackfield-builder-'))),
  nodesDir: join(import.meta.dirname, 'node-red-contrib-jackfield'),
  flowFile: 'flows.json',
  credentialSecret: false,
  jackfield: { url, customer, token },
  editorTheme: { page: { title: 'Workflows' }, header: { title: 'Workflows' }, projects: { enabled: false }, tours: false, palette: { editable: false } },
  diagnostics: { enabled: false },
  telemetry: { enabled: false },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
});
app.use('/builder', RED.httpAdmin);
app.use('/flows', RED.httpNode);
server.listen(Number(process.env.PORT ?? 1880), '127.0.0.1');
await once(server, 'listening');
await RED.start();
console.log(JSON.stringify({ builder_url: `http://127.0.0.1:${server.address().port}/builder/` }));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => RED.stop().finally(() => process.exit(0)));
