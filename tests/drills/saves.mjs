// Clients that save all the time and remember what was acknowledged, and the question afterwards: is all of it there, and whole?

import { claim, pause } from './support.mjs';

export const CLIENTS = 8;

export const MANIFEST = `
kind: connector
key: plain
name: Plain
connection_types:
  - key: values
    name: Values
    auth: {kind: fields}
    inputs: [{key: label, label: Label, type: string}, {key: secret, label: Secret, type: password}]
---
kind: integration
key: drill
name: Drill
pages:
  - key: pair
    title: A pair
    elements: [{variable: note, label: Note, type: string}, {connection: left, type: plain.values}, {connection: right, type: plain.values}]
  - key: far
    title: One more
    elements: [{connection: far, type: plain.values}]
`;

const SLOTS = ['far', 'left', 'right'];
let serial = 0;

/** What one client knows of one value: the last that was acknowledged, those without an answer since, those that were refused. */
class Known {
  acknowledged;
  unanswered = [];
  refused = new Map();

  may = (value) => value === this.acknowledged || this.unanswered.includes(value);
}

/** One customer of its own, its instance, and the session of a person who opened its link. */
export class Client {
  far = new Known();
  pair = new Known();
  instances = [];
  /** Asked for, and not known whether they were made. */
  unsureInstances = 0;
  /** status → how often; every refusal as it was answered. */
  answers = new Map();
  refusals = [];

  /** `isHasty`: it takes what was cut off without an answer for saved, as if the product answered before it has saved. */
  static async begin(product, { isHasty = false } = {}) {
    const client = Object.assign(new Client(), { product, isHasty });
    client.name = `c${++serial}-${process.pid}`;
    client.customer = `external:${client.name}`;
    await product.ok('POST', '/customers', { external_id: client.name, name: client.name });
    client.instance = await client.create();
    const link = await product.ok('POST', '/links', { customer: client.customer, instance: client.instance, expires_in_seconds: 3600 });
    const opened = await product.request('GET', new URL(link.url).pathname);
    client.cookie = opened.headers['set-cookie']?.[0].split(';')[0];
    if (!client.cookie) throw new Error(`the link was answered ${opened.status}: ${opened.text.slice(0, 300)}`);
    for (const step of [client.saveFar, client.savePair]) {
      if ((await step.call(client)) !== 'acknowledged') throw new Error(`the first save was refused: ${client.refusals[0]?.text.slice(0, 600)}`);
    }
    return client;
  }

  create = async () => (await this.product.ok('POST', '/instances', { customer: this.customer, integration: 'drill' })).id;

  /** Saves until `stop.now`; goes on after a failure when `persevere`. */
  async save(stop, { persevere = false } = {}) {
    for (let n = 0; !stop.now; n += 1) {
      const outcome = await [this.saveFar, this.savePair, this.saveFar, this.saveInstance][n % 4].call(this);
      if (outcome === 'unanswered' && !persevere) return;
      if (outcome !== 'acknowledged') await pause(10);
    }
  }

  /** By the API: both inputs of one connection. */
  saveFar() {
    const path = `/instances/${this.instance}/connections/far`;
    const send = (value) => this.product.api('PUT', path, { inputs: { label: value, secret: value } });
    return this.attempt(this.far, send, { isHasty: this.isHasty });
  }

  /** By the wizard: a variable and two connections, in one transaction. */
  savePair() {
    return this.attempt(this.pair, async (value) => {
      const page = await this.page();
      if (page.status !== 200) return page;
      const form = new URLSearchParams({ csrf: hidden(page.text, 'csrf'), version: hidden(page.text, 'version'), 'variable:note': value });
      for (const slot of ['left', 'right']) {
        form.set(`input:${slot}:label`, value);
        form.set(`input:${slot}:secret`, value);
      }
      return this.product.request('POST', this.pagePath(), {
        headers: { cookie: this.cookie, origin: this.product.base, 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      });
    });
  }

  /** By the API: one more instance, with its slots. */
  async saveInstance() {
    let id;
    const outcome = await this.attempt(new Known(), async () => {
      const answer = await this.product.api('POST', '/instances', { customer: this.customer, integration: 'drill' });
      id = answer.body?.id;
      return answer;
    });
    if (outcome === 'acknowledged') this.instances.push(id);
    if (outcome === 'unanswered') this.unsureInstances += 1;
    return outcome;
  }

  async attempt(known, send, { isHasty = false } = {}) {
    const value = `v${++serial}`;
    let isCut = false;
    const answer = await send(value).catch(({ code }) => { isCut = code !== 'ECONNREFUSED'; });
    const status = answer?.status ?? 'none';
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (answer?.status >= 400) this.refusals.push(answer);
    if (!answer || saysItDoesNotKnow(answer)) {
      if (isHasty && isCut) Object.assign(known, { acknowledged: value, unanswered: [] });
      else known.unanswered.push(value);
      return 'unanswered';
    }
    if (answer.status >= 400) {
      known.refused.set(value, answer);
      return 'refused';
    }
    known.acknowledged = value;
    known.unanswered = [];
    return 'acknowledged';
  }

  pagePath = () => `/wizard/${this.instance}/pages/pair`;
  page = () => this.product.request('GET', this.pagePath(), { headers: { cookie: this.cookie } });

  acknowledgedSaves = () => [...this.answers].reduce((sum, [status, count]) => sum + (status < 400 ? count : 0), 0);

  /** → what is not as it was acknowledged, in words */
  async verify() {
    const problems = [];
    const far = await this.credential('far');
    this.compare(problems, this.far, 'far', [far.label, far.secret]);
    const [left, right, page] = [await this.credential('left'), await this.credential('right'), await this.page()];
    if (page.status !== 200) problems.push(`${this.name}: the session did not hold (${page.status})`);
    const note = page.text.match(/name="variable:note"[^>]*value="([^"]*)"/)?.[1];
    this.compare(problems, this.pair, 'pair', [left.label, left.secret, right.label, right.secret, note]);
    return [...problems, ...(await this.verifyInstances())];
  }

