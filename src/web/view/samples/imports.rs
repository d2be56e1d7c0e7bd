//! A file of customers at each of its stages.

use askama::Template;

use super::super::admin::{Section, customers::Chip, imports::*};
use super::super::*;
use super::other_pages::console;
use super::{form, frame, words};

pub fn import_pages() -> Vec<(String, askama::Result<String>)> {
    let planned = Stage::Planned {
        start: form(),
        discard: form(),
        mapping_href: "show.html".into(),
        what: "12 new, 3 changed, 30 the same, 3 wrong".into(),
        offers_checks: true,
    };
    let done = Stage::Done { what: "12 new, 3 changed, 30 the same, 3 wrong".into(), result_href: "show.html".into(), discard: form() };
    vec![
        ("console-import-new".into(), new(None).render()),
        ("console-import-refused".into(), new(Some("Line 4 could not be read.")).render()),
        ("console-import-mapping".into(), mapping(None).render()),
        ("console-import-mapping-wrong".into(), mapping(Some("Choose one column that holds your own id")).render()),
        ("console-import-planned".into(), show(planned).render()),
        ("console-import-running".into(), show(Stage::Running { done: 12, of: 48, here: "show.html".into() }).render()),
        ("console-import-done".into(), show(done).render()),
        (
            "console-import-none".into(),
            ImportShow { rows: vec![], ..show(Stage::Running { done: 0, of: 4, here: "show.html".into() }) }.render(),
        ),
    ]
}

fn errors(error: Option<&str>, href: &str) -> Option<ErrorSummary> {
    ErrorSummary::of(error.map(|text| ErrorItem { href: href.into(), text: text.into() }).into_iter().collect())
}

fn new(error: Option<&str>) -> ImportNew {
    ImportNew {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        form: form(),
        errors: errors(error, "#file"),
        integrations: vec![("payroll".into(), "Payroll sync".into(), true)],
        definition: None,
        rows_max: 5000,
    }
}

fn mapping(error: Option<&str>) -> ImportMapping {
    let column = |at: usize, heading: &str, chosen: &str| ColumnChoice {
        name: format!("column-{at}"),
        heading: heading.into(),
        chosen: chosen.into(),
    };
    let choice = |value: &str, text: &str| (value.to_owned(), text.to_owned());
    ImportMapping {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        form: form(),
        discard: form(),
        errors: errors(error, "#column-0"),
        file: "customers.csv, 48 rows".into(),
        columns: vec![
            column(0, "External ID", "external_id"),
            column(1, "Company", "name"),
            column(2, "API key of their very own payroll", ""),
        ],
        choices: vec![
            choice("", "Leave it out"),
            choice("external_id", "Your own id"),
            choice("name", "Name"),
            choice("input:erp:key", "Acme Payroll: API key"),
        ],
    }
}

fn show(stage: Stage) -> ImportShow {
    let line = |number, external_id: &str, result: &str, note: &str| ImportLine {
        number,
        external_id: external_id.into(),
        result: result.into(),
        is_wrong: result == "Wrong",
        note: note.into(),
    };
    ImportShow {
        words: words(),
        frame: frame(Exit::None),
        console: console(Section::Customers),
        file: "customers.csv, 48 rows".into(),
        stage,
        chips: vec![
            Chip { href: "show.html".into(), text: "All 48".into(), is_current: true },
            Chip { href: "show.html".into(), text: "Wrong 3".into(), is_current: false },
        ],
        rows: vec![
            line(1, "cust-1", "New", ""),
            line(2, "cust-2-with-a-very-long-id-of-its-own", "Changes", "Company, API key"),
            line(3, "cust-3", "Wrong", "API key of their very own payroll: it does not look right"),
            line(4, "cust-4", "The same", ""),
        ],
        more_href: Some("show.html".into()),
        first_href: None,
    }
}
