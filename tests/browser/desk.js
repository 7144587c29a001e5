// What the tests of the console share: a demo with operators of each role, and signing in.
import { execFileSync } from "node:child_process";
import { LOOKS, visitor } from "./browser.js";
import { scrip } from "./demo.js";

export const PASSWORD = "correct horse battery";
export const wide = LOOKS[0];

/** Sets an operator on the server itself, with the password of the tests. */
export const operator = (data, email, role, ...more) =>
  execFileSync(scrip(), ["operators", "set", "--data", data, "--email", email, "--role", role, "--password-stdin", ...more], { input: `${PASSWORD}\n` });

/** An operator of each role, who needs no code. */
export const staff = (data) => {
  for (const role of ["admin", "support", "viewer"]) operator(data, `${role}@ops.example`, role, "--without-code");
};

/** A page of an operator who has typed their password. */
export async function signIn(browser, url, email, { look = wide, password = PASSWORD, more = {} } = {}) {
  const page = await visitor(browser, look, more);
  await page.goto(`${url}/console`);
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[type=password]").fill(password);
  await page.locator("main button[type=submit]").click();
  return page;
}

export const title = (page) => page.locator("h1").innerText();
export const status = (page) => page.getByRole("status").innerText();

/** The audit log of today, newest first, each in a line. */
export async function noted(page, url) {
  await page.goto(`${url}/console/audit`);
  const rows = await page.locator("tbody tr").allInnerTexts();
  return rows.map((row) => row.replace(/\s+/g, " "));
}

/** Sends a form that is made up, with a token that is good for whoever is signed in unless it says another. */
export async function madeUp(page, url, path, fields, more = {}) {
  await page.goto(`${url}/console`);
  const form = await page.locator("input[name=form]").first().getAttribute("value");
  return page.request.post(url + path, { form: { form, ...fields }, maxRedirects: 0, ...more });
}
