// What the elements are made of, without a browser.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gunzipSync } from "node:zlib";
import { Demo } from "./demo.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "crates", "web", "assets", "embeds");
const { Client } = await import(join(folder, "client.js"));
const { events } = await import(join(folder, "stream.js"));
const { Say, TEXTS } = await import(join(folder, "words.js"));

/** What a browser gets of a file, in the bytes that are sent: without the client's unpacking. */
const sent = (url) => new Promise((done, failed) => {
  request(url, { headers: { "accept-encoding": "gzip" } }, (answer) => {
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk));
    answer.on("end", () => done({ headers: answer.headers, bytes: Buffer.concat(chunks) }));
  }).on("error", failed).end();
});

test("each file, and each element with all that it loads, is under 10 kB as it is sent", async (t) => {
  const demo = await Demo.start();
  try {
    const sizes = {}, texts = {};
    const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
    for (const name of names) {
      const { headers, bytes } = await sent(`${demo.url}/embed/v1/${name}`);
      assert.deepEqual([headers["content-encoding"], headers.vary], ["gzip", "accept-encoding"], name);
      texts[name] = gunzipSync(bytes).toString();
      assert.equal(texts[name], readFileSync(join(folder, name), "utf8"));
      sizes[name] = bytes.length;
      assert.ok(bytes.length < 10_000, `${name}: ${bytes.length}`);
    }
    const load = (name, loaded = new Set()) => {
      loaded.add(name);
      for (const [, next] of texts[name].matchAll(/from "\.\/([^"]+)"/g)) if (!loaded.has(next)) load(next, loaded);
      return loaded;
    };
    for (const element of ["balance.js", "buy.js", "cost.js", "low-balance.js"]) {
      const all = load(element, load("scrip.js"));
      const size = [...all].reduce((sum, name) => sum + sizes[name], 0);
      t.diagnostic(`${element}: ${size} bytes in ${all.size} files`);
      assert.ok(size < 10_000, `${element}: ${size}`);
    }
    // Pages have form tokens, and streams are to be there at once: neither is packed.
    const page = await sent(await demo.link("pictofit", demo.programs.pictofit.accounts[0]));
    assert.equal(page.headers["content-encoding"], undefined);
    // A file that is there already is not sent again.
    const url = `${demo.url}/embed/v1/scrip.js`;
    const { etag } = (await sent(url)).headers;
    const again = await fetch(url, { headers: { "if-none-match": etag, "accept-encoding": "gzip" } });
    assert.equal(again.status, 304);
  } finally {
    await demo.stop();
  }
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

/** A stream that a test writes to, as an answer. */
function stream() {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const bytes = new TextEncoder();
  return { answer: { ok: true, status: 200, body: readable }, write: (text) => writer.write(bytes.encode(text)), end: () => writer.close() };
}
const settle = async () => { for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate); };
const balance = (available, id) => `${id ? `id: ${id}\n` : ""}event: balance\ndata: ${JSON.stringify({ unit: "credit", available })}\n\n`;

test("events are read as they come, however they are cut", async () => {
  const text = 'event: account\r\ndata: {"id":"ä"}\r\n\r\n: keep alive\n\nid: 7\nevent:balance\ndata: one\ndata:two\n\ndata\n\nevent: cut\ndata: off\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const read = [];
    for await (const event of events(body)) read.push(event);
    assert.deepEqual(read, [
      { name: "account", data: '{"id":"ä"}', id: undefined },
      { name: "balance", data: "one\ntwo", id: "7" },
      { name: "message", data: "", id: "7" },
    ], `${size} bytes at a time`);
  }
});

test("the stream has its token in a header and none in its address, and goes on where it was cut", async () => {
  const streams = [stream(), stream(), stream()], waits = [], told = [];
  const token = (text, until) => answer(200, { token: text, expires_at: new Date(until).toISOString() });
  const { asked, clock, client } = machine(
    [token("ct_1", 3_600_000), streams[0].answer, streams[1].answer, token("ct_2", 7_200_000), streams[2].answer],
    { tokenUrl: "/token", wait: (run, millis) => waits.push([run, millis]) });
  const end = client.listen(({ balances }) => told.push(balances.get("credit").available));
  await settle();
  streams[0].write(balance(48) + balance(43, "57344"));
  await settle();
  assert.deepEqual(told, [48, 43]);
  streams[0].end();
  await settle();
  assert.equal(waits[0][1], 1_000);
  waits[0][0]();
  await settle();
  const seen = ([url, { headers }]) => [url, headers.authorization, headers["last-event-id"]];
  assert.deepEqual(seen(asked[1]), ["https://credits.example/v1/events", "Bearer ct_1", undefined]);
  assert.deepEqual(seen(asked[2]), ["https://credits.example/v1/events", "Bearer ct_1", "57344"]);
  // It ends with its token. Another one may be of another account, so it begins anew.
  clock.now = 3_600_000;
  streams[1].end();
  await settle();
  waits[1][0]();
  await settle();
  assert.deepEqual(seen(asked[4]), ["https://credits.example/v1/events", "Bearer ct_2", undefined]);
  // Nobody listens: it is closed, and not opened again.
  end();
  await settle();
  assert.equal(asked[4][1].signal.aborted, true);
  assert.equal(waits.length, 2);
});

test("a stream that is refused is asked for later each time, with another token where that was the reason", async () => {
  const waits = [];
  const token = (text) => answer(200, { token: text, expires_at: new Date(3_600_000).toISOString() });
  const { asked, client } = machine(
    [token("ct_1"), answer(401, {}), token("ct_2"), answer(503, {}), new TypeError("Failed to fetch")],
    { tokenUrl: "/token", wait: (run, millis) => waits.push([run, millis]) });
  const end = client.listen(() => {});
  for (const wait of [1_000, 2_000, 4_000]) {
    await settle();
    const [run, millis] = waits.shift();
    assert.equal(millis, wait);
    if (wait < 4_000) run();
  }
  assert.deepEqual(asked.slice(1).map(([, { headers }]) => headers?.authorization), ["Bearer ct_1", undefined, "Bearer ct_2", "Bearer ct_2"]);
  end();
});

test("a page that nobody looks at has no stream", async () => {
  const streams = [stream(), stream()], waits = [];
  const { asked, client } = machine(streams.map((one) => one.answer), { token: "ct_1", wait: (run) => waits.push(run) });
  const end = client.listen(() => {});
  await settle();
  client.look(false);
  assert.equal(asked[0][1].signal.aborted, true);
  client.look(true);
  await settle();
  assert.equal(asked.length, 2);
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
