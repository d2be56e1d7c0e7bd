//! Which master key is current, and how another one becomes it.
//!
//! The database says which is: its key check names it, and everybody seals with it. The first key of a process that starts
//! becomes current once every process that serves knows it; so no row is ever met by one that cannot open it.

mod rotate;
mod serving;
mod status;

use std::{borrow::Cow, collections::BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

pub use rotate::{Progress, Rotated, rotate};
pub use serving::{EVERY, Serving, enter, leave, tell_alive};
pub use status::{KeyUse, Next, Standing, Uses, standing, uses};

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        connection::Connection,
        credential::{SealedSecret, SecretField, SecretPlace},
    },
    store::{OrganizationRow, Replica, Store},
    vault::{OpenError, Vault},
};

/// Whoever was not seen for so long has ended.
const SILENT_SECONDS: i64 = 45;

/// Whether a process may work with the keys that it was given.
#[derive(Debug)]
pub enum Proof {
    Proven,
    /// The current key was not given, or another one under its id.
    Wrong(OpenError),
    /// Rows need keys that were not given: by id, how many.
    Missing(Uses),
}

/// Follows the database's current key; the first key of all becomes it.
pub async fn prove(store: &Store, vault: &Vault) -> Result<Proof, Broken> {
    let mut row = load(store).await?;
    if row.key_check.is_none() {
        let mut work = store.begin().await?;
        work.organization().lock().await?;
        if work.organization().load().await?.is_some_and(|row| row.key_check.is_none()) {
            work.organization().set_key_check(vault.key_check().envelope(), &BTreeSet::new()).await?;
        }
        work.commit().await?;
        row = load(store).await?;
    }
    if let Err(error) = vault.follow_key_check(&row.key_check.unwrap_or_default()) {
        return Ok(Proof::Wrong(error));
    }
    let mut missing = uses(store).await?;
    missing.retain(|id, _| !vault.ring().ids().any(|given| given == id));
    Ok(if missing.is_empty() { Proof::Proven } else { Proof::Missing(missing) })
}

async fn load(store: &Store) -> Result<OrganizationRow, Broken> {
    let row = store.read().organization().load().await?;
    row.ok_or_else(|| Broken::Inconsistent("the organization's row is gone".to_owned()))
}

/// Whether what others seal can be opened here.
pub async fn knows_current(context: &Context) -> Result<bool, Broken> {
    let current = load(context.store()).await?.key_check.as_deref().and_then(crate::vault::key_id);
    Ok(current.is_none_or(|current| context.vault().ring().ids().any(|id| id == current)))
}

/// What became of the wish that a key be current.
#[derive(Debug)]
pub enum Promotion {
    /// It is; `from` was it before.
    Done {
        from: String,
    },
    Already,
    /// It was current before, and another one followed.
    WasBefore,
    /// These serve, and do not know it.
    NotKnownTo(Vec<Replica>),
}

/// Makes the first key current. `even_if_past`: also when it was before.
async fn promote(context: &Context, even_if_past: bool) -> Result<Promotion, Broken> {
    let ring = context.vault().ring();
    let first = ring.first_id().to_owned();
    let mut work = context.store().begin().await?;
    work.organization().lock().await?;
    let row = work.organization().load().await?.ok_or_else(|| Broken::Inconsistent("the organization's row is gone".to_owned()))?;
    let from = row.key_check.as_deref().and_then(crate::vault::key_id).unwrap_or_default();
    if from == first {
        return Ok(Promotion::Already);
    }
    if row.past_key_ids.contains(&first) && !even_if_past {
        return Ok(Promotion::WasBefore);
    }
    let mut ignorant = work.replicas().alive(SILENT_SECONDS).await?;
    ignorant.retain(|replica| !replica.opens_with.contains(&first));
    if !ignorant.is_empty() {
        return Ok(Promotion::NotKnownTo(ignorant));
    }
    let past = row.past_key_ids.into_iter().chain([from.clone()]).filter(|id| *id != first).collect();
    work.organization().set_key_check(context.vault().key_check_of_first().envelope(), &past).await?;
    let event = context.event(&Actor::System, AuditAction::MasterKeyChanged, json!({"from": from, "to": first}));
    context.record(&mut work, &event).await?;
    work.commit().await?;
    ring.make_current(&first);
    Ok(Promotion::Done { from })
}

impl Context {
    /// The master key that was given first.
    pub fn first_key_id(&self) -> &str {
        self.vault().ring().first_id()
    }

    /// As it is saved: a secret that was read before a rotation came by is not written back under the old key.
    pub(super) fn wrapped<'c>(&self, connection: &'c Connection) -> Result<Cow<'c, Connection>, Broken> {
        let (saved, draft) = (&connection.credential, &connection.draft);
        if saved.secrets.values().chain(draft.secrets.values()).all(|(sealed, _)| self.vault().is_current(sealed)) {
            return Ok(Cow::Borrowed(connection));
        }
        let mut wrapped = connection.clone();
        let (owner, row) = (connection.owner.owner_uuid(), connection.id.as_uuid());
        for (field, (sealed, _)) in wrapped.credential.secrets.iter_mut().chain(&mut wrapped.draft.secrets) {
            if !self.vault().is_current(sealed) {
                *sealed = self.vault().rewrap(&self.vault().place(owner, row, field.clone(), sealed.revision()), sealed)?;
            }
        }
        Ok(Cow::Owned(wrapped))
    }
}

/// What session cookies are signed with, 64 bytes: made once, from the keys at hand, so that nobody who is signed in must do it again.
pub async fn cookie_secret(context: &Context) -> Result<Vec<u8>, Broken> {
    let vault = context.vault();
    let place = cookie_place(context);
    let broken = || Broken::Inconsistent("the secret of session cookies is not there, or not Base64".to_owned());
    if load(context.store()).await?.cookie_secret.is_none() {
        let text = SecretString::from(STANDARD.encode(vault.ring().derive("session cookies")));
        let mut work = context.store().begin().await?;
        work.organization().lock().await?;
        let _raced = work.organization().set_cookie_secret(&vault.seal(place.clone(), &text)).await?;
        work.commit().await?;
    }
    let sealed: SealedSecret = load(context.store()).await?.cookie_secret.ok_or_else(broken)?;
    STANDARD.decode(vault.open(&place, &sealed)?.expose_secret()).map_err(|_| broken())
}

fn cookie_place(context: &Context) -> SecretPlace {
    context.vault().place(uuid::Uuid::nil(), context.organization().id.as_uuid(), SecretField::CookieSecret, 1)
}
