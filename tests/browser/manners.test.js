// What every page owes to everybody: it is used by keyboard alone, with or without JavaScript; it prints; it wears the
// program's colour and logo and can still be read; it is framed by those alone whom the program names.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Demo, scrip } from "./demo.js";
import { Server } from "./serve.js";

const WIDE = LOOKS[0];
const PASSWORD = "correct horse battery";
let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
  const operator = ["operators", "set", "--data", demo.folder, "--email", "ada@ops.example", "--role", "admin", "--password-stdin", "--without-code"];
  execFileSync(scrip(), operator, { input: `${PASSWORD}\n` });
});
after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0);
});

let number = 0;
/** A new account, in the portal's page of that name. */
async function visit(program, page, more = {}) {
  const account = `guest-${++number}`;
  await demo.call(program, "POST", "/v1/accounts", { id: account, name: `Guest ${number}` });
  const tab = await visitor(browser, WIDE, more);
  tab.setDefaultTimeout(10_000);
  await tab.goto(await demo.link(program, account));
  await tab.goto(`${demo.url}/portal/${program}/${page}`);
  return { tab, account };
}

/** Goes on by the tabulator key until what has the focus is called so, and sees that the focus can be seen. */
async function reach(tab, name) {
  for (let step = 0; step < 150; step += 1) {
    await tab.keyboard.press("Tab");
    const focus = await tab.evaluate(() => {
      const at = document.activeElement;
      const { outlineStyle, boxShadow } = getComputedStyle(at);
      const named = at.ariaLabel ?? at.labels?.[0]?.innerText ?? at.innerText ?? "";
      return { named: named.trim(), seen: outlineStyle !== "none" || boxShadow !== "none" };
    });
    if (focus.named.startsWith(name)) {
      assert.ok(focus.seen, `${name} is seen to have the focus`);
      return;
    }
  }
  throw new Error(`${name} was not reached on ${tab.url()}`);
}

/** Presses the return key on what is called so, and waits for the page that it leads to. */
const press = async (tab, name) => {
  await reach(tab, name);
  const loaded = tab.waitForEvent("load");
  await tab.keyboard.press("Enter");
  await loaded;
};

/** Types into a field in place of what it has. */
const type = async (tab, name, text) => {
  await reach(tab, name);
  await tab.keyboard.press("ControlOrMeta+a");
  await tab.keyboard.type(text);
};

const heading = (tab, name) => tab.getByRole("heading", { name, level: 1 }).waitFor();

