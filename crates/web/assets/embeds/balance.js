// <scrip-balance>: what there is, for a navigation bar; it follows every change. With `breakdown`, what it consists of too.
import { define, make, ScripElement } from "./element.js";

export class Balance extends ScripElement {
  static also = ["breakdown"];
  static style = `
    :host { display: inline-block; position: relative; color: var(--ink); }
    .badge { display: inline-flex; gap: 0.4em; align-items: baseline; white-space: nowrap; }
    .badge b { font-weight: 650; }
    .low b { color: var(--bad); }
    .panel { position: absolute; z-index: 10; right: 0; margin-top: 8px; width: max-content; min-width: 240px; max-width: min(340px, 86vw);
      padding: 16px; background: var(--ground); color: var(--ink); border: 1px solid var(--rule); border-radius: var(--radius);
      box-shadow: 0 8px 24px rgb(0 0 0 / 0.14); text-align: left; }
    dl { margin: 0; display: grid; gap: 12px; }
    dl div { display: grid; grid-template-columns: 1fr auto; column-gap: 24px; }
    dt { font-weight: 600; } dd { margin: 0; } .end { grid-column: 1 / -1; color: var(--soft); font-size: 0.875em; }
    .toggle { margin-left: 0.6em; font-size: 0.875em; }`;

  build() {
    this.figure = make("b", { class: "figure" }, "–");
    this.name = make("span");
    this.badge = make("span", { class: "badge", part: "badge" }, this.figure, this.name);
    this.toggle = make("button", { class: "plain toggle", type: "button", part: "toggle", "aria-expanded": "false",
      "aria-controls": "panel", onclick: () => this.fold(this.panel.hidden) });
    this.panel = make("div", { class: "panel", id: "panel", role: "region", part: "panel", hidden: true });
    this.shadowRoot.append(this.badge, this.toggle, this.panel);
    this.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || this.panel.hidden) return;
      this.fold(false);
      this.toggle.focus();
    });
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.contains(relatedTarget)) this.fold(false);
    });
  }

  translate() {
    this.toggle.hidden = !this.hasAttribute("breakdown");
    this.toggle.textContent = this.say.t(this.panel.hidden ? "more" : "less");
    this.panel.setAttribute("aria-label", this.say.t("breakdown"));
  }

  async show({ unit, balance }) {
    this.figure.textContent = this.say.number(balance.available, unit);
    this.name.textContent = this.say.unit(balance.available, unit);
    this.badge.classList.toggle("low", balance.available <= 0);
    this.dataset.available = balance.available;
    if (!this.panel.hidden) await this.breakdown();
  }

  async fold(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", open);
    this.translate();
    if (open) await this.breakdown().catch(() => this.panel.replaceChildren(make("p", {}, this.say.t("trouble"))));
  }

  async breakdown() {
    const { say, client } = this;
    const { units } = await client.program();
    const all = await client.call("GET", `/v1/accounts/${client.state.account.id}/balance`);
    const unit = units.find(({ code }) => code === this.getAttribute("unit")) ?? units[0];
    const { by_class: classes } = all.units.find((one) => one.unit === unit.code);
    const rows = classes.map((one) => make("div", {},
      make("dt", {}, say.t(one.class)),
      make("dd", { class: "figure" }, say.number(one.available, unit)),
      make("dd", { class: "end" }, one.expires_at ? say.t("until", { day: say.day(one.expires_at) }) : say.t("never"))));
    this.panel.replaceChildren(rows.length ? make("dl", {}, ...rows) : make("p", {}, say.t("out")));
  }
}

define("scrip-balance", Balance);
