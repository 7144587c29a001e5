use account::Refusal;
use ledger::{Entry, Event, Position, Source};
use moment::Instant;

use crate::model::{Model, Verdict};
use crate::notation::parse::{Parsed, instant, period};
use crate::{Answer, Desk, Shop, Step, audit, done_text, refusal_text};

/// A case under way.
pub(super) struct Table<'a> {
    pub shop: &'a Shop,
    pub desk: Desk<'a>,
    /// Follows as long as its credits can be counted one by one.
    model: Option<Model<'a>>,
    pub names: Names,
    /// What the last command was refused for, until a line says so.
    pub refused: Option<Refusal>,
    pub did: Option<&'static str>,
    /// How many entries there were before the last command.
    pub before: usize,
}

/// What things are called.
#[derive(Default)]
pub(super) struct Names {
    pub grants: Vec<String>,
    pub holds: Vec<String>,
    pub charges: Vec<String>,
}

impl Names {
    pub(super) fn grant(&self, name: &str) -> usize {
        self.grants.iter().position(|known| known == name).unwrap_or(usize::MAX)
    }

    pub(super) fn hold(&self, name: &str) -> usize {
        self.holds.iter().position(|known| known == name).unwrap_or(usize::MAX)
    }

    pub(super) fn charge(&self, name: &str) -> usize {
        self.charges.iter().position(|known| known == name).unwrap_or(usize::MAX)
    }
}

/// Runs the cases of a table; tells how many there are.
///
/// # Panics
/// Where any fails, with all that fail.
pub fn run(table: &str, text: &str) -> usize {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("  --").next().unwrap_or_default().trim()))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let cases: Vec<_> = lines.split_inclusive_before(|(_, line)| line.starts_with('#'));
    let mut wrong = Vec::new();
    for case in &cases {
        if let Err((number, line, problem)) = run_case(case) {
            let title = case.first().map_or("", |(_, line)| line);
            wrong.push(format!("{table}:{number}: {title}\n    {line}\n    {problem}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n{} of {} cases fail", wrong.join("\n"), wrong.len(), cases.len());
    cases.len()
}

trait Cases<'a> {
    fn split_inclusive_before(&self, is_first: impl Fn(&(usize, &str)) -> bool)
    -> Vec<Vec<(usize, &'a str)>>;
}

impl<'a> Cases<'a> for Vec<(usize, &'a str)> {
    fn split_inclusive_before(
        &self,
        is_first: impl Fn(&(usize, &str)) -> bool,
    ) -> Vec<Vec<(usize, &'a str)>> {
        let mut cases: Vec<Vec<(usize, &str)>> = Vec::new();
        for line in self {
            match cases.last_mut() {
                Some(case) if !is_first(line) => case.push(*line),
                _ => cases.push(vec![*line]),
            }
        }
        cases
    }
}

type Problem<'a> = (usize, &'a str, String);

fn run_case<'a>(case: &[(usize, &'a str)]) -> Result<(), Problem<'a>> {
    let rules: Vec<&str> = case.iter().filter_map(|(_, line)| line.strip_prefix("program ")).collect();
    let shop = Shop::with(&rules.join("\n"));
    let start = instant("2026-01-01").map_err(|problem| (0, "", problem))?;
    let desk = Desk::open(&shop, start);
    let mut table = Table {
        shop: &shop,
        desk,
        model: Some(Model::open(&shop, start)),
        names: Names::default(),
        refused: None,
        did: None,
        before: 0,
    };
    table.name_new(&[]);
    let is_command = |line: &str| !line.starts_with('#') && !line.starts_with("program ");
    for (number, line) in case.iter().filter(|(_, line)| is_command(line)) {
        table.line(line).map_err(|problem| (*number, *line, problem))?;
    }
    let (number, line) = case.last().copied().unwrap_or_default();
    table.not_refused().map_err(|problem| (number, line, problem))
}

