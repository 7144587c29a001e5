// Makes a page live. Without it, everything works by reloading.
(() => {
  "use strict";
  const main = document.querySelector("main[data-live]");
  if (!main || !window.EventSource) return;

  // Parts are replaced by what the server says now. A part that somebody is working in is left alone.
  let again = false, busy = false, failed = 0;
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    let found = false;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      // Whoever is not let in any more stays out; a server that is busy is asked again.
      found = answer.ok || answer.status < 500;
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of document.querySelectorAll("[data-part]")) {
          const other = fresh.getElementById(part.id);
          if (!other) { part.replaceChildren(); continue; }
          const active = document.activeElement, held = part.contains(active);
          if ((held && active.matches("input, select, textarea")) || part.innerHTML === other.innerHTML) continue;
          // What was opened stays open.
          for (const open of part.querySelectorAll("details[open][id]")) {
            const same = other.querySelector(`#${CSS.escape(open.id)}`);
            if (same) same.open = true;
          }
          part.replaceWith(other);
          // Who stood on a link or a button stands on the same one again.
          if (held) [...other.querySelectorAll("a, button")].find((one) => one.textContent === active.textContent)?.focus();
        }
      }
    } catch { /* It is tried again. */ }
    busy = false;
    failed = found ? 0 : failed + 1;
    if (!found) setTimeout(refresh, Math.min(30_000, 1_000 * 2 ** failed)); else if (again) { again = false; setTimeout(refresh, 150); } else later();
  };
  // Something is still being counted: the page looks again by itself.
  const later = () => {
    const waits = document.querySelector("[data-again]")?.dataset.again;
    if (waits) setTimeout(refresh, Number(waits));
  };
  later();

  let seen = document.querySelector("[data-position]")?.dataset.position;
  const source = new EventSource(main.dataset.live);
  source.addEventListener("balance", (event) => {
    const { unit, available } = JSON.parse(event.data);
    for (const place of document.querySelectorAll(`[data-balance="${CSS.escape(unit)}"]`)) {
      place.textContent = available;
    }
  });
  source.addEventListener("at", (event) => {
    if (event.data === seen) return;
    seen = event.data;
    refresh();
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
