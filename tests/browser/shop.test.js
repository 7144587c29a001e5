// What a program file can say about selling and prices beyond the three programs of the demo, on the portal's pages.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Server } from "./serve.js";

const shopOf = (origin) => `
scrip = 1
id = "shop"
name = "Shop & <Söhne>"
[brand]
support_email = "help@shop.example"
origins = ["${origin}"]
[units.credit]
name = "credits"
scale = 2
[units.token]
name = "tokens"
[alerts]
credit = [20.5]

[actions.image]
name = "Image"
price = 0.25
[actions.text]
name = "Text"
unit = "token"
price = { credits = 2, included = 3, minimum = 5 }
[actions.video]
name = "Video"
[actions.video.attributes]
resolution = { one_of = ["hd", "4k"], default = "hd" }
fast = { kind = "boolean", default = false }
seconds = { kind = "integer", min = 1, max = 600 }
[actions.video.price]
per = "seconds"
label = "second"
block = 10
rows = [{ resolution = "4k", fast = true, credits = 9 }, { resolution = "4k", credits = 6 }]
default = 3
[actions.area]
name = "Area"
[actions.area.attributes]
megapixels = { kind = "decimal", min = 0, max = 100 }
[actions.area.price]
expression = "megapixels * 0.5"
round = "up"

[plans.team]
name = "Team"
credits = 200
price = "7 EUR"
period = "1 month"
billed = "1 year"
seats = { min = 2, max = 50 }
trial = { for = "14 days", credits = 50 }

[packages.bonus]
name = "Plus"
credits = 100
bonus = 10
life = "1 year"
price = "20 EUR"
[packages.gated]
name = "Members"
credits = 100
price = "10 EUR"
requires_plan = ["team"]
[packages.capped]
name = "Capped"
credits = 500
price = "50 EUR"
balance_ceiling = 500
[packages.any]
name = "As you like"
minimum = 100
maximum = 10_000
step = 50
per = 100
tiers = [{ from = 100, price = "20 EUR" }, { from = 1_000, price = "18 EUR" }]
`;

let shop, browser, host;
before(async () => {
  // The host's own page: it frames what its query names.
  host = createServer((request, answer) => {
    const src = new URL(request.url, "http://localhost").searchParams.get("src") ?? "";
    answer.setHeader("content-type", "text/html");
    answer.end(`<!doctype html><title>Host</title><iframe title="Credits" src="${src}" width="1000" height="900"></iframe>`);
  });
  await new Promise((ready) => host.listen(0, "localhost", ready));
  host.url = `http://localhost:${host.address().port}`;
  shop = await Server.start("shop", shopOf(host.url));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  host?.close();
  assert.equal(await shop?.stop(), 0);
});

async function visit(account, page, more = {}) {
  await shop.call("shop", "POST", "/v1/accounts", { id: account });
  const tab = await visitor(browser, LOOKS[0], more);
  tab.setDefaultTimeout(10_000);
  await tab.goto(await shop.link("shop", account));
  await tab.goto(`${shop.url}/portal/shop/${page}`);
  return tab;
}

const row = (tab, name) =>
  tab.getByRole("listitem").filter({ has: tab.getByRole("heading", { name, exact: false }) });

test("tiers are shown, and as many are bought as were chosen", async () => {
  const tab = await visit("tiers", "buy");
  const any = await row(tab, "As you like").innerText();
  for (const part of ["100.00 to 10,000.00 credits", "from €0.18 per credit", "1,000.00 credits", "€18.00", "€0.20"]) {
    assert.ok(any.includes(part), `${part} in ${any}`);
  }
  await row(tab, "As you like").getByLabel("credits").fill("1050");
  await row(tab, "As you like").getByRole("button", { name: "Continue" }).click();
  await tab.getByRole("button", { name: "Buy now for €189.00" }).waitFor();
  await tab.getByLabel("credits").fill("950");
  await tab.getByLabel("credits").press("Enter");
  await tab.getByRole("button", { name: "Buy now for €190.00" }).waitFor();
  // What the field would not let through.
  await tab.goto(`${shop.url}/portal/shop/buy/order?package=any&credits=975`);
  await tab.getByRole("alert").getByText("multiple of 50.00 credits").waitFor();
  await tab.goto(`${shop.url}/portal/shop/buy/order?package=any&credits=50`);
  await tab.getByRole("alert").getByText("The least that can be ordered is 100.00 credits").waitFor();
  await tab.getByLabel("credits").fill("150");
  await tab.getByRole("button", { name: "Recalculate" }).click();
  await tab.getByRole("button", { name: "Buy now for €30.00" }).waitFor();
});

test("a bonus, and how long credits live", async () => {
  const tab = await visit("bonus", "buy");
  assert.match(await row(tab, "Plus").innerText(), /100\.00 credits\s+and 10\.00 credits as a bonus\s+can be used for 1 year/);
  await tab.getByRole("link", { name: "Buy: Plus" }).click();
  assert.match(await tab.locator("main").innerText(), /You get\s+100\.00 credits\s+can be used for 1 year\s+Bonus credits\s+10\.00 credits/);
});

