// The three hosts of the demo: the facts of the three programs as a merchant, a shopper, an agent and a subscriber see them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, LOOKS, visitor } from "./browser.js";
import { Demo } from "./demo.js";
import { accessibleInAllLooks, delay, quick, troubles } from "./look.js";

const BADGE = { at: "scrip-balance", within: ".figure" };
let demo, browser, number = 0;

before(async () => { [demo, browser] = await Promise.all([Demo.start(), launch()]); });
after(async () => { await browser?.close(); assert.equal(await demo?.stop(), 0); });

/** A new account of a program with so many credits. */
async function account(program, credits) {
  const id = `${program}-${(number += 1)}`;
  const made = await demo.call(program, "POST", "/v1/accounts", { id });
  const more = credits - made.balance[0].available;
  if (more > 0) await give(program, id, more);
  if (more < 0) await demo.call(program, "POST", `/v1/accounts/${id}/adjustments`, { credits: more, reason: "Test" });
  return id;
}
const give = (program, id, credits, more) =>
  demo.call(program, "POST", `/v1/accounts/${id}/grants`, { credits, class: "purchase", reason: "Test", ...more });
const balance = (program, id) => demo.call(program, "GET", `/v1/accounts/${id}/balance`);
const available = async (program, id) => (await balance(program, id)).available;
const entries = async (program, id) => (await demo.call(program, "GET", `/v1/accounts/${id}/entries?limit=200`)).data;

/** A page of a host, as a new visitor sees it. */
async function open(path, context) {
  const page = context ? await context.newPage() : await visitor(browser, LOOKS[0]);
  await page.addInitScript(() => document.addEventListener("scrip-session", ({ detail }) => { globalThis.session = detail; }));
  await page.goto(`${demo.url}/hosts/${path}`);
  return page;
}
const session = (page) => page.waitForFunction(() => globalThis.session).then((handle) => handle.jsonValue());
const shows = (page, wanted) => page.locator("scrip-balance .figure", { hasText: wanted instanceof RegExp ? wanted : new RegExp(`^${wanted}$`) }).waitFor();

