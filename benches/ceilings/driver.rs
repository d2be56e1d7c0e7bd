//! Callers with connections kept alive. Plain sockets and threads: a full HTTP client would cost more than what is measured.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use super::clock::now;

/// One request, as bytes.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    request: Vec<u8>,
}

impl Target {
    /// `headers`: whole lines, each with its line end.
    pub fn get(address: SocketAddr, path: &str, headers: &str) -> Self {
        Self { address, request: format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n").into_bytes() }
    }

    pub fn put(address: SocketAddr, path: &str, headers: &str, json: &str) -> Self {
        let length = json.len();
        let head = format!("PUT {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}");
        Self { address, request: format!("{head}\r\n\r\n{json}").into_bytes() }
    }
}

/// `callers` threads; the nth calls the nth target, beginning again at the first.
pub struct Driver {
    callers: usize,
    targets: Vec<Target>,
}

impl Driver {
    pub fn new(callers: usize, targets: Vec<Target>) -> Self {
        Self { callers, targets }
    }

    /// Answers a second, all of them 200.
    pub fn run(&self, time: Duration) -> Result<f64> {
        let began = now();
        let answers = thread::scope(|scope| {
            let targets = self.targets.iter().cycle().take(self.callers);
            let callers: Vec<_> = targets.map(|target| scope.spawn(move || call_for(target, time))).collect();
            callers.into_iter().map(|caller| caller.join().unwrap_or_else(|_| bail!("a caller panicked"))).sum::<Result<u32>>()
        })?;
        Ok(f64::from(answers) / began.elapsed().as_secs_f64())
    }
}

fn call_for(target: &Target, time: Duration) -> Result<u32> {
    let mut stream = TcpStream::connect(target.address)?;
    stream.set_nodelay(true)?;
    let (began, mut answers, mut buffer) = (now(), 0, [0; 16 * 1024]);
    while began.elapsed() < time {
        stream.write_all(&target.request)?;
        answer(&mut stream, &mut buffer)?;
        answers += 1;
    }
    Ok(answers)
}

/// Reads one answer to its end, wherever the packets were cut.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        ensure!(read > 0, "the server hung up after {filled} bytes");
        filled += read;
        let text = String::from_utf8_lossy(&buffer[..filled]);
        let Some(end_of_head) = text.find("\r\n\r\n") else { continue };
        ensure!(text.starts_with("HTTP/1.1 200 "), "an answer was no 200: {text}");
        let length: usize = text[..end_of_head]
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
            .and_then(|(_, length)| length.parse().ok())
            .context("an answer without a content-length")?;
        if filled >= end_of_head + 4 + length {
            return Ok(());
        }
    }
}
