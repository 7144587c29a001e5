use crate::expression::lex::{Token, tokens};
use crate::expression::{FUNCTIONS, Fault, Names, Node, Operator, Tree};
use crate::suggest::hint;

/// The longest expression in bytes, the most parts that it may have, and how deep it may nest. All walks over a
/// tree recurse, and these bounds keep them far from the end of any stack.
const LONGEST: usize = 2_000;
const PARTS: usize = 250;
const DEPTH: usize = 24;

/// The tree, and the positions of the attributes that it names.
pub(crate) fn parse(source: &str, names: Names<'_>) -> Result<(Tree, Vec<u16>), Fault> {
    if source.len() > LONGEST {
        return Err(Fault::new(0, "the expression is too long", format!("it may have {LONGEST} bytes")));
    }
    let mut parser = Parser { tokens: tokens(source)?, next: 0, names, used: Vec::new(), parts: 0, depth: 0 };
    let root = parser.expression(0)?;
    match parser.peek() {
        (_, Token::End) => {}
        (at, token) => {
            return Err(Fault::new(at, format!("{} is not expected here", show(&token)), "an operator is"));
        }
    }
    parser.used.sort_unstable();
    parser.used.dedup();
    Ok((root, parser.used))
}

struct Parser<'s> {
    tokens: Vec<(usize, Token<'s>)>,
    next: usize,
    names: Names<'s>,
    used: Vec<u16>,
    parts: usize,
    depth: usize,
}

/// How tightly `?` binds; it is the loosest.
const CONDITIONAL: u8 = 1;

/// How tightly an operator binds, and what it is.
fn operator(token: &Token<'_>) -> Option<(u8, Operator)> {
    Some(match token {
        Token::Sign("||") => (2, Operator::Or),
        Token::Sign("&&") => (3, Operator::And),
        Token::Sign("==") => (4, Operator::Equal),
        Token::Sign("!=") => (4, Operator::Unequal),
        Token::Sign("<") => (4, Operator::Less),
        Token::Sign("<=") => (4, Operator::LessOrEqual),
        Token::Sign(">") => (4, Operator::Greater),
        Token::Sign(">=") => (4, Operator::GreaterOrEqual),
        Token::Word("in") => (4, Operator::In),
        Token::Sign("+") => (5, Operator::Add),
        Token::Sign("-") => (5, Operator::Subtract),
        Token::Sign("*") => (6, Operator::Multiply),
        Token::Sign("/") => (6, Operator::Divide),
        Token::Sign("%") => (6, Operator::Remainder),
        _ => return None,
    })
}

impl<'s> Parser<'s> {
    fn peek(&self) -> (usize, Token<'s>) {
        self.tokens.get(self.next).cloned().unwrap_or((0, Token::End))
    }

    fn take(&mut self) -> (usize, Token<'s>) {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn expect(&mut self, sign: &'static str, why: &str) -> Result<(), Fault> {
        match self.take() {
            (_, Token::Sign(found)) if found == sign => Ok(()),
            (at, found) => Err(Fault::new(
                at,
                format!("{} is not expected here", show(&found)),
                format!("{sign:?} {why}"),
            )),
        }
    }

    fn tree(&mut self, at: usize, node: Node) -> Result<Tree, Fault> {
        self.parts += 1;
        if self.parts > PARTS {
            return Err(Fault::new(at, "the expression has too many parts", format!("it may have {PARTS}")));
        }
        Ok(Tree { at, node })
    }

