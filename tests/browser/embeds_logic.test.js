// What the elements are made of, without a browser.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "crates", "web", "assets", "embeds");
const { Client } = await import(join(folder, "client.js"));
const { Say, TEXTS } = await import(join(folder, "words.js"));

test("each file is under 10 kB as it is sent, and so are all elements together", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const size = (names) => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 6 }).length, 0);
  for (const name of files) assert.ok(size([name]) < 10_000, `${name}: ${size([name])}`);
  // The elements come as modules, which a page loads together.
  const elements = size(files.filter((name) => name !== "storefront.js"));
  assert.ok(elements < 14_000, `${elements}`);
});

test("every text is there in every language, and says the same things", () => {
  const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const language of Object.keys(TEXTS)) {
    assert.deepEqual(Object.keys(TEXTS[language]), Object.keys(TEXTS.en), language);
    for (const [key, text] of Object.entries(TEXTS[language])) assert.deepEqual(names(text), names(TEXTS.en[key]), key);
  }
});

test("numbers, money and days are said as a language does", () => {
  const [english, german, other] = [new Say("en"), new Say("de-AT"), new Say("fr")];
  const credit = { name: "credits", decimals: 0 };
  assert.equal(english.credits(12_345, credit), "12,345 credits");
  assert.equal(new Say("de").credits(12_345, credit), "12.345 Credits");
  assert.equal(english.credits(1, credit), "1 credit");
  assert.equal(english.credits(1, { name: "tokens", decimals: 0 }), "1 tokens");
  assert.equal(english.number(1_250, { decimals: 2 }), "12.50");
  assert.equal(english.number(-53, credit), "−53");
  assert.equal(english.money({ amount: 2_900, currency: "USD" }), "$29.00");
  assert.equal(english.money({ amount: 500, currency: "JPY" }), "¥500");
  assert.equal(german.t("have", { n: 3 }), "Sie haben 3");
  assert.equal(other.t("buy"), "Buy credits");
});

const answer = (status, json) => ({ ok: status < 300, status, json: async () => json });

