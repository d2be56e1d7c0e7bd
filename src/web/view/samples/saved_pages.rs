//! The picker, a customer's saved connections, and the organization's reusable ones, filled.

use askama::Template;

use super::super::{
    admin::{
        Section,
        entered_values::{EnteredEnding, EnteredValues},
        reusable_connections::{Customers, ReusableIndex, ReusableKind, ReusablePart, ReusableShow},
    },
    field::Part,
    own_connections::{OwnColleague, OwnIndex, OwnSlot},
    saved_connections::{SavedDone, SavedIndex, SavedNew, SavedRow, SavedShow},
    slot::{Problem, Slot, Status},
    wizard::{Element, WizardShow},
    *,
};
use super::{
    form, frame,
    other_pages::console,
    slots::{payroll, subdomain, to_choose, token},
    wizard_pages::several,
    words,
};

pub fn pages() -> Vec<(String, askama::Result<String>)> {
    vec![
        ("picker".into(), picker().render()),
        ("saved".into(), index(true).render()),
        ("saved-none".into(), index(false).render()),
        ("saved-new".into(), new(false).render()),
        ("saved-new-wrong".into(), new(true).render()),
        ("saved-done".into(), done().render()),
        ("saved-one".into(), show(Status::Connected).render()),
        ("saved-one-broken".into(), show(Status::NeedsReconnecting).render()),
        ("own".into(), own(true).render()),
        ("own-not-on".into(), own(false).render()),
        ("console-reusable".into(), reusable_index().render()),
        ("console-reusable-one".into(), reusable().render()),
        ("console-reusable-values".into(), values().render()),
        ("console-reusable-disconnect".into(), ending().render()),
    ]
}

fn own(is_on: bool) -> OwnIndex {
    let slots = vec![payroll(), to_choose()].into_iter().enumerate().map(|(at, slot)| OwnSlot {
        slot: Slot { id: format!("slot-{at}"), picker: None, help: None, ..slot },
        form: form(),
        saves: at == 1,
        check: (at == 0).then(form),
    });
    let colleague = |name: &str, status| OwnColleague { name: name.into(), connections: vec![("Slack".into(), status)] };
    OwnIndex {
        words: words(),
        frame: frame(Exit::None),
        integration: "Payroll sync".into(),
        is_on,
        errors: None,
        slots: slots.collect(),
        colleagues: vec![colleague("Kim", Status::Connected), colleague("Priya", Status::NotConnected)],
        wizard_href: "show.html".into(),
    }
}

fn picker() -> WizardShow {
    let broken = Slot {
        problem: Some(Problem { may_save_anyway: false, ..Problem::of(words(), "auth.disconnected", "Acme Payroll", "Acme", "") }),
        help: Some("show.html?help".into()),
        ..payroll()
    };
    WizardShow { elements: vec![Element::Slot(to_choose()), Element::Slot(broken)], ..several() }
}

fn index(any: bool) -> SavedIndex {
    let row = |name: &str, status, line: &str| SavedRow { name: name.into(), href: "saved-one.html".into(), status, line: line.into() };
    let rows = vec![
        row("Operations", Status::Connected, "Acme ERP. priya@northwind.com. Used in 2 integrations"),
        row("Acme ERP", Status::NeedsReconnecting, "Needs reconnecting: kim@northwind.com. Not used yet"),
    ];
    SavedIndex {
        words: words(),
        frame: frame(Exit::None),
        text: String::new(),
        filters: vec![("", "Any".into(), true), ("broken", "Needs attention".into(), false)],
        rows: if any { rows } else { Vec::new() },
        is_all: true,
    }
}

