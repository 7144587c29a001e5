// A picture of each page, for the documents: SCREENS=write makes them anew. Otherwise it is seen that each is there.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo, scrip } from "./demo.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "screens");
const write = process.env.SCREENS === "write";
const [wide, , narrow, night] = LOOKS;

/** Name, program, page of the portal, look. */
const PORTAL = [
  ["portal-overview", "picsart", "overview", wide],
  ["portal-overview-phone", "picsart", "overview", night],
  ["portal-buy", "pictofit", "buy", wide],
  ["portal-buy-phone", "picsart", "buy", narrow],
  ["portal-history", "pictastic", "history", wide],
  ["portal-report", "pictastic", "reports", wide],
  ["portal-prices", "picsart", "prices", wide],
  ["portal-alerts", "pictastic", "alerts", wide],
  ["portal-receipts", "pictofit", "receipts", wide],
];
const OTHERS = [
  ["embeds", "/embed"],
  ["host-shop", "/hosts/shop"],
  ["host-studio", "/hosts/studio"],
  ["host-editor", "/hosts/editor"],
  ["api-reference", "/docs"],
];
const CONSOLE = [
  ["console-home", "/console"],
  ["console-keys", "/console/keys"],
  ["console-people", "/console/people"],
  ["console-audit", "/console/audit"],
  ["console-deliveries", "/console/pictofit/deliveries"],
  ["console-accounts", "/console/pictofit"],
  ["console-program", "/console/picsart/program"],
  ["console-health", "/console/health"],
  ["console-orders", "/console/pictofit/orders"],
  ["console-disputes", "/console/pictofit/orders?dispute=any"],
  ["console-quotes", "/console/pictastic/quotes"],
  ["console-mail", "/console/pictastic/mail"],
  ["console-letter", "/console/pictastic/mail/preview/order.credited/en"],
];

/** Those that are come to by clicking. */
const BY_HAND = [
  "checkout", "console-account", "console-key-made", "console-menu-phone", "console-order", "console-person", "console-scheduled", "console-sign-in", "console-version", "host-merchant", "portal-link-used",
  "portal-order", "portal-receipt", "portal-review",
];

let demo, browser;
before(async () => {
  if (!write) return;
  mkdirSync(folder, { recursive: true });
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function shoot(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

test("each page of the portal", { skip: !write }, async () => {
  for (const [name, program, place, look] of PORTAL) {
    const page = await visitor(browser, look);
    await page.goto(await demo.link(program, demo.programs[program].accounts[0], place));
    await shoot(page, name);
    await page.context().close();
  }
});

test("a purchase, from its review to its receipt", { skip: !write }, async () => {
  const page = await visitor(browser, wide);
  const account = demo.programs.pictofit.accounts[0];
  const link = await demo.link("pictofit", account, "buy");
  await page.goto(link);
  await page.getByRole("link", { name: "Buy once: 100 credits" }).click();
  await shoot(page, "portal-review");
  await page.getByRole("link", { name: "Receipts" }).first().click();
  await page.locator("tbody th a").first().click();
  await shoot(page, "portal-receipt");
  const order = await demo.call("pictofit", "POST", "/v1/orders", { account, package: "credits_100" });
  await page.goto(order.checkout_url);
  await shoot(page, "checkout");
  await page.goto(`${demo.url}/portal/pictofit/orders/${order.id}`);
  await shoot(page, "portal-order");
  await page.goto(`${demo.url}/hosts/shop/${account}/admin`);
  await shoot(page, "host-merchant");
  await page.context().clearCookies();
  await page.goto(link);
  await shoot(page, "portal-link-used");
  await page.context().close();
});

test("the hosts' pages and the components", { skip: !write }, async () => {
  for (const [name, path] of OTHERS) {
    const page = await visitor(browser, wide);
    const answer = await page.goto(demo.url + path);
    assert.equal(answer.status(), 200, path);
    await page.waitForLoadState("load");
    // Components come a moment later.
    for (const balance of await page.locator("scrip-balance").all()) await balance.locator(".figure").first().waitFor();
    await shoot(page, name);
    await page.context().close();
  }
});

test("each page of the console", { skip: !write }, async () => {
  const email = "ada@ops.example", password = "correct horse battery";
  const line = ["operators", "set", "--data", demo.folder, "--email", email, "--role", "admin", "--password-stdin", "--without-code"];
  execFileSync(scrip(), line, { input: `${password}\n` });
  // Somebody who signs in at a provider, and somebody who is out for now.
  const more = ["operators", "set", "--data", demo.folder, "--email"];
  execFileSync(scrip(), [...more, "bo@ops.example", "--role", "support"]);
  execFileSync(scrip(), [...more, "cy@ops.example", "--role", "viewer", "--oidc", "cy@corp.example"]);
  execFileSync(scrip(), [...more, "di@ops.example", "--role", "support"]);
  execFileSync(scrip(), ["operators", "disable", "--data", demo.folder, "--email", "di@ops.example"]);
  const page = await visitor(browser, wide);
  await page.goto(`${demo.url}/console`);
  await shoot(page, "console-sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  for (const [name, path] of CONSOLE) {
    await page.goto(demo.url + path);
    await shoot(page, name);
  }
  await page.goto(`${demo.url}/console/picsart?find=${demo.programs.picsart.accounts[0]}`);
  await shoot(page, "console-account");
  await page.goto(`${demo.url}/console/pictofit/orders?state=credited`);
  await page.locator("tbody th a").first().click();
  await shoot(page, "console-order");
  await page.goto(`${demo.url}/console/picsart/program`);
  const file = page.getByLabel("Program file");
  await file.fill((await file.inputValue()).replace(/(\[actions\.ai_image\][^[]*price = )1/, "$12"));
  const { now } = await demo.call("picsart", "GET", "/v1/test_clock");
  await page.getByLabel("Date and time").fill(new Date(Date.parse(now) + 9 * 86_400_000).toISOString().slice(0, 16));
  await page.getByRole("button", { name: "Schedule" }).click();
  await shoot(page, "console-scheduled");
  await file.fill((await file.inputValue()).replace(/(\[actions\.ai_image\][^[]*price = )1/, "$12"));
  await page.getByRole("button", { name: "Publish" }).click();
  await page.goto(`${demo.url}/console/picsart/versions/2`);
  await shoot(page, "console-version");
  await page.goto(`${demo.url}/console/people/bo@ops.example`);
  await shoot(page, "console-person");
  await page.goto(`${demo.url}/console/keys`);
  await page.getByLabel("Label").fill("shop backend");
  await page.getByRole("button", { name: "Make key" }).click();
  await shoot(page, "console-key-made");
  await page.setViewportSize({ width: narrow.width, height: narrow.height });
  await page.goto(`${demo.url}/console/pictofit/quotes`);
  await shoot(page, "console-menu-phone");
  await page.context().close();
});

test("there is a picture of every page", () => {
  for (const [name] of [...PORTAL, ...OTHERS, ...CONSOLE, ...BY_HAND.map((name) => [name])]) {
    assert.ok(existsSync(join(folder, `${name}.png`)), `docs/screens/${name}.png: SCREENS=write npm test makes it`);
  }
});
