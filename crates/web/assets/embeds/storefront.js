// Opens the metered session of a shopper, and hides the feature while the shop may not use it.
//
//   <script src="…/embed/v1/storefront.js" data-action="session" data-token-url="/credits-token" defer></script>
//   <div data-scrip-feature>…</div>
//
// Whatever goes wrong, the shopper sees the feature and no error: only the answer that says so hides it.
(() => {
  "use strict";
  const TIMEOUT = 5_000;
  const OFF = "scrip:off";
  let sheet;

  const keep = (store, name, value) => {
    try {
      if (value === undefined) return store().getItem(name);
      if (value === null) store().removeItem(name); else store().setItem(name, value);
    } catch { /* Where nothing can be kept, it is not. */ }
    return value;
  };
  const local = () => localStorage;
  const tab = () => sessionStorage;

  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // Reloads and all tabs of a browser are one session: they share a key. When the session is over, the server counts
  // the same key anew.
  const key = async () => {
    const made = () => keep(local, "scrip:key") || (keep(local, "scrip:key", random()), keep(local, "scrip:key")) || random();
    return globalThis.navigator?.locks ? navigator.locks.request("scrip:key", async () => made()) : made();
  };

  // A sheet hides what comes into the page later, too.
  const hide = (hidden) => {
    sheet ??= new CSSStyleSheet();
    sheet.replaceSync(hidden ? "[data-scrip-feature]{display:none!important}" : "");
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };

  const token = async (said, not) => {
    if (!said.tokenUrl) return said.token;
    const kept = keep(tab, "scrip:token");
    if (kept && kept !== not) return kept;
    const answer = await fetch(said.tokenUrl, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) });
    if (!answer.ok) return undefined;
    return keep(tab, "scrip:token", (await answer.json()).token);
  };

  const open = async (said, not) => {
    const bearer = await token(said, not);
    if (!bearer) return undefined;
    const answer = await fetch(`${said.base}/v1/sessions`, {
      method: "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", "idempotency-key": random() },
      body: JSON.stringify({ action: said.action, key: await key() }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (answer.status === 401 && !not && said.tokenUrl) return open(said, bearer);
    return answer.ok ? answer.json() : undefined;
  };

  const run = async (said) => {
    if (!document.querySelector("[data-scrip-feature]")) return;
    // What was off a page ago is hidden at once, so that it does not flash; then the server is asked.
    if (keep(tab, OFF)) hide(true);
    let answer;
    try { answer = await open(said); } catch { /* The shopper comes first. */ }
    const off = answer?.allowed === false;
    keep(tab, OFF, off ? "1" : null);
    hide(off);
    document.dispatchEvent(new CustomEvent("scrip-session", { detail: { allowed: !off, counted: answer?.counted === true } }));
  };

  try {
    const script = document.currentScript;
    const said = { ...script.dataset, base: script.dataset.base ?? new URL(script.src).origin };
    const start = () => run(said).catch(() => {});
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
  } catch { /* As above. */ }
})();
