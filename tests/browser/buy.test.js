// Buying and setting, as customers do it in a browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo } from "./demo.js";

const WIDE = LOOKS[0];
let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
});

/** A visitor of an account's portal, on that page. */
async function visit(program, account, page, { look = WIDE, ...more } = {}) {
  const tab = await visitor(browser, look, more);
  tab.setDefaultTimeout(10_000);
  await tab.goto(await demo.link(program, account));
  await tab.goto(`${demo.url}/portal/${program}/${page}`);
  return tab;
}

let number = 0;
/** A new account, so that no test meets what another has done. */
async function open(program, more = {}) {
  const id = `buyer-${++number}`;
  await demo.call(program, "POST", "/v1/accounts", { id, name: `Buyer ${number}`, ...more });
  return id;
}

const text = (tab, place = "main") => tab.locator(place).innerText();
const balance = async (program, account) =>
  (await demo.call(program, "GET", `/v1/accounts/${account}`)).balance[0].available;
const orders = async (program, account) =>
  (await demo.call(program, "GET", `/v1/accounts/${account}/orders`)).data;
const subscription = (program, account) => demo.call(program, "GET", `/v1/accounts/${account}/subscription`);

/** Pays at the test checkout with a card, the good one where none is said. */
async function pay(tab, card) {
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  if (card) await tab.getByLabel("Or type a number").fill(card);
  await tab.getByRole("button", { name: /^Pay/ }).click();
}

/** From the list of offers to the end of the checkout. */
async function buy(tab, offer, card) {
  await tab.getByRole("link", { name: offer }).click();
  await tab.getByRole("button", { name: /^Buy now for/ }).click();
  await pay(tab, card);
}

/** A day as English pages say it. */
const day = (time, zone = "UTC") => {
  const parts = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: zone });
  return parts.format(new Date(time)).replace(" ", "\u00a0");
};

/** Sees that the page is accessible, and as wide as the screen. */
async function isFine(tab, what) {
  await accessible(tab, what);
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
}

test("pf_3 a package is bought at the checkout, and its credits can be spent at once", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await buy(tab, "Buy once: 100 credits");
  await tab.getByText("100 credits are in your account").waitFor();
  assert.match(tab.url(), /\/portal\/pictofit\/orders\/ord_\w+/);
  assert.equal(await balance("pictofit", account), 150);
  const charge = { account, action: "garment", quantity: 30 };
  assert.equal((await demo.call("pictofit", "POST", "/v1/charges", charge)).credits, 150);

  await tab.getByRole("link", { name: "See receipt" }).click();
  assert.match(await text(tab, "body"), /29\.00/);
  const styled = await tab.evaluate(() => [...document.styleSheets].length);
  assert.equal(styled, 1, "the receipt has its style sheet beside it");
  const pdf = await tab.request.get(`${tab.url()}/pdf`);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  assert.equal((await pdf.body()).subarray(0, 5).toString(), "%PDF-");
});

test("pf_4 pf_6 the top shows all of an auto-renewal; cancelled, its credits stay", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await tab.getByRole("link", { name: "Auto-renew: 100 credits" }).click();
  const { period, now } = { period: 30, now: (await demo.call("pictofit", "GET", "/v1/test_clock")).now };
  const next = day(new Date(now).getTime() + period * 24 * 3_600_000);
  assert.ok((await text(tab)).includes(`$29.00 every 30 days, for the first time on ${next}`), await text(tab));
  await tab.getByRole("button", { name: "Buy now for $29.00" }).click();
  await pay(tab);
  await tab.getByRole("link", { name: "Back to all offers" }).click();

  const top = await text(tab, "section.current");
  for (const part of ["Your auto-renewal", "Active", "100 credits for $29.00 every 30 days", next, "Visa •••• 4242"]) {
    assert.ok(top.includes(part), `${part} in ${top}`);
  }
  assert.ok((await tab.locator("section.current").boundingBox()).y < (await tab.locator(".offers").first().boundingBox()).y);

  await tab.getByRole("link", { name: "Cancel auto-renewal" }).click();
  assert.match(await text(tab), /Credits that were already added stay yours/);
  assert.equal((await subscription("pictofit", account)).cancel_at_period_end, false, "asked, and not done yet");
  await tab.getByRole("button", { name: "Cancel auto-renewal" }).click();
  await tab.getByText("It is cancelled").waitFor();
  assert.ok((await text(tab, "section.current")).includes(`Ends on ${next}`));
  assert.equal(await balance("pictofit", account), 150);

  await tab.getByRole("button", { name: "Resume auto-renewal" }).click();
  await tab.getByText("It goes on").waitFor();
  assert.equal((await subscription("pictofit", account)).cancel_at_period_end, false);
});

