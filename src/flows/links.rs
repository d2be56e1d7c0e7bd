//! Links: made by the organization, opened by a customer user. The token is in the address alone; its hash is what is kept.

mod make;
mod manage;
mod send;

pub use manage::{Listed, OfCustomer, Opens, Targets, of_customer, opens, revoke};
pub use send::{renew, request};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Broken, Context, customer_users, instances, user_connections};
use crate::{
    domain::{
        access::{Actor, CustomerSession, Scope},
        audit::AuditAction,
        connection::ConnectionOwner,
        customer::CustomerRef,
        customer_user::CustomerUser,
        ids::{ConnectionId, CustomerId, InstanceId},
        instance::InstanceStatus,
        key::Key,
        link::{Link, LinkEnd, LinkTarget},
        user::LinkUser,
    },
    vault::digest,
};

/// What a new link shall open, as the caller named it.
#[derive(Clone, Debug)]
pub enum Wanted {
    Integration(Key),
    Instance(InstanceId),
    Connection(ConnectionId),
    /// A new connection of this definition.
    ReusableConnection(Key),
    /// The page of all that the customer has saved.
    Connections,
}

/// A link as it is asked for.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub wanted: Wanted,
    pub user: Option<LinkUser>,
    pub expires_in_seconds: i64,
    /// To the mailbox of `user`, where there is one and mail works.
    pub is_mailed: bool,
}

pub enum Made {
    Link(Box<Fresh>),
    NoSuchCustomer,
    NoSuchTarget,
}

/// One that was made just now.
pub struct Fresh {
    pub link: Link,
    /// The whole address; it is not told again.
    pub url: SecretString,
    /// A mail with it is on its way.
    pub is_mailed: bool,
}

pub async fn create(context: &Context, scope: Scope, actor: &Actor, customer: &CustomerRef, new: NewLink) -> Result<Made, Broken> {
    let NewLink { wanted, user, expires_in_seconds, is_mailed } = new;
    let Some(customer) = context.store().read().customers().find(scope, customer).await? else { return Ok(Made::NoSuchCustomer) };
    let Some(target) = target(context, Scope::Customer(customer.id), wanted).await? else { return Ok(Made::NoSuchTarget) };
    // What is one user's own is opened by that user alone, whoever was named.
    let user = match only_user(context, &target).await? {
        Some(owner) => Some(owner.as_link_user()),
        None => user,
    };
    let subject = if is_mailed { send::subject(context, &target).await? } else { None };
    let token = context.random_token();
    let now = context.now();
    let mut work = context.store().begin().await?;
    let user_id = match &user {
        // Whoever speaks for one customer alone names somebody, and signs nobody in.
        Some(who) if scope == Scope::Organization => customer_users::of_link(context, &mut work, actor, customer.id, who).await?,
        _ => None,
    };
    let link = Link {
        id: context.new_link_id(),
        token_hash: digest::hash(token.expose_secret().as_bytes()),
        customer_id: customer.id,
        target,
        user,
        user_id,
        created_at: now,
        expires_at: now.plus_seconds(expires_in_seconds),
        opened_at: None,
        finished_at: None,
        requested_at: None,
        revoked_at: None,
    };
    work.links().insert(&link).await?;
    context.record(&mut work, &context.customer_event(actor, AuditAction::LinkCreated, customer.id, json!({"link": link.id}))).await?;
    let url = address(context, &token);
    let is_mailed = send::mail(context, &mut work, &link, subject, &url).await?;
    work.commit().await?;
    Ok(Made::Link(Box::new(Fresh { link, url, is_mailed })))
}

/// Whose connection it opens, where it is one user's own.
async fn only_user(context: &Context, target: &LinkTarget) -> Result<Option<CustomerUser>, Broken> {
    let LinkTarget::Connection(id) = target else { return Ok(None) };
    let found = context.store().read().connections().find(Scope::Organization, *id).await?;
    let Some(user) = found.and_then(|connection| connection.owner.user_id()) else { return Ok(None) };
    Ok(context.store().read().customer_users().find(Scope::Organization, user).await?)
}

/// The whole of it, which is told once.
fn address(context: &Context, token: &SecretString) -> SecretString {
    SecretString::from(context.absolute(&format!("/links/{}", token.expose_secret())))
}

/// The one connection that it opens does not work: its message speaks of that.
pub async fn is_broken(context: &Context, target: &LinkTarget) -> Result<bool, Broken> {
    let LinkTarget::Connection(id) = target else { return Ok(false) };
    let found = context.store().read().connections().find(Scope::Organization, *id).await?;
    Ok(found.is_some_and(|connection| connection.state.reason().is_some()))
}

async fn target(context: &Context, scope: Scope, wanted: Wanted) -> Result<Option<LinkTarget>, Broken> {
    Ok(match wanted {
        Wanted::Integration(key) => context.current_integration(&key).await?.map(|_| LinkTarget::Integration(key)),
        Wanted::Instance(id) => context.store().read().instances().find(scope, id).await?.map(|_| LinkTarget::Instance(id)),
        Wanted::Connection(id) => {
            let found = context.store().read().connections().find(scope, id).await?;
            found.filter(|connection| !connection.owner.is_test()).map(|_| LinkTarget::Connection(id))
        }
        Wanted::ReusableConnection(definition) => {
            make::offered(context, &definition).await?.map(|_| LinkTarget::ReusableConnection { definition, made: None })
        }
        Wanted::Connections => Some(LinkTarget::Connections),
    })
}

