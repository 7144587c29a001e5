// Operators who sign in to the console by OpenID Connect: at a provider of the test's own, on another site.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { scrip } from "./demo.js";
import { Provider } from "./provider.js";
import { Server } from "./serve.js";

let server, browser, provider, auditor;
const PASSWORD = "correct horse battery";
const desk = LOOKS[0];
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const operators = (what, email, ...more) => {
  // Who reads no password closes the pipe, perhaps before it was written.
  const input = more.includes("--password-stdin") ? `${PASSWORD}\n` : undefined;
  return execFileSync(scrip(), ["operators", what, "--data", join(server.folder, "data"), "--email", email, ...more], { encoding: "utf8", input });
};

before(async () => {
  provider = await Provider.start();
  server = await Server.start("picsart", readFileSync(join(root, "programs", "picsart.toml"), "utf8"), undefined, {
    more: ["--oidc-issuer", provider.url, "--oidc-client-id", "scrip", "--oidc-name", "Example ID"],
    env: { SCRIP_OIDC_CLIENT_SECRET: "a secret of the test" },
  });
  browser = await launch();
  operators("set", "ada@ops.example", "--role", "support", "--oidc");
  operators("set", "admin@ops.example", "--role", "admin", "--password-stdin", "--without-code");
});
after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
  await provider?.stop();
});

/** Goes to the provider and back, as this person: where that ends. */
async function signIn(claims, spoiled, look = desk, more = {}) {
  provider.person(claims, spoiled);
  const page = await visitor(browser, look, more);
  await page.goto(`${server.url}/console`);
  await page.getByRole("link", { name: /Example ID/ }).click();
  if (!spoiled?.down) await page.getByRole("link", { name: "It is me" }).click();
  return page;
}

/** What the audit log says of it, newest first, as an admin reads it who has signed in with a password. */
async function audit() {
  if (!auditor) {
    auditor = await visitor(browser, desk);
    await auditor.goto(`${server.url}/console`);
    await auditor.getByLabel("E-mail").fill("admin@ops.example");
    await auditor.getByLabel("Password").fill(PASSWORD);
    await auditor.getByRole("button", { name: "Sign in" }).click();
  }
  await auditor.goto(`${server.url}/console/audit`);
  const rows = await auditor.locator("tbody tr").allInnerTexts();
  return rows.map((row) => row.replace(/\s+/g, " ")).filter((row) => row.includes("oidc"));
}

test("an operator signs in at the provider, and the audit log says so", async () => {
  const page = await signIn();
  await page.waitForURL(`${server.url}/console`);
  assert.match(await page.locator("h1").innerText(), /Programs/);
  assert.match(await page.locator(".who").innerText(), /ada@ops\.example · support/);
  // The session is that of a password: it stays, and goes to no other site.
  await page.goto(`${server.url}/console/picsart`);
  assert.match(await page.locator("h1").innerText(), /Accounts/);
  const cookies = await page.context().cookies(`${server.url}/console/oidc/return`);
  assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]), [["scrip_console", true, "Strict"]]);
  const [asked] = provider.requests.slice(-1);
  assert.deepEqual([asked.scope, asked.code_challenge_method, asked.client_id], ["openid email", "S256", "scrip"]);
  assert.equal(asked.redirect_uri, `${server.url}/console/oidc/return`);
  const [row] = await audit();
  assert.match(row, /ada@ops\.example sign_in\.oidc issuer http:\/\/localhost:\d+, subject ada-1/);
  // Their role is ours.
  assert.equal(await page.getByRole("link", { name: "Program", exact: true }).count(), 1);
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.match(page.url(), /sign_in$/);
  await page.context().close();
});

