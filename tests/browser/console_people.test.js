// The operator console: who may use it. Adding somebody, what they may do, how they sign in, and keeping them out.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessible } from "./axe.js";
import { LOOKS, launch, visitor } from "./browser.js";
import { scrip } from "./demo.js";
import { madeUp, noted, operator, signIn, staff, status, title, wide } from "./desk.js";
import { Provider } from "./provider.js";
import { Server } from "./serve.js";
import { code } from "./totp.js";

let server, browser, provider, data;
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = readFileSync(join(root, "programs", "picsart.toml"), "utf8");

before(async () => {
  provider = await Provider.start();
  server = await Server.start("picsart", program, undefined, {
    more: ["--oidc-issuer", provider.url, "--oidc-client-id", "scrip", "--oidc-name", "Example ID"],
    env: { SCRIP_OIDC_CLIENT_SECRET: "a secret of the test" },
  });
  data = join(server.folder, "data");
  staff(data);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  assert.equal(await server?.stop(), 0);
  await provider?.stop();
});

const enter = (email, more) => signIn(browser, server.url, email.includes("@") ? email : `${email}@ops.example`, more);
const PEOPLE = "/console/people";
const at = (email) => `${PEOPLE}/${encodeURIComponent(email)}`;
const go = (page, path) => page.goto(server.url + path);
/** Whether a page that was open is signed out. */
const isOut = async (page) => {
  await go(page, "/console/audit");
  return page.url().endsWith("sign_in");
};

/** Adds somebody with a password, who is there then: the password. */
async function add(page, email, role) {
  await go(page, PEOPLE);
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Role").selectOption(role);
  await page.getByRole("button", { name: "Add" }).click();
  assert.equal(await title(page), `${email} is added`);
  return page.getByLabel("Password").inputValue();
}

