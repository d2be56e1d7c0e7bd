//! What one user sees and changes: their own connections of an instance, one a slot.

use std::collections::BTreeMap;

use super::{Colleague, of_slots};
use crate::{
    domain::{
        access::{Actor, Scope},
        connection::{Connection, ConnectionRef},
        credential::Credential,
        ids::{CustomerUserId, InstanceId},
        input::Raw,
        instance::Instance,
        key::Key,
        resolution::SetBy,
        validation::{Field, FieldErrors},
    },
    flows::{
        Broken, Context, SlotSummary,
        connect::{self, Begun},
        requirement::Requirement,
        reusable::{self, Edited, field_of, overlay},
    },
};

pub struct OwnPage {
    pub instance: Instance,
    pub integration: String,
    /// In the integration's order.
    pub slots: Vec<Own>,
    /// For who looks after the customer.
    pub colleagues: Vec<Colleague>,
}

pub struct Own {
    pub summary: SlotSummary,
    pub can_check: bool,
}

/// `None`: there is no such instance for this user, or nothing in it is each user's own. `with_colleagues`: also who else has
/// connected.
pub async fn page(
    context: &Context,
    scope: Scope,
    id: InstanceId,
    user: CustomerUserId,
    with_colleagues: bool,
) -> Result<Option<OwnPage>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let keys: Vec<Key> = published.integration.user_slots().map(|slot| slot.key.clone()).collect();
    let mut slots = Vec::new();
    for key in &keys {
        let Some(requirement) = context.find_requirement(scope, &ConnectionRef::of_user(id, key.as_str(), user)).await? else { continue };
        let can_check = requirement.connection_type()?.check().is_some() || requirement.obtains_by_itself()?;
        slots.push(Own { summary: requirement.summary()?, can_check });
    }
    if slots.is_empty() {
        return Ok(None);
    }
    let colleagues = if with_colleagues { of_slots(context, scope, &instance, &keys).await? } else { Vec::new() };
    let integration = published.integration.name.clone();
    Ok(Some(OwnPage { instance, integration, slots, colleagues }))
}

/// What a form sent for one slot.
type Typed = BTreeMap<Field, Raw>;

/// Tried first, then saved.
pub async fn save(context: &Context, scope: Scope, actor: &Actor, at: &ConnectionRef, typed: &Typed) -> Result<Edited, Broken> {
    reusable::edit(context, scope, actor, at, typed).await
}

/// Why the person does not leave for the provider, where it is their own doing.
pub enum Refused {
    Errors(FieldErrors),
    /// A field that was never theirs to send.
    Foreign,
}

/// Keeps what was typed as a draft, and starts an attempt bound to this browser. Nothing typed: with what is there.
#[expect(clippy::too_many_arguments, reason = "who, where and what; each of another type")]
pub async fn begin(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    at: &ConnectionRef,
    typed: &Typed,
    browser_hash: [u8; 32],
    return_to: String,
) -> Result<Result<Begun, Refused>, Broken> {
    loop {
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Ok(Begun::NotFound)) };
        if !requirement.is_for_customer_to_connect()? {
            return Ok(Ok(Begun::NotFound));
        }
        let drafted = match drafted(context, &requirement, typed)? {
            Ok(drafted) => drafted,
            Err(refused) => return Ok(Err(refused)),
        };
        let mut work = context.store().begin().await?;
        // An attempt names its connection: the first one makes it.
        if !context.keep(&mut work, scope, &requirement, &drafted).await? {
            continue;
        }
        work.commit().await?;
        let Some(requirement) = context.find_requirement(scope, at).await? else { return Ok(Ok(Begun::NotFound)) };
        return connect::start(context, actor, &requirement, SetBy::Customer, browser_hash, return_to).await.map(Ok);
    }
}

fn drafted(context: &Context, requirement: &Requirement, typed: &Typed) -> Result<Result<Connection, Refused>, Broken> {
    let connection = requirement.connection.clone();
    if typed.is_empty() {
        return Ok(Ok(connection));
    }
    let asked = requirement.asked()?;
    if !typed.keys().all(|field| asked.iter().any(|one| field_of(requirement, one) == *field)) {
        return Ok(Err(Refused::Foreign));
    }
    let mut whole = requirement.credential.clone();
    whole.inputs.extend(requirement.draft.inputs.clone());
    let errors = overlay(requirement, &asked, typed, &mut whole);
    if !errors.is_empty() {
        return Ok(Err(Refused::Errors(errors)));
    }
    let is_asked = |key: &Key| asked.iter().any(|one| one.input.key == *key);
    let inputs = whole.inputs.into_iter().filter(|(key, _)| is_asked(key)).collect();
    let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
    let draft = context.vault().seal_credential(owner, row, &Credential { inputs, token: None }, &connection.draft);
    Ok(Ok(Connection { draft, updated_at: context.now(), ..connection }))
}
