//! What an import came to.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use catalog::Program;
use money::Amount;

use super::wanted::Wanted;
use super::write::{Done, Given};

/// Counts.
#[derive(Debug, Default)]
pub struct Tally {
    /// Lines that say something.
    pub lines: u64,
    opened: u64,
    there: u64,
    changed: u64,
    issued: u64,
    before: u64,
    /// Lines that were refused.
    pub refused: u64,
    /// Credits that were issued, by unit.
    credits: Vec<i128>,
    /// The accounts that were met, as hashes.
    accounts: HashSet<u64>,
    hasher: RandomState,
}

impl Tally {
    fn hash(&self, host_id: &str) -> u64 {
        self.hasher.hash_one(host_id)
    }

    /// Whether a line of this account was done before.
    pub fn has_met(&self, host_id: &str) -> bool {
        self.accounts.contains(&self.hash(host_id))
    }

    /// Counts a line that was done.
    pub fn count(&mut self, wanted: &Wanted, done: Done) {
        let hash = self.hash(&wanted.host_id);
        if self.accounts.insert(hash) {
            if done.opened {
                self.opened += 1;
            } else {
                self.there += 1;
            }
        }
        self.changed += u64::from(done.changed);
        match (done.given, &wanted.grant) {
            (Some(Given::Now), Some(issue)) => {
                self.issued += 1;
                let unit = usize::from(issue.unit);
                if self.credits.len() <= unit {
                    self.credits.resize(unit + 1, 0);
                }
                if let Some(sum) = self.credits.get_mut(unit) {
                    *sum += i128::from(issue.credits.0);
                }
            }
            (Some(Given::Before), _) => self.before += 1,
            _ => {}
        }
    }

    /// Whether accounts were opened.
    pub fn has_opened(&self) -> bool {
        self.opened > 0
    }

    fn sums<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = (&'a money::Unit, i128)> {
        program.units.iter().zip(self.credits.iter().copied()).filter(|(_, sum)| *sum != 0)
    }

    /// For people.
    pub fn print(&self, program: &Program, dry_run: bool) {
        let Tally { lines, opened, there, changed, issued, before, refused, .. } = self;
        if dry_run {
            println!("dry run: nothing was changed, and this would be done");
        }
        println!("lines      {lines} read, {refused} refused");
        println!("accounts   {opened} opened, {there} there already, {changed} changed");
        println!("grants     {issued} issued, {before} issued before");
        let sums: Vec<String> = self
            .sums(program)
            .map(|(unit, sum)| match i64::try_from(sum) {
                Ok(sum) => unit.format(Amount(sum)).to_string(),
                Err(_) => format!("{sum} smallest parts of {}", unit.code),
            })
            .collect();
        println!("credits    {}", if sums.is_empty() { "none".to_owned() } else { sums.join(", ") });
    }

    /// For machines; credits in the unit's smallest part, as the API has them, and as texts, as they may be large.
    pub fn json(&self, program: &Program, name: &str, dry_run: bool) -> serde_json::Value {
        let Tally { lines, opened, there, changed, issued, before, refused, .. } = self;
        let credits: serde_json::Map<String, serde_json::Value> =
            self.sums(program).map(|(unit, sum)| (unit.code.clone(), sum.to_string().into())).collect();
        serde_json::json!({
            "program": program.id, "name": name, "dry_run": dry_run, "lines": lines, "refused": refused,
            "accounts": { "opened": opened, "there": there, "changed": changed },
            "grants": { "issued": issued, "before": before },
            "credits": credits,
        })
    }
}
