//! Registered clients: insert or read, and retire. At most one of a place is current; none is ever deleted.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    auth::ClientAuth,
    ids::RegistrationId,
    registration::{ClientRegistration, RegistrationPlace},
    time::Timestamp,
};

pub struct Registrations<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    registration_url: String,
    token_url: String,
    redirect_uri: String,
    scope: String,
    client_id: String,
    client_secret: Option<Json<SealedColumn>>,
    client_auth: Option<String>,
    secret_expires_at: Option<i64>,
    created_at: i64,
}

statements! {
    FIND = both("SELECT * FROM client_registrations WHERE id = $1");
    CURRENT = both(
        "SELECT * FROM client_registrations
         WHERE registration_url = $1 AND token_url = $2 AND redirect_uri = $3 AND scope = $4 AND is_current = TRUE"
    );
    INSERT = both(
        "INSERT INTO client_registrations (id, registration_url, token_url, redirect_uri, scope, client_id, client_secret, client_auth,
         secret_expires_at, is_current, key_ids, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, TRUE, $10, $11) ON CONFLICT DO NOTHING"
    );
    RETIRE = both("UPDATE client_registrations SET is_current = FALSE WHERE id = $1 AND is_current = TRUE");
}

impl Registrations<'_> {
    /// Current or not.
    pub async fn find(&mut self, id: RegistrationId) -> Result<Option<ClientRegistration>, StoreError> {
        let row = fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?;
        row.map(ClientRegistration::try_from).transpose()
    }

    /// The one that new consents are asked with.
    pub async fn current(&mut self, place: &RegistrationPlace) -> Result<Option<ClientRegistration>, StoreError> {
        let RegistrationPlace { registration_url, token_url, redirect_uri, scope } = place;
        let row = fetch!(
            fetch_optional as Row; self.source, CURRENT,
            registration_url.as_str(), token_url.as_str(), redirect_uri.as_str(), scope.as_str()
        )?;
        row.map(ClientRegistration::try_from).transpose()
    }

    /// `Duplicate`: another process registered there meanwhile, and its client counts.
    pub async fn insert(&mut self, registration: &ClientRegistration) -> Result<Insertion, StoreError> {
        let place = &registration.place;
        execute!(
            self.source,
            INSERT,
            registration.id.as_uuid(),
            place.registration_url.as_str(),
            place.token_url.as_str(),
            place.redirect_uri.as_str(),
            place.scope.as_str(),
            registration.client_id.as_str(),
            registration.client_secret.clone().map(|sealed| Json(SealedColumn(sealed))),
            registration.client_auth.map(word),
            columns::millis(registration.secret_expires_at),
            columns::key_ids(registration.client_secret.iter()),
            registration.created_at.as_millis(),
        )
        .map(Insertion::of)
    }

    /// The next consent registers anew. False: it was retired before.
    pub async fn retire(&mut self, id: RegistrationId) -> Result<bool, StoreError> {
        execute!(self.source, RETIRE, id.as_uuid()).map(|rows| rows == 1)
    }
}

const fn word(client_auth: ClientAuth) -> &'static str {
    match client_auth {
        ClientAuth::Body => "body",
        ClientAuth::Basic | ClientAuth::BasicRaw => "basic",
        ClientAuth::ClientSecretJwt => "client_secret_jwt",
        ClientAuth::PrivateKeyJwt => "private_key_jwt",
    }
}

impl TryFrom<Row> for ClientRegistration {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let client_auth = match row.client_auth.as_deref() {
            None => None,
            Some("body") => Some(ClientAuth::Body),
            Some("basic") => Some(ClientAuth::Basic),
            Some("client_secret_jwt") => Some(ClientAuth::ClientSecretJwt),
            Some("private_key_jwt") => Some(ClientAuth::PrivateKeyJwt),
            Some(_) => return Err(StoreError::unreadable("client_registrations.client_auth")),
        };
        Ok(Self {
            id: RegistrationId::from_uuid(row.id),
            place: RegistrationPlace {
                registration_url: row.registration_url,
                token_url: row.token_url,
                redirect_uri: row.redirect_uri,
                scope: row.scope,
            },
            client_id: row.client_id,
            client_secret: row.client_secret.map(|sealed| sealed.0.0),
            client_auth,
            secret_expires_at: columns::time(row.secret_expires_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
