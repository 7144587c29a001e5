// What a customer reads when credits run low, are below zero, and have been for too long; and the way out of each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

const call = (method, path, body) => demo.call("pictofit", method, path, body);
let sessions = 0;
const spend = async (account, times) => {
  const all = Array.from({ length: times }, () => call("POST", "/v1/sessions", { account, action: "session", key: `banner-${++sessions}` }));
  await Promise.all(all);
};
const day = (language, instant) =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : "de", { dateStyle: "long", timeZone: "UTC" }).format(new Date(instant));

const LANGUAGES = {
  en: {
    low: "Your credits are running low. You have 0 credits left.",
    below: (until) => ["Your balance is below zero. You owe 2 credits. Buy credits before ", day("en", until), ", or your account is suspended."],
    suspended: "Your account is suspended. You owe 2 credits. It works again the moment that your balance is no longer negative.",
    buy: "Buy credits",
  },
  de: {
    low: "Ihre Credits gehen zur Neige. Noch 0 Credits.",
    below: (until) => ["Ihr Saldo ist unter null. Offen: 2 Credits. Kaufen Sie Credits vor dem ", day("de", until), ", sonst wird Ihr Konto gesperrt."],
    suspended: "Ihr Konto ist gesperrt. Offen: 2 Credits. Es geht weiter, sobald Ihr Saldo nicht mehr negativ ist.",
    buy: "Credits kaufen",
  },
};

test("low, below zero with its deadline, suspended: what a customer reads, and the way out", async () => {
  const visits = [];
  for (const [language, texts] of Object.entries(LANGUAGES)) {
    const id = `banner-${language}`;
    await call("POST", "/v1/accounts", { id, name: "Anna", locale: language, time_zone: "UTC" });
    // Beside the 50 that it begins with.
    await call("POST", `/v1/accounts/${id}/grants`, { credits: 50, class: "purchase", reason: "Test" });
    const page = await visitor(browser, LOOKS[0]);
    await page.goto(await demo.link("pictofit", id));
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    visits.push({ id, page, texts, overview: page.url() });
  }
  /** Sees what each of them reads; the pages follow by themselves. */
  const read = async (expected) => {
    for (const { id, page, texts, overview } of visits) {
      const parts = [await expected(texts, id)].flat();
      // By how it begins: one banner's end has the words of another's beginning.
      const begins = parts[0].trim().split(". ")[0].replaceAll(/[^\p{L}\p{N} ]/gu, ".").replaceAll(" ", "\\s");
      const banner = page.locator(".banner", { hasText: new RegExp(`^\\s*${begins}`) });
      await banner.waitFor();
      assert.equal(await page.locator(".banner").count(), 1);
      const text = (await banner.locator("p").first().innerText()).replaceAll("\u00a0", " ");
      if (parts.length === 1) assert.equal(text, parts[0]);
      for (const part of parts) assert.ok(text.includes(part), `${text}: ${part}`);
      for (const { width, height, colorScheme } of LOOKS) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await accessible(page, `${text} ${width} ${colorScheme}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${text} ${width}`);
      }
      await banner.getByRole("link", { name: texts.buy }).click();
      assert.equal(page.url(), `${demo.url}/portal/pictofit/buy`);
      assert.ok(await page.getByRole("link", { name: /100 credits|100 Credits|Credits 100/ }).first().isVisible(), "there is something to buy");
      await page.goto(overview);
    }
  };

  for (const { page } of visits) assert.equal(await page.locator(".banner").count(), 0, "there is enough");
  for (const { id } of visits) await spend(id, 100);
  await read(({ low }) => low);
  for (const { id } of visits) await spend(id, 2);
  await read(async ({ below }, id) => below((await call("GET", `/v1/accounts/${id}`)).overdraft.deadline));
  await call("POST", "/v1/test_clock/advance", { by: "P10D" });
  await read(({ suspended }) => suspended);
  for (const { id, page } of visits) {
    await call("POST", `/v1/accounts/${id}/grants`, { credits: 100, class: "purchase", reason: "Test" });
    await page.locator(".banner").waitFor({ state: "detached" });
    assert.equal(await page.locator("[data-balance=credit]").first().innerText(), "98");
    await page.context().close();
  }
});
