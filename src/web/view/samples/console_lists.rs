//! The console's lists, filled and empty.

use askama::Template;

use super::super::admin::{Section, connections::Happening, customers::*, field::TextField, home::*, matrix::*, search::*};
use super::super::slot::Status;
use super::super::*;
use super::other_pages::console;
use super::{form, frame, words};

pub fn console_pages() -> Vec<(String, askama::Result<String>)> {
    let steps = |done: usize| {
        ["Say what an integration needs", "Add a customer", "Send the link"]
            .iter()
            .enumerate()
            .map(move |(at, title)| step(title, at < done))
            .collect()
    };
    vec![
        ("console-home".into(), home(None, true).render()),
        ("console-home-well".into(), home(None, false).render()),
        ("console-home-new".into(), home(Some(steps(1)), false).render()),
        ("console-customers".into(), customers(true).render()),
        ("console-customers-none".into(), customers(false).render()),
        ("console-customers-empty".into(), CustomerIndex { is_empty: true, ..customers(false) }.render()),
        ("console-customer".into(), customer(true, true).render()),
        ("console-customer-looked-at".into(), customer(false, true).render()),
        ("console-customer-new".into(), customer(true, false).render()),
        ("console-customer-form".into(), customer_form(false).render()),
        ("console-customer-form-wrong".into(), customer_form(true).render()),
        ("console-customer-deletion".into(), deletion(&[]).render()),
        ("console-customer-kept".into(), deletion(&["Payroll sync"]).render()),
        ("console-matrix".into(), matrix(true).render()),
        ("console-matrix-none".into(), matrix(false).render()),
        ("console-matrix-empty".into(), MatrixShow { is_empty: true, ..matrix(false) }.render()),
        ("console-search".into(), search("contoso").render()),
        ("console-search-nothing".into(), search("").render()),
    ]
}

fn step(title: &str, is_done: bool) -> FirstStep {
    FirstStep {
        title: title.into(),
        text: "One by one, from a file, or by your own program:".into(),
        command: Some("jackfield apply --catalog && jackfield apply integration.yaml".into()),
        way: Some(("Add a customer here".into(), "show.html".into())),
        is_done,
    }
}

fn home(steps: Option<Vec<FirstStep>>, waits: bool) -> HomeShow {
    let line = |status, text: &str, note: &str| WaitingLine { status, href: "show.html".into(), text: text.into(), note: note.into() };
    let broken = WaitingGroup {
        id: "home-broken",
        title: "12 connections need attention".into(),
        lines: vec![
            line(Status::NeedsReconnecting, "Slack of Contoso", "Access was withdrawn, today at 14:02"),
            line(Status::NotWorking, "Acme Payroll of Northwind Traders and Sons International", "The host does not answer, on 3 March"),
        ],
        more: Some(("See all customers in this state".into(), "show.html".into())),
    };
    let drafts = WaitingGroup {
        id: "home-drafts",
        title: "1 integration was begun and not turned on".into(),
        lines: vec![line(Status::NotConnected, "Payroll sync of Fabrikam", "Last touched just now")],
        more: None,
    };
    HomeShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Home),
        steps,
        waiting: if waits { vec![broken, drafts] } else { vec![] },
        customers: Some(("48 customers".into(), "show.html".into())),
    }
}

fn chips() -> Vec<Chip> {
    let chip = |text: &str, is_current| Chip { href: "show.html".into(), text: text.into(), is_current };
    vec![chip("Needs attention 2", true), chip("All 48", false), chip("Waiting for the customer 7", false)]
}

fn customers(filled: bool) -> CustomerIndex {
    let row = |name: &str, status, text: &str| CustomerRow {
        href: "show.html".into(),
        name: name.into(),
        external_id: "cust-2041-with-a-very-long-id-of-its-own-that-does-not-fit".into(),
        mark: Mark { status, text: text.into() },
        integrations: "2 integrations, 1 turned on".into(),
    };
    let rows = vec![
        row("Contoso", Status::NotWorking, "Needs attention"),
        row("Fabrikam", Status::NotConnected, "Waiting for the customer"),
        row("Northwind Traders and Sons International Holding", Status::Connected, "All well"),
    ];
    CustomerIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        search: "o".into(),
        show: "attention".into(),
        chips: chips(),
        rows: if filled { rows } else { vec![] },
        more_href: Some("show.html".into()),
        first_href: Some("show.html".into()),
        may_change: true,
        is_empty: false,
    }
}

fn cell(status: Status, detail: &str) -> SlotCell {
    let name = format!("Slack of Contoso: {}", status.text(&words(), "Acme"));
    SlotCell { status, detail: (!detail.is_empty()).then(|| detail.into()), href: "show.html".into(), name }
}

