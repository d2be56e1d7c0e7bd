//! Invitations of org users: a link, shown once to whoever invites and mailed where mail works, that makes a user of an address and a role.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    Broken, Context,
    mail::{self, PersonalLink},
    passwords, sign_in,
};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        ids::{InvitationId, UserId},
        input::Format,
        invitation::{INVITATION_SECONDS, Invitation},
        mail::Letter,
        user::{Role, normal_email},
    },
    store::UnitOfWork,
    vault::digest,
};

pub enum Invited {
    Link(PersonalLink),
    NotAnAddress,
    /// A user has this address, or an open invitation.
    AddressTaken,
}

fn url(context: &Context, token: &SecretString) -> SecretString {
    SecretString::from(context.absolute(&format!("/admin/invitations/{}", token.expose_secret())))
}

pub async fn invite(context: &Context, actor: &Actor, email: &str, role: Role) -> Result<Invited, Broken> {
    let email = normal_email(email);
    if !Format::Email.accepts(&email) {
        return Ok(Invited::NotAnAddress);
    }
    let (token, now) = (context.random_token(), context.now());
    let invitation = Invitation {
        id: context.new_invitation_id(),
        token_hash: digest::hash(token.expose_secret()),
        email: email.clone(),
        role,
        created_at: now,
        expires_at: now.plus_seconds(INVITATION_SECONDS),
        accepted_at: None,
        revoked_at: None,
    };
    let mut work = context.store().begin().await?;
    let is_user = work.org_users().find_by_email(&email).await?.is_some();
    if is_user || !work.invitations().insert(&invitation).await?.is_inserted() {
        return Ok(Invited::AddressTaken);
    }
    let detail = json!({"invitation": invitation.id, "email": email, "role": role});
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserInvited, detail)).await?;
    let url = url(context, &token);
    let is_mailed = send(context, &mut work, actor, &invitation, &url).await?;
    work.commit().await?;
    Ok(Invited::Link(PersonalLink { email, url, is_mailed }))
}

/// To whom it is for. False: no mail server is configured.
async fn send(
    context: &Context,
    work: &mut UnitOfWork,
    actor: &Actor,
    invitation: &Invitation,
    url: &SecretString,
) -> Result<bool, Broken> {
    let inviter = match actor {
        Actor::OrgUser { id, .. } => work.org_users().find(*id).await?.map(|user| user.email),
        _ => None,
    };
    let letter = Letter::Invitation {
        url: url.expose_secret().to_owned(),
        inviter: inviter.unwrap_or_else(|| context.organization().name.clone()),
        role: invitation.role,
        expires_at: invitation.expires_at,
    };
    Ok(mail::queue(context, work, &invitation.email, &letter).await?.is_some())
}

/// Another link for it, and another week; the one before opens nothing any more. `None`: it is not open.
pub async fn renew(context: &Context, actor: &Actor, id: InvitationId) -> Result<Option<PersonalLink>, Broken> {
    let token = context.random_token();
    let mut work = context.store().begin().await?;
    let Some(invitation) = work.invitations().find(id).await? else { return Ok(None) };
    let until = context.now().plus_seconds(INVITATION_SECONDS);
    if !work.invitations().renew(id, &digest::hash(token.expose_secret()), until).await? {
        return Ok(None);
    }
    context.record(&mut work, &context.event(actor, AuditAction::InvitationRenewed, json!({"invitation": id}))).await?;
    let url = url(context, &token);
    let invitation = Invitation { expires_at: until, ..invitation };
    let is_mailed = send(context, &mut work, actor, &invitation, &url).await?;
    work.commit().await?;
    Ok(Some(PersonalLink { email: invitation.email, url, is_mailed }))
}

/// False: it is not open.
pub async fn revoke(context: &Context, actor: &Actor, id: InvitationId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.invitations().revoke(id, context.now()).await? {
        return Ok(false);
    }
    context.record(&mut work, &context.event(actor, AuditAction::InvitationRevoked, json!({"invitation": id}))).await?;
    work.commit().await?;
    Ok(true)
}

/// `None`: its link has ended.
pub async fn find(context: &Context, token: &str) -> Result<Option<Invitation>, Broken> {
    let found = context.store().read().invitations().find_by_token(&digest::hash(token)).await?;
    Ok(found.filter(|invitation| invitation.is_open(context.now())))
}

/// Makes the user, once. `None`: the link has ended.
pub async fn accept(context: &Context, token: &str, password: SecretString) -> Result<Option<UserId>, Broken> {
    let Some(invitation) = find(context, token).await? else { return Ok(None) };
    let hash = passwords::hash(context, password).await?;
    let user = sign_in::new_user(context, &invitation.email, Some(hash), invitation.role);
    let mut work = context.store().begin().await?;
    if !work.invitations().accept(invitation.id, &digest::hash(token), context.now()).await?
        || !work.org_users().insert(&user).await?.is_inserted()
    {
        return Ok(None);
    }
    let actor = Actor::OrgUser { id: user.id, role: user.role };
    let detail = json!({"user": user.id, "role": user.role, "invitation": invitation.id});
    context.record(&mut work, &context.event(&actor, AuditAction::OrgUserCreated, detail)).await?;
    sign_in::note(context, &mut work, &user, "invitation").await?;
    work.commit().await?;
    Ok(Some(user.id))
}
