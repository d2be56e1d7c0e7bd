//! What a server costs that nobody calls: the time until it is ready, its memory, and its binary.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{clock::now, table::Table};

const BINARY: &str = env!("CARGO_BIN_EXE_jackfield");
const SETTLED: Duration = Duration::from_secs(2);
const STARTS: usize = 5;

pub fn measure(folder: &Path, table: &mut Table) -> Result<()> {
    let mut key = [0; 32];
    jackfield::vault::system_random()(&mut key);
    let key = format!("idle:{}", STANDARD.encode(key));
    let mut starts = Vec::new();
    let mut resident = 0.0;
    // The first one makes the database.
    for start in 0..=STARTS {
        let began = now();
        let server = Server::start(folder, &key)?;
        server.wait_until_ready()?;
        starts.push(began.elapsed().as_secs_f64() * 1000.0);
        if start == STARTS {
            thread::sleep(SETTLED);
            resident = server.resident_mib()?;
        }
    }
    starts.remove(0);
    starts.sort_by(f64::total_cmp);
    table.figure("start to /readyz", starts[STARTS / 2], "ms", 300);
    table.figure("idle, resident", resident, "MiB", 40);
    #[expect(clippy::cast_precision_loss, reason = "a file's size fits")]
    table.figure("release binary", fs::metadata(BINARY)?.len() as f64 / 1e6, "MB", 40);
    Ok(())
}

struct Server {
    address: SocketAddr,
    process: Child,
}

impl Server {
    fn start(folder: &Path, key: &str) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new(BINARY)
            .arg("serve")
            .env("JACKFIELD_DATABASE_URL", format!("sqlite://{}", folder.join("idle.db").display()))
            .env("JACKFIELD_PUBLIC_URL", format!("http://{address}"))
            .env("JACKFIELD_MASTER_KEYS", key)
            .env("JACKFIELD_LISTEN", address.to_string())
            .env("JACKFIELD_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self { address, process })
    }

    fn wait_until_ready(&self) -> Result<()> {
        let began = now();
        while !self.is_ready() {
            ensure!(began.elapsed() < Duration::from_secs(30), "the server was not ready within 30 seconds");
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<[u8; 12]> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut head = [0; 12];
            stream.read_exact(&mut head)?;
            Ok(head)
        };
        ask().is_ok_and(|head| &head == b"HTTP/1.1 200")
    }

    fn resident_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
