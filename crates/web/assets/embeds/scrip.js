// Scrip's elements for a host's own pages. See docs/how-to/embeds.md.
import { Balance } from "./balance.js";
import { Buy } from "./buy.js";
import { Cost } from "./cost.js";
import { LowBalance } from "./low-balance.js";

export { connect } from "./client.js";

const elements = { "scrip-balance": Balance, "scrip-buy": Buy, "scrip-cost": Cost, "scrip-low-balance": LowBalance };
for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
