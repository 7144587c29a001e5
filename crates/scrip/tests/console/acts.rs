use std::path::Path;

use serde_json::{Value, json};

use super::browser::{Browser, Form};
use crate::harness::{GOOD_CARD, Host, Server, id};

/// Something that an operator may do.
struct Act<'a> {
    /// The page that has its form.
    page: String,
    /// The end of the path that the form is sent to; the first such form of the page is taken.
    sent_to: &'a str,
    /// What is typed, and the button.
    typed: &'a [(&'a str, &'a str)],
    /// The least role.
    role: &'a str,
    /// What the audit log calls it.
    noted: &'a str,
    /// What is seen of it behind, by the host or in the console.
    done: &'a dyn Fn() -> bool,
}

/// The three roles, signed in.
struct Staff {
    viewer: Browser,
    support: Browser,
    admin: Browser,
}

impl Staff {
    /// Tries an act in every way in which it must be refused, and then as it should be.
    fn does(&self, act: &Act<'_>, standing: &dyn Fn() -> Value) {
        let forms = self.admin.forms(&act.page);
        let form = forms.iter().find(|form| form.action.ends_with(act.sent_to));
        let form = form.unwrap_or_else(|| panic!("{} has no form for {}", act.page, act.sent_to));
        let form = act.typed.iter().fold(form.clone(), |form, (name, value)| form.typed(name, value));
        let (what, before) = (act.noted, standing());
        assert!(!(act.done)(), "{what} is still to be done");
        let noted = |who: &str, refused: bool| {
            let is = |[by, did, _, detail]: &&[String; 4]| {
                by.starts_with(who) && did == what && detail.starts_with("refused:") == refused
            };
            self.admin.audit().iter().filter(is).count()
        };
        let done_before = noted("", false);

        let nobody = Browser::of(self.admin.host());
        let answer = nobody.submit(&form);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/console/sign_in")), "{what}");
        let mut lesser = vec![("viewer", &self.viewer)];
        if act.role == "admin" {
            lesser.push(("support", &self.support));
        }
        for (name, browser) in lesser {
            let own = browser.form("/console", "/console/sign_out").field("form").to_owned();
            let refused_before = noted(name, true);
            assert_eq!(browser.submit(&form.clone().typed("form", &own)).status, 403, "{what} by {name}");
            assert_eq!(noted(name, true), refused_before + 1, "{what} by {name} is noted");
        }
        let by = if act.role == "admin" { &self.admin } else { &self.support };
        let own = by.form("/console", "/console/sign_out").field("form").to_owned();
        let viewers = self.viewer.form("/console", "/console/sign_out").field("form").to_owned();
        for lost in [form.clone().without("form"), form.clone().typed("form", &viewers)] {
            assert_eq!(by.submit(&lost).status, 403, "{what} without the page's token");
        }
        assert_eq!((standing(), noted("", false)), (before, done_before), "{what} was not done");

        let answer = by.submit(&form.typed("form", &own));
        assert_eq!(answer.status, 303, "{what}: {}", answer.text());
        assert_eq!((noted(act.role, false), noted("", false)), (done_before + 1, done_before + 1), "{what}");
        assert!((act.done)(), "{what} is done");
    }
}

/// A store with anna, who has bought, and one who reads its console.
struct Store {
    server: Server,
    host: Host,
    staff: Staff,
}

impl Store {
    fn open() -> Store {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/store.toml");
        // Nobody takes its mail: letters wait.
        let arguments = ["--smtp", "smtp://127.0.0.1:1?tls=none", "--mail-from", "credits@store.example"];
        let arguments = arguments.map(str::to_owned).to_vec();
        let server = Server::with(vec![file], Some("2026-01-01T00:00:00Z"), arguments);
        let host = server.host("store");
        host.post("/v1/accounts", &json!({ "id": "anna", "email": "anna@example.com" })).made();
        let signed_in = |role| Browser::signed_in(&server, &host, role);
        let (viewer, support, admin) = (signed_in("viewer"), signed_in("support"), signed_in("admin"));
        Store { staff: Staff { viewer, support, admin }, server, host }
    }

