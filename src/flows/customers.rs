//! Customers by the API: made, renamed and deleted, each with its audit event in the same transaction.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Broken, Context,
    idempotency::{self, Idempotent, Once},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        customer::{Customer, CustomerRef},
        validation::FieldError,
    },
    store::CustomerDeletion,
};

/// Longest external id and longest name, in characters.
pub(super) const TEXT_MAX: usize = 255;

pub enum Created {
    Customer(Box<Customer>),
    /// By field.
    Refused(BTreeMap<String, FieldError>),
    /// Another customer has this external id.
    Duplicate,
}

pub async fn create(
    context: &Context,
    actor: &Actor,
    external_id: &str,
    name: &str,
    once: Option<&Once>,
) -> Result<Idempotent<Created>, Broken> {
    let refused = refused([("external_id", external_id), ("name", name)]);
    if !refused.is_empty() {
        return Ok(Idempotent::Now(Created::Refused(refused)));
    }
    if let Some(before) = idempotency::recall(context, once).await? {
        return Ok(before);
    }
    let (id, now) = (context.new_customer_id(), context.now());
    let (external_id, name) = (external_id.to_owned(), name.to_owned());
    let customer = Customer { id, external_id, name, revision: 1, created_at: now, updated_at: now };
    let mut work = context.store().begin().await?;
    if let Some(before) = idempotency::note(context, &mut work, once, id.to_string()).await? {
        return Ok(before);
    }
    if !work.customers().insert(&customer).await?.is_inserted() {
        return Ok(Idempotent::Now(Created::Duplicate));
    }
    let detail = json!({"external_id": customer.external_id});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerCreated, id, detail)).await?;
    work.commit().await?;
    Ok(Idempotent::Now(Created::Customer(Box::new(customer))))
}

/// What is not named stays. The external id never changes.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub if_revision: Option<i64>,
}

pub enum Updated {
    Customer(Box<Customer>),
    /// By field.
    Refused(BTreeMap<String, FieldError>),
    /// `If-Match` named another revision.
    Stale,
    NotFound,
}

pub async fn update(context: &Context, scope: Scope, actor: &Actor, customer: &CustomerRef, changes: &Changes) -> Result<Updated, Broken> {
    let refused = refused(changes.name.as_deref().map(|name| ("name", name)));
    if !refused.is_empty() {
        return Ok(Updated::Refused(refused));
    }
    loop {
        let Some(found) = context.store().read().customers().find(scope, customer).await? else { return Ok(Updated::NotFound) };
        if changes.if_revision.is_some_and(|revision| revision != found.revision) {
            return Ok(Updated::Stale);
        }
        let Some(name) = changes.name.clone().filter(|name| *name != found.name) else { return Ok(Updated::Customer(Box::new(found))) };
        let renamed = Customer { name, updated_at: context.now(), revision: found.revision + 1, ..found };
        let mut work = context.store().begin().await?;
        if work.customers().save(scope, &renamed, renamed.revision - 1).await? {
            context
                .record(&mut work, &context.customer_event(actor, AuditAction::CustomerUpdated, renamed.id, json!({"changed": ["name"]})))
                .await?;
            work.commit().await?;
            return Ok(Updated::Customer(Box::new(renamed)));
        }
    }
}

pub async fn delete(context: &Context, scope: Scope, actor: &Actor, customer: &CustomerRef) -> Result<CustomerDeletion, Broken> {
    let Some(found) = context.store().read().customers().find(scope, customer).await? else { return Ok(CustomerDeletion::NotFound) };
    let mut work = context.store().begin().await?;
    let deletion = work.customers().delete(scope, found.id).await?;
    if deletion == CustomerDeletion::Deleted {
        let detail = json!({"external_id": found.external_id});
        context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerDeleted, found.id, detail)).await?;
        work.commit().await?;
    }
    Ok(deletion)
}

pub(super) fn refused<'f>(fields: impl IntoIterator<Item = (&'static str, &'f str)>) -> BTreeMap<String, FieldError> {
    let broken = |text: &str| {
        if text.trim().is_empty() {
            Some(FieldError::Required)
        } else if text.chars().count() > TEXT_MAX {
            Some(FieldError::TooLong { max: TEXT_MAX })
        } else {
            text.chars().any(char::is_control).then_some(FieldError::ControlCharacter)
        }
    };
    fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), broken(text)?))).collect()
}