fn customer(may_change: bool, begun: bool) -> CustomerShow {
    let undo = Undo { form: form(), name: "Contoso Limited".into() };
    let changes = CustomerChanges {
        edit_href: "show.html".into(),
        delete_href: "show.html".into(),
        start: form(),
        integrations: vec![("payroll".into(), "Payroll sync".into()), ("alerts".into(), "Team alerts".into())],
        undo: begun.then_some(undo),
    };
    let card = InstanceCard {
        id: "instance-1".into(),
        name: "Payroll sync".into(),
        href: "show.html".into(),
        status: "Turned on 3 March".into(),
        slots: vec![
            ("Slack".into(), cell(Status::NeedsReconnecting, "Access was withdrawn, today at 14:02")),
            ("Asana".into(), cell(Status::Connected, "a-very-long-account-name@subsidiary.contoso.example")),
            ("Acme Payroll".into(), cell(Status::Managed, "")),
        ],
    };
    CustomerShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        name: "Contoso".into(),
        external_id: "cust-2041".into(),
        instances: if begun { vec![card] } else { vec![] },
        about: about(begun),
        changes: may_change.then_some(changes),
    }
}

fn about(begun: bool) -> CustomerAbout {
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(text, note)| ((*text).to_owned(), (*note).to_owned())).collect();
    let happening = Happening { what: "Values saved".into(), note: "today at 14:02, Lee of Contoso".into() };
    CustomerAbout {
        people: if begun { pairs(&[("Lee Gu, lee@contoso.com", "admin"), ("priya@contoso.com", "member, switched off")]) } else { vec![] },
        links: if begun { pairs(&[("Payroll sync", "opened today at 14:02, until 3 March")]) } else { vec![] },
        links_href: "show.html".into(),
        happenings: if begun { vec![happening] } else { vec![] },
    }
}

fn field(name: &'static str, error: Option<&str>) -> TextField {
    let hint = Some("What your own systems call this customer.".into());
    TextField { name, label: "Your own id".into(), hint, value: "cust-1".into(), error: error.map(Into::into) }
}

fn customer_form(wrong: bool) -> CustomerForm {
    let error = wrong.then_some("Another customer has this id. Open that one, or choose another id");
    let items = error.map(|text| ErrorItem { href: "#external_id".into(), text: text.into() });
    CustomerForm {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        form: form(),
        errors: ErrorSummary::of(items.into_iter().collect()),
        title: "Add a customer".into(),
        submit: "Add the customer".into(),
        back_href: "show.html".into(),
        fields: vec![TextField { hint: None, ..field("name", None) }, field("external_id", error)],
    }
}

fn deletion(keeps: &[&str]) -> CustomerDelete {
    CustomerDelete {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        form: form(),
        errors: None,
        name: "Contoso".into(),
        back_href: "show.html".into(),
        field: TextField { hint: None, ..field("confirmation", None) },
        goes: vec!["The customer itself".into(), "3 connections with all that was entered for them".into()],
        keeps: keeps.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn matrix(filled: bool) -> MatrixShow {
    let row = |customer: &str, turned_on: Option<&str>, cells: [Option<SlotCell>; 3]| MatrixLine {
        customer: customer.into(),
        href: "show.html".into(),
        cells: cells.into(),
        turned_on: turned_on.map(Into::into),
    };
    let rows = vec![
        row(
            "Contoso",
            Some("3 March"),
            [
                Some(cell(Status::NeedsReconnecting, "Access was withdrawn, today at 14:02")),
                Some(cell(Status::Connected, "lee@contoso.com")),
                Some(cell(Status::Managed, "")),
            ],
        ),
        row(
            "Northwind",
            None,
            [
                Some(cell(Status::Connected, "northwind.slack.com")),
                Some(cell(Status::NotConnected, "Link sent to Priya, opened")),
                Some(cell(Status::NotWorking, "The host does not answer, just now")),
            ],
        ),
        row("Fabrikam", Some("21 June"), [Some(cell(Status::Connected, "fabrikam.slack.com")), Some(cell(Status::Checking, "")), None]),
    ];
    MatrixShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Integrations),
        integration: "Payroll sync".into(),
        action: "show.html".into(),
        search: String::new(),
        show: "attention".into(),
        chips: chips(),
        slots: ["Slack", "Asana", "Acme Payroll"].map(String::from).into(),
        rows: if filled { rows } else { vec![] },
        more_href: Some("show.html".into()),
        first_href: None,
        export_href: "show.html".into(),
        check_href: "show.html".into(),
        is_empty: false,
    }
}

fn search(text: &str) -> SearchShow {
    let found = |text: &str, note: &str| Found { href: "show.html".into(), text: text.into(), note: note.into() };
    let groups = vec![
        Group { title: "Customers".into(), found: vec![found("Contoso", "cust-2041"), found("Contoso Retail", "cust-2042")] },
        Group { title: "People".into(), found: vec![found("lee@contoso.com", "Lee Gu, of Contoso")] },
    ];
    let groups = if text.is_empty() { vec![] } else { groups };
    SearchShow { words: words(), frame: frame(Exit::None), console: console(Section::Home), search: text.into(), groups }
}
