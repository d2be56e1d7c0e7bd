//! Letters in words: plain text, and simple HTML that says the same. No picture, no tracking, nothing to load.

use askama::Template;

use super::words::Words;
use crate::domain::{
    alert::{AlertKind, AlertLine},
    mail::{Drawn, Letter},
    time::Timestamp,
};

/// What every letter is made of.
#[derive(Default)]
struct Content {
    subject: String,
    paragraphs: Vec<String>,
    lines: Vec<Line>,
    /// Words and address.
    button: Option<(String, String)>,
    /// Why it came, and when its link ends.
    small: Vec<String>,
}

struct Line {
    title: String,
    text: String,
    url: String,
}

#[derive(Template)]
#[template(path = "emails/letter.txt")]
struct Text<'l> {
    organization: &'l str,
    letter: &'l Content,
}

#[derive(Template)]
#[template(path = "emails/letter.html")]
struct Html<'l> {
    words: Words,
    organization: &'l str,
    letter: &'l Content,
}

/// As `flows::mail::Drawing` wants it.
pub fn draw(letter: &Letter, organization: &str) -> Result<Drawn, String> {
    let words = Words::english();
    let letter = content(words, letter, organization);
    let text = Text { organization, letter: &letter }.render();
    let html = Html { words, organization, letter: &letter }.render();
    match (text, html) {
        (Ok(text), Ok(html)) => Ok(Drawn { subject: one_line(&letter.subject), text, html }),
        (Err(error), _) | (_, Err(error)) => Err(format!("a letter could not be drawn: {error}")),
    }
}

/// A name may hold a line break; a subject must not.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn content(words: Words, letter: &Letter, organization: &str) -> Content {
    match letter {
        Letter::Test => Content {
            subject: words.with("mail-test-subject", "organization", organization),
            paragraphs: vec![words.t("mail-test-text")],
            ..Content::default()
        },
        Letter::Invitation { url, inviter, role, expires_at } => Content {
            subject: words.with("mail-invitation-subject", "organization", organization),
            paragraphs: vec![words.with_all(
                "mail-invitation-text",
                [("inviter", inviter.clone()), ("organization", organization.to_owned()), ("role", role.as_str().to_owned())],
            )],
            button: Some((words.t("mail-invitation-button"), url.clone())),
            small: once_until(words, *expires_at),
            ..Content::default()
        },
        Letter::Link { url, person, subject, expires_at } => {
            link_letter(words, organization, url, person.as_deref(), subject.as_deref(), *expires_at)
        }
        Letter::PasswordReset { url, expires_at } => Content {
            subject: words.with("mail-reset-subject", "organization", organization),
            paragraphs: vec![words.with("mail-reset-text", "organization", organization)],
            button: Some((words.t("mail-reset-button"), url.clone())),
            small: once_until(words, *expires_at),
            ..Content::default()
        },
        Letter::SignIn { url, person, expires_at } => Content {
            subject: words.with("mail-sign-in-subject", "organization", organization),
            paragraphs: greeting(words, person)
                .into_iter()
                .chain([words.with("mail-sign-in-text", "organization", organization)])
                .collect(),
            button: Some((words.t("mail-sign-in-button"), url.clone())),
            small: once_until(words, *expires_at),
            ..Content::default()
        },
        Letter::Alerts { alerts, more, url, daily } => alerts_letter(words, organization, alerts, *more, url, *daily),
    }
}

/// Somebody may have no name.
fn greeting(words: Words, person: &str) -> Option<String> {
    (!person.trim().is_empty()).then(|| words.with("mail-hello", "person", person))
}

fn once_until(words: Words, expires_at: Timestamp) -> Vec<String> {
    vec![words.with_two("mail-once-until", "day", expires_at.day(), "clock", expires_at.clock()), words.t("mail-not-expected")]
}

fn link_letter(words: Words, organization: &str, url: &str, person: Option<&str>, subject: Option<&str>, expires_at: Timestamp) -> Content {
    let subject = subject.map_or_else(|| words.t("mail-link-all"), str::to_owned);
    Content {
        subject: words.with_two("mail-link-subject", "subject", &subject, "organization", organization),
        paragraphs: person
            .and_then(|person| greeting(words, person))
            .into_iter()
            .chain([words.with_two("mail-link-text", "subject", &subject, "organization", organization)])
            .collect(),
        button: Some((words.t("mail-link-button"), url.to_owned())),
        small: vec![words.with_two("mail-link-until", "day", expires_at.day(), "clock", expires_at.clock()), words.t("mail-not-expected")],
        ..Content::default()
    }
}

