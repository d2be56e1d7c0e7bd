//! A customer user's own view of saved connections: those that their session reaches, and what they may change of them.

use std::collections::BTreeMap;

use serde_json::json;

use super::saved::Saved;
use crate::{
    domain::{
        access::{Actor, CustomerSession, Scope},
        audit::AuditAction,
        check::CheckTrigger,
        connection::{Connection, ConnectionOwner, ConnectionRef},
        credential::Credential,
        ids::ConnectionId,
        input::{InputType, Raw},
        key::Key,
        reason::Reason,
        resolution::{SetBy, is_shown},
        validation::{Field, FieldError, FieldErrors},
    },
    flows::{
        Asked, Broken, Context, SlotSummary,
        check::{self, Tried},
        disconnect::{self, Use},
        life::Renewal,
        prefill::slot_connection,
        requirement::Requirement,
    },
    manifest::Activation,
};

/// More than anyone looks through on one page.
const MOST: i64 = 200;

/// Those that the customer activated; oldest first.
pub async fn reached(context: &Context, visit: &CustomerSession) -> Result<Vec<Saved>, Broken> {
    let scope = Scope::Customer(visit.customer_id);
    let counts = context.store().read().bindings().count_each(scope, visit.customer_id).await?;
    let mut all = Vec::new();
    for connection in context.store().read().connections().list_saved(scope, visit.customer_id, None, None, MOST).await? {
        if !reaches(context, visit, &connection).await? {
            continue;
        }
        let used_in = counts.get(&connection.id).copied().unwrap_or(0);
        if let Some(requirement) = context.requirement_of(connection).await?.filter(is_theirs) {
            all.push(Saved { connection: slot_connection(&requirement, context.now())?, used_in });
        }
    }
    Ok(all)
}

fn is_theirs(requirement: &Requirement) -> bool {
    requirement.activation() == Some(Activation::Customer)
}

async fn reaches(context: &Context, visit: &CustomerSession, connection: &Connection) -> Result<bool, Broken> {
    if visit.all_connections || visit.connections.contains(&connection.id) {
        return Ok(true);
    }
    let scope = Scope::Customer(visit.customer_id);
    let uses = context.store().read().bindings().uses(scope, connection.id, MOST).await?;
    Ok(uses.iter().any(|of| visit.instances.contains(&of.instance_id)))
}

/// Whether this session may see and change it. What the organization activates is nobody's here.
pub async fn may(context: &Context, visit: &CustomerSession, id: ConnectionId) -> Result<bool, Broken> {
    let scope = Scope::Customer(visit.customer_id);
    let Some(connection) = context.store().read().connections().find(scope, id).await? else { return Ok(false) };
    match &connection.owner {
        ConnectionOwner::Customer { .. } => {
            Ok(reaches(context, visit, &connection).await? && context.requirement_of(connection).await?.as_ref().is_some_and(is_theirs))
        }
        // What is typed of a new one in a slot that they may configure.
        ConnectionOwner::Slot { instance_id, .. } => {
            Ok(visit.instances.contains(instance_id) && context.requirement_of(connection).await?.as_ref().is_some_and(is_theirs))
        }
        _ => Ok(false),
    }
}

/// A saved connection as its page shows it.
pub struct Look {
    pub name: String,
    /// Of the definition.
    pub kind: String,
    pub slot: SlotSummary,
    pub uses: Vec<Use>,
    pub renewal: Renewal,
    pub can_check: bool,
    /// By a link that was made for a new one, and not connected yet.
    pub is_begun: bool,
    pub revision: i64,
}

pub async fn look(context: &Context, scope: Scope, id: ConnectionId) -> Result<Option<Look>, Broken> {
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::Id(id)).await? else { return Ok(None) };
    let kind = requirement.label();
    let connection = &requirement.connection;
    Ok(Some(Look {
        name: if connection.name.is_empty() { kind.clone() } else { connection.name.clone() },
        kind,
        slot: requirement.summary()?,
        uses: disconnect::uses(context, scope, connection).await?,
        renewal: Renewal::of(connection, context.now()),
        can_check: requirement.connection_type()?.check().is_some() || requirement.obtains_by_itself()?,
        is_begun: context.store().read().connections().is_begun(scope, id).await?,
        revision: connection.revision,
    }))
}

