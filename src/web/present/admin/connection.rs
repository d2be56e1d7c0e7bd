//! One connection of a customer's, for the organization: how it stands, what happened, and what can be done.

use crate::{
    domain::{ids::InstanceId, instance::InstanceStatus, key::Key, resolution::SetBy, user::Role},
    flows::{Context, SlotState, disconnect::Before, repair::Repair},
    web::{
        errors::Failure,
        present::{self, activity, connection as shared, slot},
        session::{self, Admin},
        urls::admin as urls,
        view::{
            Exit, Flash, FlashKind, Form,
            admin::{
                Section,
                connections::{ConnectionRepair, DisconnectForCustomer, Place, Replaced, Ways},
            },
            slot::{Problem, Status, reason},
        },
        words::Words,
    },
};

pub fn place(customer: (&str, String), integration: &str, id: InstanceId) -> Place {
    Place {
        customer: customer.0.to_owned(),
        customer_href: customer.1,
        integration: integration.to_owned(),
        instance_href: urls::instance(id),
    }
}

pub fn show(context: &Context, words: Words, admin: &Admin, repair: &Repair) -> Result<ConnectionRepair, Failure> {
    let (organization, now) = (context.organization().name.as_str(), context.now());
    let summary = &repair.life.slot;
    let (connector, account) = (summary.connector.as_str(), summary.account.as_deref());
    let status = slot::status(repair.state);
    let mut frame = present::frame(context, Exit::None, session::take_flash(&admin.session));
    frame.flash = session::take_notice(&admin.session).map(|text| Flash { kind: FlashKind::Notice, text }).or(frame.flash);
    Ok(ConnectionRepair {
        words,
        frame,
        console: super::console(context, admin, Section::Customers)?,
        place: place((&repair.customer.name, urls::customer(repair.customer.id)), &repair.integration, repair.instance.id),
        name: summary.label.clone(),
        connector: connector.to_owned(),
        line: line(words, status, account, organization),
        status,
        problem: problem(words, repair.state, connector, organization, account.unwrap_or_default()),
        facts: facts(words, repair, organization, now),
        checks: repair.life.checks.iter().map(|run| shared::check_line(words, run, connector, organization, now, "admin")).collect(),
        history: repair.events.iter().map(|event| activity::happening(words, event, connector, organization, now)).collect(),
        ways: ways(context, admin, repair, status)?,
        replaced: replaced(context, words, admin, repair)?,
    })
}

pub fn line(words: Words, status: Status, account: Option<&str>, organization: &str) -> String {
    match (status, account) {
        (Status::Connected, Some(account)) => words.with("slot-connected-as", "account", account),
        (Status::NotConnected | Status::Checking | Status::Connected, _) | (_, None) => status.text(&words, organization),
        (_, Some(account)) => words.with_two("slot-bad-as", "status", status.text(&words, organization), "account", account),
    }
}

fn problem(words: Words, state: SlotState, connector: &str, organization: &str, account: &str) -> Option<Problem> {
    let (title, sentence, next) = reason(words, state.reason()?.code(), "admin", connector, organization, account);
    Some(Problem { title, sentence, next, may_save_anyway: false })
}

fn facts(words: Words, repair: &Repair, organization: &str, now: crate::domain::time::Timestamp) -> Vec<(String, String)> {
    let mut facts = vec![(words.t("behalf-customer"), repair.customer.name.clone())];
    facts.extend(shared::facts(words, &repair.life, organization, now, "admin"));
    if let (true, Some(given_by)) = (repair.needs_consent, repair.given_by) {
        let who = match given_by {
            SetBy::Customer => words.t("behalf-consent-customer"),
            SetBy::Offered => words.with("behalf-consent-offered", "organization", organization),
            SetBy::Organization => words.with("behalf-consent-locked", "organization", organization),
        };
        facts.push((words.t("behalf-consent"), who));
    }
    if !repair.locked.is_empty() {
        facts.push((words.t("behalf-locked"), repair.locked.join("\n")));
    }
    facts
}

fn ways(context: &Context, admin: &Admin, repair: &Repair, status: Status) -> Result<Ways, Failure> {
    let csrf = session::csrf_or_new(&admin.session, context)?;
    let (id, slot) = (repair.instance.id, &repair.life.slot.key);
    let post = |part: &str| Form { action: urls::connection_part(id, slot, part), csrf: csrf.clone(), version: String::new() };
    let of_instance = |part: &str| Form { action: urls::instance_part(id, part), csrf: csrf.clone(), version: String::new() };
    let (may_link, may_change) = (admin.is_at_least(Role::Support), admin.is_at_least(Role::Admin));
    let is_there = !repair.is_disconnected();
    let is_on = repair.instance.status == InstanceStatus::Active;
    Ok(Ways {
        check: (may_link && is_there && repair.life.can_check).then(|| post("checks")),
        refresh: (may_change && repair.can_refresh).then(|| post("refreshes")),
        connect: (may_change && repair.needs_consent).then(|| post("authorizations")),
        link: (may_link && status != Status::Managed).then(|| post("links")),
        values_href: may_change.then(|| urls::connection_values(id, slot)),
        disconnect_href: (may_change && is_there && status != Status::Managed || may_change && repair.given_by.is_some())
            .then(|| urls::connection_part(id, slot, "disconnection")),
        pause: (may_change && is_on).then(|| of_instance("pause")),
        turn_on: (may_change && !is_on).then(|| of_instance("deployment")),
    })
}

fn replaced(context: &Context, words: Words, admin: &Admin, repair: &Repair) -> Result<Option<Replaced>, Failure> {
    let Some((_, until)) = repair.replaced.first().filter(|_| admin.is_at_least(Role::Admin)) else { return Ok(None) };
    let labels: Vec<&str> = repair.replaced.iter().map(|(label, _)| label.as_str()).collect();
    Ok(Some(Replaced {
        labels: labels.join(", "),
        until: words.with_two("behalf-until", "day", until.day(), "time", until.clock()),
        form: Form {
            action: urls::connection_part(repair.instance.id, &repair.life.slot.key, "restoration"),
            csrf: session::csrf_or_new(&admin.session, context)?,
            version: String::new(),
        },
    }))
}

pub fn disconnect(
    context: &Context,
    words: Words,
    admin: &Admin,
    repair: &Repair,
    before: Before,
) -> Result<DisconnectForCustomer, Failure> {
    let (id, slot): (_, Key) = (repair.instance.id, before.slot.key.clone());
    let console = super::console(context, admin, Section::Customers)?;
    Ok(DisconnectForCustomer {
        words,
        frame: present::frame(context, Exit::None, None),
        place: place((&repair.customer.name, urls::customer(repair.customer.id)), &repair.integration, id),
        form: Form { action: urls::connection_part(id, &slot, "disconnection"), csrf: console.csrf.clone(), version: String::new() },
        console,
        connector: before.slot.connector,
        account: before.slot.account,
        stops: before.uses.iter().map(|used| shared::stops(words, used)).collect(),
        back_href: urls::connection(id, &slot),
    })
}
