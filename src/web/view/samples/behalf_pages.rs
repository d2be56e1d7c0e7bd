//! The organization's pages of one customer's connections, filled.

use askama::Template;

use super::super::{
    admin::{
        Section,
        acting::ActingNew,
        bulk_checks::{BulkIndex, BulkRow, BulkShow, FoundRow},
        connections::{ConnectionRepair, DisconnectForCustomer, Happening, LinkMade, Place, Replaced, Sending, Ways},
        instances::{Door, InstanceShow, PreviewShow, SlotRow, UserRow},
        links::{LinkIndex, LinkRow, NewLink},
        values::{HeldField, ValuesEdit, Who},
    },
    connections::CheckLine,
    field::{Choice, Control, Field, LineKind},
    slot::{Problem, Slot, Status},
    *,
};
use super::{
    form, frame,
    other_pages::console,
    slots::{in_status, subdomain, token},
    wizard_pages::several,
    words,
};

pub fn pages() -> Vec<(String, askama::Result<String>)> {
    vec![
        ("console-connection".into(), connection(Status::Connected).render()),
        ("console-connection-broken".into(), connection(Status::NeedsReconnecting).render()),
        ("console-connection-empty".into(), connection(Status::NotConnected).render()),
        ("console-instance".into(), instance().render()),
        ("console-preview".into(), preview().render()),
        ("console-values".into(), values(false).render()),
        ("console-values-wrong".into(), values(true).render()),
        ("console-disconnect".into(), disconnect().render()),
        ("console-link-made".into(), link_made(Sending::NoServer).render()),
        ("console-link-mailed".into(), link_made(Sending::Mailed("priya@northwind.com".into())).render()),
        ("console-link-nobody".into(), link_made(Sending::NobodyKnown { target: "instance:1".into(), form: form() }).render()),
        ("console-links".into(), links(false).render()),
        ("console-links-wrong".into(), links(true).render()),
        ("console-acting".into(), acting(None).render()),
        ("console-acting-wrong".into(), acting(Some("Enter why you act for Northwind Traders")).render()),
        ("acting".into(), acted().render()),
        ("console-bulk".into(), bulk_index().render()),
        ("console-bulk-running".into(), bulk(false).render()),
        ("console-bulk-over".into(), bulk(true).render()),
        ("link-requested".into(), notice::LinkRequested { words: words(), frame: frame(Exit::None), mails: false }.render()),
        ("link-requested-mail".into(), notice::LinkRequested { words: words(), frame: frame(Exit::None), mails: true }.render()),
    ]
}

fn place() -> Place {
    Place {
        customer: "Northwind Traders".into(),
        customer_href: "show.html".into(),
        integration: "Payroll sync".into(),
        instance_href: "show.html".into(),
    }
}

fn connection(status: Status) -> ConnectionRepair {
    let is_there = status != Status::NotConnected;
    let broken = status == Status::NeedsReconnecting;
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let line = |status, result: &str, note: &str| CheckLine { status, result: result.into(), note: note.into(), latency: "120 ms".into() };
    let happening = |what: &str, note: &str| Happening { what: what.into(), note: note.into() };
    ConnectionRepair {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        place: place(),
        name: "Slack".into(),
        connector: "Slack".into(),
        status,
        line: if is_there { "Connected as northwind.slack.com".into() } else { "Not connected".into() },
        problem: broken.then(|| Problem::of(words(), "auth.needs_reconnect", "Slack", "Acme", "northwind.slack.com")),
        facts: vec![
            fact("Customer", "Northwind Traders"),
            fact("Account", "a-very-long-account-name-that-does-not-fit@subsidiary.northwind-traders.example"),
            fact("Used for", "Payroll sync, turned on"),
            fact("Access", "Renews by itself, next at 14:02 UTC."),
            fact("Locked values", "Client secret\nSubdomain"),
        ],
        checks: if is_there {
            vec![
                line(Status::Connected, "Worked", "today at 14:02 UTC, by itself"),
                line(Status::NotWorking, "Slack took too long to answer", "today at 13:02 UTC"),
            ]
        } else {
            vec![]
        },
        history: vec![happening("Access renewed", "just now, by itself"), happening("Signed in", "on 3 March 2026, Priya")],
        ways: Ways {
            check: is_there.then(form),
            refresh: is_there.then(form),
            connect: Some(form()),
            link: Some(form()),
            values_href: Some("show.html".into()),
            disconnect_href: is_there.then(|| "show.html".into()),
            pause: is_there.then(form),
            turn_on: (!is_there).then(form),
        },
        replaced: (status == Status::Connected).then(|| Replaced {
            labels: "Client secret".into(),
            until: "until 14:02 UTC on 4 March 2026".into(),
            form: form(),
        }),
    }
}

