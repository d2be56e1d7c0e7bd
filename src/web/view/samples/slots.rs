//! Slots and fields for the sample pages.

use super::super::field::*;
use super::super::slot::*;
use super::super::wizard::Element;
use crate::web::words::Words;

pub fn blank(name: &str) -> Slot {
    Slot {
        key: name.to_lowercase(),
        id: format!("slot-{}", name.replace(' ', "-")),
        name: name.into(),
        connector: name.into(),
        optional: false,
        status: Status::NotConnected,
        account: None,
        checked: None,
        problem: None,
        help: None,
        parts: vec![],
        picker: None,
        sign_in: None,
        details_href: None,
        disconnect_href: None,
    }
}

pub fn sign_in(host: &str) -> SignIn {
    SignIn { action: "show.html?connect".into(), host: Some(host.into()) }
}

pub fn token() -> Field {
    Field {
        hint: Some("It starts with 2/ and is about 50 characters long".into()),
        help_html: Some(
            "<p>In Asana, open <strong>Settings → Apps → Developer apps</strong> and choose <em>Create new token</em>.</p>".into(),
        ),
        ..Field::new("f-1-1", "asana.token", "Personal access token", Control::Secret { saved: false, many_lines: false })
    }
}

pub fn subdomain() -> Field {
    Field {
        prefix: Some("https://".into()),
        suffix: Some(".zendesk.com".into()),
        example: Some("northwind".into()),
        ..Field::new("f-2-1", "zendesk.subdomain", "Subdomain", Control::Line { kind: LineKind::Plain, value: String::new() })
    }
}

pub fn slack() -> Slot {
    Slot {
        status: Status::Connected,
        account: Some("northwind.slack.com".into()),
        checked: Some("just now".into()),
        sign_in: Some(sign_in("slack.com")),
        details_href: Some("connection.html".into()),
        disconnect_href: Some("disconnect.html".into()),
        ..blank("Slack")
    }
}

pub fn asana() -> Slot {
    Slot { parts: vec![Part::Field(token())], ..blank("Asana") }
}

/// With one saved connection that works, and one that does not.
pub fn to_choose() -> Slot {
    let choice = |id: &str, name: &str, line: &str| SavedChoice {
        id: format!("slot-erp-{id}"),
        value: id.into(),
        name: name.into(),
        line: line.into(),
        is_chosen: false,
        reconnect: None,
    };
    let works = choice("a", "Acme ERP", "priya@northwind.com. Used in 2 integrations.");
    let broken = choice("b", "Acme ERP 2", "Needs reconnecting: kim@northwind.com. Not used yet.");
    let picker = Picker {
        name: "pick:erp".into(),
        choices: vec![works, SavedChoice { reconnect: Some("show.html?again".into()), ..broken }],
        is_new: true,
        sign_in: None,
    };
    Slot { picker: Some(picker), parts: vec![Part::Field(Field { id: "f-7".into(), ..token() })], ..blank("Acme ERP") }
}

pub fn payroll() -> Slot {
    Slot { status: Status::Managed, ..blank("Acme Payroll") }
}

pub fn in_status(status: Status) -> Slot {
    let words = Words::english();
    let base = Slot { id: format!("slot-{status:?}"), status, sign_in: Some(sign_in("hubspot.com")), ..blank("HubSpot") };
    let problem = |code| Some(Problem::of(words, code, "HubSpot", "Acme", "ops@northwind.com"));
    match status {
        Status::NotConnected => Slot { parts: vec![Part::Field(subdomain())], optional: true, ..base },
        Status::Checking => Slot { sign_in: None, ..base },
        Status::Connected => Slot {
            account: Some("a-very-long-account-name-that-does-not-fit@subsidiary.northwind-traders.example".into()),
            checked: Some("today at 14:02".into()),
            parts: vec![Part::Field(Field { id: "f-9".into(), ..token() })],
            details_href: Some("connection.html".into()),
            disconnect_href: Some("disconnect.html".into()),
            sign_in: None,
            ..base
        },
        Status::NeedsReconnecting => Slot {
            problem: problem("auth.needs_reconnect"),
            account: Some("ops@northwind.com".into()),
            details_href: Some("connection.html".into()),
            disconnect_href: Some("disconnect.html".into()),
            ..base
        },
        Status::NotWorking => Slot {
            problem: problem("host.unreachable"),
            sign_in: None,
            parts: vec![Part::Field(Field {
                id: "f-8".into(),
                control: Control::Secret { saved: true, many_lines: false },
                hint: None,
                ..token()
            })],
            ..base
        },
        Status::Managed => payroll(),
    }
}

fn options(labels: &[&str], selected: usize) -> Vec<Choice> {
    let option = |(at, label): (usize, &&str)| Choice { value: format!("v{at}"), label: label.to_string(), selected: at == selected };
    labels.iter().enumerate().map(option).collect()
}

fn line(kind: LineKind, value: &str) -> Control {
    Control::Line { kind, value: value.into() }
}

/// One field of every kind; `wrong` gives each an error.
pub fn every_control(wrong: bool) -> Vec<Element> {
    let regions = ["Europe", "America", "Asia", "Africa", "Oceania", "Antarctica"];
    let controls = [
        ("Name", line(LineKind::Plain, "Night shift")),
        ("Server address", line(LineKind::Url, "")),
        ("Note", Control::Text { value: "<b>first</b>\nsecond".into() }),
        ("API key", Control::Secret { saved: true, many_lines: false }),
        ("Send a summary each morning", Control::Checkbox { checked: true }),
        ("Port", line(LineKind::Integer, "22")),
        ("Threshold", line(LineKind::Number, "2.5")),
        ("Severity", Control::Choice { options: options(&["Everything", "Only what is urgent"], 1) }),
        ("Region", Control::Choice { options: options(&regions, 2) }),
        ("Days", Control::MultiChoice { options: options(&["Monday", "Tuesday", "Wednesday"], 0) }),
        ("First day", line(LineKind::Date, "2026-03-27")),
        ("Channels", Control::List { value: "#people\n#payroll".into() }),
        ("Extra headers", Control::map([("X-Team".to_owned(), "people".to_owned())])),
    ];
    let field = |(at, (label, control)): (usize, (&str, Control))| Field {
        optional: at % 3 == 2 || label == "Severity",
        example: (label == "Server address").then(|| "https://files.northwind.com".into()),
        suffix: (label == "Threshold").then(|| "hours".into()),
        error: wrong.then(|| Words::english().with("field-required", "label", label)),
        shown_when: (label == "Region").then(|| ShownWhen {
            input: "v-7".into(),
            equals: "v1".into(),
            input_label: "Severity".into(),
            equals_label: "Only what is urgent".into(),
        }),
        ..Field::new(format!("e-{at}"), format!("v-{at}"), label, control)
    };
    let mut fields: Vec<Field> = controls.into_iter().enumerate().map(field).collect();
    let group = Group { legend: "When to send".into(), fields: fields.split_off(9) };
    let mut elements = vec![Element::Part(Part::Text("<p>Alerts are sent <strong>once a minute</strong>.</p>".into()))];
    elements.extend(fields.into_iter().map(|field| Element::Part(Part::Field(field))));
    elements.push(Element::Part(Part::Group(group)));
    elements
}
