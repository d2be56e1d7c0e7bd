//! One audit event, made where the change is made and written in the same transaction, chained to the one before.

mod chain;

use serde_json::{Value, json};

pub use chain::{Fault, Tampered, Verified, prepare, verify};

use super::{Broken, Context, alerts, events};
use crate::domain::{
    access::Actor,
    audit::{AuditAction, AuditEvent},
    connection::Connection,
    ids::CustomerId,
    instance::Instance,
};
use crate::{store::UnitOfWork, vault::ChainKey};

impl Context {
    /// Notes what happened, as part of `work` and after the change itself: it is on record, and queued for whoever is to be told
    /// of it, exactly if the change is.
    pub(super) async fn record(&self, work: &mut UnitOfWork, event: &AuditEvent) -> Result<(), Broken> {
        self.chain(work, event).await?;
        if event.action == AuditAction::HelpAsked {
            alerts::help_asked(self, work, event).await?;
        }
        if let (Actor::CustomerUser { link_id: Some(link_id), .. }, Some(is_turned_on)) = (&event.actor, finishes(event.action)) {
            work.links().mark_finished(*link_id, event.connection_id, is_turned_on, event.at).await?;
        }
        events::announce(self, work, event).await
    }

    /// Behind the end of a chain, with the hash of what is before it. Without telling anyone: for events that were told before.
    pub async fn chain(&self, work: &mut UnitOfWork, event: &AuditEvent) -> Result<(), Broken> {
        let link = work.audit().next_link().await?;
        let hash = self.chain_key()?.hash(&link.bytes(event));
        Ok(work.audit().append(event, &link, &hash).await?)
    }

    fn chain_key(&self) -> Result<&ChainKey, Broken> {
        self.audit_key().get().ok_or_else(|| Broken::Inconsistent("the audit's key was not prepared".to_owned()))
    }

    pub(super) fn event(&self, actor: &Actor, action: AuditAction, detail: Value) -> AuditEvent {
        AuditEvent {
            id: self.new_audit_event_id(),
            at: self.now(),
            actor: actor.clone(),
            action,
            customer_id: None,
            instance_id: None,
            connection_id: None,
            detail,
        }
    }

    pub(super) fn customer_event(&self, actor: &Actor, action: AuditAction, customer_id: CustomerId, detail: Value) -> AuditEvent {
        AuditEvent { customer_id: Some(customer_id), ..self.event(actor, action, detail) }
    }

    pub(super) fn instance_event(&self, actor: &Actor, action: AuditAction, instance: &Instance) -> AuditEvent {
        let detail = json!({"integration": instance.integration_key, "version": instance.integration_version});
        AuditEvent { instance_id: Some(instance.id), ..self.customer_event(actor, action, instance.customer_id, detail) }
    }

    /// `detail`: keys and codes, never values.
    pub(super) fn connection_event(&self, actor: &Actor, action: AuditAction, connection: &Connection, detail: Value) -> AuditEvent {
        AuditEvent {
            customer_id: connection.owner.customer_id(),
            instance_id: connection.owner.instance_id(),
            connection_id: Some(connection.id),
            ..self.event(actor, action, detail)
        }
    }
}

/// Whether it may be what a link was made for, and then whether it is a deployment.
const fn finishes(action: AuditAction) -> Option<bool> {
    match action {
        AuditAction::InstanceDeployed => Some(true),
        AuditAction::ConnectionSaved | AuditAction::AttemptCompleted => Some(false),
        _ => None,
    }
}