fn instance() -> InstanceShow {
    let row = |name: &str, status, detail: Option<&str>| SlotRow {
        name: name.into(),
        href: "show.html".into(),
        status,
        detail: detail.map(Into::into),
        values_href: Some("show.html".into()),
    };
    let door = |title: &str| Door { title: title.into(), href: "show.html".into() };
    InstanceShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        customer: "Northwind Traders".into(),
        customer_href: "show.html".into(),
        name: "Payroll sync".into(),
        state: "Turned on since 3 March 2026".into(),
        slots: vec![
            row("Slack", Status::Connected, Some("northwind.slack.com")),
            row("Asana", Status::NotWorking, Some("Asana did not accept this")),
            row("Acme Payroll", Status::Managed, None),
        ],
        users: Some(vec![UserRow {
            name: "Kim".into(),
            email: "kim@northwind.com".into(),
            connections: vec![
                ("Slack".into(), Status::Connected, Some("kim@northwind.com".into())),
                ("Asana".into(), Status::NotConnected, None),
            ],
            link: Some(form()),
        }]),
        previews: vec![door("Connect your accounts"), door("Choose where alerts go")],
        links_href: Some("show.html".into()),
        acting_href: Some("show.html".into()),
        pause: Some(form()),
        turn_on: None,
    }
}

fn preview() -> PreviewShow {
    PreviewShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        customer: "Northwind Traders".into(),
        back_href: "show.html".into(),
        previous: None,
        next: Some(Door { title: "Choose where alerts go".into(), href: "show.html".into() }),
        page: several(),
    }
}

fn values(wrong: bool) -> ValuesEdit {
    let who = |id: &str, locked: bool, may_leave: bool| Some(Who { name: format!("who.{id}"), id: format!("{id}-who"), locked, may_leave });
    let region = Field::new("p-3", "zendesk.region", "Region", Control::Line { kind: LineKind::Plain, value: "eu".into() });
    let client = Field::new("p-4", "zendesk.client", "Client ID", Control::Line { kind: LineKind::Plain, value: String::new() });
    let mut name = Field { id: "p-1".into(), ..subdomain() };
    name.error = wrong.then(|| "Use only letters, numbers and hyphens".into());
    let items = vec![item("#check-problem", "Asana did not accept this"), item("#p-1", "Use only letters, numbers and hyphens")];
    ValuesEdit {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        place: place(),
        form: form(),
        name: "Asana".into(),
        connector: "Asana".into(),
        back_href: "show.html".into(),
        errors: if wrong { ErrorSummary::of(items) } else { None },
        problem: wrong.then(|| Problem::of(words(), "auth.rejected", "Asana", "Acme", "")),
        fields: vec![
            HeldField { field: name, who: who("p-1", false, false), note: None },
            HeldField {
                field: Field { id: "p-2".into(), control: Control::Secret { saved: true, many_lines: false }, ..token() },
                who: who("p-2", true, true),
                note: None,
            },
            HeldField { field: region, who: who("p-3", true, true), note: None },
        ],
        hidden: vec![HeldField { field: client, who: None, note: Some(words().t("behalf-values-set")) }],
        can_check: true,
        needs_consent: false,
        preview: Slot { details_href: None, disconnect_href: None, ..in_status(Status::NotWorking) },
        preview_href: "show.html".into(),
    }
}