    /// Operators that bind at least so tightly, and what they stand between.
    fn expression(&mut self, least: u8) -> Result<Tree, Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            let (at, _) = self.peek();
            return Err(Fault::new(
                at,
                "the expression nests too deeply",
                format!("{DEPTH} levels are allowed"),
            ));
        }
        let mut left = self.operand()?;
        loop {
            let (at, token) = self.peek();
            if token == Token::Sign("?") && least <= CONDITIONAL {
                self.take();
                let then = self.expression(CONDITIONAL)?;
                self.expect(":", "stands between the two results of ?")?;
                let otherwise = self.expression(CONDITIONAL)?;
                left = self.tree(at, Node::If(Box::new(left), Box::new(then), Box::new(otherwise)))?;
                continue;
            }
            match operator(&token) {
                Some((binding, operator)) if binding >= least => {
                    self.take();
                    let right = self.expression(binding + 1)?;
                    left = self.tree(at, Node::Binary(operator, Box::new(left), Box::new(right)))?;
                }
                _ => break,
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Tree, Fault> {
        /// Tighter than any operator between two operands.
        const UNARY: u8 = 7;
        let (at, token) = self.take();
        match token {
            Token::Number(number) => self.tree(at, Node::Number(number)),
            Token::Text(text) => self.tree(at, Node::Text(text)),
            Token::Word(word) => self.word(at, word),
            Token::Sign("-") => {
                let operand = self.expression(UNARY)?;
                self.tree(at, Node::Negate(Box::new(operand)))
            }
            Token::Sign("!") => {
                let operand = self.expression(UNARY)?;
                self.tree(at, Node::Not(Box::new(operand)))
            }
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")", "closes the bracket")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                let items = self.items("]", "closes the list")?;
                self.tree(at, Node::List(items))
            }
            found => {
                let help = "a number, a text, a name or a bracket is";
                Err(Fault::new(at, format!("{} is not expected here", show(&found)), help))
            }
        }
    }

    /// Expressions with commas between them, up to the closing sign.
    fn items(&mut self, close: &'static str, why: &str) -> Result<Vec<Tree>, Fault> {
        let mut items = Vec::new();
        if self.peek().1 == Token::Sign(close) {
            self.take();
            return Ok(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.peek().1 != Token::Sign(",") {
                self.expect(close, why)?;
                return Ok(items);
            }
            self.take();
        }
    }

    fn word(&mut self, at: usize, word: &str) -> Result<Tree, Fault> {
        if self.peek().1 == Token::Sign("(") {
            return self.call(at, word);
        }
        match word {
            "true" => return self.tree(at, Node::Boolean(true)),
            "false" => return self.tree(at, Node::Boolean(false)),
            "quantity" => return self.tree(at, Node::Quantity),
            "plan" => return self.tree(at, Node::Plan),
            _ => {}
        }
        let names = self.names.attributes;
        let Some((index, _)) = (0..).zip(names).find(|(_, rule)| rule.name == word) else {
            let known = names.iter().map(|rule| rule.name.as_str()).chain(["quantity", "plan"]);
            return Err(Fault::new(at, format!("nothing is called {}", quoted(word)), hint(word, known)));
        };
        self.used.push(index);
        self.tree(at, Node::Attribute(index))
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Tree, Fault> {
        let Some(signature) = FUNCTIONS.iter().find(|signature| signature.name == name) else {
            let known = FUNCTIONS.iter().map(|signature| signature.name);
            return Err(Fault::new(at, format!("there is no function {}", quoted(name)), hint(name, known)));
        };
        self.take();
        let items = self.items(")", "closes the bracket")?;
        if !(signature.least..=signature.most).contains(&items.len()) {
            let needed = match (signature.least, signature.most) {
                (1, 1) => "it takes one number".to_owned(),
                (least, most) => format!("it takes {least} to {most} numbers"),
            };
            return Err(Fault::new(at, format!("{name} is given {}", items.len()), needed));
        }
        self.tree(at, Node::Call(signature.function, items))
    }
}

fn quoted(word: &str) -> String {
    let shown: String = word.chars().take(80).collect();
    format!("{shown:?}")
}

fn show(token: &Token<'_>) -> String {
    match token {
        Token::Number(number) => number.to_string(),
        Token::Text(text) => quoted(text),
        Token::Word(word) => quoted(word),
        Token::Sign(sign) => quoted(sign),
        Token::End => "the end".to_owned(),
    }
}
