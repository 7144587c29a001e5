use moment::Period;
use money::{Amount, Unit};

use crate::price::price;
use crate::{
    Action, AlertRule, CLASS_CODES, ChangeRule, ClassRule, HoldRule, LateReturn, NoPrice, OrderRule,
    OverdraftRule, Package, Plan, PriceView, RenewalRule, SessionRule, Starter, TopUpRule, Work, view,
};

/// One product's credit system, as the rest of Scrip sees it: checked, with defaults filled in.
///
/// Made by [`crate::load`] only.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// What keys, files and URLs call it: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// How its pages look, and where its customers find help.
    pub brand: Brand,
    /// The kinds of credit; the first is the default. At least one, at most sixteen.
    pub units: Vec<Unit>,
    /// What the host sells, by code in the file's order.
    pub actions: Vec<Action>,
    /// Draw-down priority and life of each class, in the order of [`ledger-wide class codes`](CLASS_CODES).
    pub classes: [ClassRule; CLASS_CODES.len()],
    /// Issued once, when an account is opened.
    pub starter: Vec<Starter>,
    /// How long and how far accounts may be below zero.
    pub overdraft: OverdraftRule,
    /// When a session ends.
    pub sessions: SessionRule,
    /// How long holds stay open.
    pub holds: HoldRule,
    /// At which levels of `available` an alert fires, by unit index. As many as there are units.
    pub alerts: Vec<AlertRule>,
    /// What happens to credits that come back to a grant which has expired.
    pub late_return: LateReturn,
    /// How long a quote is honoured. An exact period.
    pub quote_life: Period,
    /// Credits for money, once.
    pub packages: Vec<Package>,
    /// An allotment per period, for money per billing period.
    pub plans: Vec<Plan>,
    /// What happens before a renewal, and after one that could not be paid.
    pub renewal: RenewalRule,
    /// When a change of plan takes effect.
    pub changes: ChangeRule,
    /// The bounds of automatic top-ups.
    pub top_up: TopUpRule,
    /// How long orders and quotes stay open, and when customers are told that credits expire.
    pub orders: OrderRule,
    /// Positions of `actions`, ordered by code.
    pub(crate) by_code: Vec<u16>,
}

/// How a program's pages look, and where its customers find help. All of it may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// Where questions go by mail.
    pub support_email: Option<String>,
    /// The page for questions; an `https` address.
    pub support_url: Option<String>,
    /// The accent colour: `#` and six hexadecimal digits.
    pub accent: Option<String>,
    /// The logo: an `https` address, or a path that begins with `/`.
    pub logo: Option<String>,
    /// Where customers come from, and are sent back to.
    pub home: Option<String>,
    /// The host's own pages, by origin: they may frame the portal.
    pub origins: Vec<String>,
}

/// Ids that no program can have: the console has pages of its own by these names, where the id of a program would stand.
pub const RESERVED_IDS: [&str; 9] =
    ["audit", "code", "enrol", "health", "keys", "oidc", "people", "sign_in", "sign_out"];

impl Program {
    /// The action of that code.
    pub fn action(&self, code: &str) -> Option<&Action> {
        self.action_index(code).and_then(|index| self.actions.get(usize::from(index)))
    }

    /// Where the action of that code stands in [`Program::actions`].
    pub fn action_index(&self, code: &str) -> Option<u16> {
        let code_at = |index: &u16| self.actions.get(usize::from(*index)).map_or("", |action| &action.code);
        let found = self.by_code.binary_search_by(|index| code_at(index).cmp(code)).ok()?;
        self.by_code.get(found).copied()
    }

    /// Where the unit of that code stands in [`Program::units`].
    pub fn unit_index(&self, code: &str) -> Option<u8> {
        let found = self.units.iter().position(|unit| unit.code == code)?;
        u8::try_from(found).ok()
    }

    /// The package of that code.
    pub fn package(&self, code: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.code == code)
    }

    /// The plan of that code.
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.code == code)
    }

    /// What the work costs, in the smallest part of the action's unit: never negative, at most [`Amount::MAX`].
    ///
    /// Refused are a quantity below 1, an attribute that is missing, not of its kind, or not the action's.
    /// A flat price allocates nothing.
    pub fn price(&self, action: &Action, work: &Work<'_>) -> Result<Amount, NoPrice> {
        let _ = self;
        price(action, work)
    }

    /// The action's price for people and for APIs: its kind, its numbers and a sentence.
    ///
    /// ```
    /// # let text = "scrip = 1\nid = \"a\"\nname = \"A\"\n[units.credit]\nname = \"credits\"\n[actions.crop]\nprice = 5";
    /// let program = catalog::load("a.toml", text).unwrap();
    /// let view = program.price_view(program.action("crop").unwrap());
    /// assert_eq!(view.sentence, "5 credits");
    /// ```
    pub fn price_view(&self, action: &Action) -> PriceView {
        view::price_view(self, action)
    }
}

/// The positions of the actions, ordered by code.
pub(crate) fn order_by_code(actions: &[Action]) -> Vec<u16> {
    let mut order: Vec<(&str, u16)> = actions.iter().map(|action| action.code.as_str()).zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}
