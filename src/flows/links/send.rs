//! A link on its way to its person: mailed, made anew, and asked for by whoever came too late.
//!
//! A mail goes only to the address that the organization gave the link; nobody who asks can name another, or learn it.

use secrecy::{ExposeSecret, SecretString};

use super::{
    Fresh, address,
    manage::{Opens, event, opens},
};
use crate::{
    domain::{
        access::{Actor, Scope},
        audit::AuditAction,
        ids::LinkId,
        input::Format,
        link::{Link, LinkEnd, LinkTarget},
        mail::Letter,
    },
    flows::{Broken, Context, mail},
    store::UnitOfWork,
    vault::digest,
};

/// Before somebody who asks again is told of again, and mailed again.
const APART_SECONDS: i64 = 3600;
/// For so long after its end a link brings another one by mail; later, only the organization decides.
const RENEWABLE_SECONDS: i64 = 30 * 86_400;

/// What the letter says that it opens. `None`: it opens nothing.
pub(super) async fn subject(context: &Context, target: &LinkTarget) -> Result<Option<Subject>, Broken> {
    Ok(match opens(context, target).await? {
        Opens::Integration(name) | Opens::New(name) => Some(Subject(Some(name))),
        Opens::Connection { slot, integration } => Some(Subject(Some(format!("{slot} ({integration})")))),
        Opens::Connections => Some(Subject(None)),
        Opens::Gone => None,
    })
}

/// `None`: all that the customer has saved.
pub(super) struct Subject(Option<String>);

/// Part of `work`. False: nobody is known to send it to, it opens nothing, or no mail server is configured.
pub(super) async fn mail(
    context: &Context,
    work: &mut UnitOfWork,
    link: &Link,
    subject: Option<Subject>,
    url: &SecretString,
) -> Result<bool, Broken> {
    let (Some(user), Some(Subject(subject))) = (&link.user, subject) else { return Ok(false) };
    if !Format::Email.accepts(&user.email) {
        return Ok(false);
    }
    let (url, person) = (url.expose_secret().to_owned(), Some(user.name.clone()).filter(|name| !name.trim().is_empty()));
    let letter = Letter::Link { url, person, subject, expires_at: link.expires_at };
    Ok(mail::queue(context, work, &user.email, &letter).await?.is_some())
}

/// For the same, and as long as the first was to last.
fn successor(context: &Context, before: &Link) -> (Link, SecretString) {
    let (token, now) = (context.random_token(), context.now());
    let target = match &before.target {
        // What it was for is done: another one makes another connection.
        LinkTarget::ReusableConnection { definition, .. } if before.finished_at.is_some() => {
            LinkTarget::ReusableConnection { definition: definition.clone(), made: None }
        }
        target => target.clone(),
    };
    let link = Link {
        target,
        id: context.new_link_id(),
        token_hash: digest::hash(token.expose_secret().as_bytes()),
        created_at: now,
        expires_at: now.plus_seconds(before.created_at.seconds_until(before.expires_at).max(1)),
        opened_at: None,
        finished_at: None,
        requested_at: None,
        revoked_at: None,
        ..before.clone()
    };
    (link, address(context, &token))
}

/// Another one, mailed to whom it is for; the first opens nothing from then on. `None`: it is not there.
pub async fn renew(context: &Context, actor: &Actor, id: LinkId) -> Result<Option<Fresh>, Broken> {
    let Some(before) = context.store().read().links().find(Scope::Organization, id).await? else { return Ok(None) };
    let subject = subject(context, &before.target).await?;
    let (link, url) = successor(context, &before);
    let mut work = context.store().begin().await?;
    if work.links().revoke(Scope::Organization, id, context.now()).await? {
        context.record(&mut work, &event(context, actor, AuditAction::LinkRevoked, &before)).await?;
    }
    work.links().insert(&link).await?;
    context.record(&mut work, &event(context, actor, AuditAction::LinkCreated, &link)).await?;
    let is_mailed = mail(context, &mut work, &link, subject, &url).await?;
    work.commit().await?;
    Ok(Some(Fresh { link, url, is_mailed }))
}

/// Somebody who opened a link after its end asks for another one. True: the link is known, and has ended.
///
/// Where mail works, one that merely ran out is followed by another, to the mailbox that the first was for. The answer is the
/// same whether that is so: whoever holds an old address learns nothing of whose it is.
pub async fn request(context: &Context, token: &str) -> Result<bool, Broken> {
    let Some(link) = context.store().read().links().find_by_token(&digest::hash(token.as_bytes())).await? else { return Ok(false) };
    let now = context.now();
    let Some(end) = link.ended(now) else { return Ok(false) };
    let actor = Actor::CustomerUser { customer_id: link.customer_id, link_id: Some(link.id), user: link.user.clone() };
    let subject = if is_renewable(context, &link, end).await? { subject(context, &link.target).await? } else { None };
    let mut work = context.store().begin().await?;
    if work.links().request(link.id, now, now.plus_seconds(-APART_SECONDS)).await? {
        context.record(&mut work, &event(context, &actor, AuditAction::LinkRequested, &link)).await?;
        if subject.is_some() {
            let (again, url) = successor(context, &link);
            work.links().insert(&again).await?;
            context.record(&mut work, &event(context, &actor, AuditAction::LinkCreated, &again)).await?;
            mail(context, &mut work, &again, subject, &url).await?;
        }
        work.commit().await?;
    }
    Ok(true)
}

/// What the organization took back it gives again itself.
async fn is_renewable(context: &Context, link: &Link, end: LinkEnd) -> Result<bool, Broken> {
    let is_late = context.now() >= link.expires_at.plus_seconds(RENEWABLE_SECONDS);
    let Some(user) = link.user.as_ref().filter(|user| Format::Email.accepts(&user.email)) else { return Ok(false) };
    if end != LinkEnd::Expired || is_late || !mail::is_configured(context) {
        return Ok(false);
    }
    let scope = Scope::Customer(link.customer_id);
    Ok(match link.user_id {
        Some(id) => context
            .store()
            .read()
            .customer_users()
            .find(scope, id)
            .await?
            .is_some_and(|found| found.is_enabled() && found.email == crate::domain::user::normal_email(&user.email)),
        None => true,
    })
}
