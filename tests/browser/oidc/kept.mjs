// The provider's memory. The one that comes with oidc-provider forgets beyond a thousand things, live tokens among them.

const things = new Map();
const grants = new Map();

export class Kept {
  #model;
  constructor(model) { this.#model = model; }

  async upsert(id, payload, expiresIn) {
    things.set(this.#key(id), { payload, ends: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    if (payload.grantId) grants.set(payload.grantId, [...(grants.get(payload.grantId) ?? []), this.#key(id)]);
  }
  async find(id) {
    const found = things.get(this.#key(id));
    return found && found.ends > Date.now() ? found.payload : undefined;
  }
  /** Of a session, the only thing that is looked for by it. */
  async findByUid(uid) {
    return [...things].find(([key, { payload }]) => key.startsWith('Session ') && payload.uid === uid)?.[1].payload;
  }
  async consume(id) { things.get(this.#key(id)).payload.consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { things.delete(this.#key(id)); }
  async revokeByGrantId(grantId) {
    for (const key of grants.get(grantId) ?? []) things.delete(key);
    grants.delete(grantId);
  }
  #key(id) { return `${this.#model} ${id}`; }
}
