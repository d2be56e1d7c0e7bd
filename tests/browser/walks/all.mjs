// All walks by what they show. Each is `(page, at, demo)`; it calls `at(where)` on every page it comes to.

import * as console from './console.mjs';
import * as customer from './customer.mjs';

export const WALKS = {
  'the wizard': customer.wizard,
  'the ways a sign-in can end': customer.outcomes,
  'two tabs, and a session that ended': customer.away,
  'pages that open nothing': customer.deadEnds,
  'what a customer keeps': customer.savedConnections,
  'a saved connection, signed in to again': customer.savedSignIn,
  'a connection that a link makes': customer.newConnection,
  'what is each user\'s own': customer.ownAccounts,
  'a colleague of a customer': customer.colleague,
  'the demo': customer.world,
  'people and keys of the console': console.people,
  'customers, from list to import': console.customers,
  'what is applied, alerts and settings': console.applied,
  'on behalf of a customer': console.onBehalf,
  'what is shared by many': console.many,
};

export const WALKS_OF_NOTHING = { 'a console that nobody has used yet': console.nothingYet };