fn alerts_letter(words: Words, organization: &str, alerts: &[AlertLine], more: usize, url: &str, daily: bool) -> Content {
    let count = alerts.len() + more;
    let subject = match (daily, alerts) {
        (false, [one]) if more == 0 => line(words, one).title,
        (true, _) => words.count("mail-alerts-daily", count),
        (false, _) => words.count("mail-alerts-subject", count),
    };
    Content {
        subject: words.with_two("mail-alerts-of", "subject", subject, "organization", organization),
        paragraphs: vec![words.count(if daily { "mail-alerts-open" } else { "mail-alerts-new" }, count)],
        lines: alerts.iter().map(|alert| line(words, alert)).collect(),
        button: Some((if more == 0 { words.t("mail-alerts-button") } else { words.count("mail-alerts-all", count) }, url.to_owned())),
        small: vec![words.t("mail-alerts-why")],
    }
}

fn line(words: Words, alert: &AlertLine) -> Line {
    Line {
        title: words.with_two(kind_title(alert.kind), "customer", &alert.customer, "what", &alert.what),
        text: words.with_two("mail-alert-since", "day", alert.opened_at.day(), "clock", alert.opened_at.clock()),
        url: alert.url.clone(),
    }
}

const fn kind_title(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::NeedsReconnecting => "alert-title-needs-reconnecting",
        AlertKind::CheckFailed => "alert-title-check-failed",
        AlertKind::Expiring => "alert-title-expiring",
        AlertKind::WizardLeft => "alert-title-wizard-left",
        AlertKind::HelpAsked => "alert-title-help-asked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::Role;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn letters() -> Vec<Letter> {
        let alert = AlertLine {
            kind: AlertKind::NeedsReconnecting,
            customer: "Fabrikam <b>& Söhne</b>".into(),
            what: "Payroll sync".into(),
            opened_at: NOW,
            url: "https://connect.acme.example/admin/instances/1/connections/slack".into(),
        };
        let url = "https://connect.acme.example/links/tokentokentoken".to_owned();
        let alerts = |count, more, daily| Letter::Alerts {
            alerts: vec![alert.clone(); count],
            more,
            url: "https://connect.acme.example/admin/alerts".into(),
            daily,
        };
        vec![
            Letter::Test,
            Letter::Invitation { url: url.clone(), inviter: "lee@acme.example".into(), role: Role::Support, expires_at: NOW },
            Letter::Link { url: url.clone(), person: Some("Priya\nKumar".into()), subject: Some("Payroll sync".into()), expires_at: NOW },
            Letter::Link { url: url.clone(), person: None, subject: None, expires_at: NOW },
            Letter::PasswordReset { url: url.clone(), expires_at: NOW },
            Letter::SignIn { url: url.clone(), person: "Priya".into(), expires_at: NOW },
            Letter::SignIn { url: url.clone(), person: String::new(), expires_at: NOW },
            alerts(1, 0, false),
            alerts(20, 31, false),
            alerts(3, 0, true),
        ]
    }

    #[test]
    fn every_letter_has_all_its_words_and_says_the_same_twice() {
        let address = regex::Regex::new(r"https://\S+").unwrap();
        for letter in letters() {
            let drawn = draw(&letter, "Acme").unwrap();
            for part in [&drawn.subject, &drawn.text, &drawn.html] {
                assert!(!part.contains("Unknown localization"), "{part}");
                assert!(!part.is_empty());
            }
            assert!(!drawn.subject.contains('\n'), "{}", drawn.subject);
            for url in address.find_iter(&drawn.text) {
                assert!(drawn.html.contains(url.as_str()), "{} is in the text alone", url.as_str());
            }
        }
    }

    #[test]
    fn what_a_name_holds_is_text() {
        let [.., daily] = &letters()[..] else { panic!() };
        let drawn = draw(daily, "Acme").unwrap();
        assert!(drawn.text.contains("Fabrikam <b>& Söhne</b>"), "{}", drawn.text);
        assert!(!drawn.html.contains("<b>&"), "{}", drawn.html);
    }

    #[test]
    fn draw_every_letter_to_target() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/letters");
        std::fs::create_dir_all(&folder).unwrap();
        for (number, letter) in letters().iter().enumerate() {
            let drawn = draw(letter, "Acme").unwrap();
            std::fs::write(folder.join(format!("{number}-{}.html", letter.kind())), drawn.html).unwrap();
            std::fs::write(folder.join(format!("{number}-{}.txt", letter.kind())), drawn.text).unwrap();
        }
    }
}
