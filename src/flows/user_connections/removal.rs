//! A user goes: what was theirs alone is disconnected and deleted in the same transaction, and taken back at its providers after.

use serde_json::json;

use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        connection::Connection,
        credential::SealedCredential,
        ids::{ConnectionId, CustomerId, CustomerUserId},
    },
    flows::{Broken, Context, requirement::Requirement, revoke},
    store::UnitOfWork,
};

/// What a user holds, read before the transaction that ends it.
pub struct Removal {
    customer: CustomerId,
    user: CustomerUserId,
    held: Vec<Held>,
}

struct Held {
    connection: Connection,
    /// `None`: its slot is gone, and with it whom to ask to take something back.
    requirement: Option<Requirement>,
}

impl Removal {
    pub async fn of(context: &Context, customer: CustomerId, user: CustomerUserId) -> Result<Self, Broken> {
        let mut held = Vec::new();
        for connection in context.store().read().connections().list_of_user(Scope::Customer(customer), user).await? {
            held.push(Held { requirement: context.requirement_of(connection.clone()).await?, connection });
        }
        Ok(Self { customer, user, held })
    }

    /// False: what they hold has changed since it was read.
    pub(in crate::flows) async fn run(&self, context: &Context, work: &mut UnitOfWork, actor: &Actor) -> Result<bool, Broken> {
        let scope = Scope::Customer(self.customer);
        let now_held = work.connections().list_of_user(scope, self.user).await?;
        let ids = |all: &mut dyn Iterator<Item = ConnectionId>| all.collect::<Vec<_>>();
        if ids(&mut now_held.iter().map(|one| one.id)) != ids(&mut self.held.iter().map(|held| held.connection.id)) {
            return Ok(false);
        }
        for Held { connection, .. } in &self.held {
            let emptied = connection.clone().disconnect(SealedCredential::default(), context.now());
            if work.connections().save(scope, context.wrapped(&emptied)?.as_ref()).await?.is_none() {
                return Ok(false);
            }
            // Told while it is there to be told of.
            for action in [AuditAction::ConnectionDisconnected, AuditAction::ConnectionDeleted] {
                let detail = json!({"slot": emptied.owner.slot(), "user": self.user});
                context.record(work, &context.connection_event(actor, action, &emptied, detail)).await?;
            }
            work.connections().delete(scope, emptied.id).await?;
        }
        Ok(true)
    }

    /// At the providers, in tasks of their own. Only after the transaction: our own copies go first.
    pub(in crate::flows) fn take_back(self, context: &Context, actor: &Actor) {
        for requirement in self.held.into_iter().filter_map(|held| held.requirement) {
            let (context, actor) = (context.clone(), actor.clone());
            drop(tokio::spawn(async move {
                let Some(token) = &requirement.credential.token else { return };
                let taken = async { revoke::revoke_and_record(&context, &actor, &requirement, &requirement.resolve()?, token).await };
                if let Err(error) = taken.await {
                    tracing::error!(%error, connection = %requirement.connection.id, "a grant of a user who is gone could not be taken back");
                }
            }));
        }
    }
}
