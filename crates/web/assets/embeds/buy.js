// <scrip-buy>: a button, and a dialog with the packages, which leads to the portal's checkout.
import { define, make, ScripElement } from "./element.js";

export class Buy extends ScripElement {
  static style = `
    :host { display: inline-block; color: var(--ink); }
    dialog { width: min(440px, calc(100vw - 32px)); padding: 24px; border: 1px solid var(--rule); border-radius: calc(var(--radius) * 1.5);
      background: var(--ground); color: var(--ink); font-size: 16px; text-align: left; }
    dialog::backdrop { background: rgb(0 0 0 / 0.45); }
    header { display: flex; justify-content: space-between; align-items: start; gap: 16px; }
    h2 { margin: 0; font-size: 20px; line-height: 1.3; }
    .lead { margin: 4px 0 16px; color: var(--soft); }
    ul { margin: 0; padding: 0; list-style: none; }
    li { border-top: 1px solid var(--rule); }
    li button { display: grid; grid-template-columns: 1fr auto; gap: 2px 16px; width: 100%; padding: 12px 0; border: 0; border-radius: 0;
      background: none; color: inherit; text-align: left; }
    li button:hover b { text-decoration: underline; }
    .soft { color: var(--soft); font-weight: 400; font-size: 14px; }
    .price, .saving { text-align: right; }
    .bad { color: var(--bad); margin-top: 12px; }
    .bad:empty { display: none; }`;

  build() {
    this.label = make("slot");
    this.opener = make("button", { type: "button", part: "button", "aria-haspopup": "dialog", onclick: () => this.open() }, this.label);
    this.heading = make("h2", { id: "title" });
    this.shut = make("button", { class: "plain", type: "button", onclick: () => this.dialog.close() });
    this.hint = make("p", { class: "lead" });
    this.list = make("ul");
    this.failed = make("p", { class: "bad", role: "alert" });
    this.dialog = make("dialog", { "aria-labelledby": "title", part: "dialog", onclick: ({ target, clientX, clientY }) => {
      // A press beside it closes it, as Esc does.
      const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
      const within = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
      if (target === this.dialog && !within) this.dialog.close();
    } }, make("header", {}, this.heading, this.shut), this.hint, this.list, this.failed);
    this.shadowRoot.append(this.opener, this.dialog);
  }

  translate() {
    this.label.textContent = this.say.t("buy");
    this.heading.textContent = this.say.t("buy");
    this.shut.textContent = this.say.t("close");
    this.hint.textContent = this.say.t("choose");
  }

  show() {}

  /** Opens the dialog. */
  async open() {
    this.failed.textContent = "";
    this.dialog.showModal();
    try {
      const { packages, units } = await this.client.program();
      const unit = this.getAttribute("unit") ?? units[0].code;
      const sold = packages.filter((one) => one.unit === unit);
      if (!this.list.children.length) this.list.append(...sold.map((one) => this.package(one)));
    } catch {
      this.failed.textContent = this.say.t("trouble");
    }
  }

  package(sold) {
    const { say } = this;
    const best = sold.price ?? sold.tiers?.prices.at(-1).price;
    const price = sold.price ? say.money(sold.price) : sold.tiers ? "" : say.t("asked");
    return make("li", {}, make("button", { type: "button", onclick: () => this.choose(sold) },
      make("b", {}, sold.name),
      make("b", { class: "price figure" }, price),
      make("span", { class: "soft figure" }, sold.price_per_credit && best ? say.each(sold.price_per_credit, best.currency) : ""),
      make("span", { class: "soft saving figure" }, sold.saving_percent ? say.t("saving", { n: sold.saving_percent }) : "")));
  }

  async choose(sold) {
    this.failed.textContent = "";
    if (!this.tell("scrip-buy", { package: sold.code, page: "buy" })) return this.dialog.close();
    try {
      await this.client.portal("buy");
    } catch {
      this.failed.textContent = this.say.t("trouble");
    }
  }
}

define("scrip-buy", Buy);
