//! An instance, and one of its connections, as an org user looks at them to see what is wrong and put it right.

use super::{
    Broken, Context, SlotState, SlotSummary, life,
    life::Life,
    requirement::Requirement,
    user_connections::{self, Colleague},
};
use crate::{
    domain::{
        access::Scope,
        audit::AuditEvent,
        connection::{ConnectionRef, ConnectionState},
        credential::SecretField,
        customer::{Customer, CustomerRef},
        ids::{ConnectionId, InstanceId},
        instance::Instance,
        key::Key,
        resolution::SetBy,
        time::Timestamp,
    },
    store::AuditFilter,
};

/// How much of what happened is shown.
const EVENTS: i64 = 20;

/// An instance with its slots.
pub struct InstanceLook {
    pub customer: Customer,
    pub instance: Instance,
    pub integration: String,
    pub slots: Vec<SlotLook>,
    /// Slots that are each user's own: key and label.
    pub user_slots: Vec<(Key, String)>,
    /// The customer's users, and what each has in those.
    pub colleagues: Vec<Colleague>,
    /// The wizard's pages: key and title.
    pub pages: Vec<(Key, String)>,
}

/// A slot as the organization sees it: what it manages is no secret to it.
pub struct SlotLook {
    pub summary: SlotSummary,
    pub state: SlotState,
}

/// One connection, to be repaired.
pub struct Repair {
    pub customer: Customer,
    pub instance: Instance,
    pub integration: String,
    pub connection_id: ConnectionId,
    pub state: SlotState,
    pub life: Life,
    pub needs_consent: bool,
    pub can_refresh: bool,
    /// Who consented to the token, where there is one.
    pub given_by: Option<SetBy>,
    /// Labels of the values that the customer neither sees nor changes.
    pub locked: Vec<String>,
    /// Labels of secrets that one may still go back to, and until when.
    pub replaced: Vec<(String, Timestamp)>,
    /// Newest first.
    pub events: Vec<AuditEvent>,
}

impl Requirement {
    /// What is managed and broken shows so.
    fn state_for_organization(&self) -> Result<SlotState, Broken> {
        let state = self.state()?;
        Ok(if self.is_managed()? && state.reason().is_none() { SlotState::Managed } else { SlotState::Connection(state) })
    }
}

pub async fn instance(context: &Context, id: InstanceId) -> Result<Option<InstanceLook>, Broken> {
    let Some((customer, instance)) = owner(context, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let requirements = context.requirements(&instance, &published).await?;
    let look = |requirement: &Requirement| Ok(SlotLook { summary: requirement.summary()?, state: requirement.state_for_organization()? });
    let mut user_slots = Vec::new();
    for slot in published.integration.user_slots() {
        user_slots.push((slot.key.clone(), context.slot_label(&published, slot).await?));
    }
    Ok(Some(InstanceLook {
        customer,
        user_slots,
        colleagues: user_connections::colleagues(context, Scope::Organization, id).await?.unwrap_or_default(),
        integration: published.integration.name.clone(),
        slots: requirements.iter().map(look).collect::<Result<_, Broken>>()?,
        pages: published.integration.pages.iter().map(|page| (page.key.clone(), page.title.clone())).collect(),
        instance,
    }))
}

async fn owner(context: &Context, id: InstanceId) -> Result<Option<(Customer, Instance)>, Broken> {
    let scope = Scope::Organization;
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let customer = context.store().read().customers().find(scope, &CustomerRef::Id(instance.customer_id)).await?;
    Ok(customer.map(|customer| (customer, instance)))
}

pub async fn connection(context: &Context, id: InstanceId, slot: &str) -> Result<Option<Repair>, Broken> {
    let scope = Scope::Organization;
    let Some((customer, instance)) = owner(context, id).await? else { return Ok(None) };
    let Some(requirement) = context.find_requirement(scope, &ConnectionRef::slot(id, slot)).await? else { return Ok(None) };
    let Some(life) = life::show(context, scope, id, slot).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let connection_id = requirement.connection.id;
    let filter = AuditFilter { connection: Some(connection_id), ..AuditFilter::default() };
    let events = context.store().read().audit().list(scope, &filter, None, EVENTS).await?;
    let token = requirement.credential.token.as_ref();
    let has_grant = requirement.connection_type()?.auth().oauth2().is_some();
    Ok(Some(Repair {
        customer,
        integration: published.integration.name.clone(),
        connection_id,
        state: requirement.state_for_organization()?,
        needs_consent: requirement.needs_consent()?,
        can_refresh: has_grant && token.is_some_and(|token| token.meta.is_renewable()),
        given_by: token.map(|token| token.meta.given_by),
        locked: locked(&requirement)?,
        replaced: replaced(context, &requirement).await?,
        life,
        instance,
        events,
    }))
}

/// The wizard's page on which a slot stands.
pub async fn page_of(context: &Context, id: InstanceId, slot: &str) -> Result<Option<Key>, Broken> {
    let Some(instance) = context.store().read().instances().find(Scope::Organization, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    Ok(published.integration.page_of_slot(slot).map(|page| page.key.clone()))
}

fn label_of(requirement: &Requirement, key: &Key) -> Result<String, Broken> {
    Ok(requirement.connection_type()?.input(key.as_str()).map_or_else(|| key.to_string(), |input| input.clone().labelled().label))
}

fn locked(requirement: &Requirement) -> Result<Vec<String>, Broken> {
    let locked = requirement.credential.inputs.iter().filter(|(_, (_, set_by))| set_by.is_locked());
    locked.map(|(key, _)| label_of(requirement, key)).collect()
}

async fn replaced(context: &Context, requirement: &Requirement) -> Result<Vec<(String, Timestamp)>, Broken> {
    let kept = context.store().read().replaced_secrets().find(Scope::Organization, requirement.connection.id, context.now()).await?;
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let label = |field: &SecretField| match field {
        SecretField::Input(key) => label_of(requirement, key),
        other => Ok(other.to_string()),
    };
    kept.sealed.secrets.keys().map(|field| Ok((label(field)?, kept.keep_until))).collect()
}

impl Repair {
    pub fn is_disconnected(&self) -> bool {
        self.state == SlotState::Connection(ConnectionState::NotConnected)
    }
}