test("who is refused sees why, finds the way back, and it is noted", async () => {
  const cut = (body) => { body.id_token = `${body.id_token.slice(0, -8)}AAAAAAAA`; };
  const none = (body) => { body.id_token = `${body.id_token.split(".").slice(0, 2).join(".")}.`; };
  const hour = Math.floor(Date.now() / 1_000) - 3_600;
  const cases = [
    [{ aud: "another" }, {}, /can.t be trusted/, /for another audience/],
    [{ iss: "https://evil.example" }, {}, /can.t be trusted/, /issuer is another one/],
    [{ nonce: "another" }, {}, /can.t be trusted/, /nonce/],
    [{ exp: hour, iat: hour - 60, nbf: hour - 60 }, {}, /can.t be trusted/, /has expired/],
    [{}, { spoil: cut }, /can.t be trusted/, /signature .* is wrong/],
    [{}, { spoil: none }, /can.t be trusted/, /signature .* is wrong/],
    [{ email_verified: false, sub: "ada-2" }, {}, /not verified/, /ada@ops\.example .*not verified; .*ada-2/],
    [{ email: "eve@ops.example", sub: "eve-1" }, {}, /not an operator/, /eve@ops\.example .*no operator/],
    [{ email: "admin@ops.example", sub: "admin-1" }, {}, /not an operator/, /admin@ops\.example .*no operator/],
    [{ email_verified: false }, {}, /not verified/, /ada@ops\.example .*not verified; .*ada-1/],
    [{ sub: "ada-2" }, {}, /another account/, /ada@ops\.example .*another subject .*ada-2/],
    [{}, { error: "access_denied" }, /did not let you in/, /refused: access_denied/],
    [{}, { error: "server_error" }, /refused the sign-in/, /refused: server_error/],
    [{ email: "<b>x</b>@ops.example", sub: "<i>x" }, {}, /not an operator/, /<b>x<\/b>@ops\.example/],
  ];
  // Ada's subject is known from here on.
  const ada = await signIn();
  await ada.waitForURL(`${server.url}/console`);
  await ada.context().close();
  for (const [claims, spoiled, title, noted] of cases) {
    const page = await signIn(claims, spoiled);
    const where = JSON.stringify([claims, spoiled]);
    assert.match(await page.locator("h1").innerText(), title, where);
    assert.equal(await page.locator("main b, main i").count(), 0, where);
    const [row] = await audit();
    assert.match(row, /sign_in\.oidc_refused/, where);
    assert.match(row, noted, where);
    // Nobody is signed in, and both ways lead on.
    assert.deepEqual((await page.context().cookies()).map(({ name }) => name), [], where);
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    assert.match(await page.locator("h1").innerText(), /Sign in/, where);
    await page.goBack();
    provider.person();
    await page.getByRole("link", { name: "Try again" }).click();
    assert.match(await page.locator("h1").innerText(), /Who are you/, where);
    await page.context().close();
  }
});

test("a provider that does not answer is said to be out of reach", async () => {
  const { url } = await Provider.start().then(async (other) => { await other.stop(); return other; });
  const other = await Server.start("picsart", readFileSync(join(root, "programs", "picsart.toml"), "utf8"), undefined, {
    more: ["--oidc-issuer", url, "--oidc-client-id", "scrip"],
  });
  const page = await visitor(browser, desk);
  await page.goto(`${other.url}/console`);
  // Without a name the button has the provider's host.
  await page.getByRole("link", { name: "Sign in with localhost" }).click();
  assert.match(await page.locator("h1").innerText(), /localhost can.t be reached/);
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  assert.match(await page.locator("h1").innerText(), /Sign in/);
  await page.context().close();
  assert.equal(await other.stop(), 0);
});

test("on a server that is reached by https, what is kept of an attempt is sent by https only", async () => {
  const other = await Server.start("picsart", readFileSync(join(root, "programs", "picsart.toml"), "utf8"), undefined, {
    more: ["--oidc-issuer", provider.url, "--oidc-client-id", "scrip", "--public-url", "https://credits.example.com/"],
  });
  provider.person();
  const answer = await fetch(`${other.url}/console/oidc/start`, { redirect: "manual" });
  assert.match(answer.headers.get("set-cookie"), /^scrip_console_oidc=[\w-]{86}; Path=\/console\/oidc; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/);
  const { searchParams } = new URL(answer.headers.get("location"));
  assert.equal(searchParams.get("redirect_uri"), "https://credits.example.com/console/oidc/return");
  assert.equal(await other.stop(), 0);
});

