//! One account: its state, what may be asked of it, what happens, and why it may be refused.
//!
//! Only [`decide`] makes events, and only [`apply`] changes a state. [`execute`] is the two together, after
//! [`roll`]ing the account forward to the instant of the command.

mod apply;
mod attributes;
mod command;
mod decide;
mod draft;
mod edges;
mod execute;
mod give_back;
mod refusal;
mod roll;
mod rules;
mod spend;
mod state;

pub use apply::apply;
pub use attributes::{attribute_text, attribute_value};
pub use command::*;
pub use decide::{Context, Decision, Facts, Need, Stop, decide};
pub use execute::{Done, Outcome, execute};
pub use refusal::Refusal;
pub use roll::{roll, rolled};
pub use rules::Rules;
pub use state::{Account, Standing};
