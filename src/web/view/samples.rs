//! Every page in its states, rendered once: proves that all of them render, and lets people look at them.
//! The pages and `static/` land in `target/pages/`.

use std::fs;
use std::path::Path;

use askama::Template;

use super::admin::*;
use super::connections::*;
use super::demo::*;
use super::field::*;
use super::notice::*;
use super::slot::*;
use super::wizard::*;
use super::*;
use crate::web::words::Words;

mod slots;
use slots::*;

fn words() -> Words {
    Words::english()
}

fn frame(exit: Exit) -> Frame {
    Frame {
        organization: "Acme".into(),
        help_href: Some("mailto:help@acme.example".into()),
        exit,
        flash: None,
    }
}

fn form() -> Form {
    Form {
        action: "show.html".into(),
        csrf: "c5rf".into(),
        version: "3".into(),
    }
}

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

fn several() -> WizardShow {
    let mut page = page(
        "Connect your accounts",
        [slack(), asana(), payroll()].map(Element::Slot).into(),
    );
    page.description_html =
        Some("<p>Payroll sync reads new hires from Slack and Asana, and writes them to your payroll. You can disconnect any of them at any time.</p>".into());
    page.saved_at = Some("14:02".into());
    page.frame.flash = Some(Flash {
        kind: FlashKind::Done,
        text: words().with("flash-connected", "connector", "Slack"),
    });
    page
}

fn one() -> WizardShow {
    let slot = Slot {
        sign_in: Some(sign_in("slack.com")),
        ..blank("Slack")
    };
    let mut page = page("Connect Slack to Acme", vec![Element::Slot(slot)]);
    page.description_html = Some("<ul><li>Acme will read the list of your channels</li><li>Acme will post alerts to the channel you choose</li><li>You can disconnect at any time, here or in Slack</li></ul>".into());
    page
}

fn one_with_inputs() -> WizardShow {
    let slot = Slot {
        sign_in: Some(sign_in("zendesk.com")),
        parts: vec![Part::Field(subdomain())],
        ..blank("Zendesk")
    };
    page("Connect Zendesk to Acme", vec![Element::Slot(slot)])
}

fn refused() -> WizardShow {
    let problem = Problem::of(words(), "auth.rejected", "Asana", "Acme", "");
    let mut slot = asana();
    let mut token = token();
    token.error = Some(problem.next.clone());
    slot.parts = vec![Part::Field(token)];
    let item = ErrorItem {
        href: "#f-1-1".into(),
        text: problem.next.clone(),
    };
    let mut page = page("Connect Asana", vec![Element::Slot(slot)]);
    page.errors = Some(ErrorSummary {
        title: Some(problem.title),
        items: vec![item],
    });
    page.back_href = Some("index.html".into());
    page.step = Step { number: 2, of: 2 };
    page
}

fn down() -> WizardShow {
    let problem = Problem {
        may_save_anyway: true,
        ..Problem::of(words(), "provider.down", "Asana", "Acme", "")
    };
    let item = ErrorItem {
        href: "#slot-Asana".into(),
        text: problem.next.clone(),
    };
    let title = Some(problem.title.clone());
    let slot = Slot {
        problem: Some(problem),
        ..asana()
    };
    let mut page = page(
        "Connect your accounts",
        vec![Element::Slot(slack()), Element::Slot(slot)],
    );
    page.errors = Some(ErrorSummary {
        title,
        items: vec![item],
    });
    page
}

fn every_status() -> WizardShow {
    let slots = Status::ALL.map(|status| Element::Slot(in_status(status)));
    let mut page = page("Every status", slots.into());
    page.back_href = Some("index.html".into());
    page.step = Step { number: 2, of: 4 };
    page
}

fn fields(wrong: bool) -> WizardShow {
    let mut page = page("Choose where alerts go", every_control(wrong));
    page.step = Step { number: 3, of: 3 };
    page.submit = Submit::CheckYourAnswers;
    page.back_href = Some("index.html".into());
    let items = page.elements.iter().flat_map(|element| match element {
        Element::Part(Part::Field(field)) => vec![field],
        Element::Part(Part::Group(group)) => group.fields.iter().collect(),
        _ => vec![],
    });
    let items = items.filter_map(|field| {
        field.error.clone().map(|text| ErrorItem {
            href: format!("#{}", field.id),
            text,
        })
    });
    page.errors = ErrorSummary::of(items.collect());
    page
}

