//! Slots of which each user of a customer has a connection of their own.
//!
//! The runtime names the user; the user sees theirs and nobody else's; who looks after the customer sees who has connected, and
//! as whom nobody but the organization. What is one user's goes with them (`removal`).

mod own;
mod removal;

pub use own::{Own, OwnPage, Refused, begin, page, save};
pub use removal::Removal;

use super::{Broken, Context};
use crate::domain::{
    access::Scope,
    connection::{Connection, ConnectionRef},
    customer_user::CustomerUser,
    ids::InstanceId,
    instance::Instance,
    key::Key,
};

/// Why a place holds no connection, for whoever named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// The slot is each user's own, and none was named.
    UserRequired,
    /// The slot is the instance's, and a user was named.
    UserUnexpected,
    Nowhere,
}

pub async fn misplaced(context: &Context, at: &ConnectionRef) -> Result<Misplaced, Broken> {
    let (instance_id, slot, is_named) = match at {
        ConnectionRef::Slot { instance_id, slot } => (instance_id, slot, false),
        ConnectionRef::OfUser { instance_id, slot, .. } => (instance_id, slot, true),
        ConnectionRef::Id(_) | ConnectionRef::Of(_) => return Ok(Misplaced::Nowhere),
    };
    Ok(match (owners_of(context, *instance_id, slot).await?, is_named) {
        (Some(Owners::EachUser), false) => Misplaced::UserRequired,
        (Some(Owners::Everybody), true) => Misplaced::UserUnexpected,
        _ => Misplaced::Nowhere,
    })
}

/// Whose the connections of a slot are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owners {
    /// One for all users of the customer.
    Everybody,
    EachUser,
}

/// `None`: there is no such slot.
pub async fn owners_of(context: &Context, id: InstanceId, slot: &str) -> Result<Option<Owners>, Broken> {
    let Some(instance) = context.store().read().instances().find(Scope::Organization, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let slot = published.integration.slot(slot);
    Ok(slot.map(|slot| if slot.is_per_user() { Owners::EachUser } else { Owners::Everybody }))
}

/// A user of the instance's customer, and what they have in each slot that is each user's own.
pub struct Colleague {
    pub user: CustomerUser,
    /// Slot, and `None` where nobody ever began.
    pub connections: Vec<(Key, Option<Connection>)>,
}

/// Everybody who is in, and has or could have such connections. `None`: there is no such instance for this caller.
pub async fn colleagues(context: &Context, scope: Scope, id: InstanceId) -> Result<Option<Vec<Colleague>>, Broken> {
    let Some(instance) = context.store().read().instances().find(scope, id).await? else { return Ok(None) };
    let published = context.published_for(&instance).await?;
    let slots: Vec<Key> = published.integration.user_slots().map(|slot| slot.key.clone()).collect();
    of_slots(context, scope, &instance, &slots).await.map(Some)
}

async fn of_slots(context: &Context, scope: Scope, instance: &Instance, slots: &[Key]) -> Result<Vec<Colleague>, Broken> {
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let mut held = context.store().read().connections().list_of_users(scope, instance.id).await?;
    let users = context.store().read().customer_users().list(instance.customer_id).await?;
    let mut found = Vec::new();
    for user in users.into_iter().filter(CustomerUser::is_enabled) {
        let mut take = |slot: &Key| {
            let is_theirs = |one: &Connection| one.owner.user_id() == Some(user.id) && one.owner.slot() == Some(slot);
            held.iter().position(is_theirs).map(|at| held.swap_remove(at))
        };
        let connections = slots.iter().map(|slot| (slot.clone(), take(slot))).collect();
        found.push(Colleague { user, connections });
    }
    Ok(found)
}

/// Whether users of the instance's customer connect accounts of their own in it.
pub async fn has_user_slots(context: &Context, instance: &Instance) -> Result<bool, Broken> {
    Ok(context.published_for(instance).await?.integration.user_slots().next().is_some())
}
