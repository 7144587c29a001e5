// The elements on a page of another origin, which has a strict content security policy.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { launch, LOOKS, visitor } from "./browser.js";
import { Demo } from "./demo.js";
import { accessible } from "./axe.js";
import { accessibleInAllLooks, delay, quick, troubles } from "./look.js";

let demo, browser, host, origin;
/** What the host's page has in it, and whose it is. */
let body = "", whose = "", language = "en", tokens = 0;

before(async () => {
  [demo, browser] = await Promise.all([Demo.start(), launch()]);
  host = createServer(async (request, response) => {
    if (request.url.startsWith("/token")) {
      tokens += 1;
      const [program, account, audience] = whose.split(" ");
      const made = await demo.call(program, "POST", "/v1/client_tokens", { account, for: audience ?? "customer" });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(made));
      return;
    }
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-security-policy",
      `default-src 'none'; script-src ${demo.url}; connect-src 'self' ${demo.url}; img-src data:; base-uri 'none'`);
    response.end(`<!doctype html><html lang="${language}"><head><meta name="color-scheme" content="light dark"><title>Host</title>
      <link rel="icon" href="data:,"></head><body><main><h1>Host</h1>${body}</main></body></html>`);
  });
  await new Promise((listening) => host.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${host.address().port}`;
});
after(async () => {
  await browser?.close();
  host?.close();
  assert.equal(await demo?.stop(), 0);
});

const ELEMENTS = () => `<script type="module" src="${demo.url}/embed/v1/scrip.js"></script>`;
const STOREFRONT = () => `<script src="${demo.url}/embed/v1/storefront.js" data-action="session" data-token-url="/token" defer></script>
  <section data-scrip-feature><h2>Dressing room</h2></section>`;

/** The host's page with this in it, for an account of a program. */
async function open(inside, account, prepare = () => {}) {
  [body, whose] = [inside, account];
  const page = await visitor(browser, LOOKS[0]);
  page.found = troubles(page);
  await page.addInitScript(() => document.addEventListener("scrip-session", ({ detail }) => { globalThis.session = detail; }));
  await prepare(page);
  await page.goto(origin);
  return page;
}
async function account(program, credits) {
  const { id } = await demo.call(program, "POST", "/v1/accounts", { name: "Test" });
  if (credits) await demo.call(program, "POST", `/v1/accounts/${id}/grants`, { credits, class: "purchase", reason: "Test" });
  return id;
}
const charge = (program, id, action) => demo.call(program, "POST", "/v1/charges", { account: id, action });

test("pt_4 the badge follows on a page of another origin, styled under its policy", async (t) => {
  const id = await account("pictastic", 60);
  const page = await open(`${ELEMENTS()}<scrip-balance token-url="/token"></scrip-balance>`, `pictastic ${id}`);
  await page.getByText("60", { exact: true }).waitFor();
  const took = await delay(page, { at: "scrip-balance", within: ".figure" }, "58", () => charge("pictastic", id, "basic_staging"));
  quick([took], t, "badge");
  const weight = await page.locator("scrip-balance .figure").evaluate((figure) => getComputedStyle(figure).fontWeight);
  assert.equal(weight, "650");
  assert.deepEqual(page.found, []);
  await page.context().close();
});

test("elements of one account share a token and a stream", async () => {
  const id = await account("pictastic", 60);
  const streams = [];
  tokens = 0;
  const page = await open(`${ELEMENTS()}${`<scrip-balance token-url="/token"></scrip-balance>`.repeat(5)}`, `pictastic ${id}`,
    (page) => page.on("request", (request) => { if (request.url().includes("/v1/events")) streams.push(request.url()); }));
  await page.locator("scrip-balance .figure", { hasText: "60" }).last().waitFor();
  assert.deepEqual([tokens, streams.length], [1, 1]);
  await page.context().close();
});

test("a page loads only what it has, when it has it, and no token is in an address", async () => {
  const id = await account("pictastic", 60);
  const asked = [];
  const page = await open(`${ELEMENTS()}<scrip-balance token-url="/token"></scrip-balance>`, `pictastic ${id}`,
    (page) => page.on("request", (request) => asked.push(request.url())));
  await page.locator("scrip-balance .figure", { hasText: "60" }).waitFor();
  const loaded = (name) => asked.some((url) => url.endsWith(`/${name}.js`));
  assert.deepEqual(["scrip", "balance", "buy", "cost", "low-balance"].map(loaded), [true, true, false, false, false]);
  await page.evaluate(() => {
    const box = document.createElement("div");
    box.innerHTML = '<p><scrip-buy token-url="/token"></scrip-buy></p>';
    document.querySelector("main").append(box);
  });
  await page.getByRole("button", { name: "Buy credits" }).waitFor();
  assert.deepEqual(["buy", "cost"].map(loaded), [true, false]);
  assert.deepEqual(asked.filter((url) => /token=|ct_/.test(url)), []);
  assert.deepEqual(page.found, []);
  await page.context().close();
});

test("pf_8 the cost line knows the price and the balance, and whether the button can be pressed", async () => {
  const id = await account("pictastic", 4);
  const page = await open(`${ELEMENTS()}<scrip-cost action="advanced_staging" token-url="/token"><button>Stage</button></scrip-cost>`, `pictastic ${id}`,
    (page) => page.addInitScript(() => { globalThis.quotes = []; document.addEventListener("scrip-quote", ({ detail }) => globalThis.quotes.push(detail)); }));
  await page.getByText("3 credits · you have 4").waitFor();
  assert.ok(await page.getByRole("button", { name: "Stage" }).isEnabled());
  await charge("pictastic", id, "basic_staging");
  await page.getByText("3 credits · you have 2 · 1 more needed").waitFor();
  assert.ok(await page.getByRole("button", { name: "Stage" }).isDisabled());
  assert.ok(await page.getByRole("button", { name: "Buy credits" }).isVisible());
  const quotes = await page.evaluate(() => globalThis.quotes.map(({ sufficient, shortfall }) => [sufficient, shortfall]));
  assert.deepEqual(quotes, [[true, 0], [false, 1]]);
  // Another quantity has another price.
  await page.locator("scrip-cost").evaluate((cost) => cost.setAttribute("action", "furniture_removal"));
  await page.getByText("1 credit · you have 2").waitFor();
  assert.ok(await page.getByRole("button", { name: "Stage" }).isEnabled());
  assert.deepEqual(page.found, []);
  await page.context().close();
});

test("the dialog is used by keyboard, and leads to the checkout in the portal", async () => {
  const id = await account("pictastic", 60);
  const page = await open(`${ELEMENTS()}<scrip-buy token-url="/token"></scrip-buy>`, `pictastic ${id}`);
  const opener = page.getByRole("button", { name: "Buy credits" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Buy credits" });
  await dialog.getByText("Professional").waitFor();
  const text = (await dialog.innerText()).replace(/\s+/g, " ");
  assert.match(text, /Starter \$199\.00 \$1\.99 per credit/);
  assert.match(text, /Professional \$899\.00 \$1\.798 per credit save 9%/);
  assert.match(text, /Enterprise Price on request/);
  await accessible(page, "dialog");
  await page.keyboard.press("Escape");
  assert.ok(await dialog.isHidden());
  assert.ok(await page.evaluate(() => document.activeElement?.localName === "scrip-buy"));
  await opener.click();
  assert.deepEqual(page.found, []);
  await dialog.getByRole("button", { name: /Professional/ }).click();
  await page.waitForURL(`${demo.url}/portal/pictastic/buy`);
  await page.context().close();
});

test("the banner is there when credits run low, and goes when there are more", async () => {
  const id = await account("pictastic", 22);
  const page = await open(`${ELEMENTS()}<scrip-low-balance token-url="/token"></scrip-low-balance><scrip-balance token-url="/token"></scrip-balance>`, `pictastic ${id}`);
  await page.locator("scrip-balance .figure", { hasText: "22" }).waitFor();
  const banner = page.getByText("Only 20 credits left.");
  assert.ok(await banner.isHidden());
  // The recommended minimum of the program.
  await charge("pictastic", id, "basic_staging");
  await banner.waitFor();
  await accessible(page, "banner");
  await demo.call("pictastic", "POST", `/v1/accounts/${id}/grants`, { credits: 100, class: "purchase", reason: "Test" });
  await banner.waitFor({ state: "hidden" });
  await page.context().close();
});

test("elements speak the page's language", async () => {
  const id = await account("pictastic", 2);
  language = "de";
  const page = await open(`${ELEMENTS()}<scrip-cost action="advanced_staging" token-url="/token"></scrip-cost>
    <div lang="en"><scrip-buy token-url="/token"></scrip-buy></div>`, `pictastic ${id}`);
  await page.getByText("3 Credits · Sie haben 2 · 1 fehlen").waitFor();
  assert.ok(await page.locator("scrip-buy").getByRole("button", { name: "Buy credits" }).isVisible());
  language = "en";
  await page.context().close();
});

test("pf_10 the storefront's script works with a token that shoppers may have", async () => {
  const id = await account("pictofit", 0);
  const page = await open(STOREFRONT(), `pictofit ${id} storefront`);
  const session = await page.waitForFunction(() => globalThis.session).then((handle) => handle.jsonValue());
  assert.deepEqual(session, { allowed: true, counted: true });
  assert.ok(await page.getByText("Dressing room").isVisible());
  assert.deepEqual(page.found, []);
  await page.context().close();
});

test("with Scrip down, or not itself, shoppers see the feature and no error", async () => {
  const id = await account("pictofit", 0);
  const ways = {
    "the API is down": (page) => page.route(`${demo.url}/v1/**`, (route) => route.abort()),
    "the API is overloaded": (page) => page.route(`${demo.url}/v1/**`, (route) => route.fulfill({ status: 503, body: "{}" })),
    "the host's server is down": (page) => page.route("**/token", (route) => route.abort()),
    "the token is none": (page) => page.route("**/token", (route) => route.fulfill({ json: { token: "st_x" } })),
    "nothing is kept": (page) => page.addInitScript(() => { delete globalThis.localStorage; Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } }); }),
  };
  for (const [what, way] of Object.entries(ways)) {
    const errors = [];
    const page = await open(STOREFRONT(), `pictofit ${id} storefront`, async (page) => { page.on("pageerror", (error) => errors.push(error)); await way(page); });
    const session = await page.waitForFunction(() => globalThis.session).then((handle) => handle.jsonValue());
    assert.equal(session.allowed, true, what);
    assert.ok(await page.getByText("Dressing room").isVisible(), what);
    assert.deepEqual(errors, [], what);
    await page.context().close();
  }
  const page = await open(STOREFRONT(), `pictofit ${id} storefront`, (page) => page.route(`${demo.url}/embed/**`, (route) => route.abort()));
  assert.ok(await page.getByText("Dressing room").isVisible(), "the script is not there");
  await page.context().close();
});

test("no page reads what a secret key gets", async () => {
  const page = await open(ELEMENTS(), `pictofit ${await account("pictofit", 0)}`);
  const read = await page.evaluate(([url, key]) => fetch(`${url}/v1/program`, { headers: { authorization: `Bearer ${key}` } }).then(() => "read", () => "refused"),
    [demo.url, demo.programs.pictofit.key]);
  assert.equal(read, "refused");
  await page.context().close();
});

test("the page that shows the elements can be used by everybody, in every look", async () => {
  await accessibleInAllLooks(browser, `${demo.url}/embed`, async (page) => {
    await page.getByText("credits · you have").waitFor();
    await page.getByText("below zero").last().waitFor();
  });
  const page = await (await browser.newContext({ locale: "de-DE" })).newPage();
  await page.goto(`${demo.url}/embed`);
  await page.getByRole("heading", { name: "Credits auf Ihren eigenen Seiten" }).waitFor();
  await page.getByText("Sie haben").waitFor();
  await page.context().close();
});
