//! What may happen to credits: grants and their draw-down, holds, sessions, debts, and the journal entries that
//! say it.
//!
//! A state is a fold of journal entries. An entry is an [`Event`] with balanced [`Posting`]s; which postings an
//! event may make is data ([`LEGAL_FLOWS`]). Nothing here knows the time, a program or a disk.

mod book;
mod charge;
mod class;
mod draw;
mod entry;
mod event;
mod flow;
mod grant;
mod hold;
mod names;
mod order;
mod overdraft;
mod reporting;
mod sales;
mod session;
mod sold;
mod subscription;

pub use book::{Book, Settler};
pub use class::Class;
pub use draw::{Drawn, draw, undo};
pub use entry::{Balance, Entry};
pub use event::*;
pub use flow::{EventKind, Flow, LEGAL_FLOWS, LedgerAccount, Leg, Posting};
pub use grant::{Grant, GrantState, Scope, Source, Terms};
pub use hold::{Hold, Resolution, Resolved};
pub use names::{AccountNo, NameId, Position};
pub use order::{Dispute, LEGAL_MOVES, Lot, Method, Order, OrderState, Ordered, Purpose, Sort};
pub use overdraft::Overdraft;
pub use reporting::{Reporting, YearMonth};
pub use sales::{Pause, Quote, Quoted, Sales, TopUp, TopUpMove};
pub use session::{Session, Sessions};
pub use sold::*;
pub use subscription::{Agreed, Carried, Move, Subscription, SubscriptionState};
