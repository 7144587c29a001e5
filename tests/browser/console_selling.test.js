// The operator console: publishing at an instant, orders, quotes, mail.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo, scrip } from "./demo.js";

let demo, browser, smtp;
const PASSWORD = "correct horse battery";
const desk = LOOKS[0];
const NOBODY = "nobody@shop.example";

/** A mail server that takes nothing, as it has no encryption: letters to it wait, and say so. */
function mailServer() {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (line) => socket.write(/^QUIT/i.test(line) ? "221 bye\r\n" : "250 test\r\n"));
    socket.write("220 test\r\n");
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({ server, port: server.address().port })));
}

before(async () => {
  smtp = await mailServer();
  process.env.SCRIP_SMTP = `smtp://127.0.0.1:${smtp.port}`;
  process.env.SCRIP_MAIL_FROM = "credits@host.example";
  demo = await Demo.start();
  delete process.env.SCRIP_SMTP;
  delete process.env.SCRIP_MAIL_FROM;
  browser = await launch();
  for (const role of ["admin", "support", "viewer"]) {
    const line = ["operators", "set", "--data", demo.folder, "--email", `${role}@ops.example`, "--role", role, "--password-stdin", "--without-code"];
    execFileSync(scrip(), line, { input: `${PASSWORD}\n` });
  }
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
  smtp?.server.close();
});

async function signIn(role, look = desk, more = {}) {
  const page = await visitor(browser, look, more);
  await page.goto(`${demo.url}/console`);
  await page.locator("input[type=email]").fill(`${role}@ops.example`);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("main button[type=submit]").click();
  return page;
}

const cost = async (action) => (await demo.call("picsart", "POST", "/v1/quotes", { account: demo.programs.picsart.accounts[0], action })).credits;
const status = (page) => page.getByRole("status").innerText();
const noted = async (page) => {
  await page.goto(`${demo.url}/console/audit`);
  return page.locator("table").innerText();
};
/** An instant so many hours ahead on the program's clock, as a field takes it. */
const ahead = async (program, hours) => {
  const { now } = await demo.call(program, "GET", "/v1/test_clock");
  return new Date(Date.parse(now) + hours * 3_600_000).toISOString().slice(0, 16);
};

