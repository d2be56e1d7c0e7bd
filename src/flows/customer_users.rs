//! The users of a customer: asked in by the organization or by a colleague, signed in by a link, a password or single sign-on.

mod named;

pub use named::{Made, Named, NewUser, create, delete, ensure};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Broken, Context,
    mail::{self, PersonalLink},
    org_users::Change,
    passwords,
    pauses::Tries,
    user_connections::Removal,
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        customer_user::{CustomerRole, CustomerUser},
        ids::{CustomerId, CustomerUserId},
        input::Format,
        invitation::INVITATION_SECONDS,
        mail::Letter,
        user::{LinkUser, normal_email},
    },
    store::UnitOfWork,
    vault::digest,
};

/// How a user appears in the audit, whichever way they came.
pub fn actor(user: &CustomerUser) -> Actor {
    let who = LinkUser { name: user.name.clone(), email: user.email.clone() };
    Actor::CustomerUser { customer_id: user.customer_id, link_id: None, user: Some(who) }
}

pub(super) fn new_user(context: &Context, customer: CustomerId, email: &str, name: &str, role: CustomerRole) -> CustomerUser {
    CustomerUser {
        id: context.new_customer_user_id(),
        customer_id: customer,
        external_id: None,
        email: normal_email(email),
        name: name.trim().to_owned(),
        role,
        password_hash: None,
        identity: None,
        created_at: context.now(),
        signed_in_at: None,
        disabled_at: None,
    }
}

pub enum Asked {
    /// It signs them in, once.
    Link(PersonalLink),
    NotAnAddress,
    /// A colleague has this address already.
    AddressTaken,
}

pub async fn invite(
    context: &Context,
    actor: &Actor,
    customer: CustomerId,
    (email, name): (&str, &str),
    role: CustomerRole,
) -> Result<Asked, Broken> {
    let user = new_user(context, customer, email, name, role);
    if !Format::Email.accepts(&user.email) {
        return Ok(Asked::NotAnAddress);
    }
    let mut work = context.store().begin().await?;
    if !work.customer_users().insert(&user).await?.is_inserted() {
        return Ok(Asked::AddressTaken);
    }
    let link = new_link(context, &mut work, &user).await?;
    let detail = json!({"user": user.id, "email": user.email, "role": role});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserCreated, customer, detail)).await?;
    work.commit().await?;
    Ok(Asked::Link(link))
}

/// In the place of any that the user had.
async fn new_link(context: &Context, work: &mut UnitOfWork, user: &CustomerUser) -> Result<PersonalLink, Broken> {
    let (token, expires_at) = (context.random_token(), context.now().plus_seconds(INVITATION_SECONDS));
    work.sign_in_links().replace(user.id, &digest::hash(token.expose_secret()), expires_at).await?;
    let url = context.absolute(&format!("/sign-in/{}", token.expose_secret()));
    let letter = Letter::SignIn { url: url.clone(), person: user.name.clone(), expires_at };
    let is_mailed = mail::queue(context, work, &user.email, &letter).await?.is_some();
    Ok(PersonalLink { email: user.email.clone(), url: SecretString::from(url), is_mailed })
}

/// For who lost the one before, or their password. `None`: the customer has no such user, or a disabled one.
pub async fn make_link(context: &Context, actor: &Actor, customer: CustomerId, id: CustomerUserId) -> Result<Option<PersonalLink>, Broken> {
    let mut work = context.store().begin().await?;
    let found = work.customer_users().find(Scope::Customer(customer), id).await?;
    let Some(user) = found.filter(CustomerUser::is_enabled) else { return Ok(None) };
    let link = new_link(context, &mut work, &user).await?;
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserInvited, customer, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(Some(link))
}

/// The user of a link made for them, made now where the customer has none with this address.
pub(super) async fn of_link(
    context: &Context,
    work: &mut UnitOfWork,
    actor: &Actor,
    customer: CustomerId,
    who: &LinkUser,
) -> Result<Option<CustomerUserId>, Broken> {
    let email = normal_email(&who.email);
    if !Format::Email.accepts(&email) {
        return Ok(None);
    }
    if let Some(user) = work.customer_users().find_by_email(customer, &email).await? {
        return Ok(Some(user.id));
    }
    let user = new_user(context, customer, &email, &who.name, CustomerRole::Admin);
    if !work.customer_users().insert(&user).await?.is_inserted() {
        return Ok(None);
    }
    let detail = json!({"user": user.id, "email": user.email, "role": user.role});
    context.record(work, &context.customer_event(actor, AuditAction::CustomerUserCreated, customer, detail)).await?;
    Ok(Some(user.id))
}

async fn enabled(context: &Context, id: CustomerUserId) -> Result<Option<CustomerUser>, Broken> {
    let found = context.store().read().customer_users().find(Scope::Organization, id).await?;
    Ok(found.filter(CustomerUser::is_enabled))
}

/// Whose link it is; looking uses nothing up. `None`: it has ended.
pub async fn find_link(context: &Context, token: &str) -> Result<Option<CustomerUser>, Broken> {
    match context.store().read().sign_in_links().find(&digest::hash(token), context.now()).await? {
        Some(id) => enabled(context, id).await,
        None => Ok(None),
    }
}

