// <scrip-low-balance>: a banner that is there when credits run low, with the way to more. `below` sets the level; else it is
// the highest of the account's alerts.
import { define, make, ScripElement } from "./element.js";

export class LowBalance extends ScripElement {
  static also = ["below"];
  static style = `
    :host { display: block; }
    .banner { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: center; justify-content: space-between; padding: 12px 16px;
      border-radius: var(--radius); background: var(--warn-ground); color: var(--warn); }
    .banner.bad { background: var(--bad-ground); color: var(--bad); }`;

  build() {
    this.text = make("p", { role: "status" });
    this.buy = make("button", { class: "plain", type: "button", part: "buy", onclick: async () => {
      if (!(await this.lead("buy"))) this.text.textContent = this.say.t("trouble");
    } });
    this.banner = make("div", { class: "banner", part: "banner", hidden: true }, this.text, this.buy);
    this.shadowRoot.append(this.banner);
  }

  translate() { this.buy.textContent = this.say.t("buy"); }

  async show({ unit, balance, account }) {
    const said = await this.#said(unit, balance, account);
    this.banner.hidden = !said;
    this.banner.classList.toggle("bad", balance.available < 0);
    // It is told once, not with each spend that says the same.
    if (said && this.text.textContent !== said) this.text.textContent = said;
  }

  async #said(unit, { available }, account) {
    const { say } = this;
    if (account?.state === "suspended") return say.t("suspended");
    if (available < 0) {
      const deadline = account?.overdraft?.deadline;
      return [say.t("overdrawn"), ...(deadline ? [say.t("deadline", { day: say.day(deadline) })] : [])].join(" ");
    }
    if (available === 0) return say.t("out");
    return available <= (await this.#level(unit)) ? say.t("low", { n: say.credits(available, unit) }) : undefined;
  }

  async #level(unit) {
    if (this.hasAttribute("below")) return Number(this.getAttribute("below"));
    const { account } = this.client.state;
    this.client.levels ??= this.client.call("GET", `/v1/accounts/${account.id}/alerts`).catch(() => ({ data: [] }));
    const { data } = await this.client.levels;
    return Math.max(0, ...(data.find((one) => one.unit === unit.code)?.thresholds ?? []));
  }
}

define("scrip-low-balance", LowBalance);
