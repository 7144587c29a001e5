use std::cell::RefCell;
use std::collections::BTreeSet;

use money::{Amount, Unit};
use toml::de::DeValue;

use crate::Price;
use crate::attribute::{AttributeRule, Kind};
use crate::expression::{Expression, Names};
use crate::price::{Counted, Each, Per, Round, Rule, Terms};
use crate::rational::Rational;
use crate::read::keys;
use crate::read::node::{Node, Section};
use crate::read::rows::table;
use crate::suggest::hint;

/// What a price may read.
pub(crate) struct Scope<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) attributes: &'a [AttributeRule],
    pub(crate) plans: &'a [&'a str],
    used: RefCell<BTreeSet<u16>>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(unit: &'a Unit, attributes: &'a [AttributeRule], plans: &'a [&'a str]) -> Self {
        Scope { unit, attributes, plans, used: RefCell::default() }
    }

    /// The attribute of that name, which is noted as used.
    pub(crate) fn attribute(&self, name: &str) -> Option<(u16, &'a AttributeRule)> {
        let (index, rule) = (0..).zip(self.attributes).find(|(_, rule)| rule.name == name)?;
        self.used.borrow_mut().insert(index);
        Some((index, rule))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.attributes.iter().map(|rule| rule.name.as_str())
    }
}

/// A price, and the positions of the attributes that it reads.
pub(crate) fn price(node: &Node<'_>, scope: &Scope<'_>) -> Option<(Price, Vec<u16>)> {
    scope.used.borrow_mut().clear();
    let price = match node.value {
        DeValue::Table(_) => terms(&node.section(&keys::PRICE)?, scope)?,
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::String(_) => {
            Price::Flat(node.credits(scope.unit)?)
        }
        _ => {
            node.wrong_kind("credits, such as 5, or a table with credits, rows or expression");
            return None;
        }
    };
    Some((price, scope.used.take().into_iter().collect()))
}

fn terms(section: &Section<'_>, scope: &Scope<'_>) -> Option<Price> {
    let ways = ["credits", "rows", "expression"];
    let present: Vec<Node<'_>> = ways.iter().filter_map(|way| section.get(way)).collect();
    let [way] = present.as_slice() else {
        let help = "say credits = 5, rows = [...] or expression = \"...\"";
        if let Some(second) = present.get(1) {
            second.problem("a price has one way to be found", "keep one of credits, rows and expression");
        } else {
            section.problem_at("credits", "this is missing", help);
        }
        return None;
    };
    let summary = section.optional("summary", Node::text);
    let is_expression = section.get("expression").is_some();
    let strangers: &[&str] = if is_expression {
        &["default", "per", "label", "block", "included", "minimum"]
    } else if section.get("rows").is_some() {
        &["round"]
    } else {
        &["default", "round"]
    };
    for stranger in strangers.iter().filter_map(|key| section.get(key)) {
        let help = if is_expression {
            "remove it: the expression says all but how its result is rounded"
        } else if stranger.path.ends_with("round") {
            "remove it: only an expression's result is rounded"
        } else {
            "remove it: it belongs to rows"
        };
        stranger.problem("this has no meaning here", help);
    }
    if is_expression {
        let rule = expression(section, way, scope)?;
        return Some(Price::Terms(Box::new(Terms { summary: summary?, rule })));
    }
    let each = match section.get("rows") {
        Some(rows) => table(&rows, section.get("default").as_ref(), scope).map(Each::Table),
        None => way.credits(scope.unit).map(Each::Same),
    };
    let per = per(section, scope);
    let label = section.optional("label", Node::text);
    let block = section.optional("block", |node| {
        let number = node.decimal()?;
        if number.is_zero() || number.is_negative() {
            node.problem("a block can't be empty", "it must be above 0");
            return None;
        }
        Some(number)
    });
    let included = section.optional("included", |node| node.whole(0, 1_000_000_000));
    let minimum = section.optional("minimum", |node| node.credits(scope.unit));
    let counted = Counted {
        each: each?,
        per: per?,
        label: label?,
        block: block?.unwrap_or(Rational::ONE),
        included: included?.unwrap_or(0),
        minimum: minimum?.unwrap_or(Amount::ZERO),
    };
    Some(Price::Terms(Box::new(Terms { summary: summary?, rule: Rule::Counted(counted) })))
}

/// What is counted: the quantity, or a number among the attributes.
fn per(section: &Section<'_>, scope: &Scope<'_>) -> Option<Per> {
    let Some(node) = section.get("per") else {
        return Some(Per::Quantity);
    };
    let DeValue::String(name) = node.value else {
        node.wrong_kind("\"quantity\", or the name of an attribute");
        return None;
    };
    if name == "quantity" {
        return Some(Per::Quantity);
    }
    let Some((index, rule)) = scope.attribute(name) else {
        let known = scope.names().chain(["quantity"]);
        let shown: String = name.chars().take(80).collect();
        node.problem(format!("no attribute {shown:?} is declared"), hint(name, known));
        return None;
    };
    let least = match &rule.kind {
        Kind::Whole { min, .. } => Rational::whole(*min),
        Kind::Decimal { min, .. } => *min,
        Kind::OneOfWhole(numbers) => Rational::whole(numbers.iter().copied().min().unwrap_or(0)),
        Kind::OneOf(_) | Kind::Text | Kind::Boolean => {
            node.problem(format!("{name:?} is no number"), "only a number can be counted");
            return None;
        }
    };
    if least.is_negative() {
        node.problem(format!("{name:?} may be negative"), "what is counted must have a min of 0 or more");
        return None;
    }
    Some(Per::Attribute(index))
}

fn expression(section: &Section<'_>, node: &Node<'_>, scope: &Scope<'_>) -> Option<Rule> {
    let help =
        "say how the result becomes a whole number: round = \"up\", \"down\", \"half_up\" or \"half_even\"";
    let round = section.need("round", help).and_then(|node| node.choice(&Round::ALL.map(Round::code)));
    let DeValue::String(source) = node.value else {
        node.wrong_kind("an expression in quotes, such as \"quantity * 2\"");
        return None;
    };
    let names = Names { attributes: scope.attributes, plans: scope.plans };
    let expression = Expression::read(source, names).map_err(|problems| {
        // Where the file writes the expression without escapes, the place within it is a place in the file.
        let written = node.document.source(node.span.clone());
        let start = written.find(source.as_ref()).map(|offset| node.span.start + offset);
        for problem in problems {
            let at = start.map_or(node.span.start, |start| start + problem.at);
            node.document.problem(at, &node.path, problem.message, problem.help);
        }
    });
    let (expression, round) = (expression.ok()?, Round::ALL.get(round?).copied()?);
    scope.used.borrow_mut().extend(expression.used());
    Some(Rule::Expression { expression, round, parts: scope.unit.scale.parts() })
}