test("what is needed to buy is said, and there is no button until it is there", async () => {
  const tab = await visit("gates", "buy");
  const grant = { credits: 12_500, class: "promotion", reason: "Welcome" };
  await shop.call("shop", "POST", "/v1/accounts/gates/grants", grant);
  await tab.reload();
  assert.match(await row(tab, "Members").innerText(), /on one of these plans: Team/);
  assert.match(await row(tab, "Capped").innerText(), /may have 500\.00 credits at most with this, and you have 125\.00 credits/);
  for (const name of ["Members", "Capped"]) assert.equal(await row(tab, name).getByRole("link").count(), 0);
  await tab.goto(`${shop.url}/portal/shop/buy/order?package=gated`);
  await tab.getByRole("alert").getByText("Choose a plan first").waitFor();
});

test("a trial is free, its seats are chosen, and then it can be had no more", async () => {
  const tab = await visit("trial", "buy");
  assert.match(await row(tab, "Team").innerText(), /Free for 14 days at first, with 50\.00 credits[^]*€7\.00\s+every year/);
  await tab.getByRole("link", { name: "Choose: Team" }).click();
  await tab.getByLabel("Seats").fill("3");
  await tab.getByRole("button", { name: "Recalculate" }).click();
  const main = await tab.locator("main").innerText();
  assert.match(main, /To pay now\s+Free/);
  assert.match(main, /€21\.00 every year, for the first time on 15\sMarch 2026/);
  await tab.getByRole("button", { name: "Start now" }).click();
  await tab.getByText("50.00 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  const top = await tab.locator("section.current").innerText();
  for (const part of ["Free trial", "3 × Team", "600.00 credits every month", "€21.00 every year"]) {
    assert.ok(top.includes(part), `${part} in ${top}`);
  }
  assert.equal(await row(tab, "Members").getByRole("link", { name: "Buy: Members" }).count(), 1, "the gate is open");
});

test("prices in words and figures, and what a unit with decimals costs", async () => {
  const tab = await visit("prices", "prices");
  const table = await tab.locator("table.prices").innerText();
  for (const part of [
    "Image\t0.25 credits", "The next 3 after the first cost nothing.", "At least 5 tokens.", "resolution 4k, fast yes",
    "9.00 credits per started 10 seconds", "In all other cases", "megapixels * 0.5",
  ]) {
    assert.ok(table.includes(part), `${part} in ${table}`);
  }
  const cost = async (query) => {
    await tab.goto(`${shop.url}/portal/shop/prices?${query}`);
    return tab.locator(".result .sum strong").innerText();
  };
  assert.equal(await cost("action=image&quantity=3"), "0.75 credits");
  assert.equal(await cost("action=video&quantity=1&video.resolution=4k&video.fast=true&video.seconds=11"), "18.00 credits");
  assert.equal(await cost("action=area&quantity=1&area.megapixels=1.25"), "0.63 credits");
  await tab.goto(`${shop.url}/portal/shop/prices?action=video&quantity=1&video.seconds=9999`);
  await tab.getByRole("alert").getByText("Fill in “seconds”").waitFor();
});

test("alert levels of each unit, with its decimals", async () => {
  const tab = await visit("levels", "alerts");
  const credits = tab.locator("section").filter({ has: tab.getByRole("heading", { name: "credits", exact: false }) }).first();
  assert.equal(await credits.getByLabel("Level 1").inputValue(), "20.50");
  await credits.getByLabel("Level 1").fill("10.25");
  await credits.getByRole("button", { name: "Save" }).click();
  await tab.getByText("when you have 10.25 credits or less").waitFor();
  const { data } = await shop.call("shop", "GET", "/v1/accounts/levels/alerts");
  assert.deepEqual(data.map(({ thresholds, own }) => [thresholds, own]), [[[1_025], true], [[], false]]);
});

test("in a frame of the host's page, the payment page gets a window, and the frame follows", async () => {
  await shop.call("shop", "POST", "/v1/accounts", { id: "framed" });
  const link = new URL(await shop.link("shop", "framed", "buy"));
  const tab = await visitor(browser, LOOKS[0]);
  tab.setDefaultTimeout(10_000);
  await tab.goto(`${host.url}?src=${encodeURIComponent(`http://localhost:${link.port}${link.pathname}`)}`);
  const frame = tab.frameLocator("iframe");
  await frame.getByRole("link", { name: "Buy: Plus" }).click();
  await frame.getByRole("button", { name: "Buy now for €20.00" }).click();
  const opened = tab.waitForEvent("popup");
  await frame.getByRole("link", { name: "Go to payment" }).click();
  const window = await opened;
  await window.getByRole("button", { name: /^Pay/ }).click();
  await frame.getByText("110.00 credits are in your account").waitFor();
});

test("all of it is accessible, and fits a telephone", async () => {
  for (const look of LOOKS) {
    const tab = await visit("looks", "buy", { viewport: { width: look.width, height: look.height }, colorScheme: look.colorScheme });
    for (const page of ["buy", "buy/order?package=any&credits=1050", "buy/order?package=gated", "buy/order?plan=team", "prices?action=video", "alerts"]) {
      await tab.goto(`${shop.url}/portal/shop/${page}`);
      const where = `${page} at ${look.width} px, ${look.colorScheme}`;
      await accessible(tab, where);
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${where} is ${wide} px too wide`);
    }
    if (process.env.SHOTS) {
      await tab.goto(`${shop.url}/portal/shop/buy`);
      await tab.screenshot({ path: `${process.env.SHOTS}/shop-${look.width}-${look.colorScheme}.png`, fullPage: true });
      await tab.goto(`${shop.url}/portal/shop/prices?action=video`);
      await tab.screenshot({ path: `${process.env.SHOTS}/shop-prices-${look.width}-${look.colorScheme}.png`, fullPage: true });
    }
    await tab.context().close();
  }
});
