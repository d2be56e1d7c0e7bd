//! What a builder of one customer's workflows reaches: that customer, their saved connections that are enabled for workflows, and
//! links to make another one.

use super::{Broken, Context, links::Wanted};
use crate::domain::{
    access::Scope,
    connection::ConnectionOwner,
    customer::CustomerRef,
    ids::{ConnectionId, CustomerId},
};

/// Whether this customer's builder may reach the customer and the connection that an address names.
pub async fn reaches(
    context: &Context,
    customer_id: CustomerId,
    customer: Option<&CustomerRef>,
    connection: Option<ConnectionId>,
) -> Result<bool, Broken> {
    let scope = Scope::Customer(customer_id);
    if let Some(named) = customer
        && context.store().read().customers().find(scope, named).await?.is_none()
    {
        return Ok(false);
    }
    match connection {
        Some(id) => is_enabled(context, scope, id).await,
        None => Ok(true),
    }
}

async fn is_enabled(context: &Context, scope: Scope, id: ConnectionId) -> Result<bool, Broken> {
    let found = context.store().read().connections().find(scope, id).await?;
    match found.map(|connection| connection.owner) {
        Some(ConnectionOwner::Customer { definition, .. }) => Ok(context.reusable(&definition).await?.is_some_and(|one| one.workflows)),
        _ => Ok(false),
    }
}

/// Whether a builder may make a link to this: to another connection of a definition that is enabled, and to nothing else.
pub async fn may_link_to(context: &Context, wanted: &Wanted) -> Result<bool, Broken> {
    match wanted {
        Wanted::ReusableConnection(definition) => Ok(context.reusable(definition).await?.is_some_and(|one| one.workflows)),
        Wanted::Integration(_) | Wanted::Instance(_) | Wanted::Connection(_) | Wanted::Connections => Ok(false),
    }
}
