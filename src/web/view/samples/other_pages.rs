//! Every other page, filled.

use super::super::admin::{Console, Section};
use super::super::connections::*;
use super::super::demo::*;
use super::super::slot::Status;
use super::super::*;
use super::slots::in_status;
use super::{form, frame, words};

pub fn disconnect(stops: &[&str]) -> Disconnect {
    Disconnect {
        words: words(),
        frame: frame(Exit::None),
        form: form(),
        connector: "Slack".into(),
        account: Some("northwind.slack.com".into()),
        stops: stops.iter().map(|stop| stop.to_string()).collect(),
        back_href: "show.html".into(),
    }
}

pub fn connection(status: Status) -> ConnectionShow {
    let line = |status, result: &str, note: &str, latency: &str| CheckLine {
        status,
        result: result.into(),
        note: note.into(),
        latency: latency.into(),
    };
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let slot = in_status(status);
    ConnectionShow {
        words: words(),
        frame: frame(Exit::None),
        facts: vec![
            fact("Account", "a-very-long-account-name-that-does-not-fit@subsidiary.northwind-traders.example"),
            fact("Used for", "Payroll sync, turned on\nTeam alerts, not turned on"),
            fact("Access", "Renews by itself, next at 14:02 UTC."),
            fact("Last checked", "today at 14:02 UTC"),
        ],
        checks: vec![
            line(Status::Connected, "Worked", "today at 14:02 UTC", "120 ms"),
            line(Status::NotWorking, "HubSpot took too long to answer", "today at 13:02 UTC, by itself", "15000 ms"),
            line(Status::Connected, "Worked", "on 3 March 2026, after signing in", "98 ms"),
        ],
        check: Some(form()),
        sign_in: slot.sign_in.is_some().then(form),
        slot,
        step_href: "show.html".into(),
        back_href: "show.html".into(),
    }
}

pub fn other_account() -> OtherAccount {
    OtherAccount {
        words: words(),
        frame: frame(Exit::None),
        form: form(),
        connector: "Slack".into(),
        connected: "priya@northwind.com".into(),
        signed_in: "private@example.com".into(),
        back_href: "show.html".into(),
    }
}

pub fn disconnected(revocation: Option<Revocation>) -> ConnectionGone {
    ConnectionGone {
        words: words(),
        frame: frame(Exit::None),
        connector: "Slack".into(),
        host: matches!(revocation, Some(Revocation::Failed(_))).then(|| "slack.com".into()),
        revocation,
        step_href: "show.html".into(),
    }
}

pub fn outcome(outcome: Outcome) -> OauthOutcome {
    OauthOutcome {
        words: words(),
        frame: frame(Exit::None),
        outcome,
        connector: "Slack".into(),
        code: format!("oauth.{}", outcome.key().replace('-', "_")),
        said: (outcome == Outcome::ProviderBroken).then(|| "<b>temporarily_unavailable</b>".into()),
        missing: if outcome == Outcome::MissingScope { vec!["channels:read".into(), "chat:write".into()] } else { vec![] },
        try_again: (outcome != Outcome::Misconfigured).then(form),
        back_href: Some("show.html".into()),
    }
}

pub fn console(section: Section) -> Console {
    Console { section, person: "lee@acme.example".into(), csrf: "c5rf".into(), sets_up: true, decides: true }
}

pub fn demo() -> DemoHome {
    let wizard = |integration: &str, shows: &str| DemoWizard {
        href: "show.html".into(),
        integration: integration.into(),
        customer: "Northwind".into(),
        shows: shows.into(),
    };
    DemoHome {
        words: words(),
        frame: frame(Exit::None),
        wizards: vec![wizard("Team alerts", "One Connect button"), wizard("Task import", "A key that is checked"), wizard("Payroll sync", "Three connections at once")],
        admin_href: "overview.html".into(),
        admin_email: "admin@acme.example".into(),
        admin_password: "correct-horse-battery".into(),

        other_emails: "support@acme.example, viewer@acme.example".into(),
        curl: "curl -H 'Authorization: Bearer jf_demo_0123456789' \\\n  http://127.0.0.1:8123/api/v1/instances/0192f/connections/slack/credentials".into(),
        provider_href: Some("show.html".into()),
    }
}
