//! `jackfield serve` as a process of its own, so that its memory is its own.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use super::{clock::now, fill::Place, fill::exposed};

pub struct Server {
    pub address: SocketAddr,
    process: Child,
}

/// With a port that is free.
pub fn public_url() -> Result<String> {
    Ok(format!("http://{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?))
}

impl Server {
    pub fn start(place: &Place) -> Result<Self> {
        let listen = place.public_url.trim_start_matches("http://");
        let process = Command::new(env!("CARGO_BIN_EXE_jackfield"))
            .arg("serve")
            .env("JACKFIELD_DATABASE_URL", &place.database_url)
            .env("JACKFIELD_PUBLIC_URL", &place.public_url)
            .env("JACKFIELD_MASTER_KEYS", exposed(&place.master_keys))
            .env("JACKFIELD_LISTEN", listen)
            .env("JACKFIELD_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self { address: listen.parse()?, process })
    }

    /// Milliseconds.
    pub fn wait_until_ready(&self) -> Result<f64> {
        let began = now();
        while !self.is_ready() {
            ensure!(began.elapsed() < Duration::from_secs(60), "the server was not ready within a minute");
            thread::sleep(Duration::from_millis(2));
        }
        Ok(began.elapsed().as_secs_f64() * 1000.0)
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

    /// Now, and at most.
    pub fn resident_mib(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let read = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
            Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
        };
        Ok((read("VmRSS:")?, read("VmHWM:")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
