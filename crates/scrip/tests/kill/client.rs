use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{Process, Shared};
use crate::harness::{Answer, id};

/// Something that was acknowledged: what the history must have, under its reference, its reason or the thing's id.
#[derive(Clone, Debug)]
pub struct Done {
    pub account: usize,
    pub kind: &'static str,
    pub reference: String,
}

/// A host that asks again, with the same key, until it is answered.
pub struct Client {
    shared: Arc<Shared>,
    number: u64,
    accounts: u64,
    connection: Option<(SocketAddr, BufReader<TcpStream>)>,
    next: u64,
    dice: u64,
    done: Vec<Done>,
    replays: u64,
}

impl Client {
    pub fn new(process: &Process, number: u64, accounts: usize) -> Client {
        Client {
            shared: Arc::clone(&process.shared),
            number,
            accounts: accounts as u64,
            connection: None,
            next: 0,
            dice: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            done: Vec::new(),
            replays: 0,
        }
    }

    pub fn goes_on(&self) -> bool {
        !self.shared.finishing()
    }

    /// What was acknowledged, and how many requests had happened before they were answered.
    pub fn finished(self) -> (Vec<Done>, u64) {
        (self.done, self.replays)
    }

    pub fn did(&mut self, account: usize, kind: &'static str, reference: String) {
        self.done.push(Done { account, kind, reference });
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 16) % sides
    }

    /// Something that a host does, with all that belongs to it.
    pub fn work(&mut self) {
        let account = self.roll(self.accounts) as usize;
        self.next += 1;
        let key = format!("client-{}-{}", self.number, self.next);
        let body = |reference: &str| json!({ "account": format!("a-{account}"), "action": "photo", "reference": reference });
        match self.roll(7) {
            0 => {
                self.until_answered("/v1/charges", &key, &body(&key), 201);
                self.did(account, "charged", key);
            }
            1 => {
                let hold = self.until_answered("/v1/holds", &key, &body(&key), 201);
                self.did(account, "held", key.clone());
                let capture = format!("/v1/holds/{}/capture", hold["id"].as_str().unwrap());
                self.until_answered(&capture, &format!("{key}-capture"), &json!({}), 200);
                self.did(account, "captured", key);
            }
            2 => {
                let charge = self.until_answered("/v1/charges", &key, &body(&key), 201);
                self.did(account, "charged", key.clone());
                let back = format!("/v1/charges/{}/return", id(&charge));
                self.until_answered(&back, &format!("{key}-return"), &json!({ "reason": key }), 200);
                self.did(account, "returned", key);
            }
            3 => {
                let grant = json!({ "credits": 3, "class": "purchase", "reason": key });
                self.until_answered(&format!("/v1/accounts/a-{account}/grants"), &key, &grant, 201);
                self.did(account, "issued", key);
            }
            4 => {
                let session = json!({ "account": format!("a-{account}"), "action": "visit", "key": key });
                let seen = self.until_answered("/v1/sessions", &key, &session, 200);
                assert_eq!(seen["counted"], true, "{seen}");
                self.did(account, "session_counted", seen["charge"].as_str().unwrap().to_owned());
            }
            5 => {
                let order = json!({
                    "account": format!("a-{account}"), "package": "small", "provider": "invoice",
                });
                let order = self.until_answered("/v1/orders", &key, &order, 201);
                let order = id(&order).to_owned();
                let paid = json!({ "reference": key });
                self.until_answered(
                    &format!("/v1/orders/{order}/mark_paid"),
                    &format!("{key}-paid"),
                    &paid,
                    200,
                );
                // Each is one entry: money is taken, and credits are given, once.
                for kind in ["order_placed", "order_paid", "issued", "order_credited"] {
                    self.did(account, kind, order.clone());
                }
            }
            _ => {
                let references: Vec<String> = (0..6).map(|place| format!("{key}-{place}")).collect();
                let operations: Vec<Value> = references
                    .iter()
                    .map(|reference| {
                        let mut operation = body(reference);
                        operation["op"] = json!("charge");
                        operation
                    })
                    .collect();
                let batch = json!({ "operations": operations, "atomic": self.roll(2) == 0 });
                let answer = self.until_answered("/v1/batches", &key, &batch, 200);
                for result in answer["results"].as_array().unwrap() {
                    assert_eq!(result["status"], 201, "{answer}");
                }
                for reference in references {
                    self.did(account, "charged", reference);
                }
            }
        }
    }

    /// Asks with one key until there is an answer; that must be what was wanted.
    fn until_answered(&mut self, path: &str, key: &str, body: &Value, status: u16) -> Value {
        let mut tries = 0;
        loop {
            tries += 1;
            if let Ok(answer) = self.once(path, key, body) {
                // A server that starts or stops may say that it can't: then nothing has happened.
                if answer.status == 503 || answer.status == 429 {
                    continue;
                }
                let right = answer.status == status || answer.status == 200 || answer.status == 201;
                assert!(right, "{path} {key}: {} {}", answer.status, answer.text());
                let all = answer.json();
                let partly = all["results"].as_array().is_some_and(|results| {
                    results.iter().any(|result| result["status"].as_u64() == Some(503))
                });
                if partly {
                    continue;
                }
                self.replays += u64::from(tries > 1 && answer.is_replay());
                return all;
            }
        }
    }

    /// Asks once; an error where there was no answer.
    pub fn once(&mut self, path: &str, key: &str, body: &Value) -> io::Result<Answer> {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: scrip\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.shared.secret,
            body.len()
        );
        self.exchange(&[head.as_bytes(), body.as_bytes()].concat())
    }

    /// Asks for what must be done.
    pub fn must(&mut self, path: &str, body: &Value) {
        self.next += 1;
        let key = format!("must-{}", self.next);
        let answer = self.once(path, &key, body).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    fn read(&mut self, path: &str) -> Answer {
        let secret = &self.shared.secret;
        let head = format!("GET {path} HTTP/1.1\r\nhost: scrip\r\nauthorization: Bearer {secret}\r\n\r\n");
        self.exchange(head.as_bytes()).unwrap()
    }

    pub fn get(&mut self, path: &str) -> Value {
        let answer = self.read(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    pub fn status(&mut self, path: &str) -> u16 {
        self.read(path).status
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        let Some(to) = *self.shared.address.lock().unwrap() else {
            // It is being started.
            std::thread::park_timeout(Duration::from_millis(5));
            return Err(io::ErrorKind::NotConnected.into());
        };
        let mut connection = match self.connection.take().filter(|(other, _)| *other == to) {
            Some((_, connection)) => connection,
            None => connect(to)?,
        };
        connection.get_mut().write_all(request)?;
        let answer = answer(&mut connection)?;
        if answer.header("connection") != Some("close") {
            self.connection = Some((to, connection));
        }
        Ok(answer)
    }
}

fn connect(to: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(BufReader::new(stream))
}

fn answer(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        // A head that is cut off is no answer.
        if stream.read_line(&mut line)? == 0 || !line.ends_with('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let status = lines.first().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.iter().skip(1).filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut answer = Answer { status: status.ok_or(io::ErrorKind::InvalidData)?, headers, body: Vec::new() };
    let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    answer.body = vec![0; length];
    stream.read_exact(&mut answer.body)?;
    Ok(answer)
}
