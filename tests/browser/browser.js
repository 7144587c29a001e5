// Headless Chromium, as the pages are tested in it.
import { chromium } from "playwright-core";

const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });

/** The widths and themes that every page is looked at in. */
export const LOOKS = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 1280, height: 900, colorScheme: "dark" },
  { width: 390, height: 844, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
];

/** A page of a new visitor with this look. */
export async function visitor(browser, { width, height, colorScheme }, more = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, ...more });
  return context.newPage();
}