/** A client on a machine of the test's: what was asked, and what is answered by path. */
function machine(answers, more = {}) {
  const asked = [];
  const clock = { now: 0 };
  const client = new Client({
    base: "https://credits.example",
    fetch: async (url, options) => {
      asked.push([url, options]);
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    now: () => clock.now,
    ...more,
  });
  return { asked, clock, client };
}

test("a token is asked for once, and again shortly before it ends", async () => {
  const until = (millis) => new Date(millis).toISOString();
  const first = answer(200, { token: "ct_1", expires_at: until(3_600_000) });
  const second = answer(200, { token: "ct_2", expires_at: until(7_200_000) });
  const { asked, clock, client } = machine([first, second], { tokenUrl: "/token" });
  assert.deepEqual(await Promise.all([client.token(), client.token()]), ["ct_1", "ct_1"]);
  clock.now = 3_500_000;
  assert.equal(await client.token(), "ct_1");
  clock.now = 3_590_000;
  assert.equal(await client.token(), "ct_2");
  assert.equal(asked.length, 2);
});

test("a call whose token was refused is made again with a fresh one, once", async () => {
  const token = (text) => answer(200, { token: text, expires_at: new Date(3_600_000).toISOString() });
  const refused = () => answer(401, { detail: "It has ended.", code: "unauthenticated" });
  const { asked, client } = machine([token("ct_1"), refused(), token("ct_2"), answer(200, { id: "shop" })], { tokenUrl: "/token" });
  assert.deepEqual(await client.call("GET", "/v1/program"), { id: "shop" });
  assert.equal(asked.at(-1)[1].headers.authorization, "Bearer ct_2");
  const twice = machine([token("ct_1"), refused(), token("ct_2"), refused()], { tokenUrl: "/token" });
  await assert.rejects(twice.client.call("GET", "/v1/program"), { code: "unauthenticated" });
  const given = machine([refused()], { token: "ct_1" });
  await assert.rejects(given.client.call("GET", "/v1/program"), /token-url/);
});

test("a stream that the server has closed is opened anew with another token, later each time", async () => {
  const sources = [], waits = [];
  class Source {
    constructor(url) { this.url = url; this.listeners = {}; sources.push(this); }
    addEventListener(name, listener) { this.listeners[name] = listener; }
    close() { this.readyState = 2; }
  }
  const token = (text) => answer(200, { token: text, expires_at: new Date(3_600_000).toISOString() });
  const { client } = machine([token("ct_1"), token("ct_2")], {
    tokenUrl: "/token", open: (url) => new Source(url), wait: (run, millis) => waits.push([run, millis]),
  });
  const told = [];
  const settle = () => new Promise(setImmediate);
  const end = client.listen(({ balances }) => told.push(balances.get("credit").available));
  await settle();
  sources[0].listeners.balance({ data: JSON.stringify({ unit: "credit", available: 48 }) });
  Object.assign(sources[0], { readyState: 2 }).onerror();
  assert.equal(waits[0][1], 1_000);
  await waits[0][0]();
  await settle();
  assert.equal(new URL(sources[1].url).searchParams.get("client_token"), "ct_2");
  Object.assign(sources[1], { readyState: 2 }).onerror();
  assert.equal(waits[1][1], 2_000);
  assert.deepEqual(told, [48]);
  end();
});

/** The storefront's script in a page of the test's. */
async function storefront({ fetch, feature = true, stores = {} }) {
  const store = (kept = {}) => ({ getItem: (name) => kept[name] ?? null, setItem: (name, value) => { kept[name] = value; }, removeItem: (name) => { delete kept[name]; } });
  const errors = [];
  let tell;
  const told = new Promise((resolve) => { tell = resolve; });
  const document = {
    readyState: "complete",
    currentScript: { src: "https://credits.example/embed/v1/storefront.js", dataset: { action: "session", tokenUrl: "/token" } },
    querySelector: () => (feature ? {} : null),
    adoptedStyleSheets: [],
    dispatchEvent: ({ detail }) => tell(detail),
  };
  class CSSStyleSheet { replaceSync(text) { this.text = text; } }
  class CustomEvent { constructor(name, { detail }) { this.detail = detail; } }
  const page = { document, fetch, CSSStyleSheet, CustomEvent, AbortSignal, URL, crypto, setTimeout, Uint8Array, Array, JSON,
    localStorage: stores.local ?? store(), sessionStorage: stores.session ?? store() };
  process.once("unhandledRejection", (error) => errors.push(error));
  vm.runInNewContext(readFileSync(join(folder, "storefront.js"), "utf8"), page);
  const detail = feature ? await told : undefined;
  return { detail, hidden: document.adoptedStyleSheets.some(({ text }) => text), errors };
}

const granted = (next) => async (url, options) =>
  (url === "/token" ? answer(200, { token: "st_1" }) : next(url, options));

test("the storefront hides the feature only when it is told so", async () => {
  const off = await storefront({ fetch: granted(() => answer(200, { allowed: false, counted: false })) });
  assert.deepEqual([off.hidden, { ...off.detail }], [true, { allowed: false, counted: false }]);
  const on = await storefront({ fetch: granted(() => answer(200, { allowed: true, counted: true })) });
  assert.deepEqual([on.hidden, { ...on.detail }], [false, { allowed: true, counted: true }]);
});

test("whatever goes wrong, shoppers see the feature and no error", async () => {
  const broken = { getItem() { throw new Error("no storage"); }, setItem() { throw new Error("no storage"); }, removeItem() { throw new Error("no"); } };
  for (const [what, page] of Object.entries({
    down: { fetch: async () => { throw new TypeError("Failed to fetch"); } },
    "no token": { fetch: async () => answer(500, {}) },
    "no session": { fetch: granted(() => answer(503, {})) },
    "a bad token": { fetch: granted(() => answer(401, {})) },
    forbidden: { fetch: granted(() => answer(403, {})) },
    nonsense: { fetch: granted(() => ({ ok: true, status: 200, json: async () => { throw new SyntaxError("<html>"); } })) },
    null: { fetch: granted(() => answer(200, null)) },
    "no storage": { fetch: granted(() => answer(200, { allowed: true })), stores: { local: broken, session: broken } },
  })) {
    const { hidden, errors, detail } = await storefront(page);
    assert.deepEqual([hidden, errors, detail.allowed], [false, [], true], what);
  }
});

test("a page without the feature opens no session", async () => {
  let asked = 0;
  await storefront({ feature: false, fetch: async () => { asked += 1; return answer(200, {}); } });
  assert.equal(asked, 0);
});