for (const javaScriptEnabled of [true, false]) {
  const how = `by keyboard alone, ${javaScriptEnabled ? "with" : "without"} JavaScript`;
  const more = { javaScriptEnabled };

  test(`${how}: a plan is taken, changed and cancelled`, async () => {
    const { tab, account } = await visit("picsart", "buy", more);
    await press(tab, "Choose: Plus");
    await press(tab, "Buy now for");
    await press(tab, "Pay");
    await tab.getByText("200 credits are in your account").waitFor();
    await press(tab, "Back to all offers");
    await press(tab, "Change to this: Pro");
    await press(tab, "Buy now for $8.00");
    await tab.getByText("300 credits are in your account").waitFor();
    await press(tab, "Back to all offers");
    await press(tab, "Cancel");
    await press(tab, "Cancel");
    await tab.getByText("It is cancelled").waitFor();
    const { offer, cancel_at_period_end } = await demo.call("picsart", "GET", `/v1/accounts/${account}/subscription`);
    assert.deepEqual([offer, cancel_at_period_end], ["pro", true]);
    await tab.context().close();
  });

  test(`${how}: an auto top-up is set`, async () => {
    const { tab, account } = await visit("pictofit", "buy", more);
    await reach(tab, "Buy automatically");
    await tab.keyboard.press("Space");
    await type(tab, "When there are fewer than", "60");
    await type(tab, "Fill up to", "200");
    await type(tab, "Monthly limit", "100");
    await press(tab, "Save");
    await tab.getByText("Paused, as no card is stored").waitFor();
    const set = await demo.call("pictofit", "GET", `/v1/accounts/${account}/auto_top_up`);
    assert.deepEqual([set.enabled, set.below, set.to, set.monthly_cap.amount], [true, 60, 200, 10_000]);
    await tab.context().close();
  });

  test(`${how}: a quote is accepted, and its receipt opened`, async () => {
    const { tab, account } = await visit("pictastic", "buy", more);
    const quote = { package: "enterprise", credits: 2_500, amount: 375_000, currency: "USD" };
    await demo.call("pictastic", "POST", `/v1/accounts/${account}/custom_quotes`, quote);
    await tab.reload();
    await press(tab, "Accept");
    await press(tab, "Buy now for $3,750.00");
    await press(tab, "Pay");
    await tab.getByText("2,500 credits are in your account").waitFor();
    await press(tab, "Receipts");
    await heading(tab, "Receipts");
    await press(tab, await tab.locator("th.receipt a").innerText());
    await tab.getByText("$3,750.00").first().waitFor();
    await tab.context().close();
  });

  test(`${how}: a price is computed, an alert set, the history filtered, and one signs out`, async () => {
    const { tab, account } = await visit("picsart", "prices", more);
    await reach(tab, "Use");
    await tab.keyboard.type("Video");
    await press(tab, "Calculate");
    await type(tab, "duration", "2.5");
    await press(tab, "Calculate");
    await tab.getByText("credits for 1 × Video").waitFor();
    await press(tab, "Alerts");
    await heading(tab, "Alerts");
    await type(tab, "Level 1", "40");
    await press(tab, "Save");
    await tab.getByText("Your alert levels are saved").waitFor();
    assert.deepEqual((await demo.call("picsart", "GET", `/v1/accounts/${account}/alerts`)).data[0].thresholds, [40]);
    await press(tab, "History");
    await heading(tab, "History");
    await reach(tab, "Filter");
    await tab.keyboard.press("Enter");
    await type(tab, "Member", "nobody");
    await press(tab, "Show");
    await tab.getByText("Nothing matches these filters.").waitFor();
    await press(tab, "Sign out");
    await tab.getByText("signed out").first().waitFor();
    await tab.context().close();
  });

  test(`${how}: an operator signs in, gives credits with a reason, and signs out`, async () => {
    const account = `helped-${javaScriptEnabled}`;
    await demo.call("picsart", "POST", "/v1/accounts", { id: account, name: "Helped" });
    const tab = await visitor(browser, WIDE, more);
    tab.setDefaultTimeout(10_000);
    await tab.goto(`${demo.url}/console`);
    await type(tab, "E-mail", "ada@ops.example");
    await type(tab, "Password", PASSWORD);
    await press(tab, "Sign in");
    await heading(tab, "Programs");
    await press(tab, "Picsart");
    await type(tab, "Find an account", account);
    await press(tab, "Find");
    await heading(tab, "Helped");
    await type(tab, "Credits", "25");
    await type(tab, "Reason", "A photo that was lost");
    await press(tab, "Book it");
    await tab.getByRole("status").getByText("Booked").waitFor();
    assert.equal((await demo.call("picsart", "GET", `/v1/accounts/${account}`)).balance[0].available, 25);
    await press(tab, "Sign out");
    await heading(tab, "Sign in");
    await tab.context().close();
  });
}

