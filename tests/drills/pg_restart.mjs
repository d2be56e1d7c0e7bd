// Postgres crashes and starts again while 8 clients save: nothing acknowledged is lost, and saving goes on by itself.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Product, atEnd, drill, freePort, options, postgresPrograms, system, temporaryFolder, until } from './machine.mjs';
import { MANIFEST, acknowledged, beginClients, verifyAll } from './saves.mjs';

const USAGE = `node tests/drills/pg_restart.mjs [--rounds N] [--full]     (needs Postgres's programs)
  --rounds N   how often it is stopped with -m immediate and started again (3)
  --full       20 times`;
const SAVING_WITHIN_MS = 5000;

const chosen = options(USAGE, { rounds: { type: 'string' }, full: { type: 'boolean' } });
const rounds = Number(chosen.rounds ?? (chosen.full ? 20 : 3));
