//! What accounts of a program have bought or were offered, over all of them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use engine::{Engine, Published, Sale, SaleKind, Target, Wanted};
use ids::{Id, Kind};
use ledger::{AccountNo, Event, EventKind, Order, Position, Sales};
use maud::{Markup, html};

/// How many orders or quotes are looked at for one page, of whatever program and account.
pub(super) const LOOKED_AT: usize = 2_000;
/// How many are found in the history for one page, where the account's state has them no more; and how many of its entries
/// are looked at for each.
const FOLDED: usize = 30;
const FOLD: usize = 5_000;
/// How many disputes of one account are known for one page.
const DISPUTES: usize = 1_000;

/// Whose something is.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    pub no: AccountNo,
    pub id: Position,
    pub host_id: Box<str>,
    pub name: Option<Box<str>>,
    pub sales: Option<Sales>,
}

impl Whose {
    /// The account, if it is one of the program's.
    pub async fn find(engine: &Engine, published: &Arc<Published>, no: AccountNo) -> Option<Whose> {
        let look = |account: &account::Account, _| Whose {
            no: account.no,
            id: account.id,
            host_id: account.host_id.clone(),
            name: account.profile.as_deref().and_then(|profile| profile.name.clone()),
            sales: account.sales.as_deref().cloned(),
        };
        engine.read(Target::Number(no), Arc::clone(published), look).await.ok()
    }

    /// A link to the account.
    pub fn link(&self, published: &Published) -> Markup {
        html! {
            a href=(super::accounts::account_path(published, self.no)) {
                @if self.host_id.is_empty() { (Id::new(Kind::Account, self.id, self.no)) } @else { (self.host_id) }
            }
            @if let Some(name) = &self.name { " " span.small { (words::one_line(name)) } }
        }
    }
}

/// Looks through what was sold, newest first, with bounds on all that it does.
pub(super) struct Looking {
    engine: Engine,
    published: Arc<Published>,
    known: HashMap<AccountNo, Option<Arc<Whose>>>,
    disputed: HashMap<AccountNo, HashSet<Position>>,
    folded: usize,
}

/// A quote, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuoteState {
    Open,
    Accepted(Option<Position>),
    Expired,
    Withdrawn,
}

impl Looking {
    pub fn new(engine: &Engine, published: &Arc<Published>) -> Looking {
        let (engine, published) = (engine.clone(), Arc::clone(published));
        Looking { engine, published, known: HashMap::new(), disputed: HashMap::new(), folded: 0 }
    }

    /// So many of a kind before a position; `None`: they can't be read now.
    pub async fn sales(&self, kind: SaleKind, before: Option<Position>, limit: usize) -> Option<Vec<Sale>> {
        let engine = self.engine.clone();
        let found = tokio::task::spawn_blocking(move || engine.sales(kind, before, limit)).await;
        found.ok()?.ok()
    }

    /// Whose it is; `None`: another program's.
    pub async fn whose(&mut self, no: AccountNo) -> Option<Arc<Whose>> {
        if let Some(known) = self.known.get(&no) {
            return known.clone();
        }
        let whose = Whose::find(&self.engine, &self.published, no).await.map(Arc::new);
        self.known.insert(no, whose.clone());
        whose
    }

    /// Whether an order's payment was ever disputed. The history knows where entries of a kind are: that costs little, however
    /// old the order is. `None`: it can't be read now.
    pub async fn was_disputed(&mut self, sale: Sale) -> Option<bool> {
        if let Some(disputed) = self.disputed.get(&sale.account) {
            return Some(disputed.contains(&sale.position));
        }
        let engine = self.engine.clone();
        let wanted = Wanted { limit: DISPUTES, kinds: vec![EventKind::OrderDisputed], ..Wanted::default() };
        let found = tokio::task::spawn_blocking(move || engine.entries(sale.account, &wanted)).await;
        let order = |listed: &engine::Listed| listed.entry.event.order(listed.position);
        let disputed: HashSet<Position> = found.ok()?.ok()?.iter().filter_map(order).collect();
        let is = disputed.contains(&sale.position);
        self.disputed.insert(sale.account, disputed);
        Some(is)
    }

    /// What became of it, as the history tells it; `None` where that would be too much to read.
    async fn story(&mut self, sale: Sale) -> Option<Vec<engine::Listed>> {
        if self.folded >= FOLDED {
            return None;
        }
        self.folded += 1;
        let engine = self.engine.clone();
        let story =
            tokio::task::spawn_blocking(move || engine.story_of(sale.account, sale.position, FOLD)).await;
        story.ok()?.ok()?
    }

    /// The entry that made it.
    async fn made(&self, sale: Sale) -> Option<ledger::Entry> {
        let engine = self.engine.clone();
        tokio::task::spawn_blocking(move || engine.entry(sale.position)).await.ok()?.ok()?
    }

    /// An order, and whether it is known where it stands.
    pub async fn order(&mut self, whose: &Whose, sale: Sale) -> Option<(Order, bool)> {
        if let Some(order) = whose.sales.as_ref().and_then(|sales| sales.order(sale.position)) {
            return Some((order.clone(), true));
        }
        if let Some(story) = self.story(sale).await {
            return Engine::folded_order(&story).map(|order| (order, true));
        }
        let entry = self.made(sale).await?;
        let Event::OrderPlaced(ordered) = &entry.event else { return None };
        Some((Order::placed(sale.position, entry.unit, entry.effective_at, ordered), false))
    }

    /// A quote, the unit that it is of, when it was made, and where it stands as far as that is known.
    pub async fn quote(&mut self, whose: &Whose, sale: Sale) -> Option<(ledger::Entry, Option<QuoteState>)> {
        let entry = self.made(sale).await?;
        let sales = whose.sales.as_ref();
        if sales.is_some_and(|sales| sales.quotes.iter().any(|quote| quote.id == sale.position)) {
            return Some((entry, Some(QuoteState::Open)));
        }
        let accepted = sales.and_then(|sales| {
            sales.orders.iter().find(|order| order.ordered.quote == Some(sale.position)).map(|order| order.id)
        });
        if accepted.is_some() {
            return Some((entry, Some(QuoteState::Accepted(accepted))));
        }
        let story = self.story(sale).await;
        let ended = story.iter().flatten().find_map(|listed| match &listed.entry.event {
            Event::QuoteEnded(ended) => Some(*ended),
            _ => None,
        });
        let state = ended.map(|ended| match ended.order {
            Some(order) => QuoteState::Accepted(Some(order)),
            None if ended.expired => QuoteState::Expired,
            None => QuoteState::Withdrawn,
        });
        Some((entry, state))
    }
}
