//! One audit event, made where the change is made and written in the same transaction.

use serde_json::{Value, json};

use super::{Broken, Context, alerts, events};
use crate::domain::{
    access::Actor,
    audit::{AuditAction, AuditEvent},
    connection::{Connection, ConnectionOwner},
    ids::{CustomerId, InstanceId},
    instance::Instance,
};
use crate::store::UnitOfWork;

impl Context {
    /// Notes what happened, as part of `work` and after the change itself: it is on record, and queued for whoever is to be told
    /// of it, exactly if the change is.
    pub(super) async fn record(&self, work: &mut UnitOfWork, event: &AuditEvent) -> Result<(), Broken> {
        work.audit().insert(event).await?;
        if event.action == AuditAction::HelpAsked {
            alerts::help_asked(self, work, event).await?;
        }
        if let (Actor::CustomerUser { link_id, .. }, Some(is_turned_on)) = (&event.actor, finishes(event.action)) {
            work.links().mark_finished(*link_id, event.connection_id, is_turned_on, event.at).await?;
        }
        events::announce(self, work, event).await
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
            instance_id: instance_of(connection),
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

const fn instance_of(connection: &Connection) -> Option<InstanceId> {
    match &connection.owner {
        ConnectionOwner::Slot { instance_id, .. } => Some(*instance_id),
        _ => None,
    }
}
