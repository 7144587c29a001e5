//! One account: its state, what may be asked of it, what happens, and why it may be refused.
//!
//! Only [`decide`] makes events, and only [`apply`] changes a state. [`execute`] is the two together, after
//! [`roll`]ing the account forward to the instant of the command.

mod apply;
mod apply_sales;
mod attributes;
mod buy;
mod command;
mod credit;
mod cycle;
mod decide;
mod draft;
mod edges;
mod execute;
mod facts;
mod give_back;
mod grants;
mod holds;
mod payments;
mod periods;
mod quotes;
mod refusal;
mod returns;
mod roll;
mod rules;
mod sessions;
mod spend;
mod state;
mod subscribe;
mod take_back;
mod top_up;

pub use apply::apply;
pub use attributes::{attribute_text, attribute_value};
pub use command::*;
pub use cycle::paid_until;
pub use decide::{Context, Decision, Stop, decide};
pub use execute::{Done, Outcome, execute};
pub use facts::{Facts, Need, OrderFacts};
pub use refusal::{NotForSale, Refusal};
pub use roll::{roll, roll_to_question, rolled};
pub use rules::Rules;
pub use state::{Account, Standing};