fn row(label: &str, value: ReviewValue) -> ReviewRow {
    ReviewRow {
        label: label.into(),
        value,
        change_href: Some("show.html".into()),
    }
}

fn review(live: bool) -> WizardReview {
    let connection = |status, account: Option<&str>| ReviewValue::Connection {
        status,
        account: account.map(Into::into),
    };
    let missing = Missing {
        href: "show.html".into(),
        text: "Connect Asana".into(),
    };
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
                title: "Connect your accounts".into(),
                rows: vec![
                    row(
                        "Slack",
                        connection(Status::Connected, Some("northwind.slack.com")),
                    ),
                    row(
                        "Asana",
                        connection(
                            if live {
                                Status::NeedsReconnecting
                            } else {
                                Status::NotConnected
                            },
                            None,
                        ),
                    ),
                    row("Personal access token", ReviewValue::Secret),
                    ReviewRow {
                        change_href: None,
                        ..row("Acme Payroll", connection(Status::Managed, None))
                    },
                ],
            },
            ReviewSection {
                title: "Choose where alerts go".into(),
                rows: vec![
                    row("Severity", ReviewValue::Text("Only what is urgent".into())),
                    row(
                        "Channels",
                        ReviewValue::Lines(vec!["#people".into(), "#payroll-and-benefits".into()]),
                    ),
                    row("Note", ReviewValue::Empty),
                ],
            },
        ],
    }
}

fn done(changed: bool) -> WizardDone {
    WizardDone {
        words: words(),
        frame: frame(Exit::None),
        integration: "Payroll sync".into(),
        changed,
        next_html: (!changed).then(|| {
            "<p>New hires appear in your payroll within a minute of joining Slack.</p>".into()
        }),
        review_href: "review.html".into(),
    }
}

fn conflict() -> WizardConflict {
    let row =
        |id: &str, label: &str, yours: Option<&str>, saved: Option<&str>, secret| ConflictRow {
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
        carried: vec![Carried {
            name: "region".into(),
            value: "eu".into(),
        }],
    }
}

fn disconnect(stops: &[&str]) -> Disconnect {
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

fn outcome(outcome: Outcome) -> OauthOutcome {
    let accounts = Accounts {
        expected: "priya@northwind.com".into(),
        actual: "private@example.com".into(),
    };
    OauthOutcome {
        words: words(),
        frame: frame(Exit::None),
        outcome,
        connector: "Slack".into(),
        code: format!("oauth.{}", outcome.key().replace('-', "_")),
        said: (outcome == Outcome::ProviderBroken).then(|| "<b>temporarily_unavailable</b>".into()),
        accounts: (outcome == Outcome::WrongAccount).then_some(accounts),
        missing: if outcome == Outcome::MissingScope {
            vec!["channels:read".into(), "chat:write".into()]
        } else {
            vec![]
        },
        try_again: (outcome != Outcome::Misconfigured).then(form),
        back_href: Some("show.html".into()),
    }
}

fn overview() -> AdminOverview {
    let cell = |status, detail: &str| Cell {
        status,
        detail: (!detail.is_empty()).then(|| detail.into()),
    };
    let row = |customer: &str, turned_on: Option<&str>, cells| InstanceRow {
        customer: customer.into(),
        href: Some("show.html".into()),
        cells,
        turned_on: turned_on.map(Into::into),
    };
    let rows = vec![
        row(
            "Contoso",
            Some("3 March"),
            vec![
                cell(
                    Status::NeedsReconnecting,
                    "Access was withdrawn 2 hours ago",
                ),
                cell(Status::Connected, "lee@contoso.com"),
                cell(Status::Managed, ""),
            ],
        ),
        row(
            "Northwind",
            None,
            vec![
                cell(Status::Connected, "northwind.slack.com"),
                cell(Status::NotConnected, "Link sent to Priya, opened"),
                cell(Status::NotWorking, "The host does not answer"),
            ],
        ),
        row(
            "Fabrikam",
            Some("21 June"),
            vec![
                cell(Status::Connected, "fabrikam.slack.com"),
                cell(Status::Checking, ""),
                cell(Status::Managed, ""),
            ],
        ),
    ];
    let slots = ["Slack", "Asana", "Acme Payroll"]
        .map(String::from)
        .to_vec();
    let empty = IntegrationTable {
        id: "i-2".into(),
        name: "Night shift".into(),
        slots: vec![],
        rows: vec![],
    };
    AdminOverview {
        words: words(),
        frame: frame(Exit::None),
        form: form(),
        integrations: vec![
            IntegrationTable {
                id: "i-1".into(),
                name: "Payroll sync".into(),
                slots,
                rows,
            },
            empty,
        ],
    }
}

fn demo() -> DemoHome {
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
        curl: "curl -H 'Authorization: Bearer jf_demo_0123456789' \\\n  http://127.0.0.1:8123/api/v1/instances/0192f/connections/slack/credentials".into(),
        provider_href: Some("show.html".into()),
    }
}

fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, askama::Result<String>)> = vec![
        ("show".into(), several().render()),
        ("one".into(), one().render()),
        ("one-with-inputs".into(), one_with_inputs().render()),
        ("refused".into(), refused().render()),
        ("down".into(), down().render()),
        ("every-status".into(), every_status().render()),
        ("fields".into(), fields(false).render()),
        ("fields-wrong".into(), fields(true).render()),
        ("review".into(), review(false).render()),
        ("review-live".into(), review(true).render()),
        ("done".into(), done(false).render()),
        ("done-changed".into(), done(true).render()),
        ("conflict".into(), conflict().render()),
        (
            "disconnect".into(),
            disconnect(&[
                "Payroll sync: new hires are no longer read",
                "Team alerts: nothing is posted",
            ])
            .render(),
        ),
        ("disconnect-unused".into(), disconnect(&[]).render()),
        ("overview".into(), overview().render()),
        ("demo".into(), demo().render()),
        (
            "session".into(),
            SessionExpired {
                words: words(),
                frame: frame(Exit::None),
            }
            .render(),
        ),
    ];
    let paused = WizardPaused {
        words: words(),
        frame: frame(Exit::None),
        integration: "Payroll sync".into(),
        resume_href: "show.html".into(),
    };
    pages.push(("paused".into(), paused.render()));
    for refused in [false, true] {
        let sign_in = AdminSignIn {
            words: words(),
            frame: frame(Exit::None),
            form: form(),
            email: "lee@acme.example".into(),
            refused,
        };
        pages.push((format!("sign-in-{refused}"), sign_in.render()));
    }
    for one in Outcome::ALL {
        pages.push((format!("outcome-{}", one.key()), outcome(one).render()));
    }
    for (name, ended) in [
        ("expired", LinkEnded::Expired),
        ("revoked", LinkEnded::Revoked),
        ("unknown", LinkEnded::Unknown),
    ] {
        pages.push((
            format!("link-{name}"),
            LinkShow {
                words: words(),
                frame: frame(Exit::None),
                ended,
            }
            .render(),
        ));
    }
    for status in [400, 403, 404, 409, 413, 418, 429, 500, 502, 503] {
        let error = ErrorShow {
            words: words(),
            frame: frame(Exit::None),
            status,
            request_id: "0192f7c1-7a".into(),
            back_href: (status < 500).then(|| "show.html".into()),
        };
        pages.push((format!("error-{status}"), error.render()));
    }
    pages
        .into_iter()
        .map(|(name, html)| (name, html.unwrap()))
        .collect()
}

#[test]
fn render_every_page_to_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = root.join("target/pages");
    fs::create_dir_all(out.join("static")).unwrap();
    for file in fs::read_dir(root.join("static"))
        .unwrap()
        .map(Result::unwrap)
    {
        fs::copy(file.path(), out.join("static").join(file.file_name())).unwrap();
    }
    for (name, html) in pages() {
        fs::write(out.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn no_page_breaks_the_content_security_policy_or_lacks_a_word() {
    let forbidden = regex::Regex::new(r#"<style|\sstyle=|\son[a-z]+="|<script(?:>|\s[^>]*[^r]>[^<])|Unknown localization|placeholder="#).unwrap();
    for (name, html) in pages() {
        assert_eq!(
            forbidden.find(&html).map(|found| found.as_str()),
            None,
            "in {name}"
        );
        assert_eq!(
            html.matches("<h1").count(),
            1,
            "{name} has one first heading"
        );
        assert_eq!(
            html.matches("class=\"filled").count().max(1),
            1,
            "{name} has at most one filled button"
        );
    }
}

#[test]
fn a_page_with_errors_says_so_in_its_title() {
    assert!(
        refused()
            .render()
            .unwrap()
            .contains("<title>Error: Connect Asana – Acme</title>")
    );
}

#[test]
fn what_the_provider_said_is_shown_as_text() {
    let html = outcome(Outcome::ProviderBroken).render().unwrap();
    assert!(html.contains("&#60;b&#62;temporarily_unavailable") && !html.contains("<b>"));
}