fn show(status: Status) -> SavedShow {
    let is_used = status == Status::Connected;
    SavedShow {
        words: words(),
        frame: frame(Exit::None),
        name: "Operations".into(),
        connector: "Acme ERP".into(),
        status,
        line: "priya@northwind.com. Used in 2 integrations".into(),
        problem: (!is_used).then(|| Problem::of(words(), "auth.disconnected", "Acme ERP", "Acme", "")),
        errors: None,
        facts: vec![("Account".into(), "priya@northwind.com".into())],
        used_by: if is_used { vec!["Order sync".into(), "Task report".into()] } else { Vec::new() },
        back_href: "saved.html".into(),
        parts: if is_used { vec![Part::Field(token())] } else { Vec::new() },
        form: form(),
        rename: form(),
        check: Some(form()),
        sign_in: (!is_used).then(form),
        disconnect_href: Some("disconnect.html".into()),
        deletion: form(),
    }
}

fn new(wrong: bool) -> SavedNew {
    let mut asked = token();
    let error = "Enter your API token";
    asked.error = wrong.then(|| error.into());
    SavedNew {
        words: words(),
        frame: frame(Exit::None),
        name: "Acme ERP account".into(),
        connector: "Acme ERP".into(),
        errors: ErrorSummary::of(if wrong { vec![ErrorItem { href: format!("#{}", asked.id), text: error.into() }] } else { Vec::new() }),
        parts: vec![Part::Field(asked)],
        host: None,
        leaves: false,
        form: form(),
    }
}

fn done() -> SavedDone {
    SavedDone {
        words: words(),
        frame: frame(Exit::None),
        name: "Acme ERP account".into(),
        account: Some("priya@northwind.com".into()),
        show_href: "saved-one.html".into(),
    }
}

fn reusable_index() -> ReusableIndex {
    let kind = |id, title: &str, rows| ReusableKind { id, title: title.into(), hint: "Each customer connects their own.".into(), rows };
    let row = ("Acme ERP account".into(), "console-reusable-one.html".into(), "2 instances use it.".into());
    ReusableIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Connections),
        kinds: vec![kind("customer", "Customers connect", vec![row]), kind("global", "You connect, once for all", Vec::new())],
    }
}

fn reusable() -> ReusableShow {
    let part = |title: &str, status| ReusablePart {
        title: title.into(),
        href: "console-reusable-values.html".into(),
        status,
        note: "2 instances use it.".into(),
    };
    let row = |name: &str, status| (name.to_owned(), Some("console-reusable-values.html".to_owned()), status);
    ReusableShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Connections),
        name: "Acme ERP account".into(),
        key: "erp-account".into(),
        kind: "Each customer has an account of its own, which you enter here.".into(),
        used_in: "2 instances use it.".into(),
        back_href: "console-reusable.html".into(),
        parts: vec![part("The same for all customers", None), part("For tests", Some(Status::NotConnected))],
        customers: Some(Customers {
            rows: vec![row("Meadow & Sons", Status::NotConnected), row("Harbor Lane", Status::Connected)],
            missing: "1 customer here has no values yet.".into(),
            import: Some((form(), "external_id,api_key".into())),
        }),
        disable: Some(form()),
        enable: Some((form(), "1 instance waits.".into())),
    }
}

fn values() -> EnteredValues {
    EnteredValues {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Connections),
        title: "Acme ERP account: Harbor Lane".into(),
        back_href: "console-reusable-one.html".into(),
        connector: "Acme ERP".into(),
        status: Status::Connected,
        line: "Connected: ops@harborlane.example".into(),
        reach: "This reaches 1 instance, at its next read.".into(),
        errors: None,
        form: form(),
        fields: vec![subdomain(), token()],
        check: Some(form()),
        sign_in: None,
        disconnect_href: Some("console-reusable-disconnect.html".into()),
    }
}

fn ending() -> EnteredEnding {
    EnteredEnding {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Connections),
        form: form(),
        connector: "Acme ERP".into(),
        account: Some("ops@acme.example".into()),
        stops: "2 instances stop running until you connect again.".into(),
        used_in: "3 instances use it.".into(),
        places: vec!["Harbor Lane: Order sync".into(), "Meadow & Sons: Order sync".into()],
        more: Some("and 1 more".into()),
        back_href: "console-reusable-values.html".into(),
    }
}
