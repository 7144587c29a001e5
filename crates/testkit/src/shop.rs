use account::Rules;
use catalog::Program;
use ledger::NameId;

/// A small program with one action of each kind, and what decisions need of it.
///
/// | action | unit | price | |
/// |---|---|---|---|
/// | `photo` | credit | 5 | plain |
/// | `video` | credit | 20 | plain |
/// | `scan` | credit | 5 | may overdraw |
/// | `visit` | credit | 5 | a session that may overdraw |
/// | `tour` | credit | 2 | a session that may not |
/// | `render` | credit | 10 | a capture may exceed its hold |
/// | `stream` | credit | 3 | a capture may exceed its hold, and may overdraw |
/// | `look` | credit | 0 | free |
/// | `chat` | token | 1 | plain, of the other unit |
/// | `call` | token | 2 | may overdraw, of the other unit |
#[derive(Clone, Debug, PartialEq)]
pub struct Shop {
    /// The program.
    pub program: Program,
    /// The name of each action, in the program's order. Not in order of the actions, as names need not be.
    pub names: Vec<NameId>,
}

const UNITS_AND_ACTIONS: &str = r#"
[units.credit]
name = "credits"
scale = 0
[units.token]
name = "tokens"
scale = 0
[actions.photo]
price = 5
[actions.video]
price = 20
[actions.scan]
price = 5
overdraft = true
[actions.visit]
price = 5
overdraft = true
session = true
[actions.tour]
price = 2
session = true
[actions.render]
price = 10
settle = "may_exceed"
[actions.stream]
price = 3
overdraft = true
settle = "may_exceed"
[actions.look]
free = true
[actions.chat]
unit = "token"
price = 1
[actions.call]
unit = "token"
price = 2
overdraft = true
"#;

impl Shop {
    /// The program with further rules: lines of the program file with dotted keys, such as
    /// `overdraft.limit = 50`.
    ///
    /// # Panics
    /// Where the rules are wrong, with what is wrong.
    pub fn with(rules: &str) -> Shop {
        let text = Shop::text(rules);
        let program = catalog::load("shop.toml", &text).unwrap_or_else(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}\n{text}", problems.join("\n"))
        });
        let names = (0..program.actions.len()).map(|place| NameId(90 - place as u32)).collect();
        Shop { program, names }
    }

    /// The program's file, with further rules.
    pub fn text(rules: &str) -> String {
        format!("scrip = 1\nid = \"shop\"\nname = \"Shop\"\n{rules}\n{UNITS_AND_ACTIONS}")
    }

    /// The program as decisions need it.
    pub fn rules(&self) -> Rules<'_> {
        Rules { program: &self.program, version: 1, actions: &self.names }
    }

    /// The place of the action of that code.
    pub fn action(&self, code: &str) -> Option<usize> {
        self.program.action_index(code).map(usize::from)
    }

    /// The place of the unit of that code.
    pub fn unit(&self, code: &str) -> Option<u8> {
        self.program.unit_index(code)
    }

    /// The name of the action at that place.
    ///
    /// # Panics
    /// Where there is no such action.
    pub fn name(&self, action: usize) -> NameId {
        self.names[action]
    }
}

impl Default for Shop {
    fn default() -> Shop {
        Shop::with("")
    }
}