test("an admin adds somebody with a password that is shown once; they set their code up when they sign in", async () => {
  const page = await enter("admin");
  const password = await add(page, "new+one@ops.example", "support");
  assert.match(password, /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
  assert.equal(page.url(), server.url + PEOPLE, "it is in no address");
  await page.getByRole("link", { name: "To this person" }).click();
  assert.equal(await title(page), "new+one@ops.example");
  assert.match(await page.locator("main").innerText(), /support[^]*password, code not yet set up[^]*active/);
  assert.ok(!(await page.content()).includes(password));
  const theirs = await enter("new+one@ops.example", { password });
  assert.equal(await title(theirs), "Set up your codes");
  await theirs.context().close();
  // The same form once more, and what is no address, changes nothing; what was typed is kept.
  await go(page, PEOPLE);
  for (const [email, said] of [["NEW+one@ops.example", /of that address already/], ["a<script>@x", /no e-mail address/]]) {
    await page.getByLabel("E-mail", { exact: true }).evaluate((field, email) => { field.type = "text"; field.value = email; }, email);
    await page.getByLabel("Role").selectOption("admin");
    await page.getByRole("button", { name: "Add" }).click();
    assert.match(await page.getByRole("alert").innerText(), said);
    assert.equal(await page.getByLabel("E-mail", { exact: true }).inputValue(), email.toLowerCase());
    assert.equal(await page.getByLabel("Role").inputValue(), "admin");
  }
  assert.equal(await page.locator("main script").count(), 0);
  const log = await noted(page, server.url);
  assert.ok(log.some((line) => line.includes("admin@ops.example operator.add new+one@ops.example support, with a password")), log.join("\n"));
  assert.ok(!log.join().includes(password));
  await page.context().close();
});

test("a role holds from the next request on", async () => {
  operator(data, "rolls@ops.example", "admin", "--without-code");
  const [page, theirs] = [await enter("admin"), await enter("rolls")];
  assert.equal((await go(theirs, PEOPLE)).status(), 200);
  await go(page, at("rolls@ops.example"));
  await page.getByLabel("Role").selectOption("viewer");
  await page.getByRole("button", { name: "Change role" }).click();
  assert.match(await status(page), /role is changed/);
  assert.equal((await go(theirs, PEOPLE)).status(), 403);
  assert.match(await theirs.locator("h1").innerText(), /role does not allow/);
  await go(theirs, "/console/health");
  assert.match(await theirs.locator(".who").innerText(), /viewer/);
  assert.equal(await theirs.getByRole("button", { name: "Check now" }).count(), 0);
  assert.match((await noted(page, server.url)).join("\n"), /operator\.role rolls@ops\.example from admin to viewer/);
  for (const one of [page, theirs]) await one.context().close();
});

test("who is disabled is out at once and stays out; who is enabled signs in anew", async () => {
  operator(data, "off@ops.example", "support", "--without-code");
  const [page, theirs] = [await enter("admin"), await enter("off")];
  await go(page, at("off@ops.example"));
  await page.getByRole("button", { name: "Disable" }).click();
  assert.match(await status(page), /They are out/);
  assert.ok(await isOut(theirs));
  const again = await enter("off");
  assert.match(await again.getByRole("alert").innerText(), /not right/);
  await go(page, PEOPLE);
  assert.match(await page.locator("tbody tr").filter({ hasText: "off@ops.example" }).innerText(), /disabled/);
  await page.getByRole("link", { name: "off@ops.example" }).click();
  await page.getByRole("button", { name: "Enable" }).click();
  assert.match(await status(page), /may come in again/);
  assert.ok(await isOut(theirs), "the session of before is over for good");
  const back = await enter("off");
  assert.match(await title(back), /Programs/);
  for (const one of [page, theirs, again, back]) await one.context().close();
});

test("a new password is asked for once more, shown once, and ends what the old one opened", async () => {
  operator(data, "forgets@ops.example", "support", "--without-code");
  const [page, theirs] = [await enter("admin"), await enter("forgets")];
  await go(page, at("forgets@ops.example"));
  await page.getByRole("link", { name: "New password …" }).click();
  assert.match(await title(page), /A new password for forgets@ops\.example\?/);
  await page.getByRole("link", { name: "No, go back" }).click();
  assert.ok(!(await isOut(theirs)), "nothing is done by looking at it");
  // Whoever has tried too often need not wait for the new one.
  for (let attempt = 0; attempt < 7; attempt++) {
    const body = new URLSearchParams({ email: "forgets@ops.example", password: "x" });
    await fetch(`${server.url}/console/sign_in`, { method: "POST", body });
  }
  await page.getByRole("link", { name: "New password …" }).click();
  await page.getByRole("button", { name: "Make a new password" }).click();
  const password = await page.getByLabel("Password").inputValue();
  assert.ok(await isOut(theirs));
  const now = await enter("forgets", { password });
  assert.match(await title(now), /Programs/);
  const old = await enter("forgets");
  assert.match(await old.getByRole("alert").innerText(), /not right/);
  const log = (await noted(page, server.url)).join("\n");
  assert.match(log, /operator\.password forgets@ops\.example/);
  assert.ok(!log.includes(password));
  for (const one of [page, theirs, now, old]) await one.context().close();
});

test("a code that is forgotten is set up anew, and somebody who is removed is gone", async () => {
  const page = await enter("admin");
  const password = await add(page, "phone@ops.example", "viewer");
  await go(page, at("phone@ops.example"));
  assert.equal(await page.getByRole("link", { name: "Forget their code …" }).count(), 0, "there is none yet");
  const theirs = await enter("phone", { password });
  await theirs.getByLabel("Code").fill(code(await theirs.locator("main code").innerText()));
  await theirs.getByRole("button", { name: "Sign in" }).click();
  assert.match(await title(theirs), /Programs/);
  await page.reload();
  assert.match(await page.locator("main").innerText(), /password and code/);
  await page.getByRole("link", { name: "Forget their code …" }).click();
  await page.getByRole("button", { name: "Forget the code" }).click();
  assert.match(await status(page), /forgotten/);
  assert.ok(await isOut(theirs));
  const anew = await enter("phone", { password });
  assert.equal(await title(anew), "Set up your codes");

  await page.getByRole("link", { name: "Remove …" }).click();
  assert.match(await title(page), /Remove phone@ops\.example\?/);
  await page.getByRole("button", { name: "Remove" }).click();
  assert.match(await status(page), /removed/);
  assert.equal(await page.getByRole("link", { name: "phone@ops.example" }).count(), 0);
  assert.ok(await isOut(anew));
  assert.equal((await go(page, at("phone@ops.example"))).status(), 404);
  assert.match((await noted(page, server.url)).join("\n"), /operator\.remove phone@ops\.example/);
  for (const one of [page, theirs, anew]) await one.context().close();
});

test("nobody demotes, disables or removes themselves; a password of one's own ends one's other sessions", async () => {
  operator(data, "self@ops.example", "admin", "--without-code");
  const [page, elsewhere] = [await enter("self"), await enter("self")];
  await go(page, at("self@ops.example"));
  assert.match(await page.locator("main").innerText(), /This is you/);
  assert.equal(await page.locator("main form[action$='/role'], main form[action$='/disable'], main a[href$='/remove']").count(), 0);
  for (const [what, fields] of [["role", { role: "support" }], ["disable", {}], ["remove", {}]]) {
    const answer = await madeUp(page, server.url, `${at("self@ops.example")}/${what}`, fields);
    assert.equal(answer.status(), 409, what);
    assert.match(await answer.text(), /to yourself/);
  }
  const log = (await noted(page, server.url)).join("\n");
  assert.match(log, /self@ops\.example operator\.remove\.refused self@ops\.example nobody locks themselves out/);
  await go(page, at("self@ops.example"));
  await page.getByRole("link", { name: "New password …" }).click();
  await page.getByRole("button", { name: "Make a new password" }).click();
  await page.getByRole("link", { name: "To this person" }).click();
  assert.equal(await title(page), "self@ops.example", "this session goes on");
  assert.ok(await isOut(elsewhere));
  for (const one of [page, elsewhere]) await one.context().close();
});

test("what is set on the server itself counts at the next request; without a provider there is none to choose", async () => {
  const other = await Server.start("picsart", program);
  const folder = join(other.folder, "data");
  operator(folder, "only@ops.example", "admin", "--without-code");
  operator(folder, "guest@ops.example", "admin", "--without-code");
  const page = await signIn(browser, other.url, "guest@ops.example");
  await page.goto(other.url + at("only@ops.example"));
  await page.getByRole("link", { name: "Remove …" }).click();
  operator(folder, "guest@ops.example", "viewer", "--without-code");
  await page.getByRole("button", { name: "Remove" }).click();
  assert.ok(page.url().endsWith("sign_in"), "a password that is set on the server signs out");
  const only = await signIn(browser, other.url, "only@ops.example");
  assert.match(await title(only), /Programs/);
  await only.goto(other.url + PEOPLE);
  assert.equal(await only.getByLabel("Signs in with").count(), 0, "there is no provider to choose");
  const known = await madeUp(only, other.url, PEOPLE, { email: "x@ops.example", role: "viewer", way: "email" });
  assert.equal(known.status(), 422);
  for (const one of [page, only]) await one.context().close();
  assert.equal(await other.stop(), 0);
});

test("who is no admin sees and changes nobody, whatever they send, and it is noted", async () => {
  const acts = [["role", { role: "admin" }], ["password", {}], ["forget-code", {}], ["oidc", { way: "email", known: "eve@x.example" }], ["without-oidc", {}], ["disable", {}], ["enable", {}], ["remove", {}]];
  for (const role of ["viewer", "support"]) {
    const page = await enter(role);
    assert.equal(await page.getByRole("link", { name: "People" }).count(), 0);
    for (const path of [PEOPLE, at("admin@ops.example"), `${at("admin@ops.example")}/remove`]) {
      assert.equal((await go(page, path)).status(), 403, path);
      assert.ok(!(await page.content()).includes("admin@ops.example"), path);
    }
    const adding = await madeUp(page, server.url, PEOPLE, { email: "eve@ops.example", role: "admin" });
    assert.equal(adding.status(), 403);
    for (const email of ["admin@ops.example", `${role}@ops.example`]) {
      for (const [what, fields] of acts) {
        assert.equal((await madeUp(page, server.url, `${at(email)}/${what}`, fields)).status(), 403, `${what} ${email}`);
      }
    }
    const log = (await noted(page, server.url)).join("\n");
    for (const what of ["operator.add eve", "operator.role admin", "operator.password admin", "operator.remove admin"]) {
      assert.ok(log.includes(`${role}@ops.example ${what}@ops.example refused`), what);
    }
    await page.context().close();
  }
  const page = await enter("admin");
  for (const [fields, more] of [[{ form: "" }], [{ form: "x" }], [{}, { headers: { "sec-fetch-site": "cross-site" } }]]) {
    for (const [path, typed] of [[PEOPLE, { email: "eve@ops.example", role: "admin" }], ...acts.map(([what, typed]) => [`${at("viewer@ops.example")}/${what}`, typed])]) {
      const answer = await madeUp(page, server.url, path, { ...typed, ...fields }, more);
      assert.equal(answer.status(), 403, `${path} ${JSON.stringify([fields, more])}`);
    }
  }
  for (const path of [at("nobody@ops.example"), `${at("viewer@ops.example")}/nothing`, `${at("viewer@ops.example")}/disable`]) {
    assert.equal((await go(page, path)).status(), 404, path);
  }
  assert.equal((await madeUp(page, server.url, `${at("viewer@ops.example")}/role`, { role: "root" })).status(), 422);
  await go(page, PEOPLE);
  assert.match(await page.locator("tbody tr").filter({ hasText: "viewer@ops.example" }).innerText(), /viewer[^]*active/);
  assert.equal(await page.getByText("eve@ops.example").count(), 0);
  await page.context().close();
});

test("somebody signs in at the provider: added so, bound, set anew, and no longer", async () => {
  const come = async (claims) => {
    provider.person(claims);
    const page = await visitor(browser, wide);
    await page.goto(`${server.url}/console`);
    await page.getByRole("link", { name: /Example ID/ }).click();
    await page.getByRole("link", { name: "It is me" }).click();
    return page;
  };
  const page = await enter("admin");
  await go(page, PEOPLE);
  await page.getByLabel("E-mail", { exact: true }).fill("cy@ops.example");
  await page.getByLabel("Role").selectOption("support");
  await page.getByLabel("Signs in with").selectOption("email");
  await page.getByLabel("E-mail or subject there").fill("Cy@corp.example");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await status(page), /They are added/);
  const row = page.locator("tbody tr").filter({ hasText: "cy@ops.example" });
  assert.match(await row.innerText(), /Example ID as cy@corp\.example\s+not bound yet/);
  const bad = "<script>alert(1)</script>";
  const theirs = await come({ sub: bad, email: "cy@corp.example" });
  await theirs.waitForURL(`${server.url}/console`);
  await page.reload();
  assert.ok((await row.innerText()).includes(`bound to ${bad}`));
  assert.equal(await page.locator("main script").count(), 0);

  // By somebody else's address nobody is known twice.
  await go(page, PEOPLE);
  await page.getByLabel("E-mail", { exact: true }).fill("di@ops.example");
  await page.getByLabel("Signs in with").selectOption("email");
  await page.getByLabel("E-mail or subject there").fill("cy@corp.example");
  await page.getByRole("button", { name: "Add" }).click();
  assert.match(await page.getByRole("alert").innerText(), /Example ID knows another operator/);

  await row.getByRole("link").click();
  await page.getByLabel("Known there by").selectOption("subject");
  await page.getByLabel("E-mail or subject there").fill(bad);
  await page.getByRole("button", { name: "Set anew" }).click();
  assert.match(await status(page), /may sign in so/);
  assert.ok((await page.locator("main").innerText()).includes(`Example ID as subject ${bad}`));
  assert.ok(await isOut(theirs), "how they are known is another way in");
  const again = await come({ sub: bad, email: undefined });
  await again.waitForURL(`${server.url}/console`);
  await page.getByRole("button", { name: "No longer let them sign in by Example ID" }).click();
  assert.match(await status(page), /no longer sign in that way/);
  assert.match(await page.locator("main").innerText(), /nothing yet/);
  assert.ok(await isOut(again));
  const refused = await come({ sub: bad });
  assert.match(await title(refused), /not an operator/);
  const log = (await noted(page, server.url)).join("\n");
  assert.match(log, /operator\.add cy@ops\.example support, with the provider, as cy@corp\.example/);
  assert.ok(log.includes(`operator.oidc cy@ops.example as subject ${bad}`));
  assert.match(log, /operator\.without_oidc cy@ops\.example/);
  // An admin who has no other way in does not leave it.
  execFileSync(scrip(), ["operators", "set", "--data", data, "--email", "ada@ops.example", "--role", "admin", "--oidc"]);
  const ada = await come({});
  await ada.waitForURL(`${server.url}/console`);
  assert.equal((await madeUp(ada, server.url, `${at("ada@ops.example")}/without-oidc`, {})).status(), 409);
  for (const one of [page, theirs, again, refused, ada]) await one.context().close();
});