    /// What the host sees: it changes with whatever is done.
    fn standing(&self) -> Value {
        let deliveries = self.host.read("/v1/webhook_deliveries")["data"].as_array().unwrap().len();
        let (quotes, publications) =
            (self.host.read("/v1/accounts/anna/custom_quotes"), self.host.read("/v1/publications"));
        json!([self.host.account("anna"), self.host.entries("anna"), deliveries, quotes, publications])
    }

    fn act(&self, act: &Act<'_>) {
        self.staff.does(act, &|| self.standing());
    }

    /// The page of anna's account.
    fn account(&self) -> String {
        let page = self.staff.admin.page("/console/store");
        let (_, link) = page.split_once("href=\"/console/store/accounts/").unwrap();
        format!("/console/store/accounts/{}", link.split('"').next().unwrap())
    }

    fn order_page(order: &Value) -> String {
        format!("/console/store/orders/{}", id(order))
    }

    fn kinds(&self) -> Vec<String> {
        self.host.kinds("anna", 0)
    }

    fn has(&self, kind: &str) -> bool {
        self.kinds().iter().any(|other| other == kind)
    }
}

#[test]
fn what_support_does_about_an_account_needs_a_session_a_role_and_the_page_and_is_noted() {
    let store = Store::open();
    let account = store.account();
    let (page, host) = (|| account.clone(), &store.host);
    let give = [("how", "give"), ("credits", "40"), ("reason", "Sorry")];
    let done = || host.available("anna") == 40;
    let act = |sent_to: &str, typed: &[(&str, &str)], noted: &str, done: &dyn Fn() -> bool| {
        store.act(&Act { page: page(), sent_to, typed, role: "support", noted, done });
    };
    act("/adjust", &give, "account.adjust", &done);
    let take = [("how", "take"), ("credits", "15"), ("reason", "Too much")];
    act("/adjust", &take, "account.adjust", &|| host.available("anna") == 25);
    let reason = [("reason", "Set right")];
    act("/void", &reason, "account.void", &|| host.available("anna") == 0);
    act("/close", &reason, "account.close", &|| host.account("anna")["state"] == "closed");
    act("/reopen", &reason, "account.reopen", &|| store.has("reopened"));
    let seen = std::cell::Cell::new(false);
    act("/portal", &[], "account.portal", &|| seen.replace(true));
    // Each says who did it, and the two that need a reason are nothing without one.
    let entry = &host.entries("anna")[0];
    assert_eq!(entry["by"], "operator:support@scrip.example", "{entry}");
    let form = store.staff.support.form(&account, &format!("{account}/adjust"));
    assert_eq!(store.staff.support.submit(&form.typed("credits", "5")).status, 422);
    assert_eq!(host.available("anna"), 0);
}

#[test]
fn what_support_does_about_orders_and_quotes_needs_a_session_a_role_and_the_page_and_is_noted() {
    let store = Store::open();
    let host = &store.host;
    let act = |page: String, sent_to: &str, typed: &[(&str, &str)], noted: &str, done: &dyn Fn() -> bool| {
        store.act(&Act { page, sent_to, typed, role: "support", noted, done });
    };
    let state = |order: &Value| host.ordered(order)["state"].as_str().unwrap().to_owned();
    let open = host.order("anna", &json!({ "package": "small" })).made();
    let reason = [("reason", "Asked to")];
    act(Store::order_page(&open), "/cancel", &reason, "order.cancel", &|| state(&open) == "canceled");
    let invoice = json!({ "package": "small", "provider": "invoice" });
    let invoice = host.order("anna", &invoice).made();
    let paid = [("reference", "Transfer 7")];
    act(Store::order_page(&invoice), "/mark_paid", &paid, "order.mark_paid", &|| {
        state(&invoice) == "credited"
    });
    let bought = host.order("anna", &json!({ "package": "small" })).made();
    assert!([200, 303].contains(&host.press(&bought, "pay", GOOD_CARD).status));
    let back = [("amount", "29.00"), ("reason", "Unhappy")];
    let refunded = || host.ordered(&bought)["refunded"] == 2_900;
    act(Store::order_page(&bought), "/refund", &back, "order.refund", &refunded);

    let quotes = || "/console/store/quotes".to_owned();
    let listed = || host.read("/v1/accounts/anna/custom_quotes")["data"].as_array().unwrap().clone();
    let made = [("account", "anna"), ("credits", "20000"), ("amount", "900.00"), ("note", "As agreed")];
    act(quotes(), "/store/quotes", &made, "quote.make", &|| listed().len() == 1);
    act(quotes(), "/withdraw", &[], "quote.withdraw", &|| listed().is_empty());
}