/** The same page in every look: nothing that axe finds, and nothing wider than the screen. */
async function fine(url, status, prepare = async () => {}) {
  for (const look of LOOKS) {
    const tab = await visitor(browser, look);
    tab.setDefaultTimeout(10_000);
    await prepare(tab);
    const answer = await tab.goto(url);
    const where = `${url} at ${look.width} px, ${look.colorScheme}`;
    assert.equal(answer.status(), status, where);
    await accessible(tab, where);
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${where} is ${wide} px too wide`);
    await tab.context().close();
  }
}

test("what one meets when something is not there is accessible in every look", async () => {
  const used = await demo.link("pictofit", demo.programs.pictofit.accounts[0]);
  await (await fetch(used, { redirect: "manual" })).arrayBuffer();
  await fine(used, 410);
  await fine(`${demo.url}/portal/pictofit`, 401);
  await fine(`${demo.url}/portal/nothing`, 404);
  await fine(`${demo.url}/portal/pictofit/nothing`, 404, async (tab) => {
    await tab.goto(await demo.link("pictofit", demo.programs.pictofit.accounts[0]));
  });
  const operator = async (tab) => {
    await tab.goto(`${demo.url}/console`);
    await tab.getByLabel("E-mail").fill("ada@ops.example");
    await tab.getByLabel("Password").fill(PASSWORD);
    await tab.getByRole("button", { name: "Sign in" }).click();
  };
  await fine(`${demo.url}/console/nothing`, 404, operator);
  await fine(`${demo.url}/console/picsart/accounts/999999`, 404, operator);
});

test("an address that is no page leads to one", async () => {
  const tab = await visitor(browser, WIDE);
  await tab.goto(await demo.link("pictofit", demo.programs.pictofit.accounts[0]));
  await tab.goto(`${demo.url}/portal/pictofit/buy/`);
  assert.equal(new URL(tab.url()).pathname, "/portal/pictofit/buy");
  assert.equal((await tab.goto(`${demo.url}/portal/pictofit/byu`)).status(), 404);
  await tab.getByRole("link", { name: "Your credits" }).click();
  await heading(tab, "Your credits");
  // A form's address, opened as a page.
  assert.equal((await tab.goto(`${demo.url}/portal/pictofit/leave`)).status(), 405);
  await heading(tab, "There is no such page");
  await tab.goto(`${demo.url}/console/`);
  await heading(tab, "Sign in");
  await tab.context().close();
});

test("signed out, the page is accessible in every look", async () => {
  for (const look of LOOKS) {
    const tab = await visitor(browser, look);
    await tab.goto(await demo.link("picsart", demo.programs.picsart.accounts[0]));
    await tab.getByRole("button", { name: "Sign out" }).click();
    await tab.getByText("signed out").first().waitFor();
    await accessible(tab, `signed out, ${look.width} px, ${look.colorScheme}`);
    await tab.context().close();
  }
});

test("each step of the checkout is accessible in every look", async () => {
  for (const look of LOOKS) {
    const where = (step) => `${step} at ${look.width} px, ${look.colorScheme}`;
    const at = async (account, card) => {
      await demo.call("pictofit", "POST", "/v1/accounts", { id: account });
      const { checkout_url } = await demo.call("pictofit", "POST", "/v1/orders", { account, package: "credits_100" });
      const tab = await visitor(browser, look);
      tab.setDefaultTimeout(10_000);
      await tab.goto(checkout_url);
      await accessible(tab, where("the cards"));
      await tab.getByLabel("Or type a number").fill(card);
      await tab.getByRole("button", { name: /^Pay/ }).click();
      return tab;
    };
    const account = `steps-${look.width}-${look.colorScheme}`;
    const asked = await at(`${account}-asked`, "4000 0025 0000 3155");
    await asked.getByRole("button", { name: "Approve" }).waitFor();
    await accessible(asked, where("its bank asks"));
    await asked.getByRole("button", { name: "Approve" }).click();
    await asked.getByRole("heading", { name: /paid/i }).waitFor();
    await accessible(asked, where("it is paid"));
    const declined = await at(`${account}-declined`, "4000 0000 0000 0002");
    await declined.getByRole("alert").waitFor();
    await accessible(declined, where("it was declined"));
    for (const tab of [asked, declined]) await tab.context().close();
  }
});

test("the reference and the letters of development are accessible in every look", async () => {
  await fine(`${demo.url}/docs`, 200);
  await fine(`${demo.url}/dev/messages`, 200);
});

test("printed, a page is its content: no navigation, no buttons, dark on light", async () => {
  const account = "lindqvist-group";
  const tab = await visitor(browser, { ...WIDE, colorScheme: "dark" });
  await tab.goto(await demo.link("pictastic", account));
  for (const page of ["", "/history", "/reports", "/receipts", "/prices"]) {
    await tab.goto(`${demo.url}/portal/pictastic${page}`);
    await tab.emulateMedia({ media: "print", colorScheme: "light" });
    const shown = await tab.evaluate(() => {
      const seen = (element) => element.checkVisibility();
      const light = (colour) => colour.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 230);
      const body = getComputedStyle(document.body);
      return {
        heading: [...document.querySelectorAll("h1")].some(seen),
        around: [...document.querySelectorAll("nav, footer, button")].filter(seen).map((element) => element.outerHTML.slice(0, 80)),
        paper: body.backgroundColor === "rgba(0, 0, 0, 0)" || light(body.backgroundColor),
        ink: !light(body.color),
        wide: document.documentElement.scrollWidth - innerWidth,
      };
    });
    assert.deepEqual(shown, { heading: true, around: [], paper: true, ink: true, wide: 0 }, page);
  }
  await tab.context().close();
});

const themed = (accent, origin, logo) => `
scrip = 1
id = "kiosk"
name = "Kiosk"
[brand]
accent = "${accent}"
logo = "${logo}"
home = "${origin}/account"
origins = ["${origin}"]
[units.credit]
name = "credits"
[actions.photo]
name = "Photo"
price = 5
[packages.hundred]
name = "Hundred"
credits = 100
price = "10 EUR"
`;

test("a program's colour and logo are worn by each page, and whatever the colour, all can be read", async () => {
  // The most difficult ones: nearly white, nearly black, and one in the middle.
  for (const accent of ["#fffde0", "#050505", "#ff7a00"]) {
    const kiosk = await Server.start("kiosk", themed(accent, "http://localhost:9", "/static/logo.svg"));
    try {
      await kiosk.call("kiosk", "POST", "/v1/accounts", { id: "ada" });
      for (const look of LOOKS) {
        const tab = await visitor(browser, look);
        await tab.route("**/static/logo.svg", (route) => route.fulfill({
          contentType: "image/svg+xml",
          body: '<svg xmlns="http://www.w3.org/2000/svg" width="84" height="28"><rect width="84" height="28" fill="#888"/></svg>',
        }));
        await tab.goto(await kiosk.link("kiosk", "ada"));
        for (const page of ["", "/buy", "/buy/order?package=hundred", "/prices"]) {
          await tab.goto(`${kiosk.url}/portal/kiosk${page}`);
          await accessible(tab, `${accent} on ${page} at ${look.width} px, ${look.colorScheme}`);
        }
        const logo = tab.getByRole("img", { name: "Kiosk" });
        assert.equal(await logo.evaluate((image) => image.complete && image.naturalWidth), 84, "the policy lets it through");
        assert.equal(await tab.locator("a.merchant").getAttribute("href"), "http://localhost:9/account");
        const worn = await tab.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim());
        assert.equal(worn, accent);
        await tab.context().close();
      }
    } finally {
      assert.equal(await kiosk.stop(), 0);
    }
  }
});

test("a page is framed by the origins that the program names, and by no other", async () => {
  const answer = (request, response) => {
    const src = new URL(request.url, "http://localhost").searchParams.get("src") ?? "";
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>Host</title><iframe title="Credits" src="${src}" width="1000" height="900"></iframe>`);
  };
  const hosts = await Promise.all([0, 1].map(() => new Promise((ready) => {
    const host = createServer(answer);
    host.listen(0, "localhost", () => ready(host));
  })));
  const [named, stranger] = hosts.map((host) => `http://localhost:${host.address().port}`);
  const kiosk = await Server.start("kiosk", themed("#0b7a75", named, "/static/logo.svg"));
  try {
    await kiosk.call("kiosk", "POST", "/v1/accounts", { id: "ada" });
    const framed = async (by) => {
      const link = new URL(await kiosk.link("kiosk", "ada", "buy"));
      const tab = await visitor(browser, WIDE);
      const told = [];
      tab.on("console", (message) => told.push(message.text()));
      await tab.goto(`${by}?src=${encodeURIComponent(`http://localhost:${link.port}${link.pathname}`)}`);
      const text = await tab.frames()[1].evaluate(() => document.body.innerText).catch(() => "");
      await tab.context().close();
      return { text, told: told.join("\n") };
    };
    assert.match((await framed(named)).text, /Hundred/);
    const refused = await framed(stranger);
    assert.doesNotMatch(refused.text, /Hundred/);
    assert.match(refused.told, /frame-ancestors/);
  } finally {
    assert.equal(await kiosk.stop(), 0);
    for (const host of hosts) host.close();
  }
});