test("pf_5 a change comes with the next cycle, both packages are shown, and one can be bought in between", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await buy(tab, "Auto-renew: 100 credits");
  await tab.getByText("100 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("link", { name: "Renew this instead: 500 credits" }).click();
  assert.match(await text(tab), /Nothing is charged now/);
  await tab.getByRole("button", { name: /^Change from/ }).click();
  await tab.getByText("Your change is saved").waitFor();
  const top = await text(tab, "section.current");
  const ends = day((await subscription("pictofit", account)).period.end);
  for (const part of [`Until ${ends}`, "100 credits for $29.00", `From ${ends}`, "500 credits for $119.00"]) {
    assert.ok(top.includes(part), `${part} in ${top}`);
  }
  assert.equal((await subscription("pictofit", account)).offer, "credits_100");

  await tab.getByRole("link", { name: "Buy once: 100 credits" }).click();
  await tab.getByRole("radio", { name: "Visa •••• 4242" }).check();
  await tab.getByRole("button", { name: "Buy now for $29.00" }).click();
  await tab.getByText("100 credits are in your account").waitFor();

  // It can be taken back, and be planned again.
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("button", { name: "Keep the current one" }).click();
  await tab.getByText("Your change is saved").waitFor();
  assert.equal((await subscription("pictofit", account)).pending_change, null);
  await tab.getByRole("link", { name: "Renew this instead: 500 credits" }).click();
  await tab.getByRole("button", { name: /^Change from/ }).click();
  await demo.call("pictofit", "POST", "/v1/test_clock/advance", { by: "P31D" });
  await tab.reload();
  const then = await text(tab, "section.current");
  assert.ok(then.includes("500 credits for $119.00 every 30 days") && !then.includes("$29.00"), then);
  assert.equal(await balance("pictofit", account), 50 + 100 + 100 + 500);
});

test("pt_1 a quote that was made is shown and accepted", async () => {
  const account = await open("pictastic");
  const quote = { package: "enterprise", credits: 2_500, amount: 375_000, currency: "USD", note: "For the <b>spring</b>" };
  await demo.call("pictastic", "POST", `/v1/accounts/${account}/custom_quotes`, quote);
  const tab = await visit("pictastic", account, "buy");
  const offer = await tab.getByRole("listitem").filter({ hasText: "2,500 credits" }).innerText();
  for (const part of ["$3,750.00", "$1.50 per credit", "You can accept it until", "For the <b>spring</b>"]) {
    assert.ok(offer.includes(part), `${part} in ${offer}`);
  }
  await buy(tab, "Accept: Enterprise");
  await tab.getByText("2,500 credits are in your account").waitFor();
  assert.equal(await balance("pictastic", account), 2_500);
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  assert.equal(await tab.getByText("Offers made for you").count(), 0);
});

test("pt_2 the hosted checkout is followed by every page that is open", async () => {
  const account = await open("pictastic");
  const tab = await visit("pictastic", account, "buy");
  await tab.getByRole("link", { name: "Buy: Starter" }).click();
  await tab.getByRole("button", { name: "Buy now for $199.00" }).click();
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  const [order] = await orders("pictastic", account);
  const other = await visit("pictastic", account, `orders/${order.id}`);
  await other.getByText("not paid yet", { exact: true }).waitFor();
  const offers = await visit("pictastic", account, "buy");
  await offers.getByText("Under way").waitFor();
  await pay(tab);
  await tab.getByText("100 credits are in your account").waitFor();
  // Without a reload.
  await other.getByText("100 credits are in your account").waitFor();
  await offers.locator('[data-balance="credit"]', { hasText: "100" }).waitFor();
  assert.equal(await balance("pictastic", account), 100);
});

