use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::harness::{Folder, scrip};

/// What clients know of a server that comes and goes.
pub struct Shared {
    pub address: Mutex<Option<SocketAddr>>,
    pub secret: String,
    finishing: AtomicBool,
}

impl Shared {
    pub fn finish(&self) {
        self.finishing.store(true, Ordering::SeqCst);
    }

    pub fn finishing(&self) -> bool {
        self.finishing.load(Ordering::SeqCst)
    }
}

/// A server on a folder that outlives it, on the machine's clock.
pub struct Process {
    child: Option<Child>,
    data: PathBuf,
    log: PathBuf,
    pub shared: Arc<Shared>,
}

impl Process {
    pub fn start(data: &Path, folder: &Folder) -> Process {
        let log = folder.join("log");
        let (child, address) = spawn(data, &log);
        let data_text = data.display().to_string();
        let all = [
            "keys",
            "create",
            "--program",
            "shop",
            "--scopes",
            "spend,read,manage",
            "--json",
            "--data",
            &data_text,
        ];
        let arguments: Vec<&dyn AsRef<std::ffi::OsStr>> = all.iter().map(|text| text as _).collect();
        let secret = scrip(&arguments).json()["key"].as_str().unwrap().to_owned();
        let shared = Shared { address: Mutex::new(Some(address)), secret, finishing: AtomicBool::new(false) };
        Process { child: Some(child), data: data.to_owned(), log, shared: Arc::new(shared) }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        *self.shared.address.lock().unwrap() = None;
    }

    pub fn start_again(&mut self) {
        let (child, address) = spawn(&self.data, &self.log);
        self.child = Some(child);
        *self.shared.address.lock().unwrap() = Some(address);
    }

    pub fn stop_and_check(mut self) {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{}", std::fs::read_to_string(&self.log).unwrap());
        let checked = scrip(&[&"check", &"--data", &self.data]);
        assert_eq!(checked.code, 0, "{checked:?}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn spawn(data: &Path, log: &Path) -> (Child, SocketAddr) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/shop.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrip"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).arg("--program").arg(program);
    let errors = File::options().create(true).append(true).open(log).unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let address = first.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
    let said = || panic!("the first line was {first:?}: {}", std::fs::read_to_string(log).unwrap());
    (child, address.unwrap_or_else(said))
}
