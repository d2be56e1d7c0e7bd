//! A provider's own word in place of values that nobody gave: its addresses (RFC 8414), and the client it registered us as
//! (RFC 7591). Whoever is about to talk to a provider equips itself first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use serde_json::json;

use super::{Broken, Context};
use crate::{
    domain::{
        access::Actor,
        audit::AuditAction,
        auth::OAuth2,
        credential::{SecretField, SecretPlace},
        ids::RegistrationId,
        reason::Reason,
        registration::{ClientRegistration, RegistrationPlace},
        resolution::Resolved,
    },
    providers::{self, oauth2::GrantError},
};

/// With which client, where the values hold none.
pub(super) enum ClientOf<'a> {
    /// The one that obtained the grant.
    Grant(Option<RegistrationId>),
    /// The current one at this provider; registered now where there is none.
    Consent { redirect_uri: &'a str },
}

pub(super) struct Equipped {
    pub oauth2: OAuth2,
    pub resolved: Resolved,
    pub issuer: Option<String>,
    /// RFC 9207 §3.
    pub names_issuer: bool,
    pub registration: Option<RegistrationId>,
}

/// Why the provider cannot be talked to. `why` is for the audit: it holds no value.
#[derive(Debug)]
pub(super) struct Unequipped {
    pub reason: Reason,
    pub why: String,
}

impl Unequipped {
    fn new(reason: Reason, why: impl Into<String>) -> Self {
        Self { reason, why: why.into() }
    }
}

/// The registrations going on in this process, by place.
#[derive(Default)]
pub struct Registering(Mutex<HashMap<RegistrationPlace, Weak<tokio::sync::Mutex<()>>>>);

impl Registering {
    fn turn(&self, place: &RegistrationPlace) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = all.get(place).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        all.insert(place.clone(), Arc::downgrade(&turn));
        turn
    }
}

impl Context {
    pub(super) async fn equip(
        &self,
        oauth2: &OAuth2,
        mut resolved: Resolved,
        client: ClientOf<'_>,
    ) -> Result<Result<Equipped, Unequipped>, Broken> {
        let mut oauth2 = oauth2.clone();
        let issuer = providers::oauth2::issuer(&resolved);
        let (mut names_issuer, mut is_public) = (false, false);
        if let Some(issuer) = issuer.as_deref().filter(|_| providers::oauth2::lacks_address(&oauth2, &resolved)) {
            let applied = match self.discovery().metadata(self.outbound(), issuer, self.now()).await {
                Ok(metadata) => {
                    (names_issuer, is_public) = (metadata.names_issuer, metadata.has_only_public_clients());
                    metadata.apply(&mut oauth2, &mut resolved)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = applied {
                return Ok(Err(Unequipped::new(error.reason(), error.to_string())));
            }
        }
        let mut registration = None;
        if providers::oauth2::lacks_client(&oauth2, &resolved) {
            match self.client_of(&oauth2, &resolved, client, is_public).await? {
                Ok(Some(found)) => {
                    let secret = self.client_secret(&found)?;
                    providers::oauth2::fill_client(&mut oauth2, &mut resolved, &found.client_id, secret, found.client_auth);
                    registration = Some(found.id);
                }
                Ok(None) => {}
                Err(unequipped) => return Ok(Err(unequipped)),
            }
        }
        Ok(Ok(Equipped { oauth2, resolved, issuer, names_issuer, registration }))
    }

    async fn client_of(
        &self,
        oauth2: &OAuth2,
        resolved: &Resolved,
        client: ClientOf<'_>,
        is_public: bool,
    ) -> Result<Result<Option<ClientRegistration>, Unequipped>, Broken> {
        let redirect_uri = match client {
            ClientOf::Grant(None) => return Ok(Ok(None)),
            ClientOf::Grant(Some(id)) => return Ok(Ok(self.store().read().registrations().find(id).await?)),
            ClientOf::Consent { redirect_uri } => redirect_uri,
        };
        let Some(place) = providers::oauth2::registration_place(oauth2, resolved, redirect_uri) else {
            return Ok(Err(Unequipped::new(Reason::Configuration, "the provider tells no address at which a client can be registered")));
        };
        // One registration at a time and place: whoever waited finds it made.
        let turn = self.registering().turn(&place);
        let _held = turn.lock().await;
        let before = self.store().read().registrations().current(&place).await?;
        match before {
            Some(current) if current.serves(self.now()) => Ok(Ok(Some(current))),
            before => self.register(oauth2, place, before, is_public).await.map(|made| made.map(Some)),
        }
    }

    async fn register(
        &self,
        oauth2: &OAuth2,
        place: RegistrationPlace,
        before: Option<ClientRegistration>,
        is_public: bool,
    ) -> Result<Result<ClientRegistration, Unequipped>, Broken> {
        let name = &self.organization().name;
        let made = match providers::oauth2::register(self.outbound(), oauth2, &place, name, is_public).await {
            Ok(made) => made,
            Err(reason) => return Ok(Err(Unequipped::new(reason, "the provider did not register a client"))),
        };
        let id = self.new_registration_id();
        let registration = ClientRegistration {
            id,
            client_id: made.client_id,
            client_secret: made.client_secret.map(|secret| self.vault().seal(self.client_secret_place(id, 1), &secret)),
            client_auth: made.client_auth,
            secret_expires_at: made.secret_expires_at,
            created_at: self.now(),
            place,
        };
        let mut work = self.store().begin().await?;
        if let Some(before) = before {
            work.registrations().retire(before.id).await?;
        }
        if work.registrations().insert(&registration).await?.is_inserted() {
            let detail = json!({"registration": id, "at": registration.place.registration_url});
            self.record(&mut work, &self.event(&Actor::System, AuditAction::ClientRegistered, detail)).await?;
            work.commit().await?;
            return Ok(Ok(registration));
        }
        drop(work);
        // Another process was first; its client counts, for there is one a place.
        let theirs = self.store().read().registrations().current(&registration.place).await?;
        theirs.map(Ok).ok_or_else(|| Broken::Inconsistent("a registration was in the way, and is gone".into()))
    }

    /// Whether a registered client was refused: it is retired then, and the next consent registers another.
    pub(super) async fn retire_refused(&self, equipped: &Equipped, error: &GrantError) -> Result<bool, Broken> {
        let Some(id) = equipped.registration.filter(|_| error.refuses_the_client()) else { return Ok(false) };
        let mut work = self.store().begin().await?;
        if work.registrations().retire(id).await? {
            self.record(&mut work, &self.event(&Actor::System, AuditAction::ClientRetired, json!({"registration": id}))).await?;
            work.commit().await?;
        }
        Ok(true)
    }

    fn client_secret(&self, registration: &ClientRegistration) -> Result<Option<secrecy::SecretString>, Broken> {
        let Some(sealed) = &registration.client_secret else { return Ok(None) };
        Ok(Some(self.vault().open(&self.client_secret_place(registration.id, sealed.revision()), sealed)?))
    }

    fn client_secret_place(&self, id: RegistrationId, revision: i64) -> SecretPlace {
        self.vault().place(uuid::Uuid::nil(), id.as_uuid(), SecretField::ClientSecret, revision)
    }
}