pub enum Opened {
    /// What the new session may reach, and where it begins.
    Session {
        session: CustomerSession,
        begins: Begins,
    },
    Ended(LinkEnd),
    Unknown,
}

/// Where a link leads.
pub enum Begins {
    Wizard(InstanceId),
    /// The connections that are this user's own.
    Own(InstanceId),
    /// The page of the one connection that the link is for.
    Page(InstanceId, Key),
    Connections,
    Connection(ConnectionId),
}

pub async fn open(context: &Context, token: &str) -> Result<Opened, Broken> {
    let Some(link) = context.store().read().links().find_by_token(&digest::hash(token.as_bytes())).await? else {
        return Ok(Opened::Unknown);
    };
    if let Some(end) = link.ended(context.now()) {
        return Ok(Opened::Ended(end));
    }
    let scope = Scope::Customer(link.customer_id);
    if let Some(id) = link.user_id
        && !context.store().read().customer_users().find(scope, id).await?.is_some_and(|user| user.is_enabled())
    {
        return Ok(Opened::Ended(LinkEnd::Revoked));
    }
    let actor = Actor::CustomerUser { customer_id: link.customer_id, link_id: Some(link.id), user: link.user.clone() };
    let (instance_id, slot) = match &link.target {
        LinkTarget::Integration(key) => match draft_of(context, scope, &actor, link.customer_id, key).await? {
            Some(id) => (id, None),
            None => return Ok(Opened::Unknown),
        },
        LinkTarget::Instance(id) => (*id, None),
        LinkTarget::Connection(id) => match context.store().read().connections().find(scope, *id).await?.map(|c| c.owner) {
            Some(ConnectionOwner::Slot { instance_id, slot, .. }) => (instance_id, Some(slot)),
            Some(ConnectionOwner::User { instance_id, user_id, .. }) if link.user_id == Some(user_id) => (instance_id, None),
            Some(ConnectionOwner::Customer { .. }) => return open_saved(context, &actor, &link, Some(*id)).await,
            _ => return Ok(Opened::Unknown),
        },
        LinkTarget::ReusableConnection { definition, made } => match make::begun(context, &link, definition, *made).await? {
            Some(id) => return open_saved(context, &actor, &link, Some(id)).await,
            None => return Ok(Opened::Unknown),
        },
        LinkTarget::Connections => return open_saved(context, &actor, &link, None).await,
    };
    let Some(instance) = context.store().read().instances().find(scope, instance_id).await? else { return Ok(Opened::Unknown) };
    let instance = instances::follow_newest(context, instance).await?;
    let page = match slot {
        Some(slot) => context.published_for(&instance).await?.integration.page_of_slot(slot.as_str()).map(|page| page.key.clone()),
        None => None,
    };
    opened(context, &actor, &link).await?;
    let session = CustomerSession { instances: [instance_id].into(), ..session_of(&link) };
    let is_on = instance.status == InstanceStatus::Active;
    let begins = match page {
        Some(page) => Begins::Page(instance_id, page),
        // What is left to do once it is on is each user's own.
        None if is_on && link.user_id.is_some() && user_connections::has_user_slots(context, &instance).await? => Begins::Own(instance_id),
        None => Begins::Wizard(instance_id),
    };
    Ok(Opened::Session { session, begins })
}

async fn open_saved(context: &Context, actor: &Actor, link: &Link, id: Option<ConnectionId>) -> Result<Opened, Broken> {
    opened(context, actor, link).await?;
    let session = CustomerSession { connections: id.into_iter().collect(), all_connections: id.is_none(), ..session_of(link) };
    Ok(Opened::Session { session, begins: id.map_or(Begins::Connections, Begins::Connection) })
}

fn session_of(link: &Link) -> CustomerSession {
    CustomerSession {
        customer_id: link.customer_id,
        link_id: Some(link.id),
        instances: std::collections::BTreeSet::new(),
        connections: std::collections::BTreeSet::new(),
        all_connections: false,
        user: link.user.clone(),
        user_id: link.user_id,
    }
}

async fn opened(context: &Context, actor: &Actor, link: &Link) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.links().mark_opened(link.id, context.now()).await?;
    if let Some(id) = link.user_id {
        work.customer_users().signed_in(id, context.now()).await?;
    }
    context.record(&mut work, &context.customer_event(actor, AuditAction::LinkOpened, link.customer_id, json!({"link": link.id}))).await?;
    Ok(work.commit().await?)
}

/// The customer's draft of an integration is resumed, or one is started.
async fn draft_of(
    context: &Context,
    scope: Scope,
    actor: &Actor,
    customer_id: CustomerId,
    key: &Key,
) -> Result<Option<InstanceId>, Broken> {
    if let Some(draft) = context.store().read().instances().find_draft(scope, customer_id, key).await? {
        return Ok(Some(draft.id));
    }
    match instances::create(context, scope, actor, &CustomerRef::Id(customer_id), key, None).await? {
        instances::Created::Instance(instance) => Ok(Some(instance.id)),
        instances::Created::NoSuchCustomer | instances::Created::NoSuchIntegration => Ok(None),
    }
}