/// Signs in, once.
pub async fn take_link(context: &Context, token: &str) -> Result<Option<CustomerUser>, Broken> {
    let mut work = context.store().begin().await?;
    let Some(id) = work.sign_in_links().take(&digest::hash(token), context.now()).await? else { return Ok(None) };
    let Some(user) = work.customer_users().find(Scope::Organization, id).await?.filter(CustomerUser::is_enabled) else {
        return Ok(None);
    };
    note(context, &mut work, &user, "link").await?;
    work.commit().await?;
    Ok(Some(user))
}

pub enum CustomerSignIn {
    In(Box<CustomerUser>),
    Refused,
    Wait { seconds: i64 },
}

pub async fn sign_in(context: &Context, email: &str, password: SecretString, network: &str) -> Result<CustomerSignIn, Broken> {
    let email = normal_email(email);
    let tries = Tries::of_password(context, "customer_user", &email, network);
    if let Some(seconds) = tries.begin().await? {
        return Ok(CustomerSignIn::Wait { seconds });
    }
    let user = context.store().read().customer_users().find_with_password(&email).await?.filter(CustomerUser::is_enabled);
    let right = passwords::is_right(password, user.as_ref().and_then(|user| user.password_hash.as_deref())).await;
    let Some(user) = user.filter(|_| right) else { return Ok(CustomerSignIn::Refused) };
    let mut work = context.store().begin().await?;
    tries.succeeded(&mut work).await?;
    note(context, &mut work, &user, "password").await?;
    work.commit().await?;
    Ok(CustomerSignIn::In(Box::new(user)))
}

pub(super) async fn note(context: &Context, work: &mut UnitOfWork, user: &CustomerUser, by: &str) -> Result<(), Broken> {
    work.customer_users().signed_in(user.id, context.now()).await?;
    let event =
        context.customer_event(&actor(user), AuditAction::CustomerUserSignedIn, user.customer_id, json!({"user": user.id, "by": by}));
    context.record(work, &event).await
}

pub async fn set_role(
    context: &Context,
    actor: &Actor,
    customer: CustomerId,
    id: CustomerUserId,
    role: CustomerRole,
) -> Result<Change, Broken> {
    let mut work = context.store().begin().await?;
    if work.customer_users().find(Scope::Customer(customer), id).await?.is_none() {
        return Ok(Change::NotFound);
    }
    if !work.customer_users().set_role(customer, id, role).await? {
        return Ok(Change::Nothing);
    }
    let detail = json!({"user": id, "to": role});
    context.record(&mut work, &context.customer_event(actor, AuditAction::CustomerUserRoleChanged, customer, detail)).await?;
    work.commit().await?;
    Ok(Change::Done)
}

/// Out at once, with all that is theirs alone; or in again.
pub async fn set_disabled(
    context: &Context,
    actor: &Actor,
    customer: CustomerId,
    id: CustomerUserId,
    disabled: bool,
) -> Result<Change, Broken> {
    loop {
        let removal = if disabled { Some(Removal::of(context, customer, id).await?) } else { None };
        let mut work = context.store().begin().await?;
        if work.customer_users().find(Scope::Customer(customer), id).await?.is_none() {
            return Ok(Change::NotFound);
        }
        if !work.customer_users().set_disabled(customer, id, disabled.then(|| context.now())).await? {
            return Ok(Change::Nothing);
        }
        if disabled {
            work.sessions().delete_of_subject(&id.to_string()).await?;
            work.sign_in_links().clear(id).await?;
        }
        if let Some(removal) = &removal
            && !removal.run(context, &mut work, actor).await?
        {
            continue;
        }
        let action = if disabled { AuditAction::CustomerUserDisabled } else { AuditAction::CustomerUserEnabled };
        context.record(&mut work, &context.customer_event(actor, action, customer, json!({"user": id}))).await?;
        work.commit().await?;
        if let Some(removal) = removal {
            removal.take_back(context, actor);
        }
        return Ok(Change::Done);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordSet {
    Done,
    WrongCurrent,
    /// Of another customer: one address has one password.
    AddressInUse,
}

/// By the user themself; `current` is asked for where there is one. All of their sessions end.
pub async fn set_password(context: &Context, user: &CustomerUser, current: SecretString, new: SecretString) -> Result<PasswordSet, Broken> {
    if user.password_hash.is_some() && !passwords::is_right(current, user.password_hash.as_deref()).await {
        return Ok(PasswordSet::WrongCurrent);
    }
    let hash = passwords::hash(context, new).await?;
    let mut work = context.store().begin().await?;
    if !work.customer_users().set_password(user.id, &hash).await? {
        return Ok(PasswordSet::AddressInUse);
    }
    work.sessions().delete_of_subject(&user.id.to_string()).await?;
    let event = context.customer_event(&actor(user), AuditAction::CustomerUserPasswordChanged, user.customer_id, json!({"user": user.id}));
    context.record(&mut work, &event).await?;
    work.commit().await?;
    Ok(PasswordSet::Done)
}

/// One session, or all of them where `key_hash` is `None`. False: there was none.
pub async fn end_sessions(context: &Context, user: &CustomerUser, key_hash: Option<&[u8; 32]>) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    let whose = user.id.to_string();
    let ended = match key_hash {
        Some(hash) => u64::from(work.sessions().delete_of(&whose, hash).await?),
        None => work.sessions().delete_of_subject(&whose).await?,
    };
    if ended > 0 {
        let detail = json!({"user": user.id, "sessions": ended});
        let event = context.customer_event(&actor(user), AuditAction::CustomerUserSessionsEnded, user.customer_id, detail);
        context.record(&mut work, &event).await?;
        work.commit().await?;
    }
    Ok(ended > 0)
}
