// A person without JavaScript, as plain HTTP: keeps cookies, follows redirects, finds fields by label and buttons by words.
// For what a browser cannot do: a hundred at once, somebody else's callback, stopping half-way. It knows the markup of our
// own pages only: quoted attributes, a `for` at each label, no textarea and no select.

import { request } from 'node:http';

const REDIRECTS = [301, 302, 303, 307, 308];

export class Person {
  #cookies = new Map();
  url;
  status;
  html = '';

  /** Opens an address and goes where it leads, or until `stop(url)`: then `url` is the address not yet opened. */
  async open(address, { method = 'GET', form, stop } = {}) {
    let url = new URL(address, this.url);
    for (let hop = 0; hop < 12; hop++) {
      const answer = await this.#send(url, method, form);
      Object.assign(this, { url: url.href, status: answer.status, html: answer.html });
      if (!REDIRECTS.includes(answer.status)) return this;
      if (answer.status < 304) [method, form] = ['GET', undefined];
      url = new URL(answer.location, url);
      if (stop?.(url)) return Object.assign(this, { url: url.href });
    }
    throw new Error(`redirects without end, last to ${url}`);
  }

  /** Presses the button with these words, with the values of its form; `values` are by label. */
  async press(words, values = {}, options = {}) {
    const form = this.#forms().find(({ buttons }) => buttons.some((button) => button.words.includes(words)));
    if (!form) throw new Error(`no button "${words}" on ${this.url} (${this.status}): ${this.text().slice(0, 300)}`);
    const fields = new Map(form.fields);
    for (const [label, value] of Object.entries(values)) fields.set(this.#nameOf(label), value);
    const button = form.buttons.find((candidate) => candidate.words.includes(words));
    if (button.name) fields.set(button.name, button.value);
    const action = button.formaction || form.action || this.url;
    if (form.method === 'get') return this.open(`${action}?${new URLSearchParams([...fields])}`, options);
    return this.open(action, { ...options, method: 'POST', form: new URLSearchParams([...fields]) });
  }

  /** The page's words. */
  text() {
    return plain(this.html.replace(/<(script|style|head)\b.*?<\/\1>/gs, ' '));
  }

  /** The same person in another tab: the same cookies, from now on their own. */
  clone() {
    const other = Object.assign(new Person(), { url: this.url });
    other.#cookies = new Map(this.#cookies);
    return other;
  }

  #forms() {
    return [...this.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, inner]) => ({
      action: attribute(tag, 'action'),
      method: (attribute(tag, 'method') ?? 'get').toLowerCase(),
      fields: fieldsOf(inner),
      buttons: [...inner.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].map(([, attributes, words]) => ({
        words: plain(words),
        name: attribute(attributes, 'name'),
        value: attribute(attributes, 'value') ?? '',
        formaction: attribute(attributes, 'formaction'),
      })),
    }));
  }

  #nameOf(label) {
    const labels = [...this.html.matchAll(/<label\b([^>]*)>(.*?)<\/label>/gs)];
    const id = labels.filter(([, , words]) => plain(words).startsWith(label)).map(([, tag]) => attribute(tag, 'for'))[0];
    const control = [...this.html.matchAll(/<(?:input|select|textarea)\b([^>]*)>/gs)].find(([, tag]) => id && attribute(tag, 'id') === id);
    if (!control) throw new Error(`no field labelled "${label}" on ${this.url}`);
    return attribute(control[1], 'name');
  }

  #send(url, method, form) {
    const sameSite = this.url && new URL(this.url).origin === url.origin;
    const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': sameSite ? 'same-origin' : 'cross-site' };
    const mine = [...this.#cookies].filter(([key]) => key.startsWith(`${url.host} `));
    if (mine.length) headers.cookie = mine.map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ');
    if (form) Object.assign(headers, { origin: url.origin, 'content-type': 'application/x-www-form-urlencoded' });
    return new Promise((done, failed) => {
      const call = request(url, { method, headers }, async (response) => {
        for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(url, cookie);
        const html = Buffer.concat(await response.toArray()).toString();
        done({ status: response.statusCode, location: response.headers.location, html });
      });
      call.on('error', failed).end(form?.toString());
    });
  }

  #keep(url, cookie) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
    const key = `${url.host} ${name}`;
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.#cookies.delete(key);
    else this.#cookies.set(key, value);
  }
}

function fieldsOf(inner) {
  const inputs = [...inner.matchAll(/<input\b([^>]*)>/gs)].map(([, tag]) => tag);
  const sent = inputs.filter((tag) => !/^(checkbox|radio)$/.test(attribute(tag, 'type')) || /\schecked\b/.test(tag));
  return sent.filter((tag) => attribute(tag, 'name')).map((tag) => [attribute(tag, 'name'), attribute(tag, 'value') ?? '']);
}

function attribute(tag, name) {
  const found = tag.match(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`));
  return found ? decode(found[1] ?? found[2]) : undefined;
}

function plain(html) {
  return decode(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
}

function decode(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : named[name] ?? whole);
}
