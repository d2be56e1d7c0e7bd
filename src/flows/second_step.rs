//! The second step of signing in: codes of an authenticator app, and recovery codes for when it is lost.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use uuid::Uuid;

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        credential::{SecretField, SecretPlace},
        ids::UserId,
        user::{OrgUser, SecondStep},
    },
    store::UnitOfWork,
    vault::{digest, totp},
};

const RECOVERY_CODES: usize = 10;
/// Without letters and digits that are taken for another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// What an app is told, while it is set up. Shown to its owner alone.
pub struct Enrolment {
    /// Base32.
    pub secret: SecretString,
    /// As a QR code says it.
    pub uri: SecretString,
}

pub enum Enrol {
    Enrolment(Enrolment),
    /// There is a confirmed one: it is turned off first.
    IsOn,
}

/// The secret that waits for its first code; the same until then, so that a page shown twice is of one app.
pub async fn enrol(context: &Context, id: UserId) -> Result<Enrol, Broken> {
    let user = find(context, id).await?;
    if user.confirmed_step().is_some() {
        return Ok(Enrol::IsOn);
    }
    let secret = match &user.second_step {
        Some(step) => open(context, id, step)?,
        None => {
            let secret = totp::new_secret(&context.random());
            let sealed = context.vault().seal(place(context, id, user.step_revision + 1), &secret);
            let mut work = context.store().begin().await?;
            if !work.org_users().set_step(id, &sealed).await? {
                return Ok(Enrol::IsOn);
            }
            work.commit().await?;
            secret
        }
    };
    let uri = totp::enrolment_uri(&secret, &context.organization().name, &user.email);
    Ok(Enrol::Enrolment(Enrolment { secret, uri }))
}

pub enum Confirmed {
    /// On from now on. The recovery codes are shown once.
    On(Vec<SecretString>),
    WrongCode,
    /// There is nothing to confirm.
    NotSetUp,
}

/// Ends all of the user's sessions: whoever confirms goes on in a new one.
pub async fn confirm(context: &Context, actor: &Actor, id: UserId, code: &str) -> Result<Confirmed, Broken> {
    let user = find(context, id).await?;
    let Some(step) = user.second_step.as_ref().filter(|step| step.confirmed_at.is_none()) else { return Ok(Confirmed::NotSetUp) };
    let Some(number) = totp::step_of(&open(context, id, step)?, code, context.now()) else { return Ok(Confirmed::WrongCode) };
    let mut work = context.store().begin().await?;
    if !work.org_users().take_step(id, number, context.now()).await? {
        return Ok(Confirmed::WrongCode);
    }
    let codes = new_codes(context, &mut work, id).await?;
    work.sessions().delete_of_subject(&id.to_string()).await?;
    context.record(&mut work, &context.event(actor, AuditAction::SecondStepOn, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(Confirmed::On(codes))
}

/// By its owner, or by an owner of the organization for who lost it. False: there was none.
pub async fn turn_off(context: &Context, actor: &Actor, id: UserId) -> Result<bool, Broken> {
    let mut work = context.store().begin().await?;
    if !work.org_users().clear_step(id).await? {
        return Ok(false);
    }
    work.recovery_codes().replace(id, &[]).await?;
    context.record(&mut work, &context.event(actor, AuditAction::SecondStepOff, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(true)
}

/// In place of those there were. `None`: there is no second step to recover.
pub async fn renew_codes(context: &Context, actor: &Actor, id: UserId) -> Result<Option<Vec<SecretString>>, Broken> {
    if find(context, id).await?.confirmed_step().is_none() {
        return Ok(None);
    }
    let mut work = context.store().begin().await?;
    let codes = new_codes(context, &mut work, id).await?;
    context.record(&mut work, &context.event(actor, AuditAction::RecoveryCodesMade, json!({"user": id}))).await?;
    work.commit().await?;
    Ok(Some(codes))
}

/// Takes a code, once: by what it was right, or `None`.
pub(super) async fn take(context: &Context, work: &mut UnitOfWork, user: &OrgUser, code: &str) -> Result<Option<&'static str>, Broken> {
    let Some(step) = user.confirmed_step() else { return Ok(None) };
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(number) = totp::step_of(&open(context, user.id, step)?, &digits, context.now()) {
        return Ok(work.org_users().take_step(user.id, number, context.now()).await?.then_some("code"));
    }
    let taken = work.recovery_codes().take(user.id, &recovery_hash(user.id, code)).await?;
    Ok(taken.then_some("recovery_code"))
}

async fn find(context: &Context, id: UserId) -> Result<OrgUser, Broken> {
    let user = context.store().read().org_users().find(id).await?;
    user.ok_or_else(|| Broken::Inconsistent("a signed-in user's row is gone".into()))
}

fn place(context: &Context, id: UserId, revision: i64) -> SecretPlace {
    context.vault().place(Uuid::nil(), id.as_uuid(), SecretField::TotpSecret, revision)
}

fn open(context: &Context, id: UserId, step: &SecondStep) -> Result<SecretString, Broken> {
    Ok(context.vault().open(&place(context, id, step.secret.revision()), &step.secret)?)
}

async fn new_codes(context: &Context, work: &mut UnitOfWork, id: UserId) -> Result<Vec<SecretString>, Broken> {
    let codes: Vec<SecretString> = (0..RECOVERY_CODES).map(|_| new_code(context)).collect();
    let hashes: Vec<_> = codes.iter().map(|code| recovery_hash(id, code.expose_secret())).collect();
    work.recovery_codes().replace(id, &hashes).await?;
    Ok(codes)
}

/// 80 random bits in four groups.
fn new_code(context: &Context) -> SecretString {
    let letters = context.random_bytes::<16>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    SecretString::from(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// However it is typed: without regard to case, spaces and hyphens.
fn recovery_hash(id: UserId, code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    digest::hash(format!("{id} {plain}"))
}
