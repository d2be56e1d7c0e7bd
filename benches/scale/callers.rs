//! Callers with connections kept alive, each answer timed. Plain sockets and threads: a full client would cost more than what is measured.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use super::{CALLERS, clock::now, times::Times};

/// A whole request, as bytes.
pub type Call = Vec<u8>;

/// `headers`: whole lines, each with its line end.
pub fn get(path: &str, headers: &str) -> Call {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").into_bytes()
}

pub fn put(path: &str, headers: &str, json: &str) -> Call {
    let length = json.len();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}");
    format!("{head}\r\n\r\n{json}").into_bytes()
}

/// Each caller walks over the calls in steps of its own, so that no two ask for the same at once.
pub fn run(address: SocketAddr, calls: &[Call], time: Duration) -> Result<Times> {
    ensure!(!calls.is_empty(), "nothing to call");
    call_for(address, calls, 0, Duration::from_millis(300))?;
    let began = now();
    let durations = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|caller| scope.spawn(move || call_for(address, calls, caller, time))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap_or_else(|_| bail!("a caller panicked"))).collect::<Result<Vec<_>>>()
    })?;
    Ok(Times::of(durations.into_iter().flatten(), began.elapsed()))
}

fn call_for(address: SocketAddr, calls: &[Call], caller: usize, time: Duration) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let (began, mut durations, mut buffer) = (now(), Vec::new(), vec![0; 1 << 20]);
    let mut at = caller * calls.len() / CALLERS;
    while began.elapsed() < time {
        let sent = now();
        stream.write_all(&calls[at % calls.len()])?;
        answer(&mut stream, &mut buffer)?;
        durations.push(sent.elapsed());
        at += 1;
    }
    Ok(durations)
}

/// Reads one answer to its end, wherever the packets were cut.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        ensure!(read > 0, "the server hung up after {filled} bytes");
        filled += read;
        let Some(end_of_head) = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end_of_head])?;
        ensure!(head.starts_with("HTTP/1.1 200 "), "an answer was no 200: {}", String::from_utf8_lossy(&buffer[..filled]));
        let length: usize = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
            .and_then(|(_, length)| length.parse().ok())
            .context("an answer without a content-length")?;
        if filled >= end_of_head + 4 + length {
            return Ok(());
        }
    }
}
