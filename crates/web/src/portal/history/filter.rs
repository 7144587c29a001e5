//! Which movements are looked for: as the address says it.

use engine::{Engine, Listed};
use ledger::{Class, NameId};
use moment::Instant;
use reports::{Day, Row};

use super::words::{Kind, Told};
use crate::portal::Visit;

/// The fields of the form, in its order.
pub(super) const FIELDS: [&str; 7] = ["kind", "action", "member", "department", "class", "from", "to"];

/// The longest text that is looked for: what hosts may send is no longer.
const LONGEST: usize = 255;

/// Which movements are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// What was asked, as it was.
    pub asked: Vec<(&'static str, String)>,
    pub kind: Option<Kind>,
    pub action: Option<NameId>,
    /// Nobody ever spent on the action.
    never: bool,
    pub member: Option<String>,
    pub department: Option<String>,
    pub class: Option<Class>,
    pub first: Option<Day>,
    pub last: Option<Day>,
    /// The first day's first instant.
    pub from: Option<Instant>,
    /// The first instant that is too late.
    pub to: Option<Instant>,
    /// The fields whose values can't be read.
    pub wrong: Vec<&'static str>,
}

impl Filter {
    pub fn of(visit: &Visit) -> Filter {
        let asked: Vec<(&'static str, String)> = FIELDS
            .into_iter()
            .filter_map(|name| {
                let value = visit.asked(name)?;
                let value: String = value.trim().chars().take(LONGEST).collect();
                Some((name, value)).filter(|(_, value)| !value.is_empty())
            })
            .collect();
        let mut filter = Filter { asked: asked.clone(), ..Filter::default() };
        for (name, value) in asked {
            filter.read(name, value, &visit.web.engine);
        }
        filter.from = filter.first.and_then(|day| day.start(&visit.say.zone));
        filter.to = filter.last.and_then(|day| day.plus(1).start(&visit.say.zone));
        filter
    }

    fn read(&mut self, name: &'static str, value: String, engine: &Engine) {
        let wrong = match name {
            "kind" => {
                self.kind = Kind::ALL.into_iter().find(|kind| kind.code() == value);
                self.kind.is_none()
            }
            "action" => {
                self.action = engine.known_name(&value);
                self.never = self.action.is_none();
                false
            }
            "class" => {
                self.class = Class::from_code(&value);
                self.class.is_none()
            }
            "from" => {
                self.first = value.parse().ok();
                self.first.is_none()
            }
            "to" => {
                self.last = value.parse().ok();
                self.last.is_none()
            }
            "member" => {
                self.member = Some(value);
                false
            }
            _ => {
                self.department = Some(value);
                false
            }
        };
        if wrong {
            self.wrong.push(name);
        }
    }

    /// What was asked of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.asked.iter().find(|(other, _)| *other == name).map(|(_, value)| &**value)
    }

    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// Whether nothing can be found, whatever there is.
    pub fn finds_nothing(&self) -> bool {
        let backwards = self.first.zip(self.last).is_some_and(|(first, last)| last < first);
        self.never || backwards || !self.wrong.is_empty()
    }

    /// Whether the sums of a day say if there is something of it.
    pub fn is_of_spends(&self) -> bool {
        self.action.is_some() || self.member.is_some() || self.department.is_some()
    }

    /// Whether a day with such a row has something to be found.
    pub fn may_be_of(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| has == Some(wanted))
        };
        self.action.is_none_or(|action| action == row.action)
            && is(&self.member, row.member.as_deref())
            && is(&self.department, row.department.as_deref())
    }

    /// Whether an entry is looked for, as far as it says so itself.
    pub fn wants(&self, listed: &Listed, told: &Told) -> bool {
        let entry = &listed.entry;
        if self.kind.is_some_and(|kind| kind != told.kind)
            || self.from.is_some_and(|from| entry.effective_at < from)
            || self.to.is_some_and(|to| entry.effective_at >= to)
        {
            return false;
        }
        if !self.is_of_spends() {
            return true;
        }
        let Some(work) = entry.event.work() else { return false };
        let tags = work.tags.as_deref();
        let is = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| has == Some(wanted))
        };
        self.action.is_none_or(|action| action == work.action)
            && is(&self.member, tags.and_then(|tags| tags.member.as_deref()))
            && is(&self.department, tags.and_then(|tags| tags.department.as_deref()))
    }

    /// The query that asks the same, with more.
    pub fn query(&self, more: &[(&str, String)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.asked);
        query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
        query.finish()
    }
}
