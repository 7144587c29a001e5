//! What is on the shelf, and under which keys.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::TestProvider;
use super::payment::{Payment, StoredCard};
use super::signature;
use crate::ShelfError;

impl TestProvider {
    /// The reference of what was asked with this key: always the same, and nobody else can tell it.
    pub(super) fn reference(&self, kind: &str, key: &str) -> String {
        format!("tp_{}", signature::name(&self.secret, kind, key))
    }

    /// The token of the card that is stored with a payment.
    pub(super) fn token(&self, payment: &Payment) -> String {
        format!("tm_{}", signature::name(&self.secret, "method", &payment.reference))
    }

    pub(super) fn payment(&self, reference: &str) -> Result<Option<Payment>, ShelfError> {
        if !signature::is_name(reference, "tp_") {
            return Ok(None);
        }
        self.read(&format!("payment/{reference}"))
    }

    /// Puts a payment, and takes away what it was going to tell and does not any more. Cut off in between that is put aside
    /// when it falls due.
    pub(super) fn keep(&self, payment: &mut Payment) -> Result<(), ShelfError> {
        self.write(&format!("payment/{}", payment.reference), payment)?;
        payment.untold.drain(..).try_for_each(|id| self.put_aside(&id))
    }

    pub(super) fn card(&self, token: &str) -> Result<Option<StoredCard>, ShelfError> {
        if !signature::is_name(token, "tm_") {
            return Ok(None);
        }
        self.read(&format!("card/{token}"))
    }

    pub(super) fn keep_card(&self, token: &str, card: &StoredCard) -> Result<(), ShelfError> {
        self.write(&format!("card/{token}"), card)
    }

    pub(super) fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ShelfError> {
        self.shelf.get(key)?.map(|value| decoded(key, &value)).transpose()
    }

    pub(super) fn write<T: Serialize>(&self, key: &str, value: &T) -> Result<(), ShelfError> {
        let value = serde_json::to_vec(value).map_err(|error| ShelfError::with(key, error))?;
        self.shelf.put(key, &value)
    }
}

pub(super) fn decoded<T: DeserializeOwned>(key: &str, value: &[u8]) -> Result<T, ShelfError> {
    serde_json::from_slice(value).map_err(|error| ShelfError::with(format!("{key} can't be read"), error))
}
