// The operator console: secret keys, the versions of a program, disputed orders, and finding one's way.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { accessible } from "./axe.js";
import { LOOKS, launch } from "./browser.js";
import { Demo } from "./demo.js";
import { madeUp, noted, signIn, staff, status, title } from "./desk.js";

let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  staff(demo.folder);
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
});

const enter = (role, more) => signIn(browser, demo.url, `${role}@ops.example`, more);
/** The status of a call with this key. */
const called = async (secret, path = "/v1/program", more = {}) =>
  (await fetch(demo.url + path, { ...more, headers: { authorization: `Bearer ${secret}`, "idempotency-key": crypto.randomUUID() } })).status;
const LABEL = "<script>alert(1)</script> shop";

test("an admin makes a key whose secret is shown once, and revokes it", async () => {
  const page = await enter("admin");
  const answers = [];
  page.on("response", (response) => { if (response.request().method() === "POST") answers.push(response); });
  await page.goto(`${demo.url}/console/keys`);
  await page.getByLabel("Program").selectOption("pictofit");
  await page.getByLabel("Label").fill(LABEL);
  await page.getByLabel(/^Spend/).uncheck();
  await page.getByLabel(/^Read/).uncheck();
  await page.getByRole("button", { name: "Make key" }).click();
  assert.match(await page.getByRole("alert").innerText(), /at least one thing/);
  assert.equal(await page.getByLabel("Label").inputValue(), LABEL, "what was typed is kept");
  assert.equal(await page.getByLabel("Program").inputValue(), "pictofit");
  await page.getByLabel(/^Read/).check();
  const sent = await page.locator("form[action='/console/keys']").evaluate((form) => Object.fromEntries(new FormData(form)));
  await page.getByRole("button", { name: "Make key" }).click();

  assert.match(await title(page), /The key is made/);
  const secret = await page.getByLabel("Secret key").inputValue();
  assert.match(secret, /^sk_test_[0-9a-z]{32}$/);
  assert.match(await page.locator("main").innerText(), /key_\w+ of pictofit may read\./);
  assert.equal(page.url(), `${demo.url}/console/keys`, "it is in no address");
  assert.equal(await answers.at(-1).headerValue("cache-control"), "no-store");
  const id = (await page.locator("main").innerText()).match(/key_\w+/)[0];
  assert.equal(await called(secret), 200);
  assert.equal(await called(secret, "/v1/holds", { method: "POST", body: "{}" }), 403, "it may read, and no more");

  // The same form once more makes no other one.
  const again = await page.request.post(`${demo.url}/console/keys`, { form: sent });
  assert.equal(again.status(), 409);
  assert.doesNotMatch(await again.text(), /sk_test_/);
  await page.getByRole("link", { name: "To all keys" }).click();
  const row = page.locator("tbody tr").filter({ hasText: id });
  assert.match(await row.innerText(), /key_\w+\s+<script>alert\(1\)<\/script> shop\s+read\s+[^]*live/);
  assert.equal(await page.locator("tbody tr").filter({ hasText: "alert(1)" }).count(), 1);
  assert.equal(await page.locator("main script").count(), 0);

  await row.getByRole("link", { name: `Revoke ${id} …` }).click();
  assert.match(await title(page), /Revoke this key\?/);
  assert.match(await page.locator("main").innerText(), new RegExp(`${id}[^]*Pictofit[^]*<script>`, "i"));
  await page.getByRole("link", { name: "No, go back" }).click();
  assert.equal(await called(secret), 200, "nothing is done by looking at it");
  await row.getByRole("link", { name: `Revoke ${id} …` }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  assert.match(await status(page), /is revoked/);
  const revoked = Date.now();
  while ((await called(secret)) !== 401) assert.ok(Date.now() - revoked < 6_000, "it is refused within seconds");
  await page.getByText(/^Revoked \(\d+\)$/).click();
  assert.match(await row.innerText(), /revoked/);
  assert.equal((await page.goto(`${demo.url}/console/keys/${id}/revoke`)).status(), 404, "once");

  const log = await noted(page, demo.url);
  assert.ok(log.some((line) => line.includes(`admin@ops.example key.make pictofit ${id} read: <script>`)), log.join("\n"));
  assert.ok(log.some((line) => line.includes(`admin@ops.example key.revoke pictofit ${id}`)));
  assert.ok(!log.join().includes(secret.slice(8)), "the secret is not noted");
  await page.context().close();
});

test("a key is made by keyboard alone", async () => {
  const page = await enter("admin");
  await page.goto(`${demo.url}/console/keys`);
  await page.getByLabel("Program").focus();
  await page.keyboard.type("Pictastic");
  await page.keyboard.press("Tab");
  await page.keyboard.type("by hand");
  await page.keyboard.press("Enter");
  await page.locator("#secret").waitFor();
  assert.match(await page.locator("main").innerText(), /of pictastic may spend, read\./);
  for (let stops = 0; !(await page.evaluate(() => document.activeElement.matches("#secret"))); stops++) {
    assert.ok(stops < 12, "the secret is reached by keyboard");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
  await page.context().close();
});

test("who is no admin reads the keys and changes none, whatever they send", async () => {
  for (const role of ["viewer", "support"]) {
    const page = await enter(role);
    await page.goto(`${demo.url}/console/keys`);
    assert.ok((await page.locator("tbody tr").count()) >= 3);
    assert.equal(await page.getByRole("button", { name: "Make key" }).count(), 0);
    assert.equal(await page.getByRole("link", { name: /Revoke/ }).count(), 0);
    const id = await page.locator("tbody th").first().innerText();
    const fields = { program: "picsart", spend: "yes", manage: "yes", label: "mine" };
    assert.equal((await madeUp(page, demo.url, "/console/keys", fields)).status(), 403);
    assert.equal((await madeUp(page, demo.url, `/console/keys/${id}/revoke`, {})).status(), 403);
    assert.equal((await page.goto(`${demo.url}/console/keys/${id}/revoke`)).status(), 403);
    const log = await noted(page, demo.url);
    for (const what of ["key.make picsart", `key.revoke ${id}`]) {
      assert.ok(log.some((line) => line.includes(`${role}@ops.example ${what} refused`)), what);
    }
    await page.goto(`${demo.url}/console/keys`);
    assert.match(await page.locator("tbody tr").filter({ hasText: id }).innerText(), /live/);
    assert.equal(await page.getByText("mine").count(), 0);
    await page.context().close();
  }
  // Nor does an admin's browser on another's behalf: without the page's token, or from another site.
  const page = await enter("admin");
  for (const [fields, more] of [[{ form: "" }], [{ form: "x" }], [{}, { headers: { "sec-fetch-site": "cross-site" } }]]) {
    for (const path of ["/console/keys", "/console/keys/key_x/revoke"]) {
      const answer = await madeUp(page, demo.url, path, { program: "picsart", read: "yes", ...fields }, more);
      assert.equal(answer.status(), 403, `${path} ${JSON.stringify([fields, more])}`);
    }
  }
  assert.equal((await fetch(`${demo.url}/console/keys`, { redirect: "manual" })).status, 303);
  await page.context().close();
});

test("each version of a program is there, with what it changed and what has changed since", async () => {
  const page = await enter("admin");
  const here = `${demo.url}/console/picsart/program`;
  const publish = async (change) => {
    await page.goto(here);
    const file = page.getByLabel("Program file");
    await file.fill(change(await file.inputValue()));
    await page.getByRole("button", { name: "Publish" }).click();
    assert.match(await status(page), /Published/);
  };
  await page.goto(here);
  const first = await page.getByLabel("Program file").inputValue();
  await publish((text) => text.replace(/(\[actions\.ai_image\][^[]*price = )1/, "$12"));
  await publish((text) => text.replace('name = "AI image"', 'name = "<script>alert(1)</script>"'));
  await publish((text) => `${text}\n# only a note\n`);
  const rows = page.locator("section").filter({ has: page.getByRole("heading", { name: "Versions" }) }).locator("tbody tr");
  assert.deepEqual(await rows.locator("th a").allInnerTexts(), [4, 3, 2, 1].map((number) => `Version ${number}`));
  assert.match(await rows.nth(0).innerText(), /runs now[^]*admin@ops\.example/);
  assert.match(await rows.nth(3).innerText(), /not known/);

  await rows.nth(2).getByRole("link").click();
  assert.match(await title(page), /Version 2/);
  const sections = (name) => page.locator("section").filter({ has: page.getByRole("heading", { name }) }).innerText();
  assert.match(await sections("What it changed"), /actions\.ai_image\.price: from 1 credit to 2 credits/);
  const since = await sections("What changed since, up to version 4");
  assert.match(since, /<script>alert\(1\)<\/script>/);
  assert.doesNotMatch(since, /price/);
  assert.match(await page.getByRole("region", { name: "Its file" }).innerText(), /price = 2/);
  await page.getByRole("link", { name: "Version 1" }).click();
  assert.match(await sections("What it changed"), /It is the first one/);
  assert.match(await sections("What changed since"), /from 1 credit to 2 credits/);
  assert.equal((await page.locator("pre").textContent()).trim(), first.trim());
  await page.goto(`${demo.url}/console/picsart/versions/4`);
  assert.match(await sections("What it changed"), /Nothing that prices, offers or rules go by/);
  assert.equal(await page.getByRole("heading", { name: /What changed since/ }).count(), 0);
  assert.equal(await page.locator("main script").count(), 0);
  // An old one is taken up again, and nothing is published by that.
  await page.goto(`${demo.url}/console/picsart/versions/1`);
  await page.getByRole("link", { name: "Take this file up again" }).click();
  assert.equal(await page.getByLabel("Program file").inputValue(), first);
  assert.match(await page.locator("main").innerText(), /Version 4 runs/);
  for (const number of ["0", "5", "4294967295"]) {
    assert.equal((await page.goto(`${demo.url}/console/picsart/versions/${number}`)).status(), 404, number);
  }
  await page.goto(`${demo.url}/console/picsart/versions?before=3`);
  assert.deepEqual(await page.locator("tbody th a").allInnerTexts(), ["Version 2", "Version 1"]);
  await page.context().close();
  // Everybody may look at them.
  const viewer = await enter("viewer");
  assert.equal((await viewer.goto(`${demo.url}/console/picsart/versions/2`)).status(), 200);
  await viewer.context().close();
});

test("disputed orders, what became of each, and whose they are", async () => {
  const page = await enter("viewer");
  await page.goto(`${demo.url}/console/pictofit/orders`);
  await page.getByLabel("Disputes").selectOption("any");
  await page.getByRole("button", { name: "Find" }).click();
  const rows = page.locator("tbody tr");
  const all = await rows.count();
  assert.ok(all > 0);
  for (const text of await rows.allInnerTexts()) assert.match(text, /dispute (open|won|lost)[^]*\$[\d.]+[^]*\$[\d.]+/);
  let found = 0;
  for (const became of ["open", "won", "lost"]) {
    await page.goto(`${demo.url}/console/pictofit/orders?dispute=${became}`);
    const texts = await rows.allInnerTexts();
    for (const text of texts) assert.match(text, new RegExp(`dispute ${became}`));
    if (texts.length === 0) assert.match(await page.locator("main").innerText(), /No order was disputed so/);
    found += texts.length;
  }
  assert.equal(found, all);
  await page.goto(`${demo.url}/console/pictofit/orders?dispute=any`);
  const account = rows.first().locator("td a");
  const name = await account.innerText();
  await account.click();
  assert.match(page.url(), /\/accounts\/\d+$/);
  assert.match(await page.locator("main").innerText(), new RegExp(name));
  await page.goto(`${demo.url}/console/pictofit/orders?dispute=any&account=${name}`);
  assert.ok((await rows.count()) > 0);
  await page.goto(`${demo.url}/console/pictofit/orders?dispute=any&account=nobody`);
  assert.match(await page.locator("main").innerText(), /No order was disputed so/);
  await page.context().close();
});

test("the way to every page is in sight at any width, and one knows where one is", async () => {
  for (const look of [LOOKS[0], LOOKS[2]]) {
    const page = await enter("admin", { look });
    for (const [path, current] of [["/console/people", "People"], ["/console/pictofit/mail", "Mail"], ["/console/health", "Health"]]) {
      await page.goto(demo.url + path);
      const links = page.locator("header nav a");
      assert.equal(await links.count(), path.includes("pictofit") ? 11 : 5);
      for (const link of await links.all()) {
        const box = await link.boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= look.width && box.y + box.height < 300, `${await link.innerText()} at ${look.width} px`);
        assert.ok(box.height >= 24, "it can be hit with a finger");
      }
      const scrolls = await page.locator("header nav").evaluateAll((all) => all.some((nav) => nav.scrollWidth > nav.clientWidth));
      assert.ok(!scrolls, `${path} at ${look.width} px`);
      assert.deepEqual(await page.locator("header [aria-current=page]").allInnerTexts(), [current]);
    }
    await page.context().close();
  }
  const support = await enter("support");
  assert.equal(await support.getByRole("link", { name: "People" }).count(), 0, "it is for admins");
  await support.context().close();
});

test("keys and versions speak German", async () => {
  const page = await enter("admin", { more: { locale: "de-AT" } });
  await page.goto(`${demo.url}/console/keys`);
  assert.match(await page.locator("main").innerText(), /Einen Schlüssel erstellen/);
  await page.goto(`${demo.url}/console/picsart/versions/1`);
  assert.match(await page.locator("main").innerText(), /Sie ist die erste/);
  await page.context().close();
});

for (const look of LOOKS) {
  test(`keys, versions and disputes are accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    const page = await enter("admin", { look });
    const seen = async (where) => {
      await accessible(page, where);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${where} is ${over} px wider than the window`);
    };
    const places = ["keys", "picsart/program", "picsart/versions", "picsart/versions/1", "pictofit/orders?dispute=any", "pictofit/orders?dispute=won"];
    for (const place of places) {
      await page.goto(`${demo.url}/console/${place}`);
      for (const fold of await page.locator("details").all()) await fold.evaluate((one) => { one.open = true; });
      await seen(place);
    }
    await page.goto(`${demo.url}/console/keys`);
    await page.getByLabel("Label").fill("W".repeat(100));
    await page.getByRole("button", { name: "Make key" }).click();
    await seen("a secret");
    await page.getByRole("link", { name: "To all keys" }).click();
    await seen("keys with a long label");
    await page.getByRole("link", { name: /Revoke key_/ }).first().click();
    await seen("is it sure");
    await page.context().close();
  });
}
