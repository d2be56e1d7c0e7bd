//! Reusable connections on the console's pages.

use super::entered_values::{Sheet, shown, told};
use crate::{
    domain::{connection::ConnectionState, key::Key, user::Role},
    flows::{
        Context,
        entered::ValuesForm,
        reusable::{CustomerValues, Definition, Whose},
    },
    manifest::{Activation, InputScope},
    web::{
        errors::Failure,
        present,
        session::Admin,
        urls::admin as urls,
        view::{
            Form,
            admin::{
                Section,
                reusable_connections::{Customers, ReusableIndex, ReusableKind, ReusablePart, ReusableShow},
            },
            slot::Status,
        },
        words::Words,
    },
};

const KINDS: [(Activation, &str); 3] = [
    (Activation::Customer, "customer"),
    (Activation::OrganizationCustomer, "organization-customer"),
    (Activation::OrganizationGlobal, "organization-global"),
];

fn stem(activation: Activation) -> &'static str {
    KINDS.iter().find(|(kind, _)| *kind == activation).map_or("customer", |(_, stem)| stem)
}

pub(super) fn used(words: Words, count: i64) -> String {
    words.count("reusable-used", usize::try_from(count).unwrap_or(0))
}

pub fn index(context: &Context, words: Words, admin: &Admin, all: &[Definition]) -> Result<ReusableIndex, Failure> {
    let row = |of: &Definition| (of.name.clone(), urls::reusable(&of.key), used(words, of.used_in));
    let kind = |(activation, stem): &(Activation, &'static str)| ReusableKind {
        id: stem,
        title: words.t(&format!("reusable-kind-{stem}")),
        hint: words.t(&format!("reusable-kind-{stem}-hint")),
        rows: all.iter().filter(|of| of.activation == *activation).map(row).collect(),
    };
    Ok(ReusableIndex {
        words,
        frame: told(context, admin),
        console: super::console(context, admin, Section::Connections)?,
        kinds: KINDS.iter().map(kind).collect(),
    })
}

/// `states`: of what serves all, and of the test.
pub fn show(
    context: &Context,
    admin: &Admin,
    of: &Definition,
    customers: &[CustomerValues],
    states: (ConnectionState, ConnectionState),
    paused: usize,
) -> Result<ReusableShow, Failure> {
    let (words, console) = (present::words(), super::console(context, admin, Section::Connections)?);
    let may = admin.is_at_least(Role::Admin);
    let form = |part: &str| Form { action: urls::reusable_part(&of.key, part), csrf: console.csrf.clone(), version: String::new() };
    let is_global = of.activation == Activation::OrganizationGlobal;
    let mut parts = Vec::new();
    if is_global || of.inputs.iter().any(|input| input.scope == InputScope::Global) {
        let title = words.t(if is_global { "reusable-organization-connection" } else { "reusable-global-values" });
        parts.push(ReusablePart {
            title,
            href: urls::reusable_values(&of.key, "organization"),
            status: is_global.then(|| shown(states.0)),
            note: used(words, of.used_in),
        });
    }
    parts.push(ReusablePart {
        title: words.t("reusable-test"),
        href: urls::reusable_values(&of.key, "test"),
        status: Some(shown(states.1)),
        note: words.t("reusable-test-note"),
    });
    let of_customers = (of.activation == Activation::OrganizationCustomer).then(|| {
        let row = |one: &CustomerValues| {
            let state = one.state.unwrap_or(ConnectionState::NotConnected);
            let href = may.then(|| urls::reusable_values(&of.key, &one.customer.id.to_string()));
            (one.customer.name.clone(), href, shown(state))
        };
        let mut rows: Vec<_> = customers.iter().map(row).collect();
        rows.sort_by_key(|(.., status)| *status == Status::Connected);
        let missing = rows.iter().filter(|(.., status)| *status == Status::NotConnected).count();
        Customers {
            rows,
            missing: words.count("reusable-missing", missing),
            import: may.then(|| (Form { action: urls::NEW_IMPORT.into(), ..form("") }, heads(of))),
        }
    });
    Ok(ReusableShow {
        words,
        frame: told(context, admin),
        name: of.name.clone(),
        key: of.key.to_string(),
        kind: words.t(&format!("reusable-kind-{}-hint", stem(of.activation))),
        used_in: used(words, of.used_in),
        back_href: urls::REUSABLE_CONNECTIONS.to_owned(),
        parts: if may { parts } else { Vec::new() },
        customers: of_customers,
        disable: (may && of.used_in > 0).then(|| form("disablement")),
        enable: (may && paused > 0).then(|| (form("enablement"), words.count("reusable-waiting", paused))),
        console,
    })
}

/// The first line of many customers' values.
fn heads(of: &Definition) -> String {
    let own = of.inputs.iter().filter(|input| input.scope == InputScope::Customer).map(|input| input.key.to_string());
    std::iter::once("external_id".to_owned()).chain(own).collect::<Vec<_>>().join(",")
}

/// `part`: whose, as it stands in the address.
pub fn sheet(words: Words, definition: &Key, form: &ValuesForm, (whose, part): (&Whose, &str)) -> Sheet {
    let whom = match (whose, &form.customer) {
        (Whose::Customer(_), Some(customer)) => customer.name.clone(),
        (Whose::Test, _) => words.t("reusable-test"),
        _ => words.t("reusable-global-values"),
    };
    Sheet {
        title: words.with_two("reusable-values-of", "name", &form.name, "whose", whom),
        href: urls::reusable_values(definition, part),
        back_href: urls::reusable(definition),
        section: Section::Connections,
        reach: match whose {
            Whose::Test => words.t("reusable-test-note"),
            _ => words.count("reusable-reach", usize::try_from(form.reaches).unwrap_or(0)),
        },
    }
}