test("pt_6 20 is the default, and the customer sets others", async () => {
  const account = await open("pictastic");
  const tab = await visit("pictastic", account, "alerts");
  assert.match(await text(tab), /when you have 20 credits or less\.\s+That is the recommended setting/);
  assert.equal(await tab.getByLabel("Level 1").inputValue(), "20");
  await tab.getByLabel("Level 1").fill("5");
  await tab.getByLabel("Level 2").fill("50");
  await tab.getByRole("button", { name: "Save" }).first().click();
  await tab.getByText("Your alert levels are saved").waitFor();
  assert.match(await text(tab), /when you have 50 credits, 5 credits or less\.\s+20 credits is recommended/);
  const levels = async () => (await demo.call("pictastic", "GET", `/v1/accounts/${account}/alerts`)).data[0];
  assert.deepEqual((await levels()).thresholds, [50, 5]);
  await tab.getByRole("button", { name: "Use the recommended 20 credits" }).click();
  await tab.getByText("Your alert levels are saved").waitFor();
  assert.deepEqual(await levels(), { unit: "credit", thresholds: [20], own: false });

  await tab.getByLabel("E-mail address").fill("new@office.example");
  await tab.getByLabel("Language").selectOption("de");
  await tab.getByLabel("Time zone").fill("Europe/Vienna");
  await tab.getByRole("button", { name: "Save" }).last().click();
  await tab.getByText("Ihre Einstellungen sind gespeichert").waitFor();
  const { email, locale, time_zone } = await demo.call("pictastic", "GET", `/v1/accounts/${account}`);
  assert.deepEqual({ email, locale, time_zone }, { email: "new@office.example", locale: "de", time_zone: "Europe/Vienna" });
  await tab.getByLabel("Zeitzone").fill("Europe/Atlantis");
  await tab.getByRole("button", { name: "Speichern" }).last().click();
  await tab.getByRole("alert").getByText("Diese Zeitzone gibt es nicht").waitFor();
  assert.equal(await tab.getByLabel("Zeitzone").inputValue(), "Europe/Atlantis", "what was typed is not lost");
});

test("pt_7 the price per credit and the saving are shown", async () => {
  const tab = await visit("pictastic", await open("pictastic"), "buy");
  const row = (name) => tab.getByRole("listitem").filter({ has: tab.getByRole("heading", { name }) }).innerText();
  const [starter, professional, enterprise] = [await row("Starter"), await row("Professional"), await row("Enterprise")];
  assert.ok(starter.includes("$199.00") && starter.includes("$1.99 per credit") && !starter.includes("Save"), starter);
  assert.ok(professional.includes("$1.798 per credit") && professional.includes("Save 9%"), professional);
  assert.ok(enterprise.includes("1,000 credits or more") && enterprise.includes("Ask for a quote"), enterprise);
  const mail = decodeURIComponent(await tab.getByRole("link", { name: "Ask for a quote" }).getAttribute("href"));
  assert.match(mail, /^mailto:support@pictastic\.example\?subject=Pictastic: a quote for Enterprise&body=Account: acct_/);
});

test("ps_1 what each tool costs is listed, and computed", async () => {
  const account = await open("picsart");
  const tab = await visit("picsart", account, "prices");
  const table = await text(tab, "table.prices");
  for (const part of ["AI image\t1 credit", "Enhance\t2 credits", "resolution 4k\t20 credits per started second"]) {
    assert.ok(table.includes(part), `${part} in ${table}`);
  }
  await tab.getByLabel("Use").selectOption("video");
  await tab.getByRole("button", { name: "Calculate" }).click();
  await tab.getByLabel("duration").fill("2.5");
  await tab.getByLabel("resolution").selectOption("4k");
  await tab.getByLabel("How many").fill("2");
  await tab.getByRole("button", { name: "Calculate" }).click();
  const result = await text(tab, ".result");
  assert.match(result, /120 credits for 2 × Video/);
  assert.match(result, /You have 0 credits\. 120 credits more are needed/);
});

