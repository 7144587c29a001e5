//! Programs in Python that others wrote, for these tests to talk to: a line of JSON there, a line of JSON back.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A script of `tests/python`, as it runs. It ends when its input does.
pub struct Script {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Script {
    pub fn start(name: &str, arguments: &[&str]) -> Script {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python");
        let mut child = Command::new(python.join(".venv/bin/python"))
            .arg(python.join(name))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("tests/python/.venv is not there ({error}): run ./test install"));
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Script { child, input, output }
    }

    /// The next line that it writes.
    pub fn next(&mut self) -> Value {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).unwrap();
        assert!(read > 0, "the script has ended; if it lacks a package: run ./test install");
        serde_json::from_str(&line).unwrap()
    }

    /// Its answer to a line.
    #[allow(dead_code, reason = "each file of tests is a program of its own, and not all ask")]
    pub fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input.as_mut().unwrap(), "{question}").unwrap();
        self.next()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