test("people are added by keyboard alone, in German too", async () => {
  const page = await enter("admin", { more: { locale: "de-AT" } });
  await go(page, PEOPLE);
  assert.equal(await title(page), "Personen");
  await page.getByLabel("E-Mail", { exact: true }).focus();
  await page.keyboard.type("taste@ops.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Support");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#secret").waitFor();
  assert.equal(await title(page), "taste@ops.example ist hinzugefügt");
  await page.getByRole("link", { name: "Zu dieser Person" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Entfernen …" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Entfernen", exact: true }).focus();
  await page.keyboard.press("Enter");
  assert.match(await status(page), /Entfernt/);
  await page.context().close();
});

for (const look of LOOKS) {
  test(`people are accessible, ${look.width} px, ${look.colorScheme}`, async () => {
    const long = `${"long".repeat(40)}@ops.example`;
    operator(data, long, "viewer");
    execFileSync(scrip(), ["operators", "set", "--data", data, "--email", "prov@ops.example", "--role", "viewer", "--oidc-subject", "W".repeat(200)]);
    execFileSync(scrip(), ["operators", "disable", "--data", data, "--email", "prov@ops.example"]);
    const page = await enter("admin", { look });
    const seen = async (where) => {
      await accessible(page, where);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${where} is ${over} px wider than the window`);
    };
    const places = [PEOPLE, at("admin@ops.example"), at(long), at("prov@ops.example")];
    places.push(...["password", "forget-code", "remove"].map((what) => `${at(long)}/${what}`));
    for (const place of places) {
      await go(page, place);
      await seen(place);
    }
    await go(page, `${at(long)}/password`);
    await page.getByRole("button", { name: "Make a new password" }).click();
    await seen("a password");
    const refused = await enter("viewer", { look });
    await go(refused, PEOPLE);
    await accessible(refused, "refused");
    for (const one of [page, refused]) await one.context().close();
  });
}
