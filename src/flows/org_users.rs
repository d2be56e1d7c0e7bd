//! The organization's users: who is in, and what they may do. Among them is always an owner who can sign in.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Broken, Context,
    mail::{self, PersonalLink},
    passwords,
};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        ids::UserId,
        invitation::PASSWORD_RESET_SECONDS,
        mail::Letter,
        user::{OrgUser, Role},
    },
    store::UnitOfWork,
    vault::digest,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Done,
    /// It was so already.
    Nothing,
    /// Nobody else is left who decides who is in.
    LastOwner,
    NotFound,
}

pub async fn set_role(context: &Context, actor: &Actor, id: UserId, role: Role) -> Result<Change, Broken> {
    let mut work = context.store().begin().await?;
    let owners = work.org_users().lock_owners().await?;
    let Some(user) = work.org_users().find(id).await? else { return Ok(Change::NotFound) };
    if role != Role::Owner && owners == [id] {
        return Ok(Change::LastOwner);
    }
    if !work.org_users().set_role(id, role).await? {
        return Ok(Change::Nothing);
    }
    let detail = json!({"user": id, "from": user.role, "to": role});
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserRoleChanged, detail)).await?;
    work.commit().await?;
    Ok(Change::Done)
}

/// Out at once: their sessions end with it.
pub async fn disable(context: &Context, actor: &Actor, id: UserId) -> Result<Change, Broken> {
    let mut work = context.store().begin().await?;
    let owners = work.org_users().lock_owners().await?;
    if work.org_users().find(id).await?.is_none() {
        return Ok(Change::NotFound);
    }
    if owners == [id] {
        return Ok(Change::LastOwner);
    }
    if !work.org_users().set_disabled(id, Some(context.now())).await? {
        return Ok(Change::Nothing);
    }
    work.sessions().delete_of_subject(&id.to_string()).await?;
    work.password_resets().clear(id).await?;
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserDisabled, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(Change::Done)
}

pub async fn enable(context: &Context, actor: &Actor, id: UserId) -> Result<Change, Broken> {
    let mut work = context.store().begin().await?;
    if work.org_users().find(id).await?.is_none() {
        return Ok(Change::NotFound);
    }
    if !work.org_users().set_disabled(id, None).await? {
        return Ok(Change::Nothing);
    }
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserEnabled, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(Change::Done)
}

/// A link by which the user sets another password, once, within a day. `None`: there is no such user, or a disabled one.
pub async fn make_reset(context: &Context, actor: &Actor, id: UserId) -> Result<Option<PersonalLink>, Broken> {
    let token = context.random_token();
    let mut work = context.store().begin().await?;
    let Some(user) = work.org_users().find(id).await?.filter(OrgUser::is_enabled) else { return Ok(None) };
    let (hash, expires_at) = (digest::hash(token.expose_secret()), context.now().plus_seconds(PASSWORD_RESET_SECONDS));
    work.password_resets().replace(id, &hash, expires_at).await?;
    context.record(&mut work, &context.event(actor, AuditAction::PasswordResetMade, json!({"user": id}))).await?;
    let url = context.absolute(&format!("/admin/password-resets/{}", token.expose_secret()));
    let letter = Letter::PasswordReset { url: url.clone(), expires_at };
    let is_mailed = mail::queue(context, &mut work, &user.email, &letter).await?.is_some();
    work.commit().await?;
    Ok(Some(PersonalLink { email: user.email, url: SecretString::from(url), is_mailed }))
}

/// Whose password a reset's link sets. `None`: it has ended.
pub async fn find_reset(context: &Context, token: &str) -> Result<Option<OrgUser>, Broken> {
    let Some(id) = context.store().read().password_resets().find(&digest::hash(token), context.now()).await? else { return Ok(None) };
    Ok(context.store().read().org_users().find(id).await?.filter(OrgUser::is_enabled))
}

/// False: the link has ended. All of the user's sessions end.
pub async fn reset_password(context: &Context, token: &str, password: SecretString) -> Result<bool, Broken> {
    let hash = passwords::hash(context, password).await?;
    let mut work = context.store().begin().await?;
    let Some(id) = work.password_resets().take(&digest::hash(token), context.now()).await? else { return Ok(false) };
    let Some(user) = work.org_users().find(id).await?.filter(OrgUser::is_enabled) else { return Ok(false) };
    let actor = Actor::OrgUser { id, role: user.role };
    save_password(context, &mut work, &actor, id, &hash, "reset").await?;
    work.commit().await?;
    Ok(true)
}

/// By the user themself; `current` is asked for where there is one. False: it is not right. All of their sessions end.
pub async fn change_password(
    context: &Context,
    actor: &Actor,
    id: UserId,
    current: SecretString,
    new: SecretString,
) -> Result<bool, Broken> {
    let Some(user) = context.store().read().org_users().find(id).await? else { return Ok(false) };
    if user.password_hash.is_some() && !passwords::is_right(current, user.password_hash.as_deref()).await {
        return Ok(false);
    }
    let hash = passwords::hash(context, new).await?;
    let mut work = context.store().begin().await?;
    save_password(context, &mut work, actor, id, &hash, "own").await?;
    work.commit().await?;
    Ok(true)
}

async fn save_password(context: &Context, work: &mut UnitOfWork, actor: &Actor, id: UserId, hash: &str, by: &str) -> Result<(), Broken> {
    work.org_users().set_password(id, hash).await?;
    work.password_resets().clear(id).await?;
    work.sessions().delete_of_subject(&id.to_string()).await?;
    context.record(work, &context.event(actor, AuditAction::OrgUserPasswordChanged, json!({"user": id, "by": by}))).await
}

/// One session, or all of them where `key_hash` is `None`. False: there was none.
pub async fn end_sessions(context: &Context, actor: &Actor, id: UserId, key_hash: Option<&[u8; 32]>) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    let ended = match key_hash {
        Some(hash) => u64::from(work.sessions().delete_of(&id.to_string(), hash).await?),
        None => work.sessions().delete_of_subject(&id.to_string()).await?,
    };
    if ended > 0 {
        let detail = json!({"user": id, "sessions": ended});
        context.record(&mut work, &context.event(actor, AuditAction::OrgUserSessionsEnded, detail)).await?;
        work.commit().await?;
    }
    Ok(ended > 0)
}
