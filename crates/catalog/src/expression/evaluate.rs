use std::cmp::Ordering;

use crate::NoPrice;
use crate::attribute::Value;
use crate::expression::{Expression, Function, Node, Operator, Tree};
use crate::rational::Rational;

/// What names stand for in one request.
struct Facts<'a> {
    quantity: i64,
    plan: &'a str,
    values: &'a [Option<Value<'a>>],
}

impl Expression {
    /// The exact result. `Undefined` where it divides by zero, `OutOfRange` where a step does not fit 128 bits.
    pub(crate) fn evaluate(
        &self,
        quantity: i64,
        plan: &str,
        values: &[Option<Value<'_>>],
    ) -> Result<Rational, NoPrice> {
        number(Facts { quantity, plan, values }.value(&self.root)?)
    }
}

/// Types are checked when an expression is read, so another one does not happen.
fn number(value: Value<'_>) -> Result<Rational, NoPrice> {
    match value {
        Value::Number(number) => Ok(number),
        Value::Text(_) | Value::Boolean(_) => Err(NoPrice::Undefined),
    }
}

impl<'a> Facts<'a> {
    fn value(&self, tree: &'a Tree) -> Result<Value<'a>, NoPrice> {
        match &tree.node {
            Node::Number(number) => Ok(Value::Number(*number)),
            Node::Text(text) => Ok(Value::Text(text)),
            Node::Boolean(value) => Ok(Value::Boolean(*value)),
            Node::Quantity => Ok(Value::Number(Rational::whole(self.quantity))),
            Node::Plan => Ok(Value::Text(self.plan)),
            Node::Attribute(index) => {
                self.values.get(usize::from(*index)).copied().flatten().ok_or(NoPrice::Undefined)
            }
            Node::Negate(operand) => fits(self.number(operand)?.negated()),
            Node::Not(operand) => Ok(Value::Boolean(!self.holds(operand)?)),
            Node::If(condition, then, otherwise) => {
                if self.holds(condition)? {
                    self.value(then)
                } else {
                    self.value(otherwise)
                }
            }
            Node::Call(function, items) => self.call(*function, items),
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::List(_) => Err(NoPrice::Undefined),
        }
    }

    fn number(&self, tree: &'a Tree) -> Result<Rational, NoPrice> {
        number(self.value(tree)?)
    }

    fn holds(&self, tree: &'a Tree) -> Result<bool, NoPrice> {
        Ok(self.value(tree)? == Value::Boolean(true))
    }

    fn compare(&self, left: &'a Tree, right: &'a Tree) -> Result<Ordering, NoPrice> {
        self.number(left)?.compare(self.number(right)?).ok_or(NoPrice::OutOfRange)
    }

    fn binary(&self, operator: Operator, left: &'a Tree, right: &'a Tree) -> Result<Value<'a>, NoPrice> {
        let truth = match operator {
            // The right side is not looked at where the left one decides.
            Operator::Or => self.holds(left)? || self.holds(right)?,
            Operator::And => self.holds(left)? && self.holds(right)?,
            Operator::Equal => self.value(left)? == self.value(right)?,
            Operator::Unequal => self.value(left)? != self.value(right)?,
            Operator::Less => self.compare(left, right)?.is_lt(),
            Operator::LessOrEqual => self.compare(left, right)?.is_le(),
            Operator::Greater => self.compare(left, right)?.is_gt(),
            Operator::GreaterOrEqual => self.compare(left, right)?.is_ge(),
            Operator::In => {
                let wanted = self.value(left)?;
                let Node::List(items) = &right.node else {
                    return Err(NoPrice::Undefined);
                };
                let mut found = false;
                for item in items {
                    found = found || self.value(item)? == wanted;
                }
                found
            }
            Operator::Add => return fits(self.number(left)?.plus(self.number(right)?)),
            Operator::Subtract => return fits(self.number(left)?.minus(self.number(right)?)),
            Operator::Multiply => return fits(self.number(left)?.times(self.number(right)?)),
            Operator::Divide | Operator::Remainder => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                if right.is_zero() {
                    return Err(NoPrice::Undefined);
                }
                let quotient = left.over(right).ok_or(NoPrice::OutOfRange)?;
                if operator == Operator::Divide {
                    return Ok(Value::Number(quotient));
                }
                // What is left over has the sign of the dividend, as in CEL.
                let times = Rational::from_whole(quotient.truncated());
                return fits(right.times(times).and_then(|taken| left.minus(taken)));
            }
        };
        Ok(Value::Boolean(truth))
    }

    fn call(&self, function: Function, items: &'a [Tree]) -> Result<Value<'a>, NoPrice> {
        let (first, rest) = items.split_first().ok_or(NoPrice::Undefined)?;
        let mut found = self.number(first)?;
        let wanted = match function {
            Function::Min => Ordering::Less,
            Function::Max => Ordering::Greater,
            Function::Ceil => return Ok(Value::Number(Rational::from_whole(found.ceil()))),
            Function::Floor => return Ok(Value::Number(Rational::from_whole(found.floor()))),
            Function::Round => {
                let up = match found.half() {
                    Ordering::Greater => true,
                    Ordering::Equal => !found.is_negative(),
                    Ordering::Less => false,
                };
                return Ok(Value::Number(Rational::from_whole(if up {
                    found.ceil()
                } else {
                    found.floor()
                })));
            }
        };
        for item in rest {
            let other = self.number(item)?;
            if other.compare(found).ok_or(NoPrice::OutOfRange)? == wanted {
                found = other;
            }
        }
        Ok(Value::Number(found))
    }
}

fn fits<'a>(number: Option<Rational>) -> Result<Value<'a>, NoPrice> {
    number.map(Value::Number).ok_or(NoPrice::OutOfRange)
}
