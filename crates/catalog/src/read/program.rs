use moment::Period;
use money::{Scale, Unit};
use toml::de::{DeTable, DeValue};

use crate::program::{RESERVED_IDS, order_by_code};
use crate::read::document::Document;
use crate::read::node::{Node, Section};
use crate::read::{actions, brand, depth, keys, offers, packages, plans, rules, selling};
use crate::{Problem, Program};

/// The versions of the program file that are known: the value of its key `scrip`.
pub const VERSIONS: &[i64] = &[1];

/// The longest file, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads a program file. `file_name` is only for the problems' texts; nothing is opened.
///
/// Everything that is wrong is told at once, in the file's order (at most a hundred problems). Where the text is
/// no TOML, only that is told, as the rest can't be relied on.
///
/// ```
/// let problems = catalog::load("shop.toml", "scrip = 2\nid = \"shop\"").unwrap_err();
/// assert_eq!(problems[0].to_string(), "shop.toml:1:9: scrip: version 2 is not known; known versions: 1");
/// ```
pub fn load(file_name: &str, text: &str) -> Result<Program, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::new(file_name, text);
    let program = read(&document, text);
    match program {
        Some(program) if document.is_clean() => Ok(program),
        _ => Err(document.into_problems()),
    }
}

fn read(document: &Document<'_>, text: &str) -> Option<Program> {
    if text.len() > LONGEST {
        document.problem(0, "", "the file is too long".to_owned(), format!("it may have {LONGEST} bytes"));
        return None;
    }
    if let Some(at) = depth::too_deep(text) {
        let help = "a program file needs tables within tables four deep at most".to_owned();
        document.problem(at, "", "the file nests too deeply".to_owned(), help);
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        document.problem(at, "", format!("this is no TOML: {}", error.message()), String::new());
    }
    if !errors.is_empty() {
        return None;
    }
    let table = table.into_inner();
    // What comes of it holds no part of the table: all is copied.
    version_is_known(document, &table)?;
    let root = Section::new(document, "", 0, &table, &keys::PROGRAM);
    program(&root)
}

/// A file of another version may have other keys, so nothing else is looked at.
fn version_is_known(document: &Document<'_>, table: &DeTable<'_>) -> Option<()> {
    let known: Vec<String> = VERSIONS.iter().map(ToString::to_string).collect();
    let known = known.join(", ");
    let Some(version) = table.get("scrip") else {
        let help =
            format!("begin the file with scrip = 1, the version of its format; known versions: {known}");
        document.problem(0, "scrip", "this is missing".to_owned(), help);
        return None;
    };
    let node = Node { document, path: "scrip".to_owned(), span: version.span(), value: version.get_ref() };
    let DeValue::Integer(number) = version.get_ref() else {
        node.wrong_kind(&format!("the version of the file's format; known versions: {known}"));
        return None;
    };
    if i64::from_str_radix(number.as_str(), number.radix()).is_ok_and(|number| VERSIONS.contains(&number)) {
        return Some(());
    }
    let shown: String = number.as_str().chars().take(80).collect();
    node.problem(format!("version {shown} is not known"), format!("known versions: {known}"));
    None
}

fn program(root: &Section<'_>) -> Option<Program> {
    let id = root.need("id", "say what keys and URLs call the program, such as id = \"shop\"");
    let id = id.and_then(|node| {
        let code = node.code()?;
        if RESERVED_IDS.contains(&code.as_str()) {
            let help = format!(
                "another id: the console has pages of its own by the names {}",
                RESERVED_IDS.join(", ")
            );
            node.problem(format!("no program can be called {code:?}"), help);
            return None;
        }
        Some(code)
    });
    let name =
        root.need("name", "say what people read, such as name = \"Shop\"").and_then(|node| node.text());
    let brand = brand::brand(root);
    let units = units(root);
    let context = actions::Context { units: &units, plans: offers::plan_codes(root) };
    let actions = actions::actions(root, &context);
    let packages = packages::packages(root, &context);
    let plans = plans::plans(root, &units);
    let classes = rules::classes(root);
    let starter = rules::starter(root, &units);
    let overdraft = rules::overdraft(root, &units);
    let sessions = rules::sessions(root);
    let holds = rules::holds(root);
    let alerts = rules::alerts(root, &units);
    let renewal = selling::renewal(root);
    let changes = selling::changes(root);
    let top_up = selling::top_up(root, packages.as_deref());
    let orders = selling::orders(root);
    let late_return = rules::late_return(root);
    let quote_life = root.optional("quote_life", |node| node.exact_period().map(|(period, _)| period));
    let actions = actions?;
    Some(Program {
        id: id?,
        name: name?,
        brand: brand?,
        by_code: order_by_code(&actions),
        actions,
        packages: packages?,
        plans: plans?,
        classes: classes?,
        starter: starter?,
        overdraft: overdraft?,
        sessions: sessions?,
        holds: holds?,
        alerts: alerts?,
        late_return: late_return?,
        quote_life: quote_life?.unwrap_or(Period::Exact(15 * 60 * 1_000)),
        renewal: renewal?,
        changes: changes?,
        top_up: top_up?,
        orders: orders?,
        units,
    })
}

/// The units. Where one is wrong, a stand-in is read on with, so that the rest is still checked.
fn units(root: &Section<'_>) -> Vec<Unit> {
    const MOST: usize = 16;
    const HELP: &str = "say which kinds of credit there are, such as [units.credit] with name = \"credits\"";
    let stand_in = |code: &str| Unit { code: code.to_owned(), name: code.to_owned(), scale: widest() };
    let entries = root.need("units", HELP).and_then(|node| {
        let entries = node.entries("tables of units, such as [units.credit]")?;
        if entries.is_empty() || entries.len() > MOST {
            node.problem(format!("{} units", entries.len()), format!("a program has 1 to {MOST}"));
        }
        Some(entries)
    });
    let read = |(code, at, node): (&str, usize, Node<'_>)| {
        node.is_code(at, code);
        let Some(section) = node.section(&keys::UNIT) else {
            return stand_in(code);
        };
        let name = section.optional("name", Node::text).flatten().unwrap_or_else(|| code.to_owned());
        let scale = section.optional("scale", |node| node.whole(0, 6));
        let scale = match scale {
            Some(scale) => scale.and_then(|scale| Scale::new(u8::try_from(scale).ok()?)).unwrap_or_default(),
            None => widest(),
        };
        Unit { code: code.to_owned(), name, scale }
    };
    let units: Vec<Unit> = entries.unwrap_or_default().into_iter().take(MOST).map(read).collect();
    if units.is_empty() { vec![stand_in("credit")] } else { units }
}

fn widest() -> Scale {
    Scale::new(6).unwrap_or_default()
}
