// Scrip's elements for a host's own pages. See docs/how-to/embeds.md. Each is loaded when the page has one.
export { connect } from "./client.js";

const elements = {
  "scrip-balance": () => import("./balance.js"),
  "scrip-buy": () => import("./buy.js"),
  "scrip-cost": () => import("./cost.js"),
  "scrip-low-balance": () => import("./low-balance.js"),
};

function look(root) {
  for (const [name, load] of Object.entries(elements)) {
    if (root.localName !== name && !root.querySelector?.(name)) continue;
    delete elements[name];
    // The next one that comes tries again; the page is as good as without it.
    load().catch(() => { elements[name] = load; });
  }
}

// A page may put elements in later.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) addedNodes.forEach(look);
}).observe(document, { childList: true, subtree: true });
look(document);
