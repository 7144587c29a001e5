// The operator console: signing in, helping a customer, publishing a program, and what is noted of all that.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo, scrip } from "./demo.js";
import { code } from "./totp.js";

let demo, browser;
const PASSWORD = "correct horse battery";

const operator = (email, role, ...more) =>
  execFileSync(scrip(), ["operators", "set", "--data", demo.folder, "--email", email, "--role", role, "--password-stdin", ...more], { input: `${PASSWORD}\n` });

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  operator("admin@ops.example", "admin", "--without-code");
  operator("support@ops.example", "support", "--without-code");
  operator("viewer@ops.example", "viewer", "--without-code");
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
});

const desk = LOOKS[0];

async function signIn(email, look = desk, password = PASSWORD) {
  const page = await visitor(browser, look);
  await page.goto(`${demo.url}/console`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  return page;
}

test("an operator signs in with a password and a code, and sets the code up the first time", async () => {
  operator("ada@ops.example", "viewer");
  const page = await signIn("ada@ops.example");
  assert.match(await page.locator("h1").innerText(), /Set up your codes/);
  const secret = await page.locator("code").innerText();
  // Nothing else is open before that.
  await page.goto(`${demo.url}/console/audit`);
  assert.match(page.url(), /enrol$/);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Sign in" }).click();
  assert.match(await page.getByRole("alert").innerText(), /not right/);
  await page.getByLabel("Code").fill(code(secret));
  await page.getByRole("button", { name: "Sign in" }).click();
  assert.match(await page.locator("h1").innerText(), /Programs/);
  await page.context().close();
  // The next time it is asked for; the one that was used is not taken again.
  const again = await signIn("ada@ops.example");
  assert.match(await again.locator("h1").innerText(), /One more step/);
  await again.getByLabel("Code").fill(code(secret, Date.now() + 30_000));
  await again.getByRole("button", { name: "Sign in" }).click();
  assert.match(await again.locator("h1").innerText(), /Programs/);
  await again.context().close();
});

test("who is not an operator is not let in, and has to wait after some attempts", async () => {
  const page = await signIn("eve@ops.example");
  assert.match(await page.getByRole("alert").innerText(), /not right/);
  const attempt = () =>
    fetch(`${demo.url}/console/sign_in`, { method: "POST", body: new URLSearchParams({ email: "eve@ops.example", password: "x" }) });
  const statuses = [];
  for (let number = 0; number < 6; number++) statuses.push((await attempt()).status);
  assert.equal(statuses.at(-1), 429, `${statuses}`);
  const elsewhere = await fetch(`${demo.url}/console/sign_in`, {
    method: "POST",
    headers: { "sec-fetch-site": "cross-site" },
    body: new URLSearchParams({ email: "admin@ops.example", password: PASSWORD }),
  });
  assert.equal(elsewhere.status, 403);
  assert.equal((await fetch(`${demo.url}/console/picsart`, { redirect: "manual" })).status, 303);
  await page.context().close();
});

test("support gives credits with a reason, sees the customer's portal, and all of it is noted", async () => {
  const page = await signIn("support@ops.example");
  const account = demo.programs.picsart.accounts[0];
  await page.goto(`${demo.url}/console/picsart`);
  await page.getByLabel("Find an account").fill(account);
  await page.getByRole("button", { name: "Find" }).click();
  assert.match(page.url(), /accounts\/\d+$/);
  const story = page.url();
  const before = await demo.call("picsart", "GET", `/v1/accounts/${account}/balance`);
  await page.getByLabel("Credits").fill("25");
  await page.locator("form[action$='/adjust']").getByLabel("Reason").fill("A photo that was lost");
  await page.getByRole("button", { name: "Book it" }).click();
  assert.match(await page.getByRole("status").innerText(), /Booked/);
  const after = await demo.call("picsart", "GET", `/v1/accounts/${account}/balance`);
  const available = (balance) => (balance.data?.[0] ?? balance).available;
  assert.equal(available(after) - available(before), 25);
  // In the history it is theirs.
  const { data } = await demo.call("picsart", "GET", `/v1/accounts/${account}/entries?limit=1`);
  assert.deepEqual([data[0].by, data[0].reason], ["operator:support@ops.example", "A photo that was lost"]);
  await page.getByRole("button", { name: "See as the customer" }).click();
  assert.match(page.url(), /\/portal\/picsart$/);
  await page.goto(`${demo.url}/console/audit`);
  const noted = await page.locator("table").innerText();
  assert.match(noted, /support@ops.example\s+account.adjust\s+picsart account/);
  assert.match(noted, /account.portal/);
  // A number that is none changes nothing.
  await page.goto(story);
  await page.getByLabel("Credits").fill("-3");
  await page.locator("form[action$='/adjust']").getByLabel("Reason").fill("A mistake");
  await page.getByRole("button", { name: "Book it" }).click();
  assert.match(await page.locator("h1").innerText(), /no number of credits/);
  await page.context().close();
});

test("a viewer changes nothing: no form is shown, and one that is made up is refused and noted", async () => {
  const page = await signIn("viewer@ops.example");
  const account = demo.programs.picsart.accounts[0];
  await page.goto(`${demo.url}/console/picsart?find=${account}`);
  assert.equal(await page.getByRole("button", { name: "Book it" }).count(), 0);
  const token = await page.locator("input[name=form]").first().getAttribute("value");
  const answer = await page.request.post(`${page.url()}/adjust`, {
    form: { form: token, how: "give", credits: "1000", reason: "Please" },
  });
  assert.equal(answer.status(), 403);
  const forged = await page.request.post(`${page.url()}/adjust`, { form: { form: "x", how: "give", credits: "1", reason: "x" } });
  assert.equal(forged.status(), 403);
  await page.goto(`${demo.url}/console/audit`);
  assert.match(await page.locator("table").innerText(), /viewer@ops.example\s+account.adjust.*refused/s);
  await page.context().close();
});

test("a program is checked, compared and published; what is wrong names its line", async () => {
  const page = await signIn("admin@ops.example");
  await page.goto(`${demo.url}/console/picsart/program`);
  const file = page.getByLabel("Program file");
  const text = await file.inputValue();
  await file.fill(text.replace(/\[actions\.ai_image\]/, "[actions.ai_image]\nprize = 2"));
  await page.getByRole("button", { name: "Check and compare" }).click();
  assert.match(await page.getByRole("alert").innerText(), /picsart\.toml:\d+:\d+: actions\.ai_image\.prize/);
  await page.getByLabel("Program file").fill(text.replace(/(\[actions\.ai_image\][^[]*price = )1/, "$12"));
  await page.getByRole("button", { name: "Check and compare" }).click();
  assert.match(await page.locator("main").innerText(), /actions\.ai_image/);
  await page.getByRole("button", { name: "Publish" }).click();
  assert.match(await page.getByRole("status").innerText(), /Published/);
  const program = await demo.call("picsart", "GET", "/v1/program");
  assert.equal(program.price_version, 2);
  const quote = await demo.call("picsart", "POST", "/v1/quotes", { account: demo.programs.picsart.accounts[0], action: "ai_image" });
  assert.equal(quote.credits, 2);
  await page.context().close();
});

test("the check runs from the console, and says that the books are right", async () => {
  const page = await signIn("support@ops.example");
  await page.goto(`${demo.url}/console/health`);
  await page.getByRole("button", { name: "Check now" }).click();
  await page.waitForFunction(async () => {
    const text = await (await fetch("/console/health")).text();
    return text.includes("Clean") && !text.includes("has been running");
  }, undefined, { polling: 100 });
  await page.context().close();
});

for (const look of LOOKS) {
  test(`the console is accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    const fresh = await visitor(browser, look);
    await fresh.goto(`${demo.url}/console/sign_in`);
    await accessible(fresh, "sign in");
    await fresh.context().close();
    const page = await signIn("admin@ops.example", look);
    const account = demo.programs.pictofit.accounts[0];
    const places = ["/console", "/console/audit", "/console/health", "/console/pictofit", `/console/pictofit?find=${account}`, "/console/pictofit/program", "/console/pictofit/deliveries"];
    for (const place of places) {
      await page.goto(demo.url + place);
      await accessible(page, place);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${place} is ${wide} px wider than the window`);
    }
    await page.context().close();
  });
}