test("pf_14 the conversion list of each use", async () => {
  const tab = await visit("pictofit", "maison-velours", "prices");
  assert.match(await text(tab, "table.prices"), /Virtual garment\s+5 credits\s+Virtual try-on session\s*once a session.*\s+1 credit/);
});

test("ps_4 add-ons are bought beside a plan, with the stored card", async () => {
  const account = await open("picsart");
  const tab = await visit("picsart", account, "buy");
  await buy(tab, "Choose: Plus");
  await tab.getByText("200 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("link", { name: "Buy: 500 credits" }).click();
  assert.match(await text(tab), /500 credits\s+do not expire/);
  await tab.getByRole("button", { name: "Buy now for $20.00" }).click();
  await tab.getByText("500 credits are in your account").waitFor();
  assert.equal(await balance("picsart", account), 700);
  const { by_class } = await demo.call("picsart", "GET", `/v1/accounts/${account}/balance`);
  assert.equal(by_class.find((one) => one.class === "purchase").expires_at, null);
});

test("ps_10 up at once for the difference, down with the next cycle", async () => {
  const account = await open("picsart");
  const tab = await visit("picsart", account, "buy");
  await buy(tab, "Choose: Plus");
  await tab.getByText("200 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("link", { name: "Change to this: Pro" }).click();
  assert.match(await text(tab), /You get\s+300 credits[^]*To pay now\s+\$8\.00/);
  await tab.getByRole("button", { name: "Buy now for $8.00" }).click();
  await tab.getByText("300 credits are in your account").waitFor();
  assert.equal((await subscription("picsart", account)).offer, "pro");
  assert.equal(await balance("picsart", account), 500);

  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("link", { name: "Change to this: Free" }).click();
  await tab.getByRole("button", { name: /^Change from/ }).click();
  await tab.getByText("Your change is saved").waitFor();
  const { offer, pending_change } = await subscription("picsart", account);
  assert.deepEqual([offer, pending_change.offer], ["pro", "free"]);
});

test("ps_12 a renewal that was not paid says when it is tried again, and can be paid with another card", async () => {
  const account = await open("picsart");
  const tab = await visit("picsart", account, "buy");
  await buy(tab, "Choose: Plus", "4000 0000 0000 0341");
  await tab.getByText("200 credits are in your account").waitFor();
  await demo.call("picsart", "POST", "/v1/test_clock/advance", { by: "P32D" });
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  const top = await text(tab, "section.current");
  const { next_attempt_at } = await subscription("picsart", account);
  assert.ok(top.includes("Payment overdue") && top.includes(`tried again on ${day(next_attempt_at)}`), top);
  await tab.getByRole("link", { name: "Pay now, with any card" }).click();
  await tab.getByRole("button", { name: "Go to payment" }).click();
  await pay(tab);
  await tab.getByText("200 credits are in your account").waitFor();
  assert.equal((await subscription("picsart", account)).state, "active");
});

test("a stored card that its bank wants to be confirmed leads to where that is done", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await buy(tab, "Buy once: 100 credits", "4000 0025 0000 3155");
  await tab.getByRole("button", { name: "Approve" }).click();
  await tab.getByText("100 credits are in your account").waitFor();
  await tab.goto(`${demo.url}/portal/pictofit/buy/order?package=credits_500`);
  await tab.getByRole("button", { name: "Buy now for $119.00" }).click();
  const approve = tab.getByRole("button", { name: "Approve" });
  await approve.waitFor();
  const [order] = await orders("pictofit", account);
  const other = await visit("pictofit", account, `orders/${order.id}`);
  await other.getByText("Your bank wants you to confirm").waitFor();
  assert.equal(await other.getByRole("button", { name: "Cancel order" }).count(), 0);
  await approve.click();
  await other.getByText("500 credits are in your account").waitFor();
});

test("a declined card is said, nothing is bought, and it can be tried again", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await buy(tab, "Buy once: 500 credits", "4000 0000 0000 0002");
  await tab.getByRole("alert").getByText("The card was declined").waitFor();
  await tab.getByRole("button", { name: "Cancel" }).click();
  await tab.getByText("Nothing was charged").waitFor();
  assert.match(await text(tab), /Your order: not paid[^]*The card was declined/);
  assert.equal(await balance("pictofit", account), 50);
  await tab.getByRole("link", { name: "Try again" }).click();
  await tab.getByRole("button", { name: "Buy now for $119.00" }).click();
  await pay(tab);
  await tab.getByText("500 credits are in your account").waitFor();
});