  compare(problems, known, what, values) {
    const [first] = values;
    if (values.some((value) => value !== first)) problems.push(`${this.name}: ${what} is half-written: ${values}`);
    if (known.refused.has(first)) problems.push(`${this.name}: ${what} is ${first}, of which it was said that it was not saved: ${words(known.refused.get(first))}`);
    else if (!known.may(first)) problems.push(`${this.name}: ${what} is ${first}, but ${known.acknowledged} was acknowledged`);
  }

  /** Every instance of the customer, acknowledged or not, is whole; and those acknowledged are there. */
  async verifyInstances() {
    const problems = [];
    const found = new Set();
    for (let cursor = ''; cursor !== undefined; ) {
      const list = await this.product.ok('GET', `/instances?customer=${this.customer}&limit=200${cursor && `&cursor=${cursor}`}`);
      for (const { id } of list.items) found.add(id);
      cursor = list.next_cursor;
    }
    for (const id of [this.instance, ...this.instances]) if (!found.has(id)) problems.push(`${this.name}: instance ${id} is lost`);
    const most = 1 + this.instances.length + this.unsureInstances;
    if (found.size > most) problems.push(`${this.name}: ${found.size} instances, and ${most} were asked for: one was made twice`);
    for (const id of found) {
      const { items } = await this.product.ok('GET', `/instances/${id}/connections`).catch((problem) => ({ items: [], problem }));
      const slots = items.map((item) => item.slot).sort();
      if (`${slots}` !== `${SLOTS}`) problems.push(`${this.name}: instance ${id} has the slots ${slots}`);
    }
    return problems;
  }

  credential = async (slot) => (await this.product.ok('GET', `/instances/${this.instance}/connections/${slot}/credentials`)).inputs;
}

/** Neither saved nor refused: the database went away in the middle. */
const saysItDoesNotKnow = ({ body, text }) => body?.code === 'outcome_unknown' || text.includes('may not have been saved');

const words = ({ status, text }) => `${status} ${text.replace(/<[^>]*>|\s+/g, ' ').trim().slice(0, 300)}`;

const hidden = (html, name) => html.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';

export const beginClients = (product, how) => Promise.all(Array.from({ length: CLIENTS }, () => Client.begin(product, how)));

/** What is not as it was acknowledged, in words. */
export async function findProblems(clients) {
  return (await Promise.all(clients.map((client) => client.verify().catch((problem) => [`${client.name}: ${problem.message}`])))).flat();
}

/** Claims that nothing is; → how many acknowledged saves were looked after. */
export async function verifyAll(clients) {
  const problems = await findProblems(clients);
  claim(!problems.length, `${problems.length} wrong: ${problems.slice(0, 3).map((problem) => problem.slice(0, 240)).join('; ')}`);
  return acknowledged(clients);
}

export const acknowledged = (clients) => clients.reduce((sum, client) => sum + client.acknowledgedSaves(), 0);

/** → milliseconds until the last client has saved. */
export async function everyoneSavesAgain(clients) {
  const begin = performance.now();
  const before = clients.map((client) => client.acknowledgedSaves());
  while (clients.some((client, index) => client.acknowledgedSaves() === before[index])) {
    if (performance.now() > begin + 60_000) throw new Error(`no save succeeded for a minute: ${clients[0].refusals.at(-1)?.text.slice(0, 300)}`);
    await pause(5);
  }
  return performance.now() - begin;
}

/** More saves at once, and more often, than a pool has connections. */
export async function mustNotBePoisoned(clients) {
  for (let n = 0; n < 5; n += 1) {
    const outcomes = await Promise.all(clients.flatMap((client) => [client.saveFar(), client.saveInstance()]));
    const failed = outcomes.filter((outcome) => outcome !== 'acknowledged');
    const said = clients.map((client) => client.refusals.at(-1)).filter(Boolean).map(words);
    claim(!failed.length, `${failed.length} of ${outcomes.length} saves failed on a server that is there (${failed}; last refused: ${said.join(' | ')})`);
  }
}

export function mustBeHonest({ status, headers, text }) {
  claim(status === 503, `a save was answered ${status}: ${text.slice(0, 400)}`);
  claim(headers['retry-after'], `a refusal without Retry-After: ${text.slice(0, 400)}`);
}
