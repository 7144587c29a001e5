//! What is in the way of an import: found out before anything is done.

use std::path::Path;
use std::sync::Arc;

use engine::{Engine, Options, Published, SystemClock};
use ledger::NameId;
use store_sqlite::SqliteStore;

use super::report::Report;
use super::source::Source;
use super::{Args, begun};
use crate::Trouble;

/// So many accounts are kept in memory: lines of one account often follow each other.
const CACHED: usize = 100_000;

/// An import that may begin.
pub struct Import<'a> {
    /// What was asked.
    pub args: &'a Args,
    /// What it is called.
    pub name: String,
    /// The file.
    pub source: Source,
    /// Takes what is refused.
    pub report: Report,
    /// The engine.
    pub engine: Engine,
    /// The program.
    pub published: Arc<Published>,
    /// Who the history says did it.
    pub by: NameId,
}

/// Finds out all that is in the way before anything is done.
pub fn prepare(args: &Args) -> Result<Import<'_>, Trouble> {
    let name = name(args)?;
    let source = Source::open(&args.file, args.format)?;
    if let Some(note) = source.note() {
        eprintln!("scrip: note: {note}");
    }
    if args.report.as_deref().is_some_and(|report| is_same(report, &args.file)) {
        return Err(Trouble::new("--report names the file that is imported: name another one"));
    }
    let engine = start(&args.data)?;
    let begin = || {
        let published = published(&engine, args)?;
        begun::note(&engine, &published, &name, args.dry_run)?;
        let unavailable = |_| Trouble::new("the journal can't be written; the log says more");
        let by = if args.dry_run {
            NameId::NONE
        } else {
            engine.name(&format!("import {name}")).map_err(unavailable)?
        };
        let report = Report::new(args.report.as_deref(), source.header())?;
        Ok((published, by, report))
    };
    match begin() {
        Ok((published, by, report)) => Ok(Import { args, name, source, report, engine, published, by }),
        Err(trouble) => {
            engine.stop();
            Err(trouble)
        }
    }
}

/// What the import is called.
fn name(args: &Args) -> Result<String, Trouble> {
    const LONGEST: usize = 100;
    let file = || args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = args.name.clone().or_else(file).unwrap_or_default();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(Trouble::new(format!(
            "{name:?} is no name of an import: --name takes 1 to {LONGEST} characters, none of them a control character"
        )));
    }
    Ok(name)
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // One of them is not there, so it is not the other.
        _ => false,
    }
}

fn start(data: &Path) -> Result<Engine, Trouble> {
    if !data.join("journal.db").exists() {
        return Err(Trouble::new(format!(
            "there is no database in {}: `scrip serve --data {0} --program FILE` makes one",
            data.display()
        )));
    }
    let store = SqliteStore::open(data).map_err(|error| {
        let said = error.to_string();
        let out = if said.contains("in use by") {
            ". An import writes into the folder by itself: stop the server, import, and start it again"
        } else {
            ""
        };
        Trouble::new(format!("{said}{out}"))
    })?;
    let options = Options { cached_accounts: CACHED, ..Options::default() };
    Ok(Engine::start(Arc::new(store), Arc::new(SystemClock), options)?)
}

fn published(engine: &Engine, args: &Args) -> Result<Arc<Published>, Trouble> {
    engine.program(&args.program).ok_or_else(|| {
        let (id, data) = (&args.program, args.data.display());
        let programs = engine.programs();
        let ids: Vec<&str> = programs.iter().map(|published| published.program.id.as_str()).collect();
        let there = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        let meant = api::fields::nearest(id, ids.into_iter());
        let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean {meant:?}?"));
        Trouble::new(format!("no program {id:?} has been published in {data}; there is {there}.{meant}"))
    })
}