test("money that takes days is said to be on its way", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await buy(tab, "Buy once: 100 credits", "4000 0000 0000 0077");
  await tab.getByText("If you have paid there is nothing to do").waitFor();
  await demo.call("pictofit", "POST", "/v1/test_clock/advance", { by: "P3D" });
  // The page follows.
  await tab.getByText("100 credits are in your account").waitFor();
});

/** The fields of the form with that button. */
const fields = (tab, button) =>
  tab.getByRole("button", { name: button }).evaluate((pressed) => {
    const sent = Object.fromEntries(new FormData(pressed.form));
    return pressed.name ? { ...sent, [pressed.name]: pressed.value } : sent;
  });

test("a form that is sent twice buys once", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy/order?package=credits_100");
  const form = await fields(tab, "Buy now for $29.00");
  const url = `${demo.url}/portal/pictofit/buy/order`;
  await Promise.all([1, 2, 3].map(() => tab.request.post(url, { form, maxRedirects: 0 })));
  assert.equal((await orders("pictofit", account)).length, 1);
});

test("only what was shown is bought", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy/order?package=credits_100");
  await tab.getByLabel("Quantity").fill("3");
  await tab.getByRole("button", { name: "Buy now for $29.00" }).click();
  await tab.getByRole("alert").getByText("Nothing was bought").waitFor();
  assert.equal((await orders("pictofit", account)).length, 0);
  await tab.getByRole("button", { name: "Buy now for $87.00" }).click();
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  assert.equal((await orders("pictofit", account))[0].amount, 8_700);
});

test("a form with a wrong token, or from elsewhere, changes nothing", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy/order?package=credits_100");
  const form = await fields(tab, "Buy now for $29.00");
  const url = `${demo.url}/portal/pictofit/buy/order`;
  const send = (form, headers = {}) => tab.request.post(url, { form, headers, maxRedirects: 0 });
  const wrong = await send({ ...form, form: form.form.replace(/^./, (first) => (first === "A" ? "B" : "A")) });
  const none = await send({ ...form, form: "" });
  const elsewhere = await send(form, { "sec-fetch-site": "cross-site" });
  assert.deepEqual([wrong.status(), none.status(), elsewhere.status()], [403, 403, 403]);
  assert.equal((await orders("pictofit", account)).length, 0);
  assert.equal((await send(form)).status(), 303);
  assert.equal((await orders("pictofit", account)).length, 1);
});

test("nobody sees or touches another's order", async () => {
  const [theirs] = (await orders("pictofit", "maison-velours")).filter((order) => order.receipt);
  const tab = await visit("pictofit", await open("pictofit"), "buy/order?package=credits_100");
  const form = await fields(tab, "Buy now for $29.00");
  for (const place of ["orders/ORDER", "orders/ORDER/pay", "receipts/ORDER", "receipts/ORDER/pdf", "orders/ord_x"]) {
    const answer = await tab.goto(`${demo.url}/portal/pictofit/${place.replace("ORDER", theirs.id)}`);
    assert.equal(answer.status(), 404, place);
    assert.match(await text(tab), /There is no such order/);
  }
  const cancel = await tab.request.post(`${demo.url}/portal/pictofit/orders/${theirs.id}/cancel`, { form });
  assert.equal(cancel.status(), 404);
  const [other] = (await orders("picsart", "mila-novak"));
  assert.equal((await tab.goto(`${demo.url}/portal/pictofit/orders/${other.id}`)).status(), 404);
});

test("hostile input is refused in words", async () => {
  const tab = await visit("pictofit", await open("pictofit"), "buy");
  for (const [query, status] of [
    ["package=none", 404], ["plan=none", 404], ["quote=quot_x", 404], ["", 404], ["package=%00<script>", 404],
    ["package=credits_100&quantity=-1", 200], ["package=credits_100&quantity=999999999999999999999", 200],
    ["package=credits_100&quantity=101", 200],
  ]) {
    const answer = await tab.goto(`${demo.url}/portal/pictofit/buy/order?${query}`);
    assert.equal(answer.status(), status, query);
  }
  assert.match(await text(tab), /An order can have 1 to 100 of it/);
  await tab.goto(`${demo.url}/portal/pictofit/prices?action=garment&quantity=abc`);
  assert.match(await text(tab), /Enter a whole number of 1 or more/);
});