test("a return that this browser has not begun, or that came before, is refused", async () => {
  const back = async (page) => {
    await page.goto(`${server.url}/console/oidc/start`);
    return page.getByRole("link", { name: "It is me" }).getAttribute("href");
  };
  const refused = async (page, url) => {
    // Followed from another site, as somebody would who wants the operator to use their account.
    await page.goto(`${provider.url}/login?back=${encodeURIComponent(url)}`);
    await page.getByRole("link", { name: "It is me" }).click();
    assert.match(await page.locator("h1").innerText(), /This sign-in is over/);
    const names = (await page.context().cookies()).map(({ name }) => name);
    assert.ok(!names.includes("scrip_console"), `${names}`);
  };
  provider.person();
  const [mine, theirs] = [await visitor(browser, desk), await visitor(browser, desk)];
  const [myUrl, theirUrl] = [await back(mine), await back(theirs)];
  // With an attempt of one's own, and with none.
  await refused(mine, theirUrl);
  await refused(await visitor(browser, desk), theirUrl);
  assert.match((await audit())[0], /sign_in\.oidc_refused no attempt was begun/);
  // What this browser has begun is not over by that.
  await mine.goto(myUrl);
  await mine.waitForURL(`${server.url}/console`);
  // The same again, with the cookie that somebody has kept.
  const replay = await visitor(browser, desk);
  const theirCookies = await theirs.context().cookies();
  await theirs.goto(theirUrl);
  await theirs.waitForURL(`${server.url}/console`);
  await replay.context().addCookies(theirCookies);
  await refused(replay, theirUrl);
  assert.match((await audit())[0], /came back before/);
  for (const page of [mine, theirs, replay]) await page.context().close();
});

test("a key that the provider has changed is fetched", async () => {
  // Whoever signs in first has the keys fetched; the next ones are signed by another one.
  const first = await signIn();
  await first.waitForURL(`${server.url}/console`);
  await first.context().close();
  const { kid } = await provider.issuer.keys.generate("ES256");
  const build = provider.issuer.buildToken;
  provider.issuer.buildToken = (options) => build.call(provider.issuer, { ...options, kid });
  const asked = [];
  provider.server.on("request", ({ url }) => asked.push(url));
  // Keys are fetched once a second, at most.
  let page = await signIn();
  while (!asked.includes("/jwks")) {
    await page.context().close();
    page = await signIn();
  }
  await page.waitForURL(`${server.url}/console`);
  provider.issuer.buildToken = build;
  await page.context().close();
});

test("an operator who is disabled is out at once, and can't come in", async () => {
  operators("set", "dis@ops.example", "--role", "viewer", "--oidc-subject", "dis-1");
  const who = { sub: "dis-1", email: undefined, email_verified: undefined };
  const page = await signIn(who);
  await page.waitForURL(`${server.url}/console`);
  operators("disable", "dis@ops.example");
  await page.goto(`${server.url}/console/audit`);
  assert.match(page.url(), /sign_in$/);
  const again = await signIn(who);
  assert.match(await again.locator("h1").innerText(), /access is disabled/);
  assert.match((await audit())[0], /dis@ops\.example sign_in\.oidc_refused the operator is disabled/);
  await again.context().close();
  operators("enable", "dis@ops.example");
  // The session of before is over for good.
  await page.goto(`${server.url}/console/audit`);
  assert.match(page.url(), /sign_in$/);
  await page.context().close();
  const third = await signIn(who);
  await third.waitForURL(`${server.url}/console`);
  await third.context().close();
  assert.match(operators("disable", "dis@ops.example"), /kept out/);
});

test("an operator of the provider's has no password until one is set, and both work then", async () => {
  const byPassword = async () => {
    const page = await visitor(browser, desk);
    await page.goto(`${server.url}/console`);
    await page.getByLabel("E-mail").fill("both@ops.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    const title = await page.locator("h1").innerText();
    await page.context().close();
    return title;
  };
  operators("set", "both@ops.example", "--oidc", "both@corp.example");
  assert.match(await byPassword(), /Sign in/);
  operators("set", "both@ops.example", "--password-stdin", "--without-code");
  assert.match(await byPassword(), /Programs/);
  const page = await signIn({ sub: "both-1", email: "Both@corp.example" });
  await page.waitForURL(`${server.url}/console`);
  await page.context().close();
});

test("the pages are in German where the browser asks for it", async () => {
  const page = await signIn({ email: "eve@ops.example", sub: "eve-1" }, {}, desk, { locale: "de-DE" });
  assert.match(await page.locator("h1").innerText(), /haben hier keinen Zugang/);
  assert.equal(await page.getByRole("link", { name: "Zurück zur Anmeldung" }).count(), 1);
  await page.context().close();
});

for (const look of LOOKS) {
  test(`the pages of it are accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    const page = await signIn({ email: `${"eve".repeat(60)}@ops.example`, sub: "eve-1" }, {}, look);
    await accessible(page, "refused");
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `refused: ${over} px wider than the window`);
    await page.getByRole("link", { name: "Back to sign-in" }).click();
    await accessible(page, "sign in");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px wider than the window`);
    // By keyboard: the fields, the button, the provider.
    for (let stop = 0; stop < 3; stop++) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign in with Example ID");
    await page.context().close();
  });
}
