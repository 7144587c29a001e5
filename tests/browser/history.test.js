// What an account's past looks like: the overview's plots, the history, the reports.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

const hero = (program) => demo.programs[program].accounts[0];
const PAGES = ["overview", "history", "reports"];

async function enter(program, page, { look = LOOKS[0], account = hero(program), more } = {}) {
  const visits = await visitor(browser, look, more);
  await visits.goto(await demo.link(program, account, page));
  return visits;
}

const spend = (program, more) =>
  demo.call(program, "POST", "/v1/charges", { account: hero(program), ...more });
const rows = (page) => page.locator("table.history tbody tr");
const number = (text) => Number(text.replaceAll(",", "").replace("−", "-"));

/** A file that a link of the page leads to. */
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The cells of a file of comma-separated values. */
function cells(text) {
  const table = [[]];
  let cell = "", quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') { cell += '"'; at++; } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "," || sign === "\n") {
      table.at(-1).push(cell.replace(/\r$/, ""));
      cell = "";
      if (sign === "\n") table.push([]);
    } else cell += sign;
  }
  return table.slice(0, -1);
}

test("pf_14 the balance, the way to the conversion list, and a history that is current to the last transaction", async () => {
  const page = await enter("pictofit");
  const account = await demo.call("pictofit", "GET", `/v1/accounts/${hero("pictofit")}`);
  const [{ available, settled }] = account.balance;
  assert.equal(number(await page.locator("[data-balance]").first().innerText()), available);
  assert.match(await page.getByRole("link", { name: "What things cost" }).first().getAttribute("href"), /prices$/);
  await page.getByRole("link", { name: "History", exact: true }).click();
  const latest = rows(page).first();
  assert.equal(number((await latest.locator(".after").innerText()).replace("Balance", "")), settled);
  // What is spent while the page is open stands on it at once.
  await spend("pictofit", { credits: 1, reference: "order 1700" });
  await rows(page).first().getByText("Reference: order 1700").waitFor();
  assert.equal(await latest.locator(".change").innerText(), "−1");
  assert.equal(number(await latest.locator(".after").innerText()), settled - 1);
  await page.context().close();
});

test("pt_5 the detailed history: each movement in words, with what it was paid by, page by page to the first", async () => {
  const page = await enter("pictastic", "history", { account: "lindqvist-group" });
  const entries = [];
  for (let turn = 0; turn < 200; turn++) {
    for (const row of await rows(page).all()) {
      entries.push({
        id: Number(await row.getAttribute("data-entry")),
        change: number((await row.locator(".change").innerText()) || "0"),
        after: number((await row.locator(".after").innerText()).replace("Balance", "")),
        what: await row.locator(".what").innerText(),
      });
      if (turn > 1) break;
    }
    const older = page.getByRole("link", { name: "Older" });
    if (turn === 1 || !(await older.count())) break;
    await older.click();
  }
  assert.ok(entries.length > 60, `${entries.length} movements`);
  for (let place = 1; place < entries.length; place++) {
    const [newer, older] = [entries[place - 1], entries[place]];
    assert.ok(newer.id > older.id, "newest first, none twice");
    assert.equal(newer.after, older.after + newer.change, `${newer.what}: the balance runs`);
  }
  assert.ok(entries.some(({ what }) => /\d+ (bought|plan|welcome) credits/.test(what)), "which credits paid");
  assert.ok(entries.some(({ what }) => /By \S+ · Department: \S+/.test(what)), "who, and for which department");
  const second = entries.findIndex(({ id }) => id === entries[50].id);
  await page.getByRole("link", { name: "Newer" }).click();
  assert.equal(Number(await rows(page).first().getAttribute("data-entry")), entries[second - 50].id, "and back");
  await page.context().close();
});

