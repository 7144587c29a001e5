// <scrip-cost action="…">: what something costs and what there is, above the button that does it. A button within it can
// be pressed while there is enough. With `brief`, what there is is said only where it does not suffice. `scrip-quote` tells
// the page of each price.
import { define, make, ScripElement } from "./element.js";

export class Cost extends ScripElement {
  static also = ["action", "quantity", "attributes", "brief"];
  static style = `
    :host { display: block; color: var(--ink); }
    .line { min-height: 1.4em; margin-bottom: var(--scrip-gap, 8px); }
    .short { color: var(--bad); }
    .line button { margin-left: 0.6em; color: inherit; }`;

  build() {
    this.text = make("span", { class: "figure" });
    this.buy = make("button", { class: "plain", type: "button", part: "buy", hidden: true, onclick: async () => {
      if (!(await this.lead("buy"))) this.text.textContent = this.say.t("trouble");
    } });
    this.line = make("p", { class: "line", part: "line" }, make("span", { role: "status" }, this.text), this.buy);
    this.slotted = make("slot");
    this.shadowRoot.append(this.line, this.slotted);
  }

  translate() {
    this.buy.textContent = this.say.t("buy");
    this.asked = undefined;
  }

  async show({ unit, balance }) {
    // What was asked for the balance that there is, is known.
    const attributes = this.getAttribute("attributes");
    const asked = [this.getAttribute("action"), this.getAttribute("quantity"), attributes, balance.available].join(" ");
    if (asked === this.asked) return;
    this.asked = asked;
    const quantity = Number(this.getAttribute("quantity")) || undefined;
    const body = { action: this.getAttribute("action"), quantity, attributes: attributes ? JSON.parse(attributes) : undefined };
    let quote;
    try {
      quote = await this.client.call("POST", "/v1/quotes", body);
    } catch (error) {
      if (this.asked !== asked) return;
      this.asked = undefined;
      // The server has the last word in any case: what can't be priced here is not forbidden here.
      this.text.textContent = error.errors || error.code === "unknown_action" ? error.message : "";
      this.able(true);
      return;
    }
    // A later question has its own answer.
    if (this.asked !== asked) return;
    const { say } = this;
    const units = (await this.client.program()).units;
    const own = units.find(({ code }) => code === quote.unit) ?? unit;
    const parts = [
      quote.credits ? say.credits(quote.credits, own) : say.t("free"),
      ...(quote.sufficient && this.hasAttribute("brief") ? [] : [say.t("have", { n: say.number(quote.available, own) })]),
      ...(quote.sufficient ? [] : [say.t("missing", { n: say.number(quote.shortfall, own) })]),
    ];
    this.text.textContent = parts.join(" · ");
    this.line.classList.toggle("short", !quote.sufficient);
    this.buy.hidden = quote.sufficient;
    this.quote = quote;
    this.able(quote.sufficient);
    this.tell("scrip-quote", quote);
  }

  able(able) {
    for (const element of this.slotted.assignedElements()) {
      for (const button of element.matches("button") ? [element] : element.querySelectorAll("button")) button.disabled = !able;
    }
  }
}

define("scrip-cost", Cost);