test("without JavaScript one can buy, cancel, and set alerts", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy", { javaScriptEnabled: false });
  await buy(tab, "Auto-renew: 100 credits");
  await tab.getByText("100 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("link", { name: "Cancel auto-renewal" }).click();
  await tab.getByRole("button", { name: "Cancel auto-renewal" }).click();
  await tab.getByText("It is cancelled").waitFor();
  await tab.getByRole("link", { name: "Alerts" }).click();
  await tab.getByLabel("Level 1").fill("40");
  await tab.getByRole("button", { name: "Save" }).first().click();
  await tab.getByText("Your alert levels are saved").waitFor();
  const [levels] = (await demo.call("pictofit", "GET", `/v1/accounts/${account}/alerts`)).data;
  assert.deepEqual(levels.thresholds, [40]);
});

test("with the keyboard alone a package can be bought", async () => {
  const account = await open("pictastic");
  const tab = await visit("pictastic", account, "buy");
  const press = async (name) => {
    for (let step = 0; step < 60; step += 1) {
      await tab.keyboard.press("Tab");
      const said = await tab.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.innerText ?? "");
      if (said.startsWith(name)) {
        const ring = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.notEqual(ring, "none", `${name} is seen to have the focus`);
        return tab.keyboard.press("Enter");
      }
    }
    throw new Error(`${name} was not reached`);
  };
  await press("Buy: Starter");
  await tab.getByRole("heading", { name: "Check your order" }).waitFor();
  await press("Buy now for");
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  await press("Pay");
  await tab.getByText("100 credits are in your account").waitFor();
});

test("a payment page of another origin is reached by a page in between", async () => {
  const account = await open("pictofit");
  const link = new URL(await demo.link("pictofit", account, "buy"));
  // The same server by another name: to the browser its payment page is another site then.
  const here = `http://localhost:${link.port}`;
  const tab = await visitor(browser, WIDE);
  const complaints = [];
  tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await tab.goto(here + link.pathname);
  await tab.getByRole("link", { name: "Buy once: 100 credits" }).click();
  await tab.getByRole("button", { name: "Buy now for $29.00" }).click();
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  assert.equal(new URL(tab.url()).origin, demo.url);
  assert.deepEqual(complaints, [], "the page's policy has let it through");
});

test("an auto top-up is set, checked, and says why it rests", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await tab.getByLabel("Buy automatically").check();
  await tab.getByLabel("When there are fewer than").fill("60");
  await tab.getByLabel("Fill up to").fill("30");
  await tab.getByLabel("Monthly limit").fill("100");
  await tab.getByRole("button", { name: "Save" }).click();
  await tab.getByRole("alert").getByText("at least the level").waitFor();
  assert.equal(await tab.getByLabel("Monthly limit").inputValue(), "100", "what was typed is not lost");
  await tab.getByLabel("Fill up to").fill("200");
  await tab.getByRole("button", { name: "Save" }).click();
  await tab.getByText("Paused, as no card is stored").waitFor();
  await buy(tab, "Buy once: 100 credits");
  await tab.getByText("100 credits are in your account").waitFor();
  await tab.getByRole("link", { name: "Back to all offers" }).click();
  await tab.getByRole("button", { name: "Save" }).click();
  await tab.getByText("Auto top-up is on", { exact: true }).first().waitFor();
  const set = await demo.call("pictofit", "GET", `/v1/accounts/${account}/auto_top_up`);
  assert.deepEqual([set.enabled, set.below, set.to, set.monthly_cap.amount, set.paused], [true, 60, 200, 10_000, null]);
});

