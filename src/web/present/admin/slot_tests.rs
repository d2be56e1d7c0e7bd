//! The test credentials of an integration's slots.

use super::entered_values::{Sheet, shown};
use crate::{
    domain::{connection::ConnectionState, key::Key, user::Role},
    flows::{entered::ValuesForm, slot_tests::SlotTest},
    web::{
        session::Admin,
        urls::admin as urls,
        view::admin::{Section, integrations::TestRow},
        words::Words,
    },
};

pub fn sheet(words: Words, (integration, name): (&Key, &str), slot: &Key, form: &ValuesForm) -> Sheet {
    Sheet {
        title: words.with_two("tests-of", "slot", &form.name, "integration", name),
        href: urls::slot_test(integration, slot),
        back_href: urls::integration(integration),
        section: Section::Integrations,
        reach: words.t("tests-reach"),
    }
}

pub fn rows(words: Words, admin: &Admin, integration: &Key, tests: &[SlotTest]) -> Vec<TestRow> {
    let may = admin.is_at_least(Role::Admin);
    tests
        .iter()
        .map(|test| TestRow {
            name: test.label.clone(),
            status: shown(state(test)),
            note: note(words, test),
            href: may.then(|| urls::slot_test(integration, &test.slot)),
            central_href: test.central.as_ref().filter(|_| may).map(|central| urls::reusable_values(&central.definition, "test")),
        })
        .collect()
}

/// What a test run finds.
fn state(test: &SlotTest) -> ConnectionState {
    test.central.as_ref().map_or(test.state, |central| central.state)
}

fn note(words: Words, test: &SlotTest) -> Option<String> {
    match &test.central {
        Some(central) => central.state.is_connected().then(|| words.t("tests-central")),
        None => test.account.clone(),
    }
}
