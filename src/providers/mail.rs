//! One mail out, to the server that the operator named and no other. Fakes implement `Mailer`; production has `Smtp`.

use std::time::Duration;

use futures_util::future::BoxFuture;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::domain::mail::{Drawn, MailFailure};

pub trait Mailer: Send + Sync {
    fn send<'m>(&'m self, recipient: &'m str, mail: &'m Drawn) -> BoxFuture<'m, Result<(), MailFailure>>;
}

/// Submission (RFC 6409): with TLS from the first byte, or by STARTTLS, which only a server on this machine may go without.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

const TIMEOUT: Duration = Duration::from_secs(15);
const PORT_STARTTLS: u16 = 587;
const PORT_TLS: u16 = 465;

impl Smtp {
    /// `url`: `smtp://user:password@host:587` or `smtps://…`; `from`: `Acme <connect@acme.example>`.
    /// An error says what to do, and never repeats the address, for a password stands in it.
    pub fn new(url: &SecretString, from: &str) -> Result<Self, String> {
        let url = Url::parse(url.expose_secret()).map_err(|_| "it is no address; write smtps://user:password@host:465".to_owned())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?.to_owned();
        let tls = || TlsParameters::new(host.clone()).map_err(|_| "TLS to this host could not be set up".to_owned());
        let (tls, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Tls::Wrapper(tls()?), PORT_TLS),
            ("smtp", None) if is_this_machine(&url) => (Tls::None, PORT_STARTTLS),
            ("smtp", None) => (Tls::Required(tls()?), PORT_STARTTLS),
            _ => return Err("it must begin with smtp:// (STARTTLS) or smtps:// (TLS), and hold no query".into()),
        };
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host).tls(tls).port(url.port().unwrap_or(port)).timeout(Some(TIMEOUT));
        if let Some(password) = url.password() {
            let decoded =
                |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| "its user is not UTF-8".to_owned());
            builder = builder.credentials(Credentials::new(decoded(url.username())?, decoded(password)?));
        }
        let from = from.parse().map_err(|_| format!("{from:?} is no sender; write \"Acme <connect@acme.example>\""))?;
        Ok(Self { transport: builder.build(), from })
    }
}

fn is_this_machine(url: &Url) -> bool {
    // Not a special scheme, so the parser leaves an address a name.
    let host = url.host_str().and_then(|host| Host::parse(host).ok());
    match host {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Mailer for Smtp {
    fn send<'m>(&'m self, recipient: &'m str, mail: &'m Drawn) -> BoxFuture<'m, Result<(), MailFailure>> {
        Box::pin(async move {
            let to: Mailbox = recipient.parse().map_err(|_| MailFailure::Malformed)?;
            let both = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
            let message = Message::builder().from(self.from.clone()).to(to).subject(&mail.subject).multipart(both);
            let message = message.map_err(|_| MailFailure::Malformed)?;
            // A server that trickles would never reach the transport's own limit, which is for one answer.
            let sent = tokio::time::timeout(TIMEOUT, self.transport.send(message)).await.map_err(|_| MailFailure::Timeout)?;
            sent.map(drop).map_err(|error| failure(&error))
        })
    }
}

fn failure(error: &lettre::transport::smtp::Error) -> MailFailure {
    if let Some(code) = error.status() {
        return MailFailure::Answered(u16::from(code));
    }
    match () {
        () if error.is_timeout() => MailFailure::Timeout,
        () if error.is_tls() => MailFailure::Untrusted,
        () => MailFailure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        Smtp::new(&SecretString::from(url), "Acme <a@acme.example>").err().unwrap_or_default()
    }

    #[tokio::test]
    async fn only_smtp_and_smtps_are_spoken_and_no_error_repeats_a_password() {
        for wrong in ["https://u:hush@mail.example", "smtp://u:hush@mail.example?tls=none", "u:hush@mail.example", "smtp://"] {
            let said = refused(wrong);
            assert!(!said.is_empty() && !said.contains("hush"), "{wrong}: {said}");
        }
        for right in ["smtp://u:p%40ss@mail.example:2525", "smtps://mail.example", "smtp://127.0.0.1:25", "smtp://[::1]:25"] {
            assert_eq!(refused(right), "", "{right}");
        }
        assert!(Smtp::new(&SecretString::from("smtp://localhost"), "nobody").is_err());
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for (url, ours) in [
            ("smtp://localhost", true),
            ("smtp://127.0.0.1:25", true),
            ("smtp://[::1]", true),
            ("smtp://10.0.0.1", false),
            ("smtp://localhost.example", false),
        ] {
            assert_eq!(is_this_machine(&Url::parse(url).unwrap()), ours, "{url}");
        }
    }
}