test("a program is published at an instant by its own clock; what is scheduled is shown with what it changes", async () => {
  const page = await signIn("admin");
  const here = `${demo.url}/console/picsart/program`;
  await page.goto(here);
  const text = await page.getByLabel("Program file").inputValue();
  const dearer = (price) => text.replace(/(\[actions\.ai_image\][^[]*price = )1/, `$1${price}`);
  const schedule = async (file, at, zone = "UTC") => {
    await page.getByLabel("Program file").fill(file);
    await page.getByLabel("Date and time").fill(at);
    await page.getByLabel("Time zone").fill(zone);
    await page.getByRole("button", { name: "Schedule" }).click();
  };
  // What is wrong is said, and what was typed is kept.
  await schedule(dearer(4), await ahead("picsart", -2));
  assert.match(await page.getByRole("alert").innerText(), /in the future/);
  await schedule(dearer(4), await ahead("picsart", 2), "Europe/Nowhere");
  assert.match(await page.getByRole("alert").innerText(), /time zone/);
  assert.match(await page.getByLabel("Program file").inputValue(), /price = 4/);
  await schedule(text.replace("[actions.ai_image]", "[actions.ai_image]\nprize = 2"), await ahead("picsart", 2));
  assert.match(await page.getByRole("alert").innerText(), /actions\.ai_image\.prize/);

  await schedule(dearer(4), await ahead("picsart", 48), "Europe/Vienna");
  assert.match(await status(page), /Scheduled/);
  assert.match(await page.locator(".planned").innerText(), /UTC\s+Scheduled by admin@ops\.example\.\s+actions\.ai_image\.price: from 1 credit to 4 credits/);
  assert.equal(await cost("ai_image"), 1);
  // Another one, which is called off.
  await schedule(dearer(9), await ahead("picsart", 72));
  assert.equal(await page.locator(".planned").count(), 2);
  await page.locator(".planned").nth(1).getByRole("button", { name: "Call it off" }).click();
  assert.match(await status(page), /called off/);
  await demo.call("picsart", "POST", "/v1/test_clock/advance", { by: "4 days" });
  assert.equal(await cost("ai_image"), 4);
  await page.goto(here);
  assert.equal(await page.locator(".planned").count(), 0);
  assert.match(await page.locator("main").innerText(), /Version 2 runs/);
  assert.match(await noted(page), /admin@ops\.example\s+program\.publish\s+picsart\s+pub_\w+, scheduled for/);
  await page.context().close();
});

test("what does not fit any more when its instant comes is shown as failed, with the reason, until another version runs", async () => {
  const page = await signIn("admin");
  const here = `${demo.url}/console/pictastic/program`;
  await page.goto(here);
  const text = await page.getByLabel("Program file").inputValue();
  await page.getByLabel("Date and time").fill(await ahead("pictastic", 24));
  await page.getByRole("button", { name: "Schedule" }).click();
  await page.getByLabel("Program file").fill(`${text}\n[units.extra]\nname = "extras"\n`);
  await page.getByRole("button", { name: "Publish" }).click();
  assert.match(await status(page), /Published/);
  assert.match(await page.locator(".planned").innerText(), /does not fit any more/);
  await demo.call("pictastic", "POST", "/v1/test_clock/advance", { by: "2 days" });
  for (const place of [here, `${demo.url}/console/health`]) {
    await page.goto(place);
    assert.match(await page.locator(".notice.bad").innerText(), /could not be published[^]*units\.extra/, place);
  }
  await accessible(page, "health, with what has failed");
  await page.getByRole("link", { name: "Take its file up again" }).click();
  assert.equal(await page.getByLabel("Program file").inputValue(), text);
  await page.getByLabel("Program file").fill(`${text}\n[units.extra]\nname = "more"\n`);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.goto(`${demo.url}/console/health`);
  assert.equal(await page.locator(".notice.bad").count(), 0);
  await page.context().close();
});

test("orders of all accounts, newest first, by state, provider and account", async () => {
  const page = await signIn("viewer");
  const [one] = demo.programs.pictofit.accounts;
  await page.goto(`${demo.url}/console/pictofit/orders`);
  const rows = page.locator("tbody tr");
  assert.ok((await rows.count()) > 5);
  const times = await rows.locator("td:first-child").allInnerTexts();
  const instants = times.map((text) => Date.parse(text.replace(",", "")));
  assert.deepEqual(instants, [...instants].sort((a, b) => b - a));
  await page.getByLabel("State").selectOption("credited");
  await page.getByLabel("Provider").selectOption("test");
  await page.getByLabel("Account").fill(one);
  await page.getByRole("button", { name: "Find" }).click();
  for (const text of await rows.allInnerTexts()) assert.match(text, new RegExp(`${one}[^]*credited[^]*test`));
  assert.ok((await rows.count()) > 0);
  await page.goto(`${demo.url}/console/pictofit/orders?state=disputed&account=${one}x`);
  assert.match(await page.locator("main").innerText(), /No order matches/);
  // Nobody else's order is shown in another program, and a viewer is offered nothing to do.
  await page.goto(`${demo.url}/console/pictofit/orders`);
  await page.locator("tbody th a").first().click();
  assert.equal(await page.getByRole("button", { name: "Refund" }).count(), 0);
  const id = page.url().split("/").at(-1);
  assert.equal((await page.goto(`${demo.url}/console/picsart/orders/${id}`)).status(), 404);
  await page.context().close();
});

test("an invoice is marked as paid, an order cancelled, money given back: each with its reason, and noted", async () => {
  const page = await signIn("support");
  const account = demo.programs.picsart.accounts[0];
  const { packages } = await demo.call("picsart", "GET", "/v1/program");
  const order = () => demo.call("picsart", "POST", "/v1/orders", { account, package: packages[0].code, provider: "invoice" });
  const state = async ({ id }) => demo.call("picsart", "GET", `/v1/orders/${id}`);
  const [paid, dropped] = [await order(), await order()];
  await page.goto(`${demo.url}/console/picsart/orders?state=awaiting_payment&provider=invoice`);
  assert.equal(await page.locator(`a[href$="${paid.id}"]`).count(), 1);

  await page.goto(`${demo.url}/console/picsart/orders/${paid.id}`);
  await page.getByLabel("Your bank’s reference").fill("Transfer of 2 March");
  await page.getByRole("button", { name: "Mark as paid" }).click();
  assert.match(await status(page), /Booked as paid/);
  assert.equal((await state(paid)).state, "credited");
  assert.match(await page.locator("main").innerText(), /Paid\s+\$[\d.]+ · Transfer of 2 March\s+operator:support@ops\.example/);
  const receipt = await page.request.get(`${page.url().split("?")[0]}/receipt`);
  assert.equal((await receipt.body()).subarray(0, 5).toString(), "%PDF-");
  // Half of it is given back, by hand.
  const half = (paid.amount / 200).toFixed(2);
  await page.getByLabel("Amount in USD").fill(half);
  await page.locator("form[action$='/refund']").getByLabel("Reason").fill("Bought by mistake");
  const again = await page.locator("form[action$='/refund']").evaluate((form) => Object.fromEntries(new FormData(form)));
  await page.getByRole("button", { name: "Refund" }).click();
  assert.match(await status(page), /refund is booked/);
  assert.equal((await state(paid)).refunded, Math.round(Number(half) * 100));
  // The same form once more changes nothing.
  const twice = await page.request.post(`${page.url().split("?")[0]}/refund`, { form: again });
  assert.equal(twice.status(), 409);
  assert.equal((await state(paid)).refunded, Math.round(Number(half) * 100));
  // One that is paid can't be cancelled; one that is not can.
  await page.goto(`${demo.url}/console/picsart/orders/${dropped.id}`);
  await page.locator("form[action$='/cancel']").getByLabel("Reason").fill("Ordered twice");
  await page.getByRole("button", { name: "Cancel order" }).click();
  assert.match(await status(page), /cancelled/);
  assert.equal((await state(dropped)).state, "canceled");
  const text = await noted(page);
  for (const what of ["order.mark_paid", "order.refund", "order.cancel"]) {
    assert.match(text, new RegExp(`support@ops\\.example\\s+${what.replace(".", "\\.")}\\s+picsart order ord_`));
  }
  assert.match(text, /Bought by mistake/);
  await page.context().close();
});

test("the provider gives money back when it is asked to", async () => {
  const page = await signIn("support");
  await page.goto(`${demo.url}/console/pictofit/orders?state=credited&provider=test`);
  await page.locator("tbody th a").first().click();
  const id = page.url().split("/").at(-1);
  await page.locator("form[action$='/refund']").getByLabel("Reason").fill("A complaint");
  await page.getByRole("button", { name: "Refund" }).click();
  assert.match(await status(page), /refund/);
  const order = await demo.call("pictofit", "GET", `/v1/orders/${id}`);
  assert.equal(order.refunded, order.amount);
  assert.match(await page.locator("main").innerText(), /Money given back/);
  assert.equal(await page.getByRole("button", { name: "Refund" }).count(), 0);
  await page.context().close();
});

test("a viewer does nothing about orders and quotes, and a form that is made up is refused and noted", async () => {
  const page = await signIn("viewer");
  await page.goto(`${demo.url}/console/pictofit/orders?state=credited&provider=test`);
  await page.locator("tbody th a").nth(1).click();
  const form = await page.locator("input[name=form]").first().getAttribute("value");
  const refund = await page.request.post(`${page.url()}/refund`, { form: { form, refunded: "0", amount: "1", reason: "Please" } });
  assert.equal(refund.status(), 403);
  const forged = await page.request.post(`${page.url()}/refund`, { form: { form: "x", refunded: "0", amount: "1", reason: "x" } });
  assert.equal(forged.status(), 403);
  const publish = await page.request.post(`${demo.url}/console/picsart/program`, { form: { form, what: "schedule", file: "x", at: "2030-01-01T00:00" } });
  assert.equal(publish.status(), 403);
  const text = await noted(page);
  assert.match(text, /viewer@ops\.example\s+order\.refund.*refused/s);
  assert.match(text, /viewer@ops\.example\s+program\.schedule.*refused/s);
  await page.context().close();
});

test("a quote is made for an account, seen as the customer sees it, and taken back", async () => {
  const page = await signIn("support");
  const account = demo.programs.pictastic.accounts[0];
  const here = `${demo.url}/console/pictastic/quotes`;
  await page.goto(here);
  const make = async (fields) => {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole("button", { name: "Make quote" }).click();
  };
  const fields = { Account: "nobody-at-all", Credits: "12000", Price: "17500", "Note, for the customer to read": "As discussed <b>today</b>" };
  await make(fields);
  assert.match(await page.getByRole("alert").innerText(), /no such account/);
  assert.equal(await page.getByLabel("Credits").inputValue(), "12000", "what was typed is kept");
  await make({ Account: account, Price: "much" });
  assert.match(await page.getByRole("alert").innerText(), /no price/);
  await make({ Price: "17500", "Date and time": await ahead("pictastic", 240) });
  assert.match(await status(page), /The quote is made/);
  const row = page.locator("tbody tr").first();
  assert.match(await row.innerText(), /As discussed <b>today<\/b>[^]*open[^]*12,000[^]*\$17,500\.00/);
  await row.getByRole("button", { name: /See as the customer/ }).click();
  assert.match(page.url(), /\/portal\/pictastic\/buy/);
  assert.match(await page.locator("main").innerText(), /As discussed <b>today<\/b>/);
  await page.goto(`${here}?state=open`);
  await page.getByRole("button", { name: /Take back/ }).first().click();
  assert.match(await status(page), /taken back/);
  await page.goto(`${here}?state=withdrawn`);
  assert.match(await page.locator("tbody tr").first().innerText(), /taken back/);
  await page.goto(`${here}?state=accepted`);
  for (const text of await page.locator("tbody tr").allInnerTexts()) assert.match(text, /accepted/);
  const text = await noted(page);
  assert.match(text, /support@ops\.example\s+quote\.make\s+pictastic account/);
  assert.match(text, /quote\.withdraw/);
  await page.context().close();
});

test("letters: to whom, what the mail server said, and sent again", async () => {
  const page = await signIn("support");
  const account = demo.programs.picsart.accounts[1];
  await demo.call("picsart", "PATCH", `/v1/accounts/${account}`, { email: NOBODY });
  const { packages } = await demo.call("picsart", "GET", "/v1/program");
  const { id } = await demo.call("picsart", "POST", "/v1/orders", { account, package: packages[0].code, provider: "invoice" });
  await demo.call("picsart", "POST", `/v1/orders/${id}/mark_paid`, { reference: "Transfer" });
  await page.goto(`${demo.url}/console/picsart/mail?to=${NOBODY}`);
  const row = page.locator("tbody tr").filter({ hasText: NOBODY }).filter({ hasText: "order.credited" });
  const tried = async (times) => {
    while (Number(await row.locator("td.number").innerText()) < times) await page.reload();
  };
  await tried(1);
  assert.match(await row.innerText(), /nobody@shop\.example[^]*order\.credited[^]*waiting[^]*STARTTLS/);
  await row.getByRole("button", { name: /Send again/ }).click();
  assert.match(await status(page), /sent again/);
  await tried(2);
  assert.ok((await row.locator("details li").count()) >= 2, "what each attempt said is kept");
  assert.match(await noted(page), /support@ops\.example\s+mail\.resend\s+picsart letter \d+/);
  await page.context().close();
});

test("each letter can be looked at in both languages; it loads nothing and does nothing", async () => {
  const page = await signIn("viewer");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${demo.url}/console/pictastic/mail`);
  const links = await page.locator("a[href*='/preview/']").evaluateAll((all) => all.map((link) => link.href));
  assert.ok(links.length >= 30, `${links.length} letters`);
  await page.goto(`${demo.url}/console/pictastic/mail/preview/order.credited/de`);
  assert.match(await page.locator("pre").innerText(), /Gutgeschrieben: 2\.000 Credits/);
  const frame = page.frameLocator("iframe");
  assert.match(await frame.locator("body").innerText(), /Vielen Dank/);
  assert.equal(await page.locator("iframe").getAttribute("sandbox"), "");
  const letter = await page.request.get(await page.locator("iframe").evaluate((one) => one.src));
  assert.match(letter.headers()["content-security-policy"], /^default-src 'none'.*sandbox/);
  for (const url of asked) assert.ok(url.startsWith(demo.url) || url.startsWith("data:"), url);
  assert.equal((await page.goto(`${demo.url}/console/pictastic/mail/preview/no.such/de`)).status(), 404);
  await page.context().close();
});

test("the console speaks German", async () => {
  const page = await signIn("admin", desk, { locale: "de-AT" });
  for (const [place, title] of [["orders", "Bestellungen"], ["quotes", "Angebote"], ["mail", "E-Mail"], ["program", "Programm"]]) {
    await page.goto(`${demo.url}/console/pictastic/${place}`);
    assert.equal(await page.locator("h1").innerText(), title);
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
  }
  assert.match(await page.locator("main").innerText(), /Zu einem Zeitpunkt veröffentlichen/);
  await page.context().close();
});

for (const look of LOOKS) {
  test(`orders, quotes, mail and what is scheduled are accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    const page = await signIn("admin", look);
    await page.goto(`${demo.url}/console/pictofit/program`);
    await page.getByLabel("Date and time").fill(await ahead("pictofit", 30));
    await page.getByRole("button", { name: "Schedule" }).click();
    const places = ["program", "orders", "quotes", "mail", "mail/preview/renewal.failed/de"].map((place) => `/console/pictastic/${place}`);
    places.push("/console/pictofit/program", "/console/picsart/mail", "/console/pictofit/orders");
    for (const place of places) {
      await page.goto(demo.url + place);
      await accessible(page, place);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${place} is ${wide} px wider than the window`);
    }
    await page.locator("tbody th a").first().click();
    await accessible(page, "an order");
    await page.context().close();
  });
}
