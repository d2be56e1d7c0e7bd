//! What happened, with the names of those it happened to: for pages that tell it in sentences.

use std::collections::HashMap;

use super::{Broken, Context};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditEvent,
        customer::CustomerRef,
        ids::{AuditEventId, CustomerId, InstanceId},
    },
    store::AuditFilter,
};

/// An event and the names in it, as far as what they name is still there.
#[derive(Clone, Debug)]
pub struct Happened {
    pub event: AuditEvent,
    /// Of an org user their address, of an API key its name, of a customer's user their name.
    pub actor: Option<String>,
    pub customer: Option<String>,
    pub integration: Option<String>,
}

/// The newest first. `cursor`: the last one of the page before.
pub async fn list(
    context: &Context,
    scope: Scope,
    filter: &AuditFilter,
    cursor: Option<AuditEventId>,
    limit: i64,
) -> Result<Vec<Happened>, Broken> {
    let events = context.store().read().audit().list(scope, filter, cursor, limit).await?;
    let mut names = Names::default();
    let mut happened = Vec::with_capacity(events.len());
    for event in events {
        happened.push(names.of(context, scope, event).await?);
    }
    Ok(happened)
}

/// The latest of one customer, for the customer's own page.
pub async fn latest_of_customer(context: &Context, scope: Scope, customer: CustomerId, limit: i64) -> Result<Vec<Happened>, Broken> {
    let filter = AuditFilter { customer: Some(customer), ..AuditFilter::default() };
    list(context, scope, &filter, None, limit).await
}

/// Each looked up once a page.
#[derive(Default)]
struct Names {
    customers: HashMap<CustomerId, Option<String>>,
    integrations: HashMap<InstanceId, Option<String>>,
    actors: HashMap<uuid::Uuid, Option<String>>,
    keys: Option<HashMap<uuid::Uuid, String>>,
}

impl Names {
    async fn of(&mut self, context: &Context, scope: Scope, event: AuditEvent) -> Result<Happened, Broken> {
        let customer = match event.customer_id {
            Some(id) => self.customer(context, scope, id).await?,
            None => None,
        };
        let integration = match event.instance_id {
            Some(id) => self.integration(context, scope, id).await?,
            None => None,
        };
        let actor = self.actor(context, &event.actor).await?;
        Ok(Happened { event, actor, customer, integration })
    }

    async fn customer(&mut self, context: &Context, scope: Scope, id: CustomerId) -> Result<Option<String>, Broken> {
        if let Some(known) = self.customers.get(&id) {
            return Ok(known.clone());
        }
        let found = context.store().read().customers().find(scope, &CustomerRef::Id(id)).await?.map(|customer| customer.name);
        self.customers.insert(id, found.clone());
        Ok(found)
    }

    async fn integration(&mut self, context: &Context, scope: Scope, id: InstanceId) -> Result<Option<String>, Broken> {
        if let Some(known) = self.integrations.get(&id) {
            return Ok(known.clone());
        }
        let published = match context.store().read().instances().find(scope, id).await? {
            Some(instance) => context.integration(&instance.integration_key, instance.integration_version).await?,
            None => None,
        };
        let name = published.map(|published| published.integration.name.clone());
        self.integrations.insert(id, name.clone());
        Ok(name)
    }

    async fn actor(&mut self, context: &Context, actor: &Actor) -> Result<Option<String>, Broken> {
        match actor {
            Actor::OrgUser { id, .. } | Actor::Acting { id, .. } => {
                let uuid = id.as_uuid();
                if let Some(known) = self.actors.get(&uuid) {
                    return Ok(known.clone());
                }
                let found = context.store().read().org_users().find(*id).await?.map(|user| user.email);
                self.actors.insert(uuid, found.clone());
                Ok(found)
            }
            Actor::ApiKey { id } => {
                if self.keys.is_none() {
                    let keys = context.store().read().api_keys().list().await?;
                    self.keys = Some(keys.into_iter().map(|key| (key.id.as_uuid(), key.name)).collect());
                }
                Ok(self.keys.as_ref().and_then(|keys| keys.get(&id.as_uuid()).cloned()))
            }
            Actor::CustomerUser { user, .. } => Ok(user.as_ref().map(|user| user.name.clone())),
            Actor::System => Ok(None),
        }
    }
}
