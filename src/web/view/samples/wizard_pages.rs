//! The wizard's pages, filled.

use super::super::field::*;
use super::super::slot::*;
use super::super::wizard::*;
use super::super::*;
use super::slots::*;
use super::{form, frame, words};

fn page(heading: &str, elements: Vec<Element>) -> WizardShow {
    WizardShow {
        words: words(),
        frame: frame(Exit::SaveForm),
        form: form(),
        step: Step { number: 1, of: 3 },
        back_href: None,
        heading: heading.into(),
        description_html: None,
        errors: None,
        elements,
        submit: Submit::SaveAndContinue,
        saved_at: None,
    }
}

pub fn several() -> WizardShow {
    let mut page = page("Connect your accounts", [slack(), asana(), payroll()].map(Element::Slot).into());
    page.description_html =
        Some("<p>Payroll sync reads new hires from Slack and Asana, and writes them to your payroll. You can disconnect any of them at any time.</p>".into());
    page.saved_at = Some("14:02".into());
    page.frame.flash = Some(Flash { kind: FlashKind::Done, text: words().with("flash-connected", "connector", "Slack") });
    page
}

pub fn one() -> WizardShow {
    let slot = Slot { sign_in: Some(sign_in("slack.com")), ..blank("Slack") };
    let mut page = page("Connect Slack to Acme", vec![Element::Slot(slot)]);
    page.description_html = Some("<ul><li>Acme will read the list of your channels</li><li>Acme will post alerts to the channel you choose</li><li>You can disconnect at any time, here or in Slack</li></ul>".into());
    page
}

pub fn one_with_inputs() -> WizardShow {
    let slot = Slot { sign_in: Some(sign_in("zendesk.com")), parts: vec![Part::Field(subdomain())], ..blank("Zendesk") };
    page("Connect Zendesk to Acme", vec![Element::Slot(slot)])
}

pub fn refused() -> WizardShow {
    let problem = Problem::of(words(), "auth.rejected", "Asana", "Acme", "");
    let mut slot = asana();
    let mut token = token();
    token.error = Some(problem.next.clone());
    slot.parts = vec![Part::Field(token)];
    let item = ErrorItem { href: "#f-1-1".into(), text: problem.next.clone() };
    let mut page = page("Connect Asana", vec![Element::Slot(slot)]);
    page.errors = Some(ErrorSummary { title: Some(problem.title), items: vec![item] });
    page.back_href = Some("index.html".into());
    page.step = Step { number: 2, of: 2 };
    page
}

pub fn down() -> WizardShow {
    let problem = Problem { may_save_anyway: true, ..Problem::of(words(), "provider.down", "Asana", "Acme", "") };
    let item = ErrorItem { href: "#slot-Asana".into(), text: problem.next.clone() };
    let title = Some(problem.title.clone());
    let slot = Slot { problem: Some(problem), ..asana() };
    let mut page = page("Connect your accounts", vec![Element::Slot(slack()), Element::Slot(slot)]);
    page.errors = Some(ErrorSummary { title, items: vec![item] });
    page
}

pub fn every_status() -> WizardShow {
    let slots = Status::ALL.map(|status| Element::Slot(in_status(status)));
    let mut page = page("Every status", slots.into());
    page.back_href = Some("index.html".into());
    page.step = Step { number: 2, of: 4 };
    page
}

pub fn fields(wrong: bool) -> WizardShow {
    let mut page = page("Choose where alerts go", every_control(wrong));
    page.step = Step { number: 3, of: 3 };
    page.submit = Submit::CheckYourAnswers;
    page.back_href = Some("index.html".into());
    let items = page.elements.iter().flat_map(|element| match element {
        Element::Part(Part::Field(field)) => vec![field],
        Element::Part(Part::Group(group)) => group.fields.iter().collect(),
        _ => vec![],
    });
    let items = items.filter_map(|field| field.error.clone().map(|text| ErrorItem { href: format!("#{}", field.id), text }));
    page.errors = ErrorSummary::of(items.collect());
    page
}

fn row(label: &str, value: ReviewValue) -> ReviewRow {
    ReviewRow { label: label.into(), value, change_href: Some("show.html".into()) }
}

pub fn review(live: bool) -> WizardReview {
    let connection = |status, account: Option<&str>| ReviewValue::Connection { status, account: account.map(Into::into) };
    let missing = Missing { href: "show.html".into(), text: "Connect Asana".into() };
    WizardReview {
        words: words(),
        frame: frame(Exit::Link("paused.html".into())),
        form: form(),
        step: Step { number: 3, of: 3 },
        back_href: Some("show.html".into()),
        integration: "Payroll sync".into(),
        live,
        errors: None,
        missing: if live { vec![] } else { vec![missing] },
        sections: vec![
            ReviewSection {
                is_skipped: true,
                title: "Connect your accounts".into(),
                rows: vec![
                    row("Slack", connection(Status::Connected, Some("northwind.slack.com"))),
                    row("Asana", connection(if live { Status::NeedsReconnecting } else { Status::NotConnected }, None)),
                    row("Personal access token", ReviewValue::Secret),
                    ReviewRow { change_href: None, ..row("Acme Payroll", connection(Status::Managed, None)) },
                ],
            },
            ReviewSection {
                is_skipped: false,
                title: "Choose where alerts go".into(),
                rows: vec![
                    row("Severity", ReviewValue::Text("Only what is urgent".into())),
                    row("Channels", ReviewValue::Lines(vec!["#people".into(), "#payroll-and-benefits".into()])),
                    row("Note", ReviewValue::Empty),
                ],
            },
        ],
    }
}

pub fn done(changed: bool) -> WizardDone {
    WizardDone {
        words: words(),
        frame: frame(Exit::None),
        integration: "Payroll sync".into(),
        changed,
        own_href: (!changed).then(|| "own.html".into()),
        review_href: "review.html".into(),
    }
}

pub fn conflict() -> WizardConflict {
    let row = |id: &str, label: &str, yours: Option<&str>, saved: Option<&str>, secret| ConflictRow {
        id: id.into(),
        name: id.into(),
        label: label.into(),
        yours: yours.map(Into::into),
        saved: saved.map(Into::into),
        secret,
    };
    WizardConflict {
        words: words(),
        frame: frame(Exit::Link("paused.html".into())),
        form: form(),
        rows: vec![
            row("c-1", "Region", Some("Europe"), Some("America"), false),
            row("c-2", "API key", None, None, true),
            row("c-3", "Note", Some("Only on weekdays"), None, false),
        ],
        carried: vec![Carried { name: "region".into(), value: "eu".into() }],
    }
}