test("pt_5 filters work by keyboard and without JavaScript, keep what was asked, and say when nothing matches", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await enter("pictastic", "history", { more: { javaScriptEnabled } });
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Kind of movement").focus();
    await page.getByLabel("Kind of movement").selectOption("bought");
    await page.getByLabel("From", { exact: true }).focus();
    await page.getByLabel("From", { exact: true }).fill("2020-01-01");
    await page.getByRole("button", { name: "Show" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/kind=bought/);
    assert.equal(await page.getByLabel("Kind of movement").inputValue(), "bought");
    assert.equal(await page.getByLabel("From", { exact: true }).inputValue(), "2020-01-01");
    const found = await rows(page).locator(".what").allInnerTexts();
    assert.ok(found.length > 0 && found.every((what) => /^Bought|bonus|plan/.test(what)), found.join("\n"));
    await page.getByLabel("Member").fill("nobody at all");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("Nothing matches these filters.").waitFor();
    await page.getByRole("link", { name: "Clear the filters" }).first().click();
    await page.waitForURL(/history$/);
    assert.ok((await rows(page).count()) > 10);
    await page.context().close();
  }
});

test("pt_5 the history as a file has what the filters show, and nothing in it is a formula", async () => {
  const member = "=cmd|' /C calc'!A0";
  for (let spent = 0; spent < 3; spent++) await spend("pictastic", { credits: 2, member, department: "a, \"b\"" });
  const page = await enter("pictastic", "history");
  await page.goto(`${page.url()}?member=${encodeURIComponent(member)}`);
  assert.equal(await rows(page).count(), 3);
  const { name, bytes } = await download(page, "Download as CSV");
  assert.match(name, /^pictastic-history-\d{4}-\d\d-\d\d\.csv$/);
  const [head, ...lines] = cells(bytes.toString("utf8").replace(/^\ufeff/, ""));
  assert.equal(head[0], "Time");
  assert.equal(lines.length, 3);
  const column = (name) => head.indexOf(name);
  for (const line of lines) {
    assert.equal(line[column("Change")], "-2");
    assert.equal(line[column("Member")], `'${member}`);
    assert.equal(line[column("Department")], 'a, "b"');
  }
  await page.context().close();
});

test("pt_8 a month's report on the screen, as CSV and as PDF", async () => {
  const account = "lindqvist-group";
  const page = await enter("pictastic", "reports", { account });
  await page.getByRole("link", { name: /^←/ }).click();
  await page.waitForURL(/reports\/\d{4}-\d\d$/);
  const month = page.url().split("/").at(-1);
  const told = await demo.call("pictastic", "GET", `/v1/accounts/${account}/reports/${month}`);
  const [unit] = told.units;
  const spent = number(await page.locator("[data-spent]").first().innerText());
  assert.equal(spent, unit.total.credits);
  for (const [title, groups] of [
    ["By what it was for", unit.by_action],
    ["By member", unit.by_member],
    ["By department", unit.by_department],
  ]) {
    const table = page.locator("section", { has: page.getByRole("heading", { name: title }) }).locator("tbody tr");
    assert.equal(await table.count(), groups.length, title);
    const sum = (await table.locator("td:nth-of-type(2)").allInnerTexts()).map(number).reduce((a, b) => a + b);
    assert.equal(sum, spent, title);
    assert.match(await table.first().innerText(), /\d+\s%/, "the share");
  }
  assert.equal(await page.getByRole("img", { name: "Credits spent day by day" }).count(), 1);
  const csv = await download(page, "Download as CSV");
  const [head, ...lines] = cells(csv.bytes.toString("utf8").replace(/^\ufeff/, ""));
  const column = (name) => head.indexOf(name);
  const sum = lines.reduce((sum, line) => sum + Number(line[column("spent")]) - Number(line[column("returned")]), 0);
  assert.equal(sum, spent);
  const pdf = await download(page, "Download as PDF");
  assert.equal(pdf.name, `pictastic-report-${month}.pdf`);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  // A month that is still to come is none.
  const wrong = await page.goto(`${demo.url}/portal/pictastic/reports/2999-01`);
  assert.equal(wrong.status(), 404);
  await page.getByRole("link", { name: "Reports" }).first().waitFor();
  await page.context().close();
});