test("pf_8 the dialog shows what a garment costs before the merchant confirms", async () => {
  const shop = await account("pictofit", 50);
  const page = await open(`shop/${shop}/admin`);
  await page.getByRole("button", { name: "Create a garment" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("5 credits · you have 50").waitFor();
  assert.equal(await available("pictofit", shop), 50);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByText("Velvet jacket is ready. It took 5 credits.").waitFor();
  assert.equal(await available("pictofit", shop), 45);
  await shows(page, "45");
  await page.context().close();
});

test("pf_9 with too few credits the refusal says the cost, the balance and how to get more", async () => {
  const shop = await account("pictofit", 3);
  const page = await open(`shop/${shop}/admin`);
  await page.getByRole("button", { name: "Create a garment" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("5 credits · you have 3 · 2 more needed").waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Create" }).isDisabled());
  // A page that is behind asks all the same, and its server refuses.
  await page.evaluate(() => document.getElementById("form").requestSubmit());
  const refused = page.getByRole("alert").filter({ hasText: "costs" });
  await refused.waitFor();
  assert.equal(await refused.textContent(), "Creating a garment costs 5 credits, and you have 3. Nothing was taken. Buy credits to go on.");
  const { available: left, held } = await balance("pictofit", shop);
  assert.deepEqual([left, held], [3, 0]);
  await dialog.getByRole("button", { name: "Buy credits" }).click();
  await page.waitForURL(/\/portal\/pictofit\/buy/);
  await page.context().close();
});

test("pf_9 a creation that fails gives its credits back", async () => {
  const shop = await account("pictofit", 50);
  const page = await open(`shop/${shop}/admin`);
  await page.getByRole("button", { name: "Create a garment" }).click();
  await page.getByLabel("Let it fail").check();
  await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
  await page.getByText("could not be created. Its 5 credits are back.").waitFor();
  assert.equal(await available("pictofit", shop), 50);
  await page.context().close();
});

test("pf_10 reloads, tabs and trying on again are one session, another shopper is another", async () => {
  const shop = await account("pictofit", 50);
  const page = await open(`shop/${shop}/`);
  assert.deepEqual(await session(page), { allowed: true, counted: true });
  for (let again = 0; again < 3; again += 1) {
    await page.getByRole("button", { name: "Try it on" }).click();
    await page.reload();
    assert.equal((await session(page)).counted, false);
  }
  const tabs = await Promise.all([1, 2, 3].map(() => open(`shop/${shop}/`, page.context())));
  for (const tab of tabs) assert.equal((await session(tab)).counted, false);
  assert.equal(await available("pictofit", shop), 49);
  // A shopper who opens several at once for the first time.
  const other = await (await visitor(browser, LOOKS[0])).context();
  const counted = await Promise.all([1, 2, 3].map(async () => (await session(await open(`shop/${shop}/`, other))).counted));
  assert.equal(counted.filter(Boolean).length, 1, `${counted}`);
  assert.equal(await available("pictofit", shop), 48);
  await Promise.all([page.context().close(), other.close()]);
});

test("pf_12 after ten days below zero the dressing room is gone, without an error, and is back with credits", async () => {
  const shop = await account("pictofit", 0);
  const first = await open(`shop/${shop}/`);
  assert.deepEqual(await session(first), { allowed: true, counted: true });
  assert.ok(await first.getByRole("heading", { name: "Dressing room" }).isVisible());
  await demo.call("pictofit", "POST", "/v1/test_clock/advance", { by: "P10D" });
  const before = await entries("pictofit", shop);
  const page = await visitor(browser, LOOKS[0]);
  const found = troubles(page);
  await page.addInitScript(() => document.addEventListener("scrip-session", ({ detail }) => { globalThis.session = detail; }));
  await page.goto(`${demo.url}/hosts/shop/${shop}/`);
  assert.deepEqual(await session(page), { allowed: false, counted: false });
  assert.ok(await page.getByRole("heading", { name: "Dressing room" }).isHidden());
  assert.ok(await page.getByRole("button", { name: "Add to bag" }).isVisible());
  await page.reload();
  await session(page);
  assert.deepEqual(found, []);
  assert.equal(await available("pictofit", shop), -1);
  assert.deepEqual(await entries("pictofit", shop), before);
  // The merchant is told why.
  const admin = await open(`shop/${shop}/admin`);
  await admin.getByText("below zero for too long").waitFor();
  await give("pictofit", shop, 100);
  await admin.getByText("below zero for too long").waitFor({ state: "hidden" });
  await page.reload();
  assert.equal((await session(page)).allowed, true);
  assert.ok(await page.getByRole("heading", { name: "Dressing room" }).isVisible());
  assert.equal(await available("pictofit", shop), 98);
  await Promise.all([first, page, admin].map((one) => one.context().close()));
});

test("pt_3 pt_4 the balance in the navigation bar follows a spend within 300 ms, without reloading", async (t) => {
  const agent = await account("pictastic", 60);
  const page = await open(`studio/${agent}/`);
  await shows(page, "60");
  let loads = 0;
  page.on("load", () => { loads += 1; });
  const took = [];
  for (const [action, left] of [["basic_staging", "58"], ["advanced_staging", "55"], ["style_change", "53"], ["furniture_removal", "52"], ["outdoor_staging", "49"]]) {
    took.push(await delay(page, BADGE, left, () => demo.call("pictastic", "POST", "/v1/charges", { account: agent, action })));
  }
  quick(took, t, "badge");
  assert.equal(loads, 0);
  await page.context().close();
});

test("the balance on the portal's page follows a spend within 300 ms", async (t) => {
  const agent = await account("pictastic", 60);
  const page = await visitor(browser, LOOKS[0]);
  await page.goto(await demo.link("pictastic", agent));
  // Only a page that listens follows.
  await Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/live")), page.reload()]);
  const took = [];
  for (const left of ["58", "56", "54"]) {
    took.push(await delay(page, { at: "[data-balance]" }, left, () => demo.call("pictastic", "POST", "/v1/charges", { account: agent, action: "basic_staging" })));
  }
  quick(took, t, "portal");
  await page.context().close();
});

test("pt_14 many photos are reserved together, and those that fail give their credits back", async () => {
  const agent = await account("pictastic", 60);
  const page = await open(`studio/${agent}/`);
  await shows(page, "60");
  await page.getByText("13 credits for 6 photos").waitFor();
  await page.getByRole("button", { name: "Stage six photos" }).click();
  await shows(page, "47");
  await page.getByText("4 photos staged. 3 credits came back for those that failed.").waitFor();
  await shows(page, "50");
  const { available: left, held } = await balance("pictastic", agent);
  assert.deepEqual([left, held], [50, 0]);
  assert.equal(await page.getByText("Too dark.").count(), 2);
  await page.context().close();
});

test("pt_14 where the credits do not suffice for all of them, none is reserved", async () => {
  const agent = await account("pictastic", 12);
  const page = await open(`studio/${agent}/`);
  await page.getByRole("button", { name: "Stage six photos" }).click();
  await page.getByText("Nothing was taken. Buy credits to go on.").waitFor();
  const { available: left, held } = await balance("pictastic", agent);
  assert.deepEqual([left, held], [12, 0]);
  assert.ok(!(await entries("pictastic", agent)).some(({ kind }) => kind.startsWith("hold") || kind === "held"));
  await page.context().close();
});

test("ps_1 each tool says what it takes, and takes it", async () => {
  const user = await account("picsart", 40);
  const page = await open(`editor/${user}/`);
  const prices = { "AI image": 1, Background: 1, Enhance: 2, Replace: 3, Expand: 3, "Video, 3 seconds": 30 };
  let left = 40;
  for (const [tool, credits] of Object.entries(prices)) {
    const item = page.locator(".tools li").filter({ has: page.getByRole("button", { name: tool }) });
    await item.getByText(credits === 1 ? "1 credit" : `${credits} credits`).waitFor();
    await item.getByRole("button", { name: tool }).click();
    left -= credits;
    await shows(page, String(left));
  }
  assert.equal(await available("picsart", user), 0);
  await page.context().close();
});

test("ps_6 learn more shows plan and bought credits apart", async () => {
  const user = await account("picsart", 76);
  await give("picsart", user, 85, { class: "plan", expires_in: "20 days" });
  const page = await open(`editor/${user}/`);
  await shows(page, "161");
  await page.getByRole("button", { name: "Learn more" }).click();
  const panel = page.getByRole("region", { name: "What your balance consists of" });
  await panel.getByText("Plan credits").waitFor();
  const text = (await panel.innerText()).replace(/\s+/g, " ");
  assert.match(text, /Plan credits 85 until .* Bought credits 76 do not expire/);
  await page.keyboard.press("Escape");
  assert.ok(await panel.isHidden());
  assert.ok(await page.getByRole("button", { name: "Learn more" }).evaluate((button) => button.getRootNode().activeElement === button));
  await page.context().close();
});

test("ps_7 a generation that fails gives its credits back, one that never reports when its time is over", async () => {
  const user = await account("picsart", 20);
  const page = await open(`editor/${user}/`);
  await shows(page, "20");
  await page.getByLabel("fails", { exact: true }).check();
  await page.getByRole("button", { name: "Replace" }).click();
  await page.getByRole("listitem").getByText("failed, credits are back").waitFor();
  assert.equal(await available("picsart", user), 20);
  await page.getByLabel("never reports").check();
  await page.getByRole("button", { name: "Expand" }).click();
  await page.getByRole("listitem").getByText("running").waitFor();
  await shows(page, "17");
  await page.getByRole("button", { name: "Turn the test clock" }).click();
  await page.getByRole("listitem").getByText("never reported, credits are back").waitFor();
  await shows(page, "20");
  const { available: left, held } = await balance("picsart", user);
  assert.deepEqual([left, held], [20, 0]);
  await page.context().close();
});

test("the pages can be used by everybody, in every look", async () => {
  const [shop, low] = [await account("pictofit", 50), await account("pictofit", 3)];
  const badge = (page) => shows(page, /^\d/);
  await accessibleInAllLooks(browser, `${demo.url}/hosts/shop/${shop}/`, session_);
  await accessibleInAllLooks(browser, `${demo.url}/hosts/shop/${low}/admin`, async (page) => {
    await page.getByRole("button", { name: "Create a garment" }).click();
    await page.getByText("2 more needed").waitFor();
  });
  await accessibleInAllLooks(browser, `${demo.url}/hosts/studio/`, badge);
  await accessibleInAllLooks(browser, `${demo.url}/hosts/editor/`, async (page) => {
    await badge(page);
    await page.getByRole("button", { name: "Learn more" }).click();
    await page.getByText("Plan credits").waitFor();
  });
});
const session_ = (page) => page.getByRole("heading", { name: "Dressing room" }).waitFor();

test("what the demo tells leads somewhere", async () => {
  for (const [program, { links }] of Object.entries(demo.programs)) {
    assert.ok(links.portal && links.host, program);
    for (let again = 0; again < 2; again += 1) {
      const answer = await fetch(links.portal, { redirect: "manual" });
      assert.equal(answer.status, 303);
      assert.match(answer.headers.get("location"), new RegExp(`/portal/${program}/enter/`));
    }
    for (const link of Object.values(links)) assert.equal((await fetch(link)).status < 402, true, link);
  }
});
