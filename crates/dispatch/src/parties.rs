//! The payment providers of each program.

use std::sync::{Arc, Mutex, PoisonError};

use engine::{Engine, StoreError};
use payments::PaymentProvider;
use payments::invoice::InvoiceProvider;
use payments::test::{Accent, Look, TestProvider};
use rustc_hash::FxHashMap;

use crate::ProviderShelf;

/// What the providers are called.
pub(crate) const NAMES: &[&str] = &[payments::test::ID, payments::invoice::ID];

/// The providers. Each program has a test provider of its own, as each may have a clock of its own.
pub struct Parties {
    engine: Engine,
    public_url: String,
    secret: [u8; 32],
    tests: Mutex<FxHashMap<String, Arc<TestProvider>>>,
    invoice: Arc<InvoiceProvider>,
}

impl Parties {
    pub(crate) fn new(engine: &Engine, public_url: &str) -> Result<Parties, StoreError> {
        let secret = engine.fresh_secret("test_provider")?;
        Ok(Parties {
            engine: engine.clone(),
            public_url: public_url.to_owned(),
            secret,
            tests: Mutex::default(),
            invoice: Arc::new(InvoiceProvider),
        })
    }

    /// The test provider of a program.
    pub fn test(&self, program: &str) -> Option<Arc<TestProvider>> {
        let mut tests = self.tests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(test) = tests.get(program) {
            return Some(Arc::clone(test));
        }
        self.engine.program(program)?;
        let shelf = match self.engine.store().shelf(&format!("test-{program}"), false) {
            Ok(shelf) => shelf,
            Err(error) => {
                tracing::error!(%error, program, "the test provider has no shelf");
                return None;
            }
        };
        let engine = self.engine.clone();
        let looks = move |program: &str| match engine.program(program) {
            Some(published) => Look {
                merchant: published.program.name.clone(),
                accent: published.program.brand.accent.as_deref().and_then(Accent::read),
            },
            None => Look { merchant: program.to_owned(), accent: None },
        };
        let url = format!("{}/pay/{program}", self.public_url);
        let test = Arc::new(TestProvider::new(ProviderShelf(shelf), self.secret, url).with_looks(looks));
        tests.insert(program.to_owned(), Arc::clone(&test));
        Some(test)
    }

    /// The test providers that were asked so far.
    pub(crate) fn tests(&self) -> Vec<Arc<TestProvider>> {
        self.tests.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The provider of that name.
    pub fn provider(&self, program: &str, name: &str) -> Option<Arc<dyn PaymentProvider>> {
        match name {
            payments::test::ID => self.test(program).map(|test| test as Arc<dyn PaymentProvider>),
            payments::invoice::ID => Some(Arc::clone(&self.invoice) as Arc<dyn PaymentProvider>),
            _ => None,
        }
    }
}
