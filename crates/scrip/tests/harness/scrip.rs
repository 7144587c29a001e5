use std::ffi::OsStr;
use std::process::Command;

use serde_json::Value;

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What it printed, where it went well.
    pub fn fine(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }

    /// The same, as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.fine()).unwrap()
    }
}

/// Runs the program.
pub fn scrip(arguments: &[&dyn AsRef<OsStr>]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrip"));
    let ran = command.args(arguments.iter().map(AsRef::as_ref)).output().unwrap();
    Ran {
        code: ran.status.code().unwrap(),
        out: String::from_utf8(ran.stdout).unwrap(),
        err: String::from_utf8(ran.stderr).unwrap(),
    }
}