test("ps_6 the overview says where credits go, and how long they last", async () => {
  const page = await enter("picsart");
  const plot = page.getByRole("img", { name: "Balance day by day" });
  assert.equal(await plot.count(), 1);
  // The same figures can be read.
  await page.getByText("The figures as a table").first().click();
  const days = page.locator(".chart tbody tr");
  assert.ok((await days.count()) >= 30);
  const available = await page.locator("[data-balance]").first().innerText();
  assert.equal(await days.first().locator("td").innerText(), available);
  await page.getByRole("heading", { name: "Spent in the last 30 days" }).waitFor();
  assert.match(await page.locator("main").innerText(), /At this rate your credits last about/);
  await page.context().close();
});

test("names stay names", async () => {
  const name = "<script>document.title='x'</script><img src=x onerror=alert(1)>";
  await spend("pictastic", { credits: 1, member: name, department: name, reference: name });
  const page = await enter("pictastic", "history");
  await page.getByText(`Department: ${name}`).first().waitFor();
  await page.goto(`${page.url()}?member=${encodeURIComponent(name)}`);
  assert.equal(await page.getByLabel("Member").inputValue(), name);
  assert.equal(await rows(page).count(), 1);
  await page.goto(`${demo.url}/portal/pictastic/reports`);
  await page.locator("th", { hasText: name }).first().waitFor();
  assert.match(await page.title(), /^Report for/);
  await page.context().close();
});

test("hostile addresses do no harm", async () => {
  const page = await enter("picsart", "history");
  for (const query of ["before=-1", "before=99999999999999999999", "trail=a.b.c&before=7", "from=x&to=2027-13-45",
    "kind=%00", "class=%3Cscript%3E", "action=nothing", `member=${"x".repeat(5_000)}`, "from=2027-03-02&to=2027-03-01"]) {
    const answer = await page.goto(`${demo.url}/portal/picsart/history?${query}`);
    assert.equal(answer.status(), 200, query);
  }
  for (const path of ["2027-00", "x", "2027-01.exe", "..%2f..", "0000-01"]) {
    assert.equal((await page.goto(`${demo.url}/portal/picsart/reports/${path}`)).status(), 404, path);
  }
  await page.context().close();
});

test("German, and times in the account's zone", async () => {
  const account = "history-in-german";
  await demo.call("picsart", "POST", "/v1/accounts", { id: account, locale: "de-AT", time_zone: "Asia/Tokyo" });
  await demo.call("picsart", "POST", `/v1/accounts/${account}/grants`, { class: "purchase", credits: 1_200, reason: "Test" });
  await demo.call("picsart", "POST", "/v1/charges", { account, action: "ai_image" });
  const page = await enter("picsart", "history", { account });
  const text = await page.locator("main").innerText();
  for (const expected of ["Verlauf", "1.200 Credits gekauft", "1 gekaufter Credit", "JST", "Als CSV herunterladen"]) {
    assert.ok(text.includes(expected), `${expected}\n${text}`);
  }
  await page.goto(`${demo.url}/portal/picsart/reports`);
  assert.match(await page.locator("h1").innerText(), /^Bericht für /);
  await page.goto(`${demo.url}/portal/picsart`);
  await page.getByText("Ausgegeben in den letzten 30 Tagen").waitFor();
  await page.context().close();
});

test("every page can be used by everybody, in all looks", async () => {
  for (const look of LOOKS) {
    const page = await enter("pictastic", "overview", { look });
    for (const name of [...PAGES, "history?kind=spent&from=2020-01-01", "history?member=nobody", "reports/2999-01"]) {
      await page.goto(`${demo.url}/portal/pictastic${name === "overview" ? "" : `/${name}`}`);
      const where = `${name} at ${look.width}, ${look.colorScheme}`;
      for (const summary of await page.locator("details:not([open]) > summary").all()) await summary.click();
      await accessible(page, where);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${where} is ${wide} too wide`);
    }
    await page.context().close();
  }
});
