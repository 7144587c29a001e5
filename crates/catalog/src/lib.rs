//! The program file: one product's units, actions, prices, packages, plans and rules.
//!
//! [`load`] makes a [`Program`] of a file's text, or says everything that is wrong with it. A program is made
//! from a file only, so what it holds is consistent. [`Program::price`] is a pure function of an action and of
//! what a request says about the work; [`diff`] tells what a new file changes.
//!
//! No float touches a price: numbers are read from the file's own digits and computed as exact fractions.
//!
//! ```
//! use catalog::Work;
//! use money::Amount;
//!
//! let text = r#"
//!     scrip = 1
//!     id = "shop"
//!     name = "Shop"
//!     [units.credit]
//!     name = "credits"
//!     [actions.upscale]
//!     price = 5
//! "#;
//! let program = catalog::load("shop.toml", text).unwrap();
//! let action = program.action("upscale").unwrap();
//! let work = Work { quantity: 3, ..Work::default() };
//! assert_eq!(program.price(action, &work), Ok(Amount(15)));
//!
//! let problems = catalog::load("shop.toml", &text.replace("price = 5", "prise = 5")).unwrap_err();
//! assert_eq!(
//!     problems[0].to_string(),
//!     "shop.toml:8:5: actions.upscale.prise: there is no such key; did you mean \"price\"?"
//! );
//! ```

mod action;
mod attribute;
mod diff;
mod expression;
mod offer;
mod price;
mod problem;
mod program;
mod rational;
mod read;
mod rules;
mod selling;
mod sentence;
mod suggest;
mod view;

pub use action::{Action, Attribute, NoPrice, Work};
pub use attribute::AttributeRule;
pub use diff::{Change, ChangeKind, diff};
pub use offer::{
    Ask, Gate, NoSale, Package, Plan, Pricing, QuantityRule, Rollover, RolloverCap, Sale, Seats, Tier, Tiers,
    Trial,
};
pub use price::{Price, Terms};
pub use problem::Problem;
pub use program::{Brand, Program, RESERVED_IDS};
pub use read::{VERSIONS, keys, load};
pub use rules::{
    AlertRule, CLASS_CODES, ClassRule, HoldRule, LateReturn, OverdraftRule, SessionRule, Starter,
};
pub use selling::{ChangeAt, ChangeRule, OrderRule, RenewalRule, TopUpRule};
pub use view::{AttributeView, PriceTerms, PriceView, RowView};
