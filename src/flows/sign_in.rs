//! Org users: made on the command line, signed in with a password. An unknown address costs and says the same as a wrong password.

use secrecy::SecretString;
use serde_json::json;

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        ids::UserId,
        user::{OrgUser, Role},
    },
    vault::password,
};

pub enum UserCreated {
    User(UserId),
    AddressTaken,
}

pub async fn create_user(
    context: &Context,
    actor: &Actor,
    email: &str,
    password: &SecretString,
    role: Role,
) -> Result<UserCreated, Broken> {
    let hash = hash_in_background(context, password.clone()).await?;
    let user =
        OrgUser { id: context.new_user_id(), email: email.trim().to_lowercase(), password_hash: hash, role, created_at: context.now() };
    let mut work = context.store().begin().await?;
    if !work.org_users().insert(&user).await?.is_inserted() {
        return Ok(UserCreated::AddressTaken);
    }
    context.record(&mut work, &context.event(actor, AuditAction::OrgUserCreated, json!({"user": user.id, "role": role}))).await?;
    work.commit().await?;
    Ok(UserCreated::User(user.id))
}

/// Argon2id of a password nobody has: verified against when the address is unknown.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$VQCBX3OFJ8bTIC5mYlqJc5T0C6VCA1sW1B1VxlEQMfA";

pub async fn sign_in(context: &Context, email: &str, password: SecretString) -> Result<Option<OrgUser>, Broken> {
    let user = context.store().read().org_users().find_by_email(&email.trim().to_lowercase()).await?;
    let hash = user.as_ref().map_or_else(|| NOBODY.to_owned(), |user| user.password_hash.clone());
    let right = tokio::task::spawn_blocking(move || password::verify(&password, &hash)).await.unwrap_or(false);
    let Some(user) = user.filter(|_| right) else { return Ok(None) };
    let actor = Actor::OrgUser { id: user.id, role: user.role };
    let mut work = context.store().begin().await?;
    context.record(&mut work, &context.event(&actor, AuditAction::OrgUserSignedIn, json!({}))).await?;
    work.commit().await?;
    Ok(Some(user))
}

/// Argon2id takes tens of milliseconds by design: not on a thread that serves requests.
async fn hash_in_background(context: &Context, password: SecretString) -> Result<String, Broken> {
    let random = context.random();
    let hashed = tokio::task::spawn_blocking(move || password::hash(&password, &random)).await;
    hashed.map_err(|error| Broken::Inconsistent(format!("hashing ended early: {error}")))
}
