// What the elements say, in the language of the page around them.

export const TEXTS = {
  en: {
    credit: "credit",
    credits: "credits",
    have: "you have {n}",
    missing: "{n} more needed",
    free: "free",
    buy: "Buy credits",
    close: "Close",
    choose: "Choose a package. You pay on the next page.",
    each: "{price} per credit",
    saving: "save {n}%",
    asked: "Price on request",
    more: "Learn more",
    less: "Show less",
    breakdown: "What your balance consists of",
    until: "until {day}",
    never: "do not expire",
    low: "Only {n} left.",
    out: "No credits left.",
    overdrawn: "Your balance is below zero.",
    deadline: "Please settle it by {day}.",
    suspended: "Your balance has been below zero for too long, so what it pays for is paused.",
    trouble: "That did not work. Please try again.",
    plan: "Plan credits",
    purchase: "Bought credits",
    starter: "Welcome credits",
    bonus: "Bonus credits",
    promotion: "Promotional credits",
    rollover: "Credits carried over",
    reissue: "Credits given back",
    adjustment: "Corrections",
  },
  de: {
    credit: "Credit",
    credits: "Credits",
    have: "Sie haben {n}",
    missing: "{n} fehlen",
    free: "kostenlos",
    buy: "Credits kaufen",
    close: "Schließen",
    choose: "Wählen Sie ein Paket. Bezahlt wird auf der nächsten Seite.",
    each: "{price} je Credit",
    saving: "{n} % gespart",
    asked: "Preis auf Anfrage",
    more: "Mehr dazu",
    less: "Weniger",
    breakdown: "Woraus Ihr Guthaben besteht",
    until: "bis {day}",
    never: "verfallen nicht",
    low: "Nur noch {n}.",
    out: "Ihr Guthaben ist aufgebraucht.",
    overdrawn: "Ihr Guthaben ist unter null.",
    deadline: "Bitte gleichen Sie es bis {day} aus.",
    suspended: "Ihr Guthaben ist zu lange unter null; was damit bezahlt wird, ruht.",
    trouble: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
    plan: "Credits des Tarifs",
    purchase: "Gekaufte Credits",
    starter: "Startguthaben",
    bonus: "Bonus-Credits",
    promotion: "Aktions-Credits",
    rollover: "Übertragene Credits",
    reissue: "Zurückgegebene Credits",
    adjustment: "Korrekturen",
  },
};

/** Says things in a language: that of a tag such as `de-AT`, or English. */
export class Say {
  constructor(tag = "en") {
    this.language = tag.toLowerCase().split("-")[0] in TEXTS ? tag.toLowerCase().split("-")[0] : "en";
    this.tag = this.language === "en" && !tag.toLowerCase().startsWith("en") ? "en" : tag;
  }

  t(key, values = {}) {
    return (TEXTS[this.language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  /** Smallest parts of a unit as a number: `1,234.50`. */
  number(amount, { decimals = 0 } = {}) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(this.tag, digits).format(amount / 10 ** decimals).replace("-", "−");
  }

  /** The same with what it is of: `48 credits`. */
  credits(amount, unit) {
    return `${this.number(amount, unit)} ${this.unit(amount, unit)}`.trim();
  }

  /** What an amount is of. Credits have a form for one, in each language; a unit of another name is called by it. */
  unit(amount, { name = "", decimals = 0 } = {}) {
    if (name && name.toLowerCase() !== "credits") return name;
    return this.t(Math.abs(amount) === 1 && !decimals ? "credit" : "credits");
  }

  /** Money of its currency's smallest part. */
  money({ amount, currency }) {
    const format = new Intl.NumberFormat(this.tag, { style: "currency", currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
  }

  /** A price of a single credit, in whole money as a decimal. */
  each(decimal, currency) {
    const format = new Intl.NumberFormat(this.tag, { style: "currency", currency, maximumFractionDigits: 3 });
    return this.t("each", { price: format.format(Number(decimal)) });
  }

  day(instant) {
    return new Intl.DateTimeFormat(this.tag, { dateStyle: "long" }).format(new Date(instant));
  }
}
