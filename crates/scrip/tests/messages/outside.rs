//! Those who are told: a host that receives webhooks, and a mail server. Both verify and read with libraries of others.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// How long is waited for what must come. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A script of `tests/python`: a line of JSON there, a line of JSON back. It ends when its input does.
struct Script {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
}

impl Script {
    fn start(name: &str) -> Script {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python");
        let mut child = Command::new(python.join(".venv/bin/python"))
            .arg(python.join(name))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("tests/python/.venv is not there ({error}): run ./test install"));
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (told, lines) = channel();
        thread::spawn(move || {
            for line in output.lines() {
                // Whoever listened may have gone.
                let _ = told.send(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        Script { child, input, lines }
    }

    fn next(&self, what: &str) -> Value {
        self.lines.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("waited in vain for {what}: {error}"))
    }

    fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.input.as_mut().unwrap(), "{question}").unwrap();
        self.next("an answer of the script")
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// A mail server.
pub struct Post {
    script: Script,
    port: u64,
}

impl Post {
    pub fn open() -> Post {
        let script = Script::start("smtp_server.py");
        let port = script.next("the mail server")["port"].as_u64().unwrap();
        Post { script, port }
    }

    /// What a server is told so that its mail comes here.
    pub fn arguments(&self) -> Vec<String> {
        let url = format!("smtp://127.0.0.1:{}?tls=none", self.port);
        ["--smtp", &url, "--mail-from", "credits@program.example"].map(str::to_owned).into()
    }

    /// The next letter: to whom, its language and its subject.
    pub fn next(&self) -> (String, String, String) {
        let letter = self.letter();
        let header = |name: &str| letter[name].as_str().unwrap().to_owned();
        (header("To"), header("Content-Language"), header("Subject"))
    }

    /// The next letter: its headers by name, its text as `text`, and the files that came with it, in base64, as `files`.
    pub fn letter(&self) -> Value {
        let letter = self.script.next("a letter");
        assert_eq!(letter["defects"], json!([]));
        let headers = letter["headers"].as_array().unwrap().iter();
        let headers = headers.map(|header| (header[0].as_str().unwrap().to_owned(), header[1].clone()));
        let mut read: serde_json::Map<String, Value> = headers.collect();
        read.insert("text".to_owned(), letter["parts"][0][1].clone());
        read.insert("files".to_owned(), letter["files"].clone());
        Value::Object(read)
    }
}

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// All headers, in small letters.
    pub headers: Value,
    pub body: String,
}

impl Arrived {
    pub fn id(&self) -> &str {
        self.headers["webhook-id"].as_str().unwrap()
    }
}

/// What the receiver does instead of an answer: it keeps the sender waiting.
pub const SILENT: u16 = 0;

/// A host's receiver of webhooks.
pub struct Hooks {
    pub url: String,
    secret: String,
    status: Arc<AtomicU16>,
    arrived: Receiver<Arrived>,
    script: Script,
}

impl Hooks {
    /// One that takes everything.
    pub fn open() -> Hooks {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let status = Arc::new(AtomicU16::new(204));
        let (told, arrived) = channel();
        let answers = Arc::clone(&status);
        thread::spawn(move || listen(&listener, &answers, &told));
        let script = Script::start("webhook_receiver.py");
        script.next("the receiver's clock");
        Hooks { url, secret: String::new(), status, arrived, script }
    }

    /// What it verifies with.
    pub fn keep(&mut self, secret: &Value) {
        secret.as_str().unwrap().clone_into(&mut self.secret);
    }

    /// The same.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What it answers from now on.
    pub fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The next webhook, as it is.
    pub fn take(&self) -> Arrived {
        self.arrived
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("waited in vain for a webhook: {error}"))
    }

    /// What the published library says of a webhook with this secret.
    pub fn verified(&mut self, arrived: &Arrived, secret: &str) -> Value {
        let Arrived { headers, body } = arrived;
        self.script.ask(&json!({ "do": "verify", "secret": secret, "headers": headers, "body": body }))
    }

    /// The next webhook, verified: what it says.
    pub fn next(&mut self) -> Value {
        let arrived = self.take();
        let secret = self.secret.clone();
        let verified = self.verified(&arrived, &secret);
        assert!(verified.get("refused").is_none(), "{verified}: {arrived:?}");
        verified["data"].clone()
    }

    /// The next webhook, which must be of this event: its facts.
    pub fn next_of(&mut self, event: &str) -> Value {
        let next = self.next();
        assert_eq!(next["type"], event, "{next}");
        next["data"].clone()
    }
}

fn listen(listener: &TcpListener, status: &AtomicU16, told: &Sender<Arrived>) {
    let kept: Mutex<Vec<TcpStream>> = Mutex::default();
    for stream in listener.incoming() {
        let mut stream = BufReader::new(stream.unwrap());
        // A connection that was opened in advance and given up has no request.
        let Some(arrived) = request(&mut stream) else { continue };
        let _ = told.send(arrived);
        let mut stream = stream.into_inner();
        match status.load(Ordering::SeqCst) {
            SILENT => kept.lock().unwrap().push(stream),
            status => {
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(head.as_bytes());
            }
        }
    }
}

fn request(stream: &mut BufReader<TcpStream>) -> Option<Arrived> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = serde_json::Map::new();
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), json!(value));
    }
    let length = headers.get("content-length").and_then(Value::as_str)?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Arrived { headers: Value::Object(headers), body: String::from_utf8(body).unwrap() })
}
