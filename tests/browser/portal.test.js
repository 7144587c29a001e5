// The portal as a whole: how one gets in and out, what is live, and what a stranger can't do.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo } from "./demo.js";

let demo, browser;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
});

const hero = (program) => demo.programs[program].accounts[0];
const desk = LOOKS[0];

async function enter(program, account = hero(program), look = desk, page) {
  const visitorsPage = await visitor(browser, look);
  await visitorsPage.goto(await demo.link(program, account, page));
  return visitorsPage;
}

test("ps_6 the overview says what is available, and the breakdown of plan and bought credits", async () => {
  const page = await enter("picsart");
  const balance = await demo.call("picsart", "GET", `/v1/accounts/${hero("picsart")}/balance`);
  const unit = balance.data?.[0] ?? balance;
  assert.equal(await page.locator("[data-balance=credit]").first().innerText(), String(unit.available));
  const rows = await page.locator("#live table").first().innerText();
  assert.match(rows, /Plan credits/);
  assert.match(rows, /Bought credits\s+Does not expire/);
  await page.context().close();
});

test("a balance on an open page follows a spend within 300 ms, without reloading", async () => {
  const page = await enter("picsart");
  const shown = page.locator("[data-balance=credit]").first();
  const before = Number((await shown.innerText()).replaceAll(",", ""));
  await page.evaluate(() => { window.stays = true; });
  const times = [];
  for (let spent = 1; spent <= 5; spent++) {
    const seen = page.waitForFunction(
      (expected) => document.querySelector("[data-balance=credit]").textContent === expected && performance.now(),
      (before - spent).toLocaleString("en"),
      { polling: 10 },
    );
    const started = performance.now();
    await demo.call("picsart", "POST", "/v1/charges", { account: hero("picsart"), action: "ai_image" });
    await seen;
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  assert.ok(times[2] < 300, `the median of ${times}`);
  assert.equal(await page.evaluate(() => window.stays), true, "the page was not loaded again");
  await page.context().close();
});

test("a page that could not look again, as the server was busy, looks once more", async () => {
  const page = await enter("pictofit");
  const looks = [];
  await page.route(page.url(), (route) => {
    if (route.request().resourceType() === "fetch" && looks.push(Date.now()) === 1) return route.fulfill({ status: 503 });
    return route.continue();
  });
  const found = page.waitForResponse((answer) => answer.request().resourceType() === "fetch" && answer.url() === page.url() && answer.ok());
  await demo.call("pictofit", "POST", "/v1/charges", { account: hero("pictofit"), action: "garment" });
  await found;
  assert.ok(looks.length >= 2, `${looks}`);
  await page.context().close();
});

test("a link works once, for its account, and says so when it does not", async () => {
  const link = await demo.link("pictofit", hero("pictofit"));
  const page = await visitor(browser, desk);
  assert.equal((await page.goto(link)).status(), 200);
  assert.ok(!page.url().includes("enter"), "nothing secret is left in the address");
  const second = await visitor(browser, desk);
  const answer = await second.goto(link);
  assert.equal(answer.status(), 410);
  assert.match(await second.locator("h1").innerText(), /used, or is too old/);
  // Without a link nobody is let in, and a session of one program is none of another.
  assert.equal((await second.goto(`${demo.url}/portal/pictofit`)).status(), 401);
  assert.equal((await page.goto(`${demo.url}/portal/picsart`)).status(), 401);
  // A link of another account in the same browser changes whose page it is.
  const other = demo.programs.pictofit.accounts[1];
  await page.goto(await demo.link("pictofit", other));
  const name = (await demo.call("pictofit", "GET", `/v1/accounts/${other}`)).name;
  assert.ok((await page.locator("header").innerText()).includes(name));
  await page.context().close();
  await second.context().close();
});

test("a cookie that was changed, or that has ended, lets nobody in", async () => {
  const page = await enter("pictofit");
  const [cookie] = await page.context().cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Lax", "/portal/pictofit"]);
  const changed = cookie.value.slice(0, 20) + (cookie.value[20] === "A" ? "B" : "A") + cookie.value.slice(21);
  await page.context().addCookies([{ ...cookie, value: changed }]);
  assert.equal((await page.goto(`${demo.url}/portal/pictofit`)).status(), 401);
  assert.match(await page.locator("h1").innerText(), /visit has ended/);
  await page.context().close();
});

test("signing out ends it, and a form from elsewhere does nothing", async () => {
  const page = await enter("pictofit");
  const [cookie] = await page.context().cookies();
  const forged = (headers, body) =>
    fetch(`${demo.url}/portal/pictofit/leave`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: `${cookie.name}=${cookie.value}`, ...headers },
      body,
    });
  const token = await page.locator("input[name=form]").first().getAttribute("value");
  assert.equal((await forged({}, "")).status, 403);
  assert.equal((await forged({}, "form=wrong")).status, 403);
  assert.equal((await forged({ "sec-fetch-site": "cross-site" }, `form=${token}`)).status, 403);
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.match(await page.locator("h1").innerText(), /signed out/);
  assert.equal((await page.goto(`${demo.url}/portal/pictofit`)).status(), 401);
  await page.context().close();
});

test("a page loads nothing from elsewhere, runs no script of its own text, and is framed by nobody", async () => {
  const page = await visitor(browser, desk);
  const asked = [], refused = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => refused.push(message.text()));
  const answer = await page.goto(await demo.link("pictastic", hero("pictastic")));
  const policy = answer.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.deepEqual(asked.filter((url) => !url.startsWith(demo.url) && !url.startsWith("data:")), []);
  assert.deepEqual(refused, []);
  await page.context().close();
});

test("a name that looks like markup stays a name", async () => {
  const name = "<script>document.title='x'</script><b>Ada & Co";
  await demo.call("picsart", "POST", "/v1/accounts", { id: "markup", name });
  const page = await enter("picsart", "markup");
  assert.ok((await page.locator("header").innerText()).includes(name));
  assert.notEqual(await page.title(), "x");
  await page.context().close();
});

test("German, with the account's time zone and numbers as they are written there", async () => {
  const account = { id: "deutsch", name: "Anna", locale: "de-AT", time_zone: "Europe/Vienna" };
  await demo.call("picsart", "POST", "/v1/accounts", account);
  const grant = { credits: 12_345, class: "purchase", reason: "Ein Versuch" };
  await demo.call("picsart", "POST", "/v1/accounts/deutsch/grants", grant);
  const page = await enter("picsart", "deutsch");
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  assert.match(await page.locator("[data-balance=credit]").first().innerText(), /^12\.3\d\d$/);
  assert.match(await page.locator("footer").innerText(), /Europe\/Vienna/);
  await page.context().close();
});

test("the first page is under 100 kB in all", async () => {
  const page = await visitor(browser, desk);
  const bodies = [];
  page.on("requestfinished", async (request) => { bodies.push(request.sizes().then((sizes) => sizes.responseBodySize)); });
  await page.goto(await demo.link("pictofit", hero("pictofit")), { waitUntil: "load" });
  const bytes = (await Promise.all(bodies)).reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 5_000 && bytes < 100_000, `${bytes} bytes`);
  await page.context().close();
});

for (const look of LOOKS) {
  test(`the overview is accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    for (const program of Object.keys(demo.programs)) {
      const page = await enter(program, hero(program), look);
      await accessible(page, program);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${program} is ${wide} px wider than the window`);
      await page.context().close();
    }
  });
}
