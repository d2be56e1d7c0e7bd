//! A token endpoint on a bare socket, so that it can do what no HTTP server would.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
};

/// What it does after it has read a request, one after the other; then it waits for the next on the same connection.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// One byte a second.
    Drip(Vec<u8>),
    /// The same again every tenth of a second, for as long as someone listens.
    Repeat(Vec<u8>),
    /// Nothing, until the other side goes away.
    Silence,
    HalfClose,
    Reset,
}

#[derive(Default)]
struct State {
    /// `None`: it has mended its ways, and answers as the standard says.
    steps: Option<Vec<Step>>,
    /// The refresh token of each request.
    asked: Vec<String>,
    /// Bytes that the other side took while it misbehaved.
    taken: usize,
}

pub struct Server {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: Option<JoinHandle<()>>,
}

/// Small, so that what was written is what was read, but for one window.
const SEND_BUFFER_BYTES: u32 = 16 * 1024;
const MEBIBYTE: usize = 1024 * 1024;
const TLS_HANDSHAKE: u8 = 0x16;
pub const GOOD_ANSWER: &str =
    r#"{"access_token": "bad-providers-good", "refresh_token": "bad-providers-good-refresh", "expires_in": 3600}"#;

impl Server {
    /// `None`: nobody listens at its address.
    pub fn start(steps: Option<Vec<Step>>) -> Self {
        let is_listening = steps.is_some();
        let state = Arc::new(Mutex::new(State { steps, ..State::default() }));
        let (address, serving) = listen("127.0.0.1:0".parse().unwrap(), &state);
        let server = Self { address, state, serving: Some(serving) };
        if !is_listening {
            server.stop();
        }
        server
    }

    fn stop(&self) {
        self.serving.iter().for_each(JoinHandle::abort);
    }

    /// From now on it behaves, at the same address.
    pub async fn mend(&mut self) {
        self.stop();
        if let Some(serving) = self.serving.take() {
            let _aborted = serving.await;
        }
        self.lock().steps = None;
        self.serving = Some(listen(self.address, &self.state).1);
    }

    pub fn asked(&self) -> Vec<String> {
        self.lock().asked.clone()
    }

    pub fn bytes_taken(&self) -> usize {
        self.lock().taken
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(address: SocketAddr, state: &Arc<Mutex<State>>) -> (SocketAddr, JoinHandle<()>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.set_send_buffer_size(SEND_BUFFER_BYTES).unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(64).unwrap();
    let (address, state) = (listener.local_addr().unwrap(), Arc::clone(state));
    let serving = tokio::spawn(async move {
        // Its connections end with it.
        let mut visits = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            visits.spawn(visit(stream, Arc::clone(&state)));
        }
    });
    (address, serving)
}

/// Ends without a word about errors: the other side may leave whenever it likes.
async fn visit(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    while let Some(refresh_token) = read_request(&mut stream).await {
        let steps = {
            let mut state = lock(&state);
            state.asked.push(refresh_token);
            state.steps.clone()
        };
        let steps = steps.unwrap_or_else(|| vec![Step::Send(super::rows::json(GOOD_ANSWER))]);
        for step in &steps {
            if play(&mut stream, step, &state).await.is_none() {
                return;
            }
        }
    }
}

/// `None`: this connection is over.
async fn play(stream: &mut TcpStream, step: &Step, state: &Mutex<State>) -> Option<()> {
    match step {
        Step::Send(bytes) => send(stream, bytes, state).await,
        Step::Drip(bytes) => {
            for byte in bytes {
                send(stream, &[*byte], state).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Some(())
        }
        Step::Repeat(bytes) => loop {
            send(stream, bytes, state).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        },
        Step::Silence => {
            let _until_it_goes = stream.read(&mut [0; 1024]).await;
            None
        }
        Step::HalfClose => stream.shutdown().await.ok(),
        Step::Reset => {
            stream.set_zero_linger().ok()?;
            None
        }
    }
}

async fn send(stream: &mut TcpStream, mut bytes: &[u8], state: &Mutex<State>) -> Option<()> {
    while !bytes.is_empty() {
        let taken = stream.write(bytes).await.ok()?;
        let so_far = {
            let mut state = lock(state);
            state.taken += taken;
            state.taken
        };
        if so_far > MEBIBYTE {
            // What lies in the other side's window was not read by it: on a busy machine it needs a moment to leave.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bytes = &bytes[taken..];
    }
    Some(())
}

/// The refresh token in the form that was posted; empty where none was.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let form = url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "refresh_token");
                return Some(form.map(|(_, token)| token.into_owned()).unwrap_or_default());
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
        if request.first() == Some(&TLS_HANDSHAKE) {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.ok()?;
            return None;
        }
    }
}
