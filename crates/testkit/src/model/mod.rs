//! The rules again, naively: every credit is a thing of its own that is somewhere, and every question is answered by
//! what happened, told again from the beginning.
//!
//! Written from the rules, not from the crates that it is compared with, and for nothing but to be obviously right.
//! It shares with them only the commands, the program's data, and how long a period is.

mod compare;
mod credits;
mod give_back;
mod spend;
mod time;
mod world;

pub use world::{Lot, Unit, Verdict, World};

use moment::Instant;

use crate::{Shop, Step};

/// What happened, and what follows from it.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    shop: &'a Shop,
    opened_at: Instant,
    facts: Vec<(Instant, Vec<Step>)>,
    /// What follows from the facts so far: told along, so that long histories are not told anew for each step.
    world: World<'a>,
}

impl<'a> Model<'a> {
    /// An account opened at an instant.
    pub fn open(shop: &'a Shop, opened_at: Instant) -> Model<'a> {
        Model { shop, opened_at, facts: Vec::new(), world: World::open(shop, opened_at) }
    }

    /// Puts steps to the account as one request; what is not refused becomes a fact.
    pub fn ask(&mut self, now: Instant, steps: &[Step]) -> Result<Vec<Verdict>, (usize, String)> {
        let mut world = self.world.clone();
        let done = world.request(now, steps)?;
        self.world = world;
        self.facts.push((now, steps.to_vec()));
        Ok(done)
    }

    /// How everything stands at an instant, told along.
    pub fn at(&self, now: Instant) -> World<'a> {
        let mut world = self.world.clone();
        world.roll(now);
        world
    }

    /// How everything stands at an instant, told again from the beginning.
    ///
    /// # Panics
    /// Where a fact is not possible any more.
    pub fn afresh(&self, now: Instant) -> World<'a> {
        let mut world = World::open(self.shop, self.opened_at);
        for (at, steps) in self.facts.iter().filter(|(at, _)| *at <= now) {
            world.request(*at, steps).expect("a fact stays a fact");
        }
        world.roll(now);
        world
    }
}