fn disconnect() -> DisconnectForCustomer {
    DisconnectForCustomer {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        place: place(),
        form: form(),
        connector: "Slack".into(),
        account: Some("northwind.slack.com".into()),
        stops: vec!["Payroll sync, which is turned on, stops running until you connect again".into()],
        back_href: "show.html".into(),
    }
}

fn link_made(sending: Sending) -> LinkMade {
    let url = "https://connect.acme.example/links/1kq0pLq4vXhS2yV7mCzB9dGtN5wJrE8aUoI3fHsTbQk";
    LinkMade {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        customer: "Northwind Traders".into(),
        url: url.into(),
        ends: "10 March 2026".into(),
        subject: "Slack needs reconnecting".into(),
        message: format!("Hello Priya,\n\nSlack has stopped working. Follow this link to sign in again:\n\n{url}\n\nAcme"),
        sending,
        back_href: "show.html".into(),
    }
}

pub(super) fn choice(value: &str, selected: bool) -> Choice {
    Choice { value: value.into(), label: value.into(), selected }
}

pub(super) fn item(href: &str, text: &str) -> ErrorItem {
    ErrorItem { href: href.into(), text: text.into() }
}

fn links(wrong: bool) -> LinkIndex {
    let row = |what: &str, state: &str, is_over: bool| LinkRow {
        what: what.into(),
        made: "Made on 3 March 2026".into(),
        who: "Priya, priya@northwind.com".into(),
        state: state.into(),
        is_over,
        renewal_mails: is_over,
        renew: Some(form()),
        revoke: (!is_over).then(form),
    };
    let (target, user) = ("Choose what the link opens", "Enter both the name and the e-mail address, or neither");
    LinkIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        customer: "Northwind Traders".into(),
        customer_href: "show.html".into(),
        new: Some(NewLink {
            form: form(),
            errors: if wrong { ErrorSummary::of(vec![item("#target", target), item("#name", user)]) } else { None },
            targets: vec![choice("Payroll sync", true), choice("Slack of Payroll sync", false)],
            name: "Priya".into(),
            email: String::new(),
            user_error: wrong.then(|| user.into()),
            target_error: wrong.then(|| target.into()),
            mail: (!wrong).then_some(true),
            days: vec![choice("1 day", false), choice("7 days", true)],
        }),
        links: vec![
            row("Payroll sync", "Opened today at 14:02 UTC, works until 10 March 2026", false),
            row("Slack of Payroll sync", "Finished just now, works until 10 March 2026", false),
            row("Team alerts", "Ended 1 March 2026", true),
        ],
    }
}

fn acting(error: Option<&str>) -> ActingNew {
    ActingNew {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        form: form(),
        customer: "Northwind Traders".into(),
        reason: String::new(),
        error: error.map(Into::into),
        back_href: "show.html".into(),
    }
}

fn acted() -> wizard::WizardShow {
    let mut page = several();
    page.frame.acting =
        Some(ActingBar { customer: "Northwind Traders".into(), person: "lee@acme.example".into(), minutes: 12, csrf: "c5rf".into() });
    page
}

fn bulk_index() -> BulkIndex {
    BulkIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        form: Some(form()),
        integrations: vec![choice("Payroll sync", false), choice("Team alerts", false)],
        before: vec![BulkRow {
            title: "Connections of Payroll sync".into(),
            href: "show.html".into(),
            note: "Begun today, finished".into(),
        }],
    }
}

fn bulk(is_over: bool) -> BulkShow {
    BulkShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        title: "Connections of Payroll sync".into(),
        href: "show.html".into(),
        back_href: "show.html".into(),
        total: 240,
        checked: if is_over { 240 } else { 85 },
        is_over,
        outcomes: vec![("Worked".into(), 80), ("Slack did not accept this".into(), 5)],
        failed: vec![FoundRow {
            customer: "Northwind Traders".into(),
            slot: "Slack".into(),
            href: "show.html".into(),
            reason: "Slack did not accept this".into(),
        }],
    }
}
