//! Months whose reports are due are told of once each, wherever it is cut off.

use dispatch::StoredEndpoint;
use engine::outbox::TaskFilter;
use messages::Kind;
use messages::webhook::{Endpoint, Secret};

use super::*;

impl Desk {
    /// A host that wants to be told. Nothing arrives there: it is on this machine, which is not allowed.
    fn listens(&self) {
        let endpoint = Endpoint {
            id: "end_1".to_owned(),
            url: "https://127.0.0.1:9/hooks".to_owned(),
            secret: Secret::from_bytes(&[1; 24]).unwrap(),
            old_secret: None,
            events: Some(vec![Kind::ReportReady]),
            enabled: true,
        };
        let (description, created_at) = (String::new(), START);
        let stored =
            StoredEndpoint { endpoint, description, created_at, failing_since: None, disabled_by_us: false };
        if self.dispatch.endpoints().get("shop", "end_1").unwrap().is_none() {
            self.dispatch.endpoints().add("shop", &stored, 20).unwrap();
        }
    }

    /// The months that were told of, each with what was spent.
    fn told(&self) -> Vec<String> {
        let all = TaskFilter { limit: 100, ..TaskFilter::default() };
        let told = self.dispatch.deliveries("shop", all).unwrap();
        let said = |name: &str, delivery: &dispatch::Delivery| delivery.message.facts[name].to_string();
        let mut told: Vec<String> = told
            .iter()
            .map(|delivery| format!("{} {}", said("month", delivery), said("spent", delivery)))
            .collect();
        told.sort_unstable();
        told
    }
}

fn story(desk: &Desk) {
    desk.listens();
    desk.pay_with(desk.placed(0, "small").id, Card::Good);
    desk.ask(Command::SetReports(true));
    // Who asks again asks soon: keys are remembered for 30 days.
    if desk.now() < START.plus_millis(31 * DAY) {
        desk.spend(1);
    }
    desk.on_day(31);
    if desk.now() < START.plus_millis(60 * DAY) {
        desk.spend(2);
        desk.spend(3);
    }
    // As far as what was told first is not forgotten.
    desk.on_day(60);
    block_on(desk.dispatch.work_off());
}

#[test]
fn pt_8_each_month_is_told_of_once_wherever_it_is_cut_off() {
    let whole = Desk::on_test_clock(Arc::new(MemoryStore::default()));
    let begun = whole.store.writes();
    story(&whole);
    let expected = ["\"2026-01\" 5", "\"2026-02\" 10"];
    assert_eq!(whole.told(), expected);
    let writes = whole.store.writes();
    for cut in begun..=writes {
        let desk = Desk::on_test_clock(Arc::new(whole.store.crashed(cut, 0)));
        story(&desk);
        assert_eq!(desk.told(), expected, "cut off after write {cut} of {writes}");
    }
}