impl Table<'_> {
    pub(super) const fn now(&self) -> Instant {
        self.desk.now()
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(expected) = line.strip_prefix("!! ") {
            let refused = self.refused.take().ok_or("it was not refused")?;
            let text = refusal_text(&refused);
            return if text == expected { Ok(()) } else { Err(format!("it was refused: {text}")) };
        }
        self.not_refused()?;
        if let Some(expected) = line.strip_prefix("=> ") {
            return self.expect(expected);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["wait", count, unit] => self.desk.clock.advance(period(Some(count), Some(unit))?),
            ["to", text] => {
                let to = instant(text)?;
                self.desk.clock.set(to);
            }
            ["all:", ..] => {
                let commands = line.trim_start_matches("all:").split(';');
                let parsed = commands.map(|line| self.parse(line)).collect::<Result<Vec<_>, _>>()?;
                return self.request(&parsed);
            }
            _ => {
                let parsed = self.parse(line)?;
                return self.request(&[parsed]);
            }
        }
        Ok(())
    }

    fn not_refused(&self) -> Result<(), String> {
        match &self.refused {
            Some(refusal) => Err(format!("before this line: it was refused: {}", refusal_text(refusal))),
            None => Ok(()),
        }
    }

    fn request(&mut self, parsed: &[Parsed]) -> Result<(), String> {
        let steps: Vec<Step> = parsed.iter().map(|parsed| parsed.step.clone()).collect();
        self.before = self.desk.journal.entries().len();
        let read = self.desk.read();
        if steps.iter().any(|step| matches!(step, Step::Grant(give) if give.credits > 100_000)) {
            self.model = None;
        }
        let expected = self.model.as_mut().map(|model| model.ask(self.desk.now(), &steps));
        let answer = self.desk.ask(&steps);
        audit::sums(&self.desk, &read);
        audit::check(&self.desk);
        match (expected, &answer) {
            (Some(Err((_, text))), Answer::Refused(_, refusal)) if text == refusal_text(refusal) => {}
            (Some(Ok(verdicts)), Answer::Done(done, _))
                if done.iter().map(|done| done_text(*done)).eq(verdicts.iter().map(
                    |verdict| match verdict {
                        Verdict::Done => "done",
                        Verdict::Already => "already",
                        Verdict::Nothing => "nothing",
                    },
                )) => {}
            (None, _) => {}
            (Some(expected), answer) => return Err(format!("the model says {expected:?}, but: {answer:?}")),
        }
        match answer {
            Answer::Done(done, _) => {
                self.did = done.last().map(|done| done_text(*done));
                self.name_new(parsed);
                if let Some(model) = &self.model {
                    model.afresh(self.desk.now()).assert_like(&self.desk, &self.desk.read());
                }
            }
            Answer::Refused(_, refusal) => (self.refused, self.did) = (Some(refusal), None),
        }
        Ok(())
    }

    /// Gives names to what the last request made.
    fn name_new(&mut self, parsed: &[Parsed]) {
        let mut grants = parsed.iter().filter_map(|parsed| parsed.grant.clone());
        let mut holds = parsed.iter().filter_map(|parsed| parsed.hold.clone());
        let mut charges = parsed.iter().filter_map(|parsed| parsed.charge.clone());
        let new: Vec<(Position, Entry)> = self.desk.journal.entries()[self.before..].to_vec();
        for (_, entry) in new {
            match &entry.event {
                Event::Issued(issued) => {
                    let name = match issued.terms.source {
                        Source::Reissue { of } => {
                            let of = self.desk.grants().iter().position(|id| *id == of).unwrap_or(usize::MAX);
                            format!("{}'", self.names.grants.get(of).map_or("", String::as_str))
                        }
                        Source::Request => grants.next().unwrap_or_default(),
                        _ => issued.terms.class.code().to_owned(),
                    };
                    self.names.grants.push(name);
                }
                Event::Held(_) => self.names.holds.push(holds.next().unwrap_or_default()),
                event if event.charge().is_some() => {
                    self.names.charges.push(charges.next().unwrap_or_default());
                }
                _ => {}
            }
        }
    }
}
