//! `scrip demo` as whoever tries it out uses it: the lines that it prints are put into a shell.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::harness::Folder;

/// A demo that runs, and what it printed.
struct Demo {
    child: Child,
    printed: String,
    /// Kept open: a demo whose output nobody takes is another case.
    _output: BufReader<ChildStdout>,
}

impl Demo {
    /// Starts it on a folder, and reads what it prints up to its last line.
    fn start(folder: &Folder) -> Demo {
        let log = folder.join("log");
        let errors = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_scrip"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("\nCtrl-C stops it.") || !printed.ends_with('\n') {
            let read = output.read_line(&mut printed).unwrap();
            assert!(read > 0, "it printed only: {printed}\n{}", said(&log));
        }
        Demo { child, printed, _output: output }
    }

    /// The printed lines that begin so, as they are printed.
    fn lines<'a>(&'a self, with: &'a str) -> impl Iterator<Item = &'a str> {
        self.printed.lines().map(str::trim).filter(move |line| line.starts_with(with))
    }

    /// The command that is printed under such words.
    fn command(&self, under: &str) -> &str {
        let (_, behind) = self.printed.split_once(under).unwrap_or_else(|| panic!("{}", self.printed));
        behind.lines().map(str::trim).find(|line| line.starts_with("curl ")).unwrap()
    }

    fn spend(&self) -> Value {
        json(&shell(self.command("Spend a credit:")))
    }

    fn balance(&self) -> i64 {
        let balance = json(&shell(self.command("See what is left:")));
        balance["available"].as_i64().unwrap_or_else(|| panic!("{balance}"))
    }

    /// The table of keys: program, account, key. The balance may be another one in the meantime.
    fn keys(&self) -> Vec<(String, String, String)> {
        let rows = self.printed.lines().filter(|line| !line.contains("curl "));
        let rows = rows.map(|line| line.split_whitespace().collect::<Vec<_>>());
        let rows =
            rows.filter(|words| words.len() > 3 && words.last().is_some_and(|key| key.starts_with("sk_")));
        let rows = rows.map(|words| (words[0], words[1], words[words.len() - 1]));
        rows.map(|(program, account, key)| (program.to_owned(), account.to_owned(), key.to_owned())).collect()
    }

    /// The operator's password.
    fn password(&self) -> &str {
        let line = self.lines("Sign in to the console as ").next().unwrap();
        line.rsplit(' ').next().unwrap()
    }

    /// Stops it as Ctrl-C does.
    fn stop(mut self) {
        let kill = format!("kill -INT {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // One that was stopped is gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn said(log: &Path) -> String {
    let mut text = String::new();
    File::open(log).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Runs a line as it was printed.
fn shell(line: &str) -> String {
    let ran = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(ran.status.success(), "{line}\n{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_the_demo_prints_works_in_a_shell_and_it_goes_on_where_it_stopped() {
    let folder = Folder::new();
    let demo = Demo::start(&folder);
    let before = demo.balance();
    let charge = demo.spend();
    assert_eq!((charge["credits"].as_i64(), demo.balance()), (Some(1), before - 1), "{charge}");
    // Once more is another charge, not the same one told again.
    assert_ne!(demo.spend()["id"], charge["id"]);
    assert_eq!(demo.balance(), before - 2);

    let link = shell(demo.command("Buy credits:"));
    let link = link.trim();
    assert!(link.starts_with("http://127.0.0.1:") && link.contains("/test_checkout/"), "{link:?}");
    let page = shell(&format!("curl -sf '{link}'"));
    assert!(page.contains("<form") && page.contains("4242"), "a checkout with test cards: {page}");

    // All that can be opened answers, the address of the server too.
    let (links, _) = demo.printed.split_once("Sign in").unwrap();
    let links: Vec<&str> = links.split_whitespace().filter(|word| word.starts_with("http://")).collect();
    assert!(links.len() > 8, "{links:?}");
    for link in links {
        let status = shell(&format!("curl -sL -o /dev/null -b '' -w '%{{http_code}}' '{link}'"));
        assert_eq!(status, "200", "{link}");
    }

    let (keys, password) = (demo.keys(), demo.password().to_owned());
    assert_eq!(keys.len(), 3, "{}", demo.printed);
    demo.stop();
    let again = Demo::start(&folder);
    assert_eq!((again.keys(), again.password()), (keys, password.as_str()), "the same keys");
    assert_eq!(again.balance(), before - 2, "and the same credits");
    assert_eq!(again.spend()["credits"], 1);
    again.stop();
}
