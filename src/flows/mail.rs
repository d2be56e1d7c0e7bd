//! Mails: queued in the transaction of what happened, delivered by a worker under a lease, retried, told of in the settings.
//!
//! `queue` is for every flow: what is rolled back is never written of. A letter may hold a link, so it waits sealed.

use futures_util::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{Broken, Context};
use crate::{
    domain::{
        credential::SecretField,
        ids::{MailId, UserId},
        mail::{Drawn, Letter, MailFailure, NextTry, Outgoing},
    },
    store::UnitOfWork,
};

/// Puts a letter into words; the composition root gives the web's. First the letter, then what the organization is called.
pub type Drawing = fn(&Letter, &str) -> Result<Drawn, String>;

/// A link that is one person's own: told once to whoever made it, and mailed to the person where mail works.
pub struct PersonalLink {
    pub email: String,
    /// The whole address.
    pub url: SecretString,
    pub is_mailed: bool,
}

/// Longer than a try may take.
const LEASE_SECONDS: i64 = 60;
const AT_A_TIME: i64 = 4;
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;
const REVISION: i64 = 1;

/// Whether there is a server to send by. Without one nothing is queued, and pages offer no mail.
pub fn is_configured(context: &Context) -> bool {
    context.mailer().is_some()
}

/// Part of `work`: it goes out if that is committed, at least once. `None`: no mail server is configured.
pub async fn queue(context: &Context, work: &mut UnitOfWork, recipient: &str, letter: &Letter) -> Result<Option<MailId>, Broken> {
    if !is_configured(context) {
        return Ok(None);
    }
    let id = context.new_mail_id();
    let text = serde_json::to_string(letter).map_err(|error| Broken::Inconsistent(format!("a letter: {error}")))?;
    let place = context.vault().place(Uuid::nil(), id.as_uuid(), SecretField::Letter, REVISION);
    let sealed = context.vault().seal(place, &SecretString::from(text));
    work.mails().insert(id, letter.kind(), recipient, &sealed, context.now()).await?;
    Ok(Some(id))
}

pub enum Tested {
    Queued { recipient: String },
    NotConfigured,
}

/// To the one who asks, by the way that all mails go.
pub async fn test(context: &Context, user: UserId) -> Result<Tested, Broken> {
    let Some(user) = context.store().read().org_users().find(user).await? else { return Ok(Tested::NotConfigured) };
    let mut work = context.store().begin().await?;
    let queued = queue(context, &mut work, &user.email, &Letter::Test).await?;
    work.commit().await?;
    Ok(if queued.is_some() { Tested::Queued { recipient: user.email } } else { Tested::NotConfigured })
}

/// Sends what is due, a few at a time; how many that were.
pub async fn deliver_due(context: &Context) -> Result<usize, Broken> {
    if !is_configured(context) || !context.store().read().mails().is_any_due(context.now()).await? {
        return Ok(0);
    }
    let mut work = context.store().begin().await?;
    let claimed = work.mails().claim(context.now(), AT_A_TIME, LEASE_SECONDS).await?;
    work.commit().await?;
    for sent in join_all(claimed.iter().map(|mail| deliver(context, mail))).await {
        sent?;
    }
    Ok(claimed.len())
}

/// Removes those that ended more than 30 days ago.
pub async fn purge(context: &Context) -> Result<(), Broken> {
    let mut work = context.store().begin().await?;
    work.mails().purge(context.now().plus_seconds(-KEPT_SECONDS)).await?;
    Ok(work.commit().await?)
}

async fn deliver(context: &Context, mail: &Outgoing) -> Result<(), Broken> {
    let outcome = match drawn(context, mail)? {
        Some(drawn) => send(context, mail, &drawn).await,
        None => Err(MailFailure::Malformed),
    };
    let now = context.now();
    let mut work = context.store().begin().await?;
    match outcome {
        Ok(()) => drop(work.mails().sent(mail, now).await?),
        Err(failure) => {
            let [random] = context.random_bytes();
            let next = failure.next(mail.tries, now, random);
            if next == NextTry::GivenUp {
                tracing::warn!(mail = %mail.id, %failure, "a mail was given up");
            }
            work.mails().failed(mail, &failure.to_string(), next, now).await?;
        }
    }
    Ok(work.commit().await?)
}

/// `None`: written by another version, in words that this one does not know.
fn drawn(context: &Context, mail: &Outgoing) -> Result<Option<Drawn>, Broken> {
    let place = context.vault().place(Uuid::nil(), mail.id.as_uuid(), SecretField::Letter, mail.letter.revision());
    let text = context.vault().open(&place, &mail.letter)?;
    let Ok(letter) = serde_json::from_str::<Letter>(text.expose_secret()) else { return Ok(None) };
    context.draw(&letter).map(Some).map_err(Broken::Inconsistent)
}

async fn send(context: &Context, mail: &Outgoing, drawn: &Drawn) -> Result<(), MailFailure> {
    match context.mailer() {
        Some(mailer) => mailer.send(&mail.recipient, drawn).await,
        None => Err(MailFailure::Unreachable),
    }
}
