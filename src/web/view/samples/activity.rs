//! The activity page: full, empty, and asked wrongly.

use super::super::admin::{Section, audit::*};
use super::super::*;
use super::other_pages::console;
use super::{frame, words};
use crate::web::present::audit::{actions, actors};

fn line(at: &str, who: &str, did: &str, customer: Option<&str>, note: Option<&str>) -> Line {
    Line {
        at: format!("{at} UTC"),
        moment: format!("2026-11-26T{at}:00Z"),
        who: who.into(),
        did: did.into(),
        customer: customer.map(Into::into),
        customer_href: customer.map(|_| "show.html".into()),
        note: note.map(Into::into),
        is_bad: note.is_some(),
    }
}

fn filter(is_wrong: bool, is_narrow: bool) -> Filter {
    let wrong = |text: &str| is_wrong.then(|| text.to_owned());
    Filter {
        customer: if is_narrow { "contoso".into() } else { String::new() },
        customer_error: wrong("No customer has this id"),
        integrations: vec![Choice { value: "alerts".into(), label: "Team alerts".into(), selected: is_narrow }],
        actions: actions(words(), ""),
        actors: actors(words(), ""),
        from: if is_narrow { "2026-11-01".into() } else { String::new() },
        from_error: wrong("Write the date as 2026-11-27"),
        until: String::new(),
        until_error: None,
        instance: is_narrow.then(|| "01a21baa-5e2e-7604-b593-277a8f1171ca".into()),
        connection: None,
        is_narrow,
    }
}

pub fn activity(is_empty: bool, is_wrong: bool) -> AuditIndex {
    let filter = filter(is_wrong, is_wrong);
    let errors = ErrorSummary::of(if is_wrong {
        vec![
            ErrorItem { href: "#customer".into(), text: "No customer has this id".into() },
            ErrorItem { href: "#from".into(), text: "Write the date as 2026-11-27".into() },
        ]
    } else {
        Vec::new()
    });
    let lines = vec![
        line("14:02", "lee@acme.example", "filled in Slack of Team alerts on the customer’s behalf", Some("Contoso"), None),
        line("13:40", "Kim", "could not sign in for Slack of Team alerts", Some("Contoso"), Some("Someone signed in as another account")),
        line("09:12", "Jackfield", "renewed the access of Asana of Payroll sync", Some("Fabrikam"), None),
    ];
    let earlier = vec![line("18:30", "The API key runtime", "read the credential of Asana of Payroll sync", Some("Fabrikam"), None)];
    let days = vec![Day { day: "26 November 2026".into(), lines }, Day { day: "25 November 2026".into(), lines: earlier }];
    AuditIndex {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Activity),
        errors,
        action: "show.html",
        filter,
        days: if is_empty || is_wrong { Vec::new() } else { days },
        export_href: "show.html".into(),
        older_href: (!is_empty).then(|| "show.html".into()),
        newest_href: None,
    }
}
