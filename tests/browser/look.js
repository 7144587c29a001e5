// What the tests of pages share: all four looks, and how long a page takes to follow.
import assert from "node:assert/strict";
import { accessible } from "./axe.js";
import { LOOKS, visitor } from "./browser.js";

/** The same at an address, in light and dark, wide and narrow; nothing is wider than the screen. */
export async function accessibleInAllLooks(browser, url, prepare = () => {}) {
  for (const look of LOOKS) {
    const page = await visitor(browser, look);
    await page.goto(url);
    await prepare(page);
    await accessible(page, `${url} ${look.width} ${look.colorScheme}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${url} is ${wide} px wider than ${look.width}`);
    await page.context().close();
  }
}

/**
 * How many milliseconds pass until the page shows what is left, at this selector, `within` the shadow root there: from
 * the spend's request, and from its answer.
 */
export async function delay(page, { at, within }, wanted, spend) {
  await page.evaluate(({ at, within, wanted }) => {
    const place = () => (within ? document.querySelector(at)?.shadowRoot.querySelector(within) : document.querySelector(at));
    globalThis.shown = new Promise((shown) => {
      const look = () => (place()?.textContent === wanted ? shown(Date.now()) : requestAnimationFrame(look));
      look();
    });
  }, { at, within, wanted });
  const sent = Date.now();
  await spend();
  const answered = Date.now();
  const shown = await page.evaluate(() => globalThis.shown);
  return { sent: shown - sent, answered: Math.max(0, shown - answered) };
}

/** Asserts that a page follows within 300 ms. A machine that is busy may take its time for one request, not for most. */
export function quick(took, t, what) {
  const all = took.map(({ sent }) => sent).sort((a, b) => a - b);
  t.diagnostic(`${what}: ${took.map(({ sent, answered }) => `${sent} (${answered} after the answer)`).join(", ")} ms`);
  assert.ok(all[Math.floor(all.length / 2)] < 300, `${all}`);
  assert.ok(took.every(({ answered }) => answered < 300), `${what}: ${all}`);
}

/** What went wrong in a page: errors that nobody caught, and what it wrote as an error. */
export function troubles(page) {
  const found = [];
  page.on("pageerror", (error) => found.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") found.push(message.text()); });
  return found;
}
