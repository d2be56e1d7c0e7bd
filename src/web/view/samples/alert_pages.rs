//! The console's pages of alerts and of settings, filled.

use askama::Template;

use super::super::{
    admin::{Section, alerts::*, settings::*},
    slot::Status,
    *,
};
use super::{form, frame, other_pages::console, words};

pub fn pages() -> Vec<(String, askama::Result<String>)> {
    vec![
        ("alerts".into(), alerts(false, false).render()),
        ("alerts-empty".into(), alerts(true, false).render()),
        ("alerts-closed".into(), alerts(false, true).render()),
        ("settings".into(), settings(true, false).render()),
        ("settings-refused".into(), settings(true, true).render()),
        ("settings-viewer".into(), settings(false, false).render()),
    ]
}

fn sample_alerts(closed: bool) -> Vec<AlertRow> {
    let row = |id: &str, status, title: &str, why: Option<&str>, kind: &str| AlertRow {
        id: id.into(),
        status,
        title: title.into(),
        why: why.map(Into::into),
        since: "Since 14:02 UTC on 22 November 2026".into(),
        note: (kind == "Ends soon").then(|| "muted until 30 November 2026".into()),
        repair_href: "show.html".into(),
        repair: "Repair".into(),
        acknowledge_action: (!closed).then(|| "show.html".into()),
        release_action: (!closed).then(|| "show.html".into()),
        mute_action: (!closed && kind != "Ends soon").then(|| "show.html".into()),
        has_connection: kind != "Left half set up",
        kind: kind.into(),
    };
    vec![
        row(
            "alert-0",
            Status::NotWorking,
            "Payroll sync does not work for Fabrikam",
            Some("HubSpot did not accept the key. Ask Fabrikam for a new one, or send them a link."),
            "Does not work",
        ),
        row(
            "alert-1",
            Status::NeedsReconnecting,
            "Contoso needs to sign in again: Team alerts",
            Some("Access was withdrawn."),
            "Needs reconnecting",
        ),
        row(
            "alert-2",
            Status::Connected,
            "The access of Northwind ends soon: Payroll sync",
            Some("The access ends on 9 December 2026."),
            "Ends soon",
        ),
        row("alert-3", Status::NotConnected, "Tailspin left Payroll sync half set up", None, "Left half set up"),
    ]
}

fn alerts(empty: bool, closed: bool) -> AlertIndex {
    AlertIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Alerts),
        errors: None,
        closed,
        other_href: "show.html".into(),
        alerts: if empty { vec![] } else { sample_alerts(closed) },
        next_href: (!empty).then(|| "show.html".into()),
        mutes: vec![MuteRow { what: "This connection".into(), until: "30 November 2026".into(), end_action: "show.html".into() }],
        telling: Telling {
            action: "show.html".into(),
            how: How::Daily,
            hour: 8,
            email: "lee@acme.example".into(),
            mail_works: !empty,
            nobody_is_told: true,
        },
        may_act: true,
        mute_until: "2026-12-04".into(),
    }
}

fn settings(may_change: bool, refused: bool) -> SettingsShow {
    let field = |name: &'static str, label: &str, value: &str, error: Option<&str>| SettingField {
        name,
        label: label.into(),
        hint: "It stands under every page of the wizard.".into(),
        value: value.into(),
        error: error.map(Into::into),
        short: name == "accent",
    };
    let wrong = "Its contrast on the light page is 1.7, and words need 4.5. #866400 is the nearest shade that can be read";
    let mail = |state: &str, is_bad| MailRow {
        what: "Test mail".into(),
        recipient: "lee@acme.example".into(),
        state: state.into(),
        is_bad,
        at: "14:02 UTC on 22 November 2026".into(),
    };
    SettingsShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Settings),
        form: form(),
        errors: ErrorSummary::of(if refused { vec![ErrorItem { href: "#accent".into(), text: wrong.into() }] } else { vec![] }),
        may_change,
        fields: vec![
            field("name", "Name", "Acme", None),
            field("support", "Where customers ask for help", "", None),
            field("accent", "Colour", if refused { "#f5b700" } else { "#0b6b57" }, refused.then_some(wrong)),
        ],
        mail_works: may_change,
        test_mail_action: "show.html".into(),
        mails: if may_change { vec![mail("Taken by the mail server", false), mail("Given up (smtp 550)", true)] } else { vec![] },
    }
}
