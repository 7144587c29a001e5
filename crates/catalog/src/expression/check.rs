use std::fmt;

use crate::attribute::Kind;
use crate::expression::{Fault, Names, Node, Operator, Tree};
use crate::suggest::hint;

/// What a part of an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Text,
    Boolean,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Number => "a number",
            Type::Text => "a text",
            Type::Boolean => "true or false",
        })
    }
}

/// What is wrong with the meaning of an expression, whose result must be a number.
pub(crate) fn check(root: &Tree, names: Names<'_>) -> Vec<Fault> {
    let mut checker = Checker { names, faults: Vec::new() };
    checker.must_be(root, Type::Number, "a price is a number");
    checker.faults
}

struct Checker<'a> {
    names: Names<'a>,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn fault(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::new(at, message, help));
    }

    fn must_be(&mut self, tree: &Tree, wanted: Type, why: &str) {
        if let Some(found) = self.type_of(tree)
            && found != wanted
        {
            self.fault(tree.at, format!("this is {found}"), format!("it must be {wanted}: {why}"));
        }
    }

    /// The type of a part; `None` where a fault has been noted within it.
    fn type_of(&mut self, tree: &Tree) -> Option<Type> {
        match &tree.node {
            Node::Number(_) | Node::Quantity => Some(Type::Number),
            Node::Text(_) | Node::Plan => Some(Type::Text),
            Node::Boolean(_) => Some(Type::Boolean),
            Node::List(_) => {
                self.fault(tree.at, "a list stands alone", "a list may only stand behind in");
                None
            }
            Node::Attribute(index) => match self.names.attributes.get(usize::from(*index))?.kind {
                Kind::OneOf(_) | Kind::Text => Some(Type::Text),
                Kind::Boolean => Some(Type::Boolean),
                Kind::OneOfWhole(_) | Kind::Whole { .. } | Kind::Decimal { .. } => Some(Type::Number),
            },
            Node::Negate(operand) => {
                self.must_be(operand, Type::Number, "- stands before a number");
                Some(Type::Number)
            }
            Node::Not(operand) => {
                self.must_be(operand, Type::Boolean, "! stands before a condition");
                Some(Type::Boolean)
            }
            Node::If(condition, then, otherwise) => {
                self.must_be(condition, Type::Boolean, "? stands behind a condition");
                let types = (self.type_of(then), self.type_of(otherwise));
                if let (Some(then), Some(other)) = types
                    && then != other
                {
                    self.fault(
                        tree.at,
                        format!("one result is {then}, the other {other}"),
                        "they must be of one kind",
                    );
                    return None;
                }
                types.0.or(types.1)
            }
            Node::Call(_, items) => {
                for item in items {
                    self.must_be(item, Type::Number, "functions take numbers");
                }
                Some(Type::Number)
            }
            Node::Binary(operator, left, right) => Some(self.binary(tree.at, *operator, left, right)),
        }
    }

    fn binary(&mut self, at: usize, operator: Operator, left: &Tree, right: &Tree) -> Type {
        match operator {
            Operator::Or | Operator::And => {
                self.must_be(left, Type::Boolean, "&& and || stand between conditions");
                self.must_be(right, Type::Boolean, "&& and || stand between conditions");
                Type::Boolean
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                self.must_be(left, Type::Number, "only numbers are more or less than others");
                self.must_be(right, Type::Number, "only numbers are more or less than others");
                Type::Boolean
            }
            Operator::Equal | Operator::Unequal => {
                let types = (self.type_of(left), self.type_of(right));
                if let (Some(left), Some(right)) = types
                    && left != right
                {
                    self.fault(at, format!("{left} is compared with {right}"), "compare what is of one kind");
                } else {
                    self.possible(left, right);
                    self.possible(right, left);
                }
                Type::Boolean
            }
            Operator::In => {
                self.within(left, right);
                Type::Boolean
            }
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder => {
                self.must_be(left, Type::Number, "arithmetic is done with numbers");
                self.must_be(right, Type::Number, "arithmetic is done with numbers");
                let divides = matches!(operator, Operator::Divide | Operator::Remainder);
                if divides && matches!(&right.node, Node::Number(number) if number.is_zero()) {
                    self.fault(right.at, "this divides by zero", "divide by another number");
                }
                Type::Number
            }
        }
    }

    fn within(&mut self, left: &Tree, right: &Tree) {
        let kind = self.type_of(left);
        let Node::List(items) = &right.node else {
            self.fault(right.at, "there is no list behind in", "write it as in [\"hd\", \"4k\"]");
            return;
        };
        for item in items {
            if !matches!(item.node, Node::Number(_) | Node::Text(_) | Node::Boolean(_)) {
                self.fault(item.at, "a list holds plain values", "write a number, a text, true or false");
                continue;
            }
            let found = self.type_of(item);
            if let (Some(kind), Some(found)) = (kind, found)
                && kind != found
            {
                self.fault(
                    item.at,
                    format!("this is {found}"),
                    format!("it must be {kind}, as what is looked for"),
                );
                continue;
            }
            self.possible(left, item);
        }
    }

    /// Whether a name that has certain values can ever equal the text that it is compared with.
    fn possible(&mut self, name: &Tree, value: &Tree) {
        let Node::Text(text) = &value.node else {
            return;
        };
        let names = self.names;
        let (what, known): (&str, Vec<&str>) = match &name.node {
            // An account without a plan has the empty one.
            Node::Plan if !text.is_empty() => ("plan", names.plans.to_vec()),
            Node::Attribute(index) => match names.attributes.get(usize::from(*index)) {
                Some(rule) => match &rule.kind {
                    Kind::OneOf(texts) => (rule.name.as_str(), texts.iter().map(String::as_str).collect()),
                    _ => return,
                },
                None => return,
            },
            _ => return,
        };
        if !known.contains(&text.as_str()) {
            let shown: String = text.chars().take(80).collect();
            self.fault(value.at, format!("{what} is never {shown:?}"), hint(text, known));
        }
    }
}
