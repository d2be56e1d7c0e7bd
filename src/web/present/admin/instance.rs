//! An instance with its slots, and what a customer sees of it.

use crate::{
    domain::{
        connection::{Connection, ConnectionState},
        instance::InstanceStatus,
        key::Key,
        user::Role,
    },
    flows::{
        Context, SlotState,
        configure::WizardPage,
        repair::{InstanceLook, SlotLook},
        user_connections::Colleague,
    },
    web::{
        errors::Failure,
        present::{self, slot},
        session::{self, Admin},
        urls::admin as urls,
        view::{
            Exit, Flash, FlashKind, Form,
            admin::{
                Section,
                instances::{Door, InstanceShow, PreviewShow, SlotRow, UserRow},
            },
            slot::reason,
            wizard::Element,
        },
        words::Words,
    },
};

pub fn show(context: &Context, words: Words, admin: &Admin, look: &InstanceLook) -> Result<InstanceShow, Failure> {
    let id = look.instance.id;
    let console = super::console(context, admin, Section::Customers)?;
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    frame.flash = session::take_notice(&admin.session).map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    let may_change = admin.is_at_least(Role::Admin);
    let is_on = look.instance.status == InstanceStatus::Active;
    let form = |part: &str| Form { action: urls::instance_part(id, part), csrf: console.csrf.clone(), version: String::new() };
    Ok(InstanceShow {
        words,
        frame,
        customer: look.customer.name.clone(),
        customer_href: urls::customer(look.customer.id),
        name: look.instance.name.clone(),
        state: match (look.instance.status, look.instance.deployed_at) {
            (InstanceStatus::Active, Some(at)) => words.with("behalf-on-since", "day", at.day()),
            (InstanceStatus::Paused, _) => words.t("behalf-paused"),
            _ => words.t("behalf-not-on"),
        },
        slots: look.slots.iter().map(|one| row(context, words, look, one, may_change)).collect(),
        users: (!look.user_slots.is_empty()).then(|| {
            let link = |user| admin.is_at_least(Role::Support).then(|| form(&format!("users/{user}/link")));
            look.colleagues.iter().map(|colleague| user_row(context, words, look, colleague, link(colleague.user.id))).collect()
        }),
        previews: look.pages.iter().map(|(key, title)| Door { title: title.clone(), href: urls::preview(id, key) }).collect(),
        links_href: admin.is_at_least(Role::Support).then(|| format!("{}?instance={id}", urls::customer_links(look.customer.id))),
        acting_href: may_change.then(|| urls::instance_part(id, "acting")),
        pause: (may_change && is_on).then(|| form("pause")),
        turn_on: (may_change && !is_on).then(|| form("deployment")),
        console,
    })
}

fn row(context: &Context, words: Words, look: &InstanceLook, one: &SlotLook, may_change: bool) -> SlotRow {
    let (id, organization) = (look.instance.id, context.organization().name.as_str());
    let account = one.summary.account.as_deref().unwrap_or_default();
    let detail = match one.state.reason() {
        Some(code) => Some(reason(words, code.code(), "admin", &one.summary.connector, organization, account).0),
        None => one.summary.account.clone(),
    };
    SlotRow {
        name: one.summary.label.clone(),
        href: urls::connection(id, &one.summary.key),
        status: slot::status(one.state),
        detail,
        values_href: may_change.then(|| urls::connection_values(id, &one.summary.key)),
    }
}

fn user_row(context: &Context, words: Words, look: &InstanceLook, colleague: &Colleague, link: Option<Form>) -> UserRow {
    let organization = context.organization().name.as_str();
    let label = |key: &Key| look.user_slots.iter().find(|(of, _)| of == key).map(|(_, label)| label.clone()).unwrap_or_default();
    let connection = |(key, one): &(Key, Option<Connection>)| {
        let (state, account) = one.as_ref().map_or((ConnectionState::NotConnected, None), |one| (one.state, one.account.clone()));
        let why = state.reason().map(|code| {
            let shown = account.as_deref().unwrap_or_default();
            reason(words, code.code(), "admin", &label(key), organization, shown).0
        });
        (label(key), slot::status(SlotState::Connection(state)), why.or(account))
    };
    UserRow {
        name: if colleague.user.name.is_empty() { colleague.user.email.clone() } else { colleague.user.name.clone() },
        email: colleague.user.email.clone(),
        connections: colleague.connections.iter().map(connection).collect(),
        link,
    }
}

pub fn preview(context: &Context, words: Words, admin: &Admin, look: &InstanceLook, page: &WizardPage) -> Result<PreviewShow, Failure> {
    let id = look.instance.id;
    let at = look.pages.iter().position(|(key, _)| *key == page.page);
    let door = |at: Option<usize>| {
        let (key, title) = look.pages.get(at?)?;
        Some(Door { title: title.clone(), href: urls::preview(id, key) })
    };
    let mut shown = present::page::show(context, words, page, "", None);
    for element in &mut shown.elements {
        if let Element::Slot(slot) = element {
            slot.details_href = None;
            slot.disconnect_href = None;
        }
    }
    Ok(PreviewShow {
        words,
        frame: present::frame(context, Exit::None, None),
        console: super::console(context, admin, Section::Customers)?,
        customer: look.customer.name.clone(),
        back_href: urls::instance(id),
        previous: door(at.and_then(|at| at.checked_sub(1))),
        next: door(at.map(|at| at + 1)),
        page: shown,
    })
}
