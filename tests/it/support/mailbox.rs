//! A mail server of its own (RFC 5321, as much of it as a client needs): keeps what it is given, and answers as it is told.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jackfield::app::MailServer;
use secrecy::SecretString;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: String,
    /// Headers and body as they came, quoted-printable undone.
    pub content: String,
}

impl Mail {
    pub fn subject(&self) -> String {
        let head = self.content.split("\n\n").next().unwrap_or_default();
        let line = head.lines().find(|line| line.starts_with("Subject:")).unwrap_or_default();
        line.trim_start_matches("Subject:").trim().to_owned()
    }
}

#[derive(Default)]
struct Inbox {
    mails: Vec<Mail>,
    /// Said to the next recipients instead of 250.
    answers: Vec<&'static str>,
}

#[derive(Clone)]
pub struct Mailbox {
    inbox: Arc<Mutex<Inbox>>,
    port: u16,
}

impl Mailbox {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailbox = Self { inbox: Arc::default(), port: listener.local_addr().unwrap().port() };
        let served = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mailbox = served.clone();
                tokio::spawn(async move { mailbox.talk(stream).await });
            }
        });
        mailbox
    }

    /// For `Config.mail`.
    pub fn server(&self) -> Option<MailServer> {
        let url = SecretString::from(format!("smtp://acme:{PASSWORD}@127.0.0.1:{}", self.port));
        Some(MailServer { url, from: "Acme <connect@acme.example>".into() })
    }

    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the next recipient is answered, such as `451 later`.
    pub fn answer(&self, answer: &'static str) {
        self.lock().answers.push(answer);
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// Once there are so many: all of them.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        for _ in 0..600 {
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{count} mails were to come; there are {:#?}", self.mails());
    }

    async fn talk(&self, stream: TcpStream) {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let mut say = async |text: &str| writing.write_all(format!("{text}\r\n").as_bytes()).await.is_ok();
        say("220 mailbox").await;
        let mut mail = Mail::default();
        while let Ok(Some(line)) = lines.next_line().await {
            let command = line.to_ascii_uppercase();
            let answer = match command.get(..4).unwrap_or_default() {
                "EHLO" => "250-mailbox\r\n250 AUTH PLAIN",
                "AUTH" if line == AUTH => "235 welcome",
                "AUTH" => "535 wrong password",
                "MAIL" => {
                    mail.from = line;
                    "250 ok"
                }
                "RCPT" => {
                    mail.to = between(&line);
                    self.lock().answers.pop().unwrap_or("250 ok")
                }
                "DATA" => {
                    say("354 go on").await;
                    let mut content = Vec::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        content.push(line);
                    }
                    mail.content = plain(&content.join("\n"));
                    self.lock().mails.push(std::mem::take(&mut mail));
                    "250 kept"
                }
                "QUIT" => {
                    say("221 bye").await;
                    return;
                }
                _ => "250 ok",
            };
            say(answer).await;
        }
    }
}

pub const PASSWORD: &str = "mailbox-password";
/// `\0acme\0mailbox-password`, RFC 4616.
const AUTH: &str = "AUTH PLAIN AGFjbWUAbWFpbGJveC1wYXNzd29yZA==";

fn between(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// Quoted-printable (RFC 2045 §6.7) undone.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let joined = text.replace("=\n", "");
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, hex) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