#[test]
fn what_is_sent_again_or_checked_needs_a_session_a_role_and_the_page_and_is_noted() {
    let store = Store::open();
    let (host, staff) = (&store.host, &store.staff);
    let hook = json!({ "url": "https://hooks.example.invalid/scrip" });
    let endpoint = host.post("/v1/webhook_endpoints", &hook).made();
    host.post(&format!("/v1/webhook_endpoints/{}/test", id(&endpoint)), &json!({}));
    host.buy("anna", &json!({ "package": "small" }));
    let act = |page: &str, sent_to, noted| {
        let forms = testkit::wait::until("something that was sent", || {
            let forms: Vec<Form> =
                staff.admin.forms(page).into_iter().filter(|form| form.action.contains(sent_to)).collect();
            (!forms.is_empty()).then_some(forms)
        });
        let to = forms[0].action.clone();
        // What it comes to is up to who receives it; that it was taken is the answer.
        let seen = std::cell::Cell::new(false);
        let done = || seen.replace(true);
        let act =
            Act { page: page.to_owned(), sent_to: &to, typed: &[], role: "support", noted, done: &done };
        staff.does(&act, &|| Value::Null);
    };
    act("/console/store/deliveries", "/deliveries/", "delivery.resend");
    act("/console/store/mail", "/mail/", "mail.resend");
    act("/console/health", "/console/health", "check");
    testkit::wait::until("the check to be done", || {
        let page = staff.viewer.page("/console/health");
        page.contains("class=\"tag good\"").then_some(())
    });
    // What is not there is not sent, and is said so.
    let form = staff.support.form("/console", "/console/sign_out");
    for nothing in ["/console/store/deliveries/999999", "/console/store/mail/999999"] {
        let form = Form { action: nothing.to_owned(), ..form.clone() };
        assert_eq!(staff.support.submit(&form).status, 404, "{nothing}");
    }
}

#[test]
fn what_an_admin_publishes_needs_a_session_a_role_and_the_page_and_is_noted() {
    let store = Store::open();
    let host = &store.host;
    let file = include_str!("../harness/store.toml");
    let (now, later) = (file.replace("29 USD", "31 USD"), file.replace("29 USD", "33 USD"));
    let act = |sent_to: &str, typed: &[(&str, &str)], noted: &str, done: &dyn Fn() -> bool| {
        let page = "/console/store/program".to_owned();
        store.act(&Act { page, sent_to, typed, role: "admin", noted, done });
    };
    let publications = || host.read("/v1/publications")["data"].as_array().unwrap().clone();
    let version = || host.read("/v1/program")["price_version"] == 2;
    let at_once = [("what", "publish"), ("file", now.as_str())];
    act("/store/program", &at_once, "program.publish", &version);
    let at = [("what", "schedule"), ("file", later.as_str()), ("at", "2026-03-01T09:30"), ("zone", "UTC")];
    let scheduled = || publications().iter().any(|one| one["state"] == "scheduled");
    act("/store/program", &at, "program.schedule", &scheduled);
    let canceled = || publications().iter().any(|one| one["state"] == "canceled");
    act("/cancel", &[], "program.unschedule", &canceled);
    assert_eq!(store.server.host("store").read("/v1/program")["price_version"], 2);
}
