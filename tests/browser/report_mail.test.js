// A month's report by e-mail: the button on its page, the switch among the alerts, and the letters that a mail server gets.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { accessibleInAllLooks } from "./look.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { Server } from "./serve.js";

const shop = `
scrip = 1
id = "shop"
name = "Shop & <Söhne>"
[units.credit]
name = "credits"
[actions.image]
name = "Image <b>"
price = 3
`;

/** The mail server of the other tests: letters as it read them, one after another. */
class Post {
  static async open() {
    const python = join(dirname(fileURLToPath(import.meta.url)), "..", "python");
    const child = spawn(join(python, ".venv", "bin", "python"), [join(python, "smtp_server.py")], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value);
    const { port } = await next();
    return Object.assign(new Post(), { child, next, port });
  }

  /** The subject, the address and the file of the next letter. */
  async letter() {
    const { headers, files, defects } = await this.next();
    const header = (name) => headers.find(([other]) => other === name)[1];
    assert.deepEqual(defects, []);
    assert.equal(files.length, 1);
    const [[name, kind, bytes]] = files;
    assert.equal(kind, "application/pdf");
    return { subject: header("Subject"), to: header("To"), name, starts: Buffer.from(bytes, "base64").subarray(0, 5).toString() };
  }

  stop() {
    this.child.stdin.end();
  }
}

let post, server, browser;
before(async () => {
  post = await Post.open();
  const more = ["--smtp", `smtp://127.0.0.1:${post.port}?tls=none`, "--mail-from", "credits@shop.example"];
  server = await Server.start("shop", shop, "2026-03-10T09:00:00Z", { more });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
  post?.stop();
});

/** An account that has spent something in March. */
async function spender(id, more = {}) {
  await server.call("shop", "POST", "/v1/accounts", { id, ...more });
  await server.call("shop", "POST", `/v1/accounts/${id}/grants`, { credits: 500, class: "purchase", reason: "Order 1" });
  await server.call("shop", "POST", "/v1/charges", { account: id, action: "image" });
}

async function visit(id, page, more) {
  const tab = await visitor(browser, LOOKS[0], more);
  await tab.goto(await server.link("shop", id, page));
  return tab;
}

const march = { subject: "Your report for March 2026 from Shop & <Söhne>", name: "shop-report-2026-03.pdf", starts: "%PDF-" };

test("pt_8 a button sends the report to the address on file, and says so; without JavaScript as well", async () => {
  await spender("ada", { email: "ada@shop.example" });
  for (const javaScriptEnabled of [true, false]) {
    const page = await visit("ada", "reports", { javaScriptEnabled });
    await page.getByText("to ada@shop.example").waitFor();
    await page.getByRole("button", { name: "Send by e-mail" }).click();
    await page.getByRole("status").getByText("on its way").waitFor();
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Report for March 2026");
    assert.deepEqual(await post.letter(), { ...march, to: "ada@shop.example" });
    await page.context().close();
  }
});

test("pt_8 five a day, and no form of another site; sent twice, it is sent once", async () => {
  await spender("bea", { email: "bea@shop.example" });
  const page = await visit("bea", "reports");
  const form = page.locator("form.by-mail");
  const action = new URL(await form.getAttribute("action"), server.url).href;
  const fields = Object.fromEntries(await form.evaluate((form) => [...new FormData(form)]));
  const send = (fields, headers) => page.request.post(action, { form: fields, headers, maxRedirects: 0 });
  // The same form again is the same report.
  for (let turn = 0; turn < 3; turn++) assert.equal((await send(fields)).status(), 303);
  assert.equal((await send({ ...fields, form: "x" })).status(), 403);
  assert.equal((await send(fields, { "sec-fetch-site": "cross-site" })).status(), 403);
  // Whatever else a form names, it goes to the address on file.
  const more = { email: "victim@elsewhere.example", to: "victim@elsewhere.example" };
  for (let turn = 0; turn < 4; turn++) assert.equal((await send({ ...fields, ...more, once: `t${turn}` })).status(), 303);
  for (let turn = 0; turn < 5; turn++) assert.equal((await post.letter()).to, "bea@shop.example");
  await page.getByRole("button", { name: "Send by e-mail" }).evaluate((button) => { button.form.elements.once.value = "another"; });
  await page.getByRole("button", { name: "Send by e-mail" }).click();
  await page.getByRole("alert").getByText("Five reports").waitFor();
  for (const month of ["2026-04", "9998-12", "2026-13", "2026-03%0d%0a"]) {
    const answer = await page.request.post(action.replace("2026-03", month), { form: fields, maxRedirects: 0 });
    assert.equal(answer.status(), 404, month);
  }
  await page.context().close();
});

test("pt_8 without an address there is the way to set one; of a month without spends nothing is sent", async () => {
  await spender("cleo");
  const page = await visit("cleo", "reports");
  assert.equal(await page.getByRole("button", { name: "Send by e-mail" }).count(), 0);
  await page.getByRole("link", { name: "Set it in the settings" }).click();
  await page.getByLabel("E-mail address").fill("cleo@shop.example");
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.getByRole("status").waitFor();
  await page.goto(`${server.url}/portal/shop/reports/2026-02`);
  await page.getByText("Nothing was spent in February 2026.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Send by e-mail" }).count(), 0);
  await page.context().close();
});

test("pt_8 each month's report is switched on among the alerts, comes when the month is over, and is switched off again", async () => {
  await spender("dora", { email: "dora@shop.example", locale: "de", time_zone: "Europe/Vienna" });
  const page = await visit("dora", "alerts");
  const on = async () => (await server.call("shop", "GET", "/v1/accounts/dora/alerts")).monthly_report;
  assert.equal(await on(), false, "off at first");
  await page.getByRole("button", { name: "Monatsberichte zusenden", exact: true }).click();
  await page.getByRole("status").getByText("Ab jetzt").waitFor();
  assert.equal(await on(), true);
  await server.call("shop", "POST", "/v1/test_clock/advance", { to: "2026-03-31T22:00:00Z" });
  const subject = "Ihr Bericht für März 2026 von Shop & <Söhne>";
  const letter = await post.letter();
  assert.deepEqual({ ...letter, subject: letter.subject.replaceAll(" ", " ") }, { ...march, subject, to: "dora@shop.example" });
  await page.getByRole("button", { name: "Keine Monatsberichte zusenden" }).click();
  await page.getByRole("status").getByText("keine Monatsberichte mehr").waitFor();
  assert.equal(await on(), false);
  await page.context().close();
});

test("the pages are accessible in every look", async () => {
  await spender("eva", { email: "a-rather-long-name-of-somebody@a-department.of.a.large.shop.example" });
  for (const page of ["reports", "alerts"]) {
    await accessibleInAllLooks({
      newContext: async (options) => {
        const context = await browser.newContext(options);
        const tab = await context.newPage();
        await tab.goto(await server.link("shop", "eva", page));
        await tab.close();
        return context;
      },
    }, `${server.url}/portal/shop/${page}`);
  }
});
