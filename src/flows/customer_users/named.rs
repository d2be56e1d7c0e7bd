//! Users as the host knows them, by its own ids: made, found and deleted by its programs.

use serde_json::json;

use super::new_user;
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        customer_user::{CustomerRole, CustomerUser, CustomerUserRef},
        ids::CustomerId,
        input::Format,
        user::{LinkUser, normal_email},
    },
    flows::{Broken, Context, user_connections::Removal},
};

const EXTERNAL_ID_CHARS: usize = 255;

/// Whom the host wants to have in.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub external_id: Option<String>,
    pub email: String,
    pub name: String,
    pub role: CustomerRole,
}

pub enum Made {
    User(Box<CustomerUser>),
    NotAnAddress,
    /// Not 1 to 255 printable characters.
    BadExternalId,
    /// A colleague has this address, or this external id.
    Taken,
}

/// Without a way to sign in: links and single sign-on are theirs. Nobody is written to.
pub async fn create(context: &Context, actor: &Actor, customer: CustomerId, new: &NewUser) -> Result<Made, Broken> {
    let user = CustomerUser { external_id: new.external_id.clone(), ..new_user(context, customer, &new.email, &new.name, new.role) };
    if !Format::Email.accepts(&user.email) {
        return Ok(Made::NotAnAddress);
    }
    if new.external_id.as_deref().is_some_and(|external_id| !is_external_id(external_id)) {
        return Ok(Made::BadExternalId);
    }
    let mut work = context.store().begin().await?;
    if !work.customer_users().insert(&user).await?.is_inserted() {
        return Ok(Made::Taken);
    }
    let detail = json!({"user": user.id, "email": user.email, "role": user.role});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserCreated, customer, detail)).await?;
    work.commit().await?;
    Ok(Made::User(Box::new(user)))
}

fn is_external_id(text: &str) -> bool {
    (1..=EXTERNAL_ID_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// How the host names somebody for whom it wants a link.
pub enum Named {
    User(LinkUser),
    /// Nobody has this external id, and a new user needs a name and an address.
    Unknown,
    Refused(Made),
}

/// By external id, else by address; made where there is nobody. Who is found by their address gets the external id.
pub async fn ensure(
    context: &Context,
    actor: &Actor,
    customer: CustomerId,
    external_id: &str,
    who: Option<LinkUser>,
) -> Result<Named, Broken> {
    let at = CustomerUserRef::External(external_id.to_owned());
    if let Some(user) = context.store().read().customer_users().find_named(customer, &at).await? {
        return Ok(Named::User(user.as_link_user()));
    }
    let Some(LinkUser { name, email }) = who else { return Ok(Named::Unknown) };
    let found = context.store().read().customer_users().find_by_email(customer, &normal_email(&email)).await?;
    let Some(user) = found else {
        let new = NewUser { external_id: Some(external_id.to_owned()), email, name, role: CustomerRole::Member };
        return Ok(match create(context, actor, customer, &new).await? {
            Made::User(user) => Named::User(user.as_link_user()),
            refused => Named::Refused(refused),
        });
    };
    if !is_external_id(external_id) {
        return Ok(Named::Refused(Made::BadExternalId));
    }
    let mut work = context.store().begin().await?;
    if !work.customer_users().set_external_id(customer, user.id, external_id).await? {
        return Ok(Named::Refused(Made::Taken));
    }
    let detail = json!({"user": user.id, "external_id": external_id});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserNamed, customer, detail)).await?;
    work.commit().await?;
    Ok(Named::User(user.as_link_user()))
}

/// With all that is theirs alone. False: the customer has no such user.
pub async fn delete(context: &Context, actor: &Actor, customer: CustomerId, user: &CustomerUserRef) -> Result<bool, Broken> {
    loop {
        let Some(user) = context.store().read().customer_users().find_named(customer, user).await? else { return Ok(false) };
        let removal = Removal::of(context, customer, user.id).await?;
        let mut work = context.store().begin().await?;
        work.sessions().delete_of_subject(&user.id.to_string()).await?;
        if !removal.run(context, &mut work, actor).await? {
            continue;
        }
        if !work.customer_users().delete(customer, user.id).await? {
            return Ok(false);
        }
        let detail = json!({"user": user.id, "external_id": user.external_id});
        context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserDeleted, customer, detail)).await?;
        work.commit().await?;
        removal.take_back(context, actor);
        return Ok(true);
    }
}
