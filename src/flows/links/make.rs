//! What a link to a reusable connection makes: one saved connection, begun when the link is first opened, however often it is.

use crate::{
    domain::{
        access::Scope,
        connection::{Connection, ConnectionOwner},
        ids::ConnectionId,
        key::Key,
        link::{Link, LinkTarget},
    },
    flows::{Broken, Context, reusable::free_name},
    manifest::{Activation, ReusableConnection},
};

/// Whoever still has the page of an ended link before them may go on for so long.
const ABANDONED_SECONDS: i64 = 3600;

/// The definition, if customers make connections of it.
pub(super) async fn offered(context: &Context, definition: &Key) -> Result<Option<ReusableConnection>, Broken> {
    Ok(context.reusable(definition).await?.filter(|found| found.activation == Activation::Customer))
}

/// `None`: there is no such definition any more.
pub(super) async fn begun(
    context: &Context,
    link: &Link,
    definition: &Key,
    made: Option<ConnectionId>,
) -> Result<Option<ConnectionId>, Broken> {
    let mut made = made;
    while made.is_none() {
        let Some(definition) = offered(context, definition).await? else { return Ok(None) };
        made = match begin(context, link, &definition).await? {
            Some(id) => Some(id),
            // The link was opened twice at once, or the name was taken meanwhile.
            None => match context.store().read().links().find(Scope::Customer(link.customer_id), link.id).await?.map(|link| link.target) {
                Some(LinkTarget::ReusableConnection { made, .. }) => made,
                _ => return Ok(None),
            },
        };
    }
    Ok(made)
}

async fn begin(context: &Context, link: &Link, definition: &ReusableConnection) -> Result<Option<ConnectionId>, Broken> {
    let (customer_id, scope) = (link.customer_id, Scope::Customer(link.customer_id));
    let version = context.newest_version(&definition.type_ref).await?;
    let (now, id) = (context.now(), context.new_connection_id());
    let mut work = context.store().begin().await?;
    for abandoned in work.connections().list_abandoned(scope, customer_id, &definition.key, now.plus_seconds(-ABANDONED_SECONDS)).await? {
        work.links().unmake(scope, abandoned).await?;
        work.connections().delete_unused(scope, abandoned).await?;
    }
    let name = free_name(&mut work, customer_id, &definition.key, &definition.name).await?;
    let owner = ConnectionOwner::Customer { customer_id, definition: definition.key.clone() };
    let connection = Connection { name, ..Connection::new(id, owner, definition.type_ref.clone(), version, now) };
    if !work.connections().insert(&connection).await?.is_inserted() || !work.links().make(scope, link.id, id).await? {
        return Ok(None);
    }
    work.commit().await?;
    Ok(Some(id))
}