test("an order can be given up", async () => {
  const account = await open("pictofit");
  const tab = await visit("pictofit", account, "buy");
  await tab.getByRole("link", { name: "Buy once: 100 credits" }).click();
  await tab.getByRole("button", { name: "Buy now for $29.00" }).click();
  await tab.getByRole("heading", { name: "Choose a card" }).waitFor();
  const checkout = tab.url();
  await tab.goto(`${demo.url}/portal/pictofit/buy`);
  await tab.getByRole("link", { name: "See order: 100 credits" }).click();
  await tab.getByRole("button", { name: "Cancel order" }).click();
  await tab.getByText("It was given up").waitFor();
  await tab.goto(checkout);
  assert.match(await text(tab, "body"), /This checkout is closed/);
});

test("ps_13 each page leads to support, with the subject and the account filled in", async () => {
  const tab = await visit("picsart", "mila-novak", "buy");
  const [order] = (await orders("picsart", "mila-novak")).filter((order) => order.receipt);
  for (const page of ["", "/buy", "/prices", "/alerts", "/receipts", "/buy/cancel", `/orders/${order.id}`]) {
    await tab.goto(`${demo.url}/portal/picsart${page}`);
    const mail = await tab.getByRole("link", { name: "Write to support" }).getAttribute("href");
    const url = new URL(mail);
    assert.equal(url.pathname, "support@picsart.example");
    assert.equal(url.searchParams.get("subject"), "Picsart: a question about my credits");
    assert.match(url.searchParams.get("body"), /mila-novak, acct_\w+/);
  }
});

test("in German, all of it", async () => {
  const account = await open("pictofit", { locale: "de-AT", time_zone: "Europe/Vienna" });
  const tab = await visit("pictofit", account, "buy");
  await tab.getByRole("link", { name: "Automatisch verlängern: 500 credits" }).click();
  assert.match(await text(tab), /119,00\s\$ alle 30 Tage, zum ersten Mal am/);
  await tab.getByRole("button", { name: /^Jetzt kaufen für 119,00/ }).click();
  await pay(tab);
  await tab.getByText("500 Credits sind auf Ihrem Konto").waitFor();
  for (const page of ["buy", "buy/cancel", "prices?action=session", "alerts", "receipts"]) {
    await tab.goto(`${demo.url}/portal/pictofit/${page}`);
    assert.equal(await tab.locator("html").getAttribute("lang"), "de");
    const said = await text(tab);
    assert.doesNotMatch(said, /\b(the|your|you|every|buy|card|credits? (are|is))\b/i, `${page}: ${said}`);
    assert.doesNotMatch(said, /\b[a-z]+-[a-z]+-how\b|\{ /, page);
  }
});

test("no page of these has anything that axe finds, in any look", async () => {
  const [order] = (await orders("pictofit", "maison-velours")).filter((order) => order.receipt);
  const waiting = await open("pictofit");
  const unpaid = await demo.call("pictofit", "POST", "/v1/orders", { account: waiting, package: "credits_100" });
  const quoted = await open("pictastic");
  const quote = { package: "enterprise", credits: 2_500, amount: 375_000, currency: "USD" };
  await demo.call("pictastic", "POST", `/v1/accounts/${quoted}/custom_quotes`, quote);
  const pages = [
    ["pictofit", "maison-velours", [
      "buy", "buy/order?package=credits_100", "buy/change?package=credits_500", "buy/cancel", "prices?action=garment",
      "alerts", "receipts", `orders/${order.id}`, `receipts/${order.id}`, "orders/ord_none", "buy/order?package=none",
    ]],
    ["pictofit", waiting, ["buy", `orders/${unpaid.id}`, "receipts"]],
    ["picsart", "mila-novak", ["buy", "buy/change?plan=free", "prices?action=video&video.duration=2&video.resolution=4k"]],
    ["picsart", "grace-adeyemi", ["buy", "receipts"]],
    ["pictastic", quoted, ["buy"]],
  ];
  for (const look of LOOKS) {
    for (const [program, account, names] of pages) {
      const tab = await visit(program, account, "buy", { look });
      for (const name of names) {
        await tab.goto(`${demo.url}/portal/${program}/${name}`);
        await isFine(tab, `${program} ${name} at ${look.width} px, ${look.colorScheme}`);
      }
      await tab.context().close();
    }
  }
});
