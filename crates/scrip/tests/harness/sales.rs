use serde_json::{Value, json};

use super::{Host, id};

/// Test cards, beside the one that works: what each does is in `payments::test::Card`.
pub const LATE_CARD: &str = "4000 0000 0000 0077";
/// Is disputed a day later.
pub const DISPUTED_CARD: &str = "4000 0000 0000 0259";
/// Pays now, and never again.
pub const DYING_CARD: &str = "4000 0000 0000 0341";
/// Pays now, lacks the money twice, and then pays again.
pub const SHORT_CARD: &str = "4000 0000 0000 9995";
/// Is declined.
pub const BAD_CARD: &str = "4000 0000 0000 0002";

impl Host {
    /// Orders, and pays with this card; the order as it is then.
    pub fn buy_with(&self, card: &str, account: &str, wanted: &Value) -> Value {
        let order = self.order(account, wanted).made();
        let answer = self.press(&order, "pay", card);
        assert!([200, 303].contains(&answer.status), "{}", answer.text());
        self.ordered(&order)
    }

    /// The subscription that an account is on.
    pub fn subscription(&self, account: &str) -> Value {
        self.read(&format!("/v1/accounts/{account}/subscription"))
    }

    /// Sees that an account is on none.
    pub fn has_no_subscription(&self, account: &str) {
        self.get(&format!("/v1/accounts/{account}/subscription")).refused(404, "not_found");
        assert_eq!(self.account(account)["subscription"], Value::Null);
    }

    /// Moves a subscription to another plan or package.
    pub fn move_to(&self, account: &str, wanted: &Value) -> Value {
        self.put(&format!("/v1/accounts/{account}/subscription"), wanted).done()
    }

    /// Cancels a subscription.
    pub fn cancel(&self, account: &str) -> Value {
        self.delete(&format!("/v1/accounts/{account}/subscription")).done()
    }

    /// All orders of an account, oldest first.
    pub fn orders(&self, account: &str) -> Vec<Value> {
        let listed = self.read(&format!("/v1/accounts/{account}/orders?limit=200"));
        assert_eq!(listed["next_cursor"], Value::Null, "there is more than a page");
        let mut orders = listed["data"].as_array().unwrap().clone();
        orders.reverse();
        orders
    }

    /// The entries of some kinds, oldest first.
    pub fn entries_of(&self, account: &str, kinds: &str) -> Vec<Value> {
        let listed = self.read(&format!("/v1/accounts/{account}/entries?kind={kinds}&limit=200"));
        assert_eq!(listed["next_cursor"], Value::Null, "there is more than a page");
        let mut entries = listed["data"].as_array().unwrap().clone();
        entries.reverse();
        entries
    }

    /// What became of the subscription, oldest first.
    pub fn moves(&self, account: &str) -> Vec<String> {
        let moved = self.entries_of(account, "subscription");
        moved.iter().map(|entry| entry["how"].as_str().unwrap().to_owned()).collect()
    }

    /// Says that an invoice was paid.
    pub fn mark_paid(&self, order: &Value, reference: &str) -> Value {
        let path = format!("/v1/orders/{}/mark_paid", id(order));
        self.post(&path, &json!({ "reference": reference })).done()
    }
}

/// Where a subscription's period begins and ends.
pub fn period(subscription: &Value) -> (&str, &str) {
    let at = |name: &str| subscription["period"][name].as_str().unwrap();
    (at("start"), at("end"))
}
