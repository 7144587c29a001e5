//! Price expressions: a terminating subset of CEL over exact numbers.
//!
//! An expression is read once, when a program is loaded: into a tree whose names are resolved and whose types are
//! checked, of bounded size. Evaluating it takes a time that its size bounds, and has no effects.
//! What it departs from in CEL: there is one kind of number, the exact fraction, so `7 / 2` is 3.5 and not 3.
//! See `docs/adr/0003-price-expressions.md`.

mod check;
mod evaluate;
mod lex;
mod parse;

use crate::attribute::AttributeRule;
use crate::rational::Rational;

/// Words that no attribute may be called: the names that prices know, and CEL's own.
pub(crate) const RESERVED: &[&str] = &[
    "quantity",
    "plan",
    "credits",
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// A function: what it is called, and how many numbers it takes.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    pub(crate) least: usize,
    pub(crate) most: usize,
}

pub(crate) const FUNCTIONS: &[Signature] = &[
    Signature { name: "min", function: Function::Min, least: 2, most: 16 },
    Signature { name: "max", function: Function::Max, least: 2, most: 16 },
    Signature { name: "ceil", function: Function::Ceil, least: 1, most: 1 },
    Signature { name: "floor", function: Function::Floor, least: 1, most: 1 },
    Signature { name: "round", function: Function::Round, least: 1, most: 1 },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Min,
    Max,
    Ceil,
    Floor,
    /// To the nearest whole number, halves away from zero.
    Round,
}

/// An expression whose result is a number.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    source: String,
    root: Tree,
    /// The positions of the attributes that it reads, in order.
    used: Vec<u16>,
}

/// A fault of an expression, at a byte of its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// A part of an expression, and the byte of the text where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    at: usize,
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Number(Rational),
    Text(String),
    Boolean(bool),
    /// Only behind `in`.
    List(Vec<Tree>),
    Quantity,
    Plan,
    Attribute(u16),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    If(Box<Tree>, Box<Tree>, Box<Tree>),
    Call(Function, Vec<Tree>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// The names that an expression may use, beside `quantity` and `plan`.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) attributes: &'a [AttributeRule],
    pub(crate) plans: &'a [&'a str],
}

impl Expression {
    /// Reads and checks an expression, or says all that is wrong with its meaning, or the first that is wrong with its form.
    pub(crate) fn read(source: &str, names: Names<'_>) -> Result<Expression, Vec<Fault>> {
        let (root, used) = parse::parse(source, names).map_err(|fault| vec![fault])?;
        let faults = check::check(&root, names);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Expression { source: source.trim().to_owned(), root, used })
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn used(&self) -> &[u16] {
        &self.used
    }
}

/// The same text over the same attributes has the same tree.
impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        self.source == other.source && self.used == other.used
    }
}

impl Fault {
    fn new(at: usize, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { at, message: message.into(), help: help.into() }
    }
}
