// A provider that nobody here wrote: npm oidc-provider (OpenID Certified), on loopback, as strict as it can be set.
// PKCE is required, refresh tokens rotate, both clients prove themselves by client_secret_basic with an awkward secret.
//
//   node oidc/provider.mjs --redirect-uri http://127.0.0.1:8080/oauth/callback [--port 0]
//
// One JSON line on stdout when ready. `PUT /behaviour` changes what the next person does and how long things last;
// `GET /ledger` tells every request that came to the token endpoint.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import Provider, { errors, interactionPolicy } from 'oidc-provider';
import { Kept } from './kept.mjs';

const SECRET = 's3cret/+ x';
const YEAR = 365 * 24 * 3600;

const { values: options } = parseArgs({ options: { 'redirect-uri': { type: 'string' }, port: { type: 'string', default: '0' } } });
if (!options['redirect-uri']) {
  console.error('Say which address to return to: --redirect-uri URL');
  process.exit(2);
}

/** What the person at the consent page does, who they are, and how many seconds codes and access tokens last. */
const behaviour = { decision: 'allow', account: 'maya', code_seconds: 60, token_seconds: 3600 };
const ledger = [];

const server = createServer();
await new Promise((ready) => server.listen(Number(options.port), '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, configuration());
provider.use(keepLedger);
const answer = provider.callback();
server.on('request', (request, response) => serve(request, response).catch((problem) => fail(response, problem)));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
console.log(JSON.stringify({ issuer, client_id: 'jackfield', robot_client_id: 'robot', client_secret: SECRET }));

function configuration() {
  const basic = { client_secret: SECRET, token_endpoint_auth_method: 'client_secret_basic' };
  return {
    adapter: Kept,
    clients: [
      { ...basic, client_id: 'jackfield', redirect_uris: [options['redirect-uri']], grant_types: ['authorization_code', 'refresh_token'] },
      { ...basic, client_id: 'robot', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
    ],
    jwks: { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['openid', 'email', 'offline_access'],
    claims: { email: ['email'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      registration: { enabled: true },
      devInteractions: { enabled: false },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@ledger.example`, email_verified: true }) }),
    interactions: { policy: alwaysAsk(), url: (_, { uid }) => `/interaction/${uid}` },
    ttl: {
      AuthorizationCode: () => behaviour.code_seconds,
      AccessToken: () => behaviour.token_seconds,
      ClientCredentials: () => behaviour.token_seconds,
      RefreshToken: YEAR,
      Grant: YEAR,
      Session: YEAR,
      Interaction: 600,
      IdToken: 3600,
    },
  };
}

/** Someone who is signed in already is asked too, so that every authorization obeys the behaviour set for it. */
function alwaysAsk() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const ask = (ctx) => (ctx.oidc.result ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT);
  policy.get('login').checks.add(new Check('every_time', 'every authorization is answered anew', ask));
  return policy;
}

async function serve(request, response) {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === '/ledger') return json(response, ledger);
  if (pathname === '/behaviour' && request.method === 'PUT') return json(response, Object.assign(behaviour, await body(request)));
  if (pathname.startsWith('/interaction/')) return decide(request, response);
  return answer(request, response);
}

/** Stands for the sign-in and consent pages: the person has decided before the page is drawn. */
async function decide(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (behaviour.decision === 'deny') {
    return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'The person <b>refused</b>.' });
  }
  const grant = new provider.Grant({ accountId: behaviour.account, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { login: { accountId: behaviour.account }, consent });
}

async function keepLedger(ctx, next) {
  await next();
  if (ctx.oidc?.route !== 'token') return;
  ledger.push({ grant_type: ctx.oidc.params?.grant_type, client_id: ctx.oidc.client?.clientId, status: ctx.status, error: ctx.body?.error });
}

async function body(request) {
  const chunks = await request.toArray();
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

function json(response, value) {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
}

function fail(response, problem) {
  const status = problem instanceof errors.OIDCProviderError ? problem.statusCode : 500;
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${problem.name}: ${problem.message}\n`);
}
