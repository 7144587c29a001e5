// What a page asks Scrip: with a client token, which may do little and ends after an hour.
import { events } from "./stream.js";

const SOON = 60_000;
const ORIGIN = new URL(import.meta.url).origin;

/** Asks for one account. Elements with the same token share one, and so one stream of events. */
export class Client {
  constructor({ base = ORIGIN, token, tokenUrl, ...machine }) {
    this.base = base.replace(/\/$/, "");
    this.given = token;
    this.tokenUrl = tokenUrl;
    this.machine = {
      fetch: (...asked) => fetch(...asked),
      now: () => Date.now(),
      wait: (run, millis) => setTimeout(run, millis),
      ...machine,
    };
    this.listeners = new Set();
    /** What is known: `account`, and `balances` by unit. */
    this.state = { account: undefined, balances: new Map() };
    this.pause = 1_000;
  }

  /** A token that is good now; `not` is one that was refused. */
  async token(not) {
    if (this.kept && this.kept.token !== not && this.kept.until - SOON > this.machine.now()) return this.kept.token;
    if (!this.tokenUrl) {
      if (this.given && this.given !== not) return this.given;
      throw new Error("The client token has ended, and there is no token-url to get a fresh one from.");
    }
    this.asking ??= this.#fresh().finally(() => { this.asking = undefined; });
    return this.asking;
  }

  async #fresh() {
    const answer = await this.machine.fetch(this.tokenUrl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`The token-url answered ${answer.status}.`);
    const { token, expires_at: until } = await answer.json();
    this.kept = { token, until: Date.parse(until ?? "") || this.machine.now() + 10 * SOON };
    return token;
  }

  /** A call of the API: its answer. What is refused is thrown, as the problem that it is. */
  async call(method, path, body, refused) {
    const token = await this.token(refused);
    const answer = await this.machine.fetch(this.base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
      body: body && JSON.stringify(body),
    });
    if (answer.status === 401 && !refused) return this.call(method, path, body, token);
    const json = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(json.detail), json);
    return json;
  }

  /** What is sold; asked for once. */
  program() {
    this.sold ??= this.call("GET", "/v1/program").catch((error) => { this.sold = undefined; throw error; });
    return this.sold;
  }

  /** Leads to a page of the customer portal. */
  async portal(page, go = (url) => location.assign(url)) {
    const { url } = await this.call("POST", "/v1/portal_links", { page });
    go(url);
  }

  /** Tells a listener what is known, now and whenever it changes. Returns what ends that. */
  listen(listener) {
    this.listeners.add(listener);
    if (this.state.balances.size) listener(this.state);
    this.#open();
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.close();
    };
  }

  close() {
    this.source?.abort();
    this.source = undefined;
  }

  async #open(refused) {
    if (this.source || this.hidden || !this.listeners.size) return;
    const source = this.source = new AbortController();
    let bad;
    try {
      const token = await this.token(refused);
      const answer = await this.machine.fetch(`${this.base}/v1/events`, {
        // Another token may be of another account, which begins anew.
        headers: { authorization: `Bearer ${token}`, ...(this.seen?.token === token ? { "last-event-id": this.seen.id } : {}) },
        cache: "no-store",
        signal: source.signal,
      });
      if (!answer.ok) {
        this.seen = undefined;
        bad = answer.status === 401 ? token : undefined;
        throw new Error(`The stream was refused: ${answer.status}.`);
      }
      for await (const { name, data, id } of events(answer.body)) {
        if (this.source !== source) return;
        this.#hear(name, JSON.parse(data));
        if (id) this.seen = { token, id };
      }
    } catch {
      // What was cut off is asked for again, as what has ended.
    }
    if (this.source !== source) return;
    this.source = undefined;
    this.#later(bad);
  }

  #hear(name, data) {
    if (name === "account") this.state.account = data;
    if (name === "balance") {
      this.state.balances.set(data.unit, data);
      this.pause = 1_000;
    }
    this.#tell();
  }

  #later(refused) {
    this.machine.wait(() => this.#open(refused), this.pause);
    this.pause = Math.min(this.pause * 2, 30_000);
  }

  #tell() {
    if (!this.state.balances.size) return;
    for (const listener of [...this.listeners]) listener(this.state);
  }

  /** A page that nobody looks at needs no stream. */
  look(visible) {
    this.hidden = !visible;
    if (visible) this.#open(); else this.close();
  }
}

const clients = new Map();
let usual = {};

/** What elements use that say nothing else: `token` or `tokenUrl`, and `base`. */
export const connect = (options) => { usual = options; };

/** The client that an element with these attributes shares with others. */
export function shared(element) {
  const said = (name) => element.closest(`[${name}]`)?.getAttribute(name) ?? undefined;
  const [token, tokenUrl] = [said("token") ?? usual.token, said("token-url") ?? usual.tokenUrl];
  const base = said("base") ?? usual.base ?? ORIGIN;
  if (!token && !tokenUrl) return undefined;
  const key = [base, token, tokenUrl].join(" ");
  if (!clients.has(key)) clients.set(key, new Client({ base, token, tokenUrl }));
  return clients.get(key);
}

globalThis.document?.addEventListener("visibilitychange", () => {
  for (const client of clients.values()) client.look(!document.hidden);
});
