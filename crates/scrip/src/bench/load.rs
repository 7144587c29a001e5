//! The accounts and the requests of the benches.

use std::sync::Arc;

use account::{ActionWork, Command, Issue, Open, Spend, Until, What};
use engine::{Engine, Failure, Idempotency, Op, Published, Step, Target};
use ledger::{AccountNo, Class, NameId, Scope};
use money::Amount;
use smallvec::smallvec;

/// The program of the benches: one action at a flat price.
pub const PROGRAM: &str = r#"scrip = 1
id = "bench"
name = "Bench"

[units.credit]
name = "credits"

[actions.work]
name = "Work"
price = 1
"#;

/// How accounts are picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Distribution {
    /// Each as often.
    Uniform,
    /// The k-th most frequent one 1/k as often as the first.
    Zipf,
    /// Always the same one.
    Hot,
}

/// Picks accounts, by a fast generator that repeats itself from run to run.
#[derive(Clone, Debug)]
pub struct Picker {
    state: u64,
    accounts: u64,
    distribution: Distribution,
}

impl Picker {
    /// A picker; another `seed` gives another order.
    pub fn new(seed: u64, accounts: u64, distribution: Distribution) -> Picker {
        Picker { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, accounts, distribution }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// The number of an account, from 0.
    pub fn pick(&mut self) -> u64 {
        let random = self.next();
        match self.distribution {
            Distribution::Hot => 0,
            Distribution::Uniform => ((u128::from(random) * u128::from(self.accounts)) >> 64) as u64,
            Distribution::Zipf => {
                let share = (random >> 11) as f64 / (1_u64 << 53) as f64;
                let place = ((self.accounts as f64).powf(share) as u64 - 1).min(self.accounts - 1);
                // Frequent accounts are not neighbours.
                place.wrapping_mul(0x9e37_79b1) % self.accounts
            }
        }
    }
}

/// The key and the digest of a request, hashed as the API does it.
pub fn idempotency(number: u64, account: u64) -> Idempotency {
    let hash = |text: &[u8]| *blake3::hash(text).as_bytes();
    let key = hash(format!("bench\0key-{number:012}").as_bytes());
    let digest = hash(format!("POST /v1/charges account-{account:07} work 1").as_bytes());
    let mut idempotency = Idempotency { key: [0; 16], digest: [0; 8] };
    idempotency.key.copy_from_slice(&key[..16]);
    idempotency.digest.copy_from_slice(&digest[..8]);
    idempotency
}

/// What one unit of work costs.
pub fn work(published: &Published) -> Spend {
    Spend {
        what: What::Action(ActionWork {
            index: 0,
            name: published.actions.first().copied().unwrap_or(NameId::NONE),
            quantity: 1,
            attributes: Vec::new(),
            quoted: None,
        }),
        open_for: None,
        reference: None,
        member: None,
        department: None,
        metadata: Vec::new(),
    }
}

/// An op of one step.
pub fn op(published: &Arc<Published>, account: u64, by: NameId, command: Command, key: Idempotency) -> Op {
    Op {
        target: Target::Number(AccountNo(account)),
        published: Arc::clone(published),
        by,
        steps: smallvec![Step { command, idempotency: Some(key) }],
    }
}

/// Opens accounts with three grants each: one that ends in a year, one that does not, one that was paid for.
pub async fn open_accounts(
    engine: &Engine,
    published: &Arc<Published>,
    count: u64,
    progress: impl Fn(u64),
) -> Result<(), Failure> {
    const AT_ONCE: u64 = 1_000;
    let issue = |class, until, paid| {
        Command::Issue(Box::new(Issue {
            unit: 0,
            class,
            credits: Amount(1_000_000_000),
            effective_at: None,
            until,
            priority: None,
            paid,
            scope: Scope::default(),
            reason: "bench".into(),
        }))
    };
    let usd = money::Money { amount: 9_900, currency: "USD".parse().map_err(|_| Failure::Unavailable)? };
    let mut opened = 0;
    while opened < count {
        let here = AT_ONCE.min(count - opened);
        let ops = (opened..opened + here).map(|number| Op {
            target: Target::Host(format!("account-{number:07}").into()),
            published: Arc::clone(published),
            by: NameId::NONE,
            steps: [
                Command::Open(Box::<Open>::default()),
                issue(Class::Promotion, Until::After(moment::Period::days(365)), None),
                issue(Class::Bonus, Until::Never, None),
                issue(Class::Purchase, Until::Never, Some(usd)),
            ]
            .into_iter()
            .map(|command| Step { command, idempotency: None })
            .collect(),
        });
        for answers in engine.write_many(ops.collect()).await? {
            for answer in answers {
                answer?;
            }
        }
        opened += here;
        progress(opened);
    }
    Ok(())
}
