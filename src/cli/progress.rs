//! What a long command says on standard error while it runs, and what it took.

use std::io::{IsTerminal, Write};

use crate::{
    app::system_clock,
    domain::time::Timestamp,
    flows::{
        Clock,
        transfer::{self, Copied, Step},
    },
    settings,
};

/// One line, rewritten, where a person looks on; else a line every few seconds.
pub struct Progress {
    clock: Clock,
    started: Timestamp,
    told: Timestamp,
    is_terminal: bool,
}

const TERMINAL_MILLIS: i64 = 100;
const LOG_MILLIS: i64 = 5_000;

impl Progress {
    pub fn start() -> Self {
        let clock = system_clock();
        let now = clock();
        Self { clock, started: now, told: now, is_terminal: std::io::stderr().is_terminal() }
    }

    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        let now = (self.clock)();
        let pause = if self.is_terminal { TERMINAL_MILLIS } else { LOG_MILLIS };
        if now.as_millis() - self.told.as_millis() < pause {
            return;
        }
        self.told = now;
        if self.is_terminal {
            eprint!("\r\x1b[K{}", line());
            let _not_shown = std::io::stderr().flush();
        } else {
            eprintln!("{}", line());
        }
    }

    pub fn tell_rows(&mut self, progress: transfer::Progress) {
        let transfer::Progress { step, table, rows, of } = progress;
        let word = if step == Step::Copying { "copying" } else { "comparing" };
        self.tell(|| format!("{word} {table}: {rows} of {of} rows, {} %", (rows * 100).checked_div(of).unwrap_or(100)));
    }

    pub fn tell_secrets(&mut self, tried: u64) {
        self.tell(|| format!("opening secrets: {tried}"));
    }

    /// Before the result.
    pub fn clear(&self) {
        if self.is_terminal {
            eprint!("\r\x1b[K");
        }
    }

    pub fn took(&self) -> String {
        let millis = (self.clock)().as_millis() - self.started.as_millis();
        format!("{}.{:03} s", millis / 1000, millis % 1000)
    }

    /// The figures at the end, on standard output.
    pub fn end(&self, done: &str, copied: &Copied, opened: Option<u64>) {
        self.clear();
        let resumed = if copied.resumed > 0 { format!(" ({} of them before)", copied.resumed) } else { String::new() };
        for (table, rows) in copied.tables.iter().filter(|(_, rows)| *rows > 0) {
            println!("{rows:>12} {table}");
        }
        let opened = opened.map_or_else(|| "none opened".to_owned(), |opened| format!("{opened} opened"));
        let memory = settings::peak_memory_kib().map_or(String::new(), |kib| format!(", {} MiB of memory at most", kib / 1024));
        let seconds = self.took();
        println!(
            "{done}: {} rows{resumed}, equal by count and checksum; {} secrets, {opened}; {seconds}{memory}",
            copied.rows, copied.sealed
        );
    }
}
