//! The server of a bench, and how its answers are read.

use std::net::SocketAddr;

use engine::Engine;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::Trouble;

/// What a server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// An empty handler, behind the layers of the API.
    Nothing,
    /// The API.
    Api,
    /// The API, and all pages.
    Pages,
}

/// A server on a thread of its own, as `scrip serve` has it on its main thread.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    /// Starts it, on a free port of loopback.
    pub fn start(engine: Engine, what: Serves) -> Result<Served, Trouble> {
        let (tell_address, address) = std::sync::mpsc::sync_channel(1);
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || -> Result<(), Trouble> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Trouble::new(format!("no runtime: {error}")))?;
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let listener = listener.map_err(|error| Trouble::new(format!("can't listen: {error}")))?;
                let bound =
                    listener.local_addr().map_err(|error| Trouble::new(format!("no address: {error}")))?;
                let (handle, delivery) = engine.on_this_runtime();
                tokio::spawn(delivery);
                let outside = crate::outside::OutsideArgs::default();
                let dispatch = outside.start(&engine, &format!("http://{bound}"))?;
                let state = api::ApiState::new(handle.clone(), dispatch.clone(), api::Options::default())?;
                let router = match what {
                    Serves::Nothing => api::empty_router(state),
                    Serves::Api => api::router(state),
                    Serves::Pages => {
                        let pages = web::Web::new(handle, dispatch.clone(), dispatch.public_url())?;
                        api::router(state).merge(web::router(pages))
                    }
                };
                // Whoever started the server waits for this.
                let _ = tell_address.send(bound);
                let shutdown = async { drop(stopped.await) };
                api::serve(listener, router, shutdown).await.map_err(|error| Trouble::new(error.to_string()))
            })
        };
        let thread = std::thread::Builder::new().name("server".into()).spawn(move || {
            if let Err(trouble) = run() {
                eprintln!("scrip: the server of the bench: {trouble}");
            }
        });
        let thread = thread.map_err(|error| Trouble::new(format!("no thread: {error}")))?;
        let address = address.recv().map_err(|_| Trouble::new("the server did not start"))?;
        Ok(Served { address, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its own trouble was told by itself.
            let _ = thread.join();
        }
    }
}

/// Reads one answer whole; anything but a success, or a way on, is an error.
pub async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(), Trouble> {
    answer.clear();
    let mut whole = None;
    loop {
        let read = stream.read_buf(answer).await;
        let read = read.map_err(|error| Trouble::new(format!("a connection broke: {error}")))?;
        if read == 0 {
            return Err(Trouble::new("the server closed a connection"));
        }
        if whole.is_none() {
            whole = whole_length(answer)?;
        }
        if whole.is_some_and(|whole| answer.len() >= whole) {
            return Ok(());
        }
    }
}

/// How long the answer is with its head, as soon as the head is there.
fn whole_length(answer: &[u8]) -> Result<Option<usize>, Trouble> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(&answer[..end]);
    if !head.split(' ').nth(1).is_some_and(|status| ["200", "201", "303"].contains(&status)) {
        return Err(Trouble::new(format!("a request failed: {}", String::from_utf8_lossy(answer))));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    length.map(|length| Some(end + 4 + length)).ok_or_else(|| Trouble::new("an answer without a length"))
}