pub enum Edited {
    Saved,
    Refused(FieldErrors),
    /// The service said no: nothing was saved.
    NotWorking(Reason),
    /// A field that was never theirs to send.
    Foreign,
    NotFound,
}

/// Other values, tried before they are saved, for everything that uses the connection.
pub async fn edit(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    at: &ConnectionRef,
    raw: &BTreeMap<Field, Raw>,
) -> Result<Edited, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Edited::NotFound) };
        let asked = requirement.asked()?;
        if requirement.needs_consent()? || !are_asked(&requirement, &asked, raw) {
            return Ok(Edited::Foreign);
        }
        let mut credential = Credential { token: None, ..requirement.credential.clone() };
        let errors = overlay(&requirement, &asked, raw, &mut credential);
        if !errors.is_empty() {
            return Ok(Edited::Refused(errors));
        }
        let resolved = requirement.resolve_with(&credential.inputs)?;
        let Tried { result, run } = context.try_out(&requirement, &resolved, None, CheckTrigger::Person).await?;
        let passed = match result {
            Ok(passed) => passed,
            Err(reason) => return Ok(Edited::NotWorking(reason)),
        };
        let (token, captured) = passed.granted.map(|granted| (granted.token, granted.context)).unzip();
        credential.token = token;
        let before = Connection { checked_at: None, account: None, ..requirement.connection.clone() };
        let id = before.id;
        let sealed = context.vault().seal_credential(before.owner.owner_uuid(), id.as_uuid(), &credential, &before.credential);
        let mut saved = before.connect(sealed, passed.account, passed.confirmed, context.now());
        saved.context = captured.unwrap_or_default();
        let mut work = context.store().begin().await?;
        if !context.keep(&mut work, scope, &requirement, &saved).await? {
            continue;
        }
        if let Some(run) = &run {
            work.checks().insert(id, run).await?;
        }
        let inputs: Vec<&Key> = asked.iter().map(|asked| &asked.input.key).collect();
        let detail = json!({"inputs": inputs, "checked": passed.confirmed});
        context.record(&mut work, &context.connection_event(actor, AuditAction::ConnectionSaved, &saved, detail)).await?;
        work.commit().await?;
        return Ok(Edited::Saved);
    }
}

pub(super) fn are_asked(requirement: &Requirement, asked: &[Asked], raw: &BTreeMap<Field, Raw>) -> bool {
    raw.keys().all(|field| asked.iter().any(|asked| field_of(requirement, asked) == *field))
}

pub(in crate::flows) fn field_of(requirement: &Requirement, asked: &Asked) -> Field {
    Field::Input { slot: requirement.slot.key.clone(), input: asked.input.key.clone() }
}

/// A blank secret keeps the saved one.
pub(in crate::flows) fn overlay(
    requirement: &Requirement,
    asked: &[Asked],
    raw: &BTreeMap<Field, Raw>,
    credential: &mut Credential,
) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let parse = |asked: &Asked| {
        let nothing = if asked.input.input_type == InputType::Map { Raw::Rows(Vec::new()) } else { Raw::Texts(Vec::new()) };
        asked.input.parse(raw.get(&field_of(requirement, asked)).unwrap_or(&nothing))
    };
    let value = |key: &str| {
        let asked = asked.iter().find(|asked| asked.input.key.as_str() == key)?;
        parse(asked).ok().flatten().and_then(|given| given.as_clear().cloned())
    };
    for one in asked.iter().filter(|one| is_shown(&one.input, value)) {
        match parse(one) {
            Ok(Some(given)) => drop(credential.inputs.insert(one.input.key.clone(), (given, SetBy::Customer))),
            Ok(None) if one.has_secret => {}
            Ok(None) if one.input.required && one.input.input_type != InputType::Boolean => {
                errors.push(field_of(requirement, one), FieldError::Required);
            }
            Ok(None) => drop(credential.inputs.remove(&one.input.key)),
            Err(error) => errors.push(field_of(requirement, one), error),
        }
    }
    errors
}

/// A check that a person asks for.
pub async fn check_now(context: &Context, scope: Scope, actor: &Actor, id: ConnectionId) -> Result<check::Checked, Broken> {
    check::run(context, scope, actor, &ConnectionRef::Id(id), CheckTrigger::Person).await
}
