//! How an org user proves who they are: by a password, then by a second step where they have one. An unknown address costs and
//! says the same as a wrong password, and waits as long.

use secrecy::SecretString;
use serde_json::json;

use super::{Broken, Context, passwords, pauses::Tries, second_step};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        ids::UserId,
        pause::OF_CODE,
        user::{OrgUser, Role, normal_email},
    },
    store::UnitOfWork,
};

pub enum UserCreated {
    User(UserId),
    AddressTaken,
}

/// `password`: whoever calls has looked whether it is a good one.
pub async fn create_user(
    context: &Context,
    actor: &Actor,
    email: &str,
    password: &SecretString,
    role: Role,
) -> Result<UserCreated, Broken> {
    let hash = passwords::hash(context, password.clone()).await?;
    let user = new_user(context, email, Some(hash), role);
    let mut work = context.store().begin().await?;
    if !work.org_users().insert(&user).await?.is_inserted() {
        return Ok(UserCreated::AddressTaken);
    }
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserCreated, json!({"user": user.id, "role": role}))).await?;
    work.commit().await?;
    Ok(UserCreated::User(user.id))
}

pub(super) fn new_user(context: &Context, email: &str, password_hash: Option<String>, role: Role) -> OrgUser {
    OrgUser {
        id: context.new_user_id(),
        email: normal_email(email),
        password_hash,
        role,
        identity: None,
        second_step: None,
        step_revision: 0,
        created_at: context.now(),
        signed_in_at: None,
        disabled_at: None,
    }
}

pub enum SignIn {
    In(UserId),
    /// The password was right; a code is asked for now.
    NeedsCode(UserId),
    /// Says nothing of what was wrong.
    Refused,
    /// Nothing was tried: too many tries failed.
    Wait {
        seconds: i64,
    },
}

/// `network`: where the try comes from, as failures are counted.
pub async fn sign_in(context: &Context, email: &str, password: SecretString, network: &str) -> Result<SignIn, Broken> {
    let email = normal_email(email);
    let tries = Tries::of_password(context, "org_user", &email, network);
    if let Some(seconds) = tries.begin().await? {
        return Ok(SignIn::Wait { seconds });
    }
    let user = context.store().read().org_users().find_by_email(&email).await?.filter(OrgUser::is_enabled);
    let right = passwords::is_right(password, user.as_ref().and_then(|user| user.password_hash.as_deref())).await;
    let Some(user) = user.filter(|_| right) else { return Ok(SignIn::Refused) };
    let mut work = context.store().begin().await?;
    tries.succeeded(&mut work).await?;
    let needs_code = user.confirmed_step().is_some();
    if !needs_code {
        note(context, &mut work, &user, "password").await?;
    }
    work.commit().await?;
    Ok(if needs_code { SignIn::NeedsCode(user.id) } else { SignIn::In(user.id) })
}

/// Of a user whose password was right a moment ago: a code of their app, or one of their recovery codes.
pub async fn with_code(context: &Context, id: UserId, code: &str) -> Result<SignIn, Broken> {
    let Some(user) = context.store().read().org_users().find(id).await?.filter(OrgUser::is_enabled) else { return Ok(SignIn::Refused) };
    let tries = Tries::of_one(context, OF_CODE, &["code", &id.to_string()]);
    if let Some(seconds) = tries.begin().await? {
        return Ok(SignIn::Wait { seconds });
    }
    let mut work = context.store().begin().await?;
    let Some(by) = second_step::take(context, &mut work, &user, code).await? else { return Ok(SignIn::Refused) };
    tries.succeeded(&mut work).await?;
    note(context, &mut work, &user, by).await?;
    work.commit().await?;
    Ok(SignIn::In(id))
}

/// The same proof again, before something that earns it. With a second step, its code counts; without, the password.
pub async fn again(context: &Context, id: UserId, password: SecretString, code: &str, network: &str) -> Result<SignIn, Broken> {
    let Some(user) = context.store().read().org_users().find(id).await? else { return Ok(SignIn::Refused) };
    match sign_in(context, &user.email, password, network).await? {
        SignIn::NeedsCode(id) => with_code(context, id, code).await,
        other => Ok(other),
    }
}

/// `by`: the last proof that was asked for.
pub(super) async fn note(context: &Context, work: &mut UnitOfWork, user: &OrgUser, by: &str) -> Result<(), Broken> {
    let actor = Actor::OrgUser { id: user.id, role: user.role };
    work.org_users().signed_in(user.id, context.now()).await?;
    context.record(work, &context.event(&actor, AuditAction::OrgUserSignedIn, json!({"by": by}))).await
}
