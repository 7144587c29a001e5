use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Folder, Host, Ran, scrip};

/// When the test clocks of all servers start.
const START: &str = "2026-01-01T00:00:00Z";

/// A server process on a folder of its own. At the end of a test it is stopped, and its folder must be clean.
pub struct Server {
    files: Vec<PathBuf>,
    clock: Option<&'static str>,
    arguments: Vec<String>,
    running: Option<Child>,
    address: Arc<Mutex<SocketAddr>>,
    folder: Folder,
}

impl Server {
    /// A server of the two programs of these tests, `shop` and `mill`, on a test clock.
    pub fn new() -> Server {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness");
        Server::of(vec![tests.join("shop.toml"), tests.join("mill.toml")], Some(START))
    }

    /// A server of a program that sells, `store`, and of `mill`, on a test clock.
    pub fn selling() -> Server {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness");
        Server::of(vec![tests.join("store.toml"), tests.join("mill.toml")], Some(START))
    }

    /// A server of a published program, on a test clock.
    pub fn publishing(program: &str) -> Server {
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs");
        Server::of(vec![programs.join(program).with_extension("toml")], Some(START))
    }

    /// A server of these program files.
    pub fn of(files: Vec<PathBuf>, clock: Option<&'static str>) -> Server {
        Server::with(files, clock, Vec::new())
    }

    /// The same, with further arguments.
    pub fn with(files: Vec<PathBuf>, clock: Option<&'static str>, arguments: Vec<String>) -> Server {
        let address = Arc::new(Mutex::new(SocketAddr::from(([127, 0, 0, 1], 0))));
        let folder = Folder::new();
        let mut server = Server { files, clock, arguments, running: None, address, folder };
        server.start();
        server
    }

    pub fn start(&mut self) {
        let mut child = self.command().spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        self.running = Some(child);
        let address = first.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("the first line was {first:?}: {}", self.log()));
        *self.address.lock().unwrap() = address.parse().unwrap();
    }

    fn command(&self) -> Command {
        let log = File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_scrip"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(self.data());
        if !self.files.is_empty() {
            command.arg("--program").args(&self.files);
        }
        if let Some(clock) = self.clock {
            command.args(["--test-clock", clock]);
        }
        command.args(&self.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        command
    }

    /// The folder of the database.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The program files that it is started with.
    pub fn files(&mut self) -> &mut Vec<PathBuf> {
        &mut self.files
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.running.as_ref().unwrap().id()
    }

    /// Where it listens, for as long as it runs.
    pub fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap()
    }

    /// A host of a program, that may do everything.
    pub fn host(&self, program: &str) -> Host {
        self.host_for(program, "spend,read,manage").1
    }

    /// The id of a new key for these scopes, and a host that has it.
    pub fn host_for(&self, program: &str, scopes: &str) -> (String, Host) {
        let made = self.scrip(&["keys", "create", "--program", program, "--scopes", scopes, "--json"]).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), self.host_with(&text("key")))
    }

    /// A host that has this key.
    pub fn host_with(&self, key: &str) -> Host {
        Host::new(Arc::clone(&self.address), key)
    }

    /// Runs a command on the server's folder.
    pub fn scrip(&self, arguments: &[&str]) -> Ran {
        let data = self.data();
        let mut all: Vec<&dyn AsRef<std::ffi::OsStr>> =
            arguments.iter().map(|argument| argument as _).collect();
        all.extend([&"--data" as &dyn AsRef<std::ffi::OsStr>, &data]);
        scrip(&all)
    }

    /// Asks the server to stop, and waits until it has.
    pub fn stop(&mut self) {
        let mut child = self.running.take().unwrap();
        let kill = format!("kill -TERM {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{}", self.log());
    }

    /// Stops it, and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Ends it without a warning, and starts it again.
    pub fn crash(&mut self) {
        let mut child = self.running.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        self.start();
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            if let Some(mut child) = self.running.take() {
                drop(child.kill());
                drop(child.wait());
            }
            eprintln!("the server's log:\n{}", self.log());
            return;
        }
        if self.running.is_some() {
            self.stop();
        }
        let checked = self.scrip(&["check", "--json"]);
        assert_eq!(checked.json()["clean"], true, "{checked:?}");
        let log = self.log();
        assert!(!log.contains("panicked") && !log.contains(" ERROR "), "{log}");
    }
}
