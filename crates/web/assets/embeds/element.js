// What all elements have in common: a shadow root, its style, a client, a language.
import { shared } from "./client.js";
import { Say } from "./words.js";

// Sheets that a script makes are not inline styles, so a strict content security policy takes them. `light-dark()`
// follows the page: one that is never dark gets no dark element.
const COMMON = `
  :host { --ink: var(--scrip-ink, light-dark(#1a1b1e, #f1f1ee)); --soft: var(--scrip-soft, light-dark(#5a5b60, #b3b4b8));
    --ground: var(--scrip-ground, light-dark(#fff, #1f2024)); --rule: var(--scrip-rule, light-dark(#e2e2dd, #3a3b41));
    --accent: var(--scrip-accent, light-dark(#1f4ed8, #a9bdff)); --on-accent: var(--scrip-on-accent, light-dark(#fff, #10131c));
    --bad: var(--scrip-bad, light-dark(#a8201a, #ffb3ac)); --bad-ground: var(--scrip-bad-ground, light-dark(#fcefed, #3a1a18));
    --warn: var(--scrip-warn, light-dark(#6b4a00, #ffdf94)); --warn-ground: var(--scrip-warn-ground, light-dark(#fff4d6, #36290a));
    --radius: var(--scrip-radius, 8px); font-family: var(--scrip-font, inherit); line-height: 1.4; }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  button { font: inherit; font-weight: 600; padding: 8px 16px; border: 1px solid var(--accent); border-radius: var(--radius);
    background: var(--accent); color: var(--on-accent); cursor: pointer; }
  button.plain { padding: 0; border: 0; background: none; color: inherit; font-weight: inherit; text-decoration: underline;
    text-underline-offset: 3px; min-height: 24px; }
  button[disabled] { opacity: 0.6; cursor: default; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .figure { font-variant-numeric: tabular-nums; }
  p { margin: 0; }`;

const sheets = new Map();
function sheet(text) {
  if (!sheets.has(text)) {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    sheets.set(text, made);
  }
  return sheets.get(text);
}

/** An HTML element with attributes, and what is in it: texts stay texts. */
export function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.filter((part) => part !== undefined && part !== false));
  return made;
}

export class ScripElement extends HTMLElement {
  /** The style of this kind of element. */
  static style = "";
  /** The attributes by which it shows something else. */
  static also = [];
  static get observedAttributes() { return ["token", "token-url", "base", "unit", ...this.also]; }

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open", delegatesFocus: true });
      this.shadowRoot.adoptedStyleSheets = [sheet(COMMON), sheet(this.constructor.style)];
      this.build?.();
    }
    this.#begin();
  }

  disconnectedCallback() { this.#end?.(); this.#end = undefined; }
  attributeChangedCallback() { if (this.isConnected && this.shadowRoot) { this.disconnectedCallback(); this.#begin(); } }

  #end;
  #begin() {
    this.say = new Say(this.closest("[lang]")?.lang || globalThis.navigator?.language);
    this.client = shared(this);
    this.translate?.();
    this.#end = this.client?.listen(() => this.#told());
    // A token may come later, by `connect` or as an attribute.
    if (!this.client) queueMicrotask(() => { if (this.isConnected && shared(this)) this.attributeChangedCallback(); });
  }

  async #told() {
    try {
      const { units } = await this.client.program();
      const unit = units.find(({ code }) => code === this.getAttribute("unit")) ?? units[0];
      const balance = this.client.state.balances.get(unit.code);
      if (balance && this.isConnected) await this.show({ unit, balance, account: this.client.state.account });
    } catch {
      // The page is as good as without it; the next event tries again.
    }
  }

  /** Tells the page of something. */
  tell(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** Leads to the portal, unless the page prevents it; says so where that does not work. */
  async lead(page) {
    if (!this.tell("scrip-buy", { page })) return true;
    try { await this.client.portal(page); return true; } catch { return false; }
  }
}

/** Makes it an element, unless the page has it from another address. */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}
