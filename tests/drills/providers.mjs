// Starts provider.mjs and talks to it.

import { join } from 'node:path';
import { call, folder, start } from './support.mjs';

/** `backlog`: of connections that wait to be accepted. */
export async function startProviders(count, { backlog = 511 } = {}) {
  const log = join(await folder(), 'log');
  const process_ = start(process.execPath, [join(import.meta.dirname, 'provider.mjs'), String(count), String(backlog)], { log });
  const { control, token_urls } = JSON.parse(await process_.firstLine);
  const ask = async (method, path, body) => (await call(method, `${control}${path}`, { body })).body;
  return {
    tokenUrls: token_urls,
    signal: process_.signal,
    set: (behaviour, provider) => ask('PUT', `/behaviour${provider === undefined ? '' : `?provider=${provider}`}`, behaviour),
    /** Every refresh that arrived: {provider, family, n, at, status}; `status` is null until it was answered. */
    ledger: (family) => ask('GET', `/ledger${family ? `?family=${family}` : ''}`),
    /** How many refreshes succeeded, by provider. */
    answered: () => ask('GET', '/answered'),
    isLive: async (token) => (await ask('GET', `/live?token=${encodeURIComponent(token)}`)).live,
  };
}
