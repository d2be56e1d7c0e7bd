//! Invitations of org users: at most one open one an address.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError, columns,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::InvitationId, invitation::Invitation, time::Timestamp};

pub struct Invitations<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    token_hash: Vec<u8>,
    email: String,
    role: String,
    created_at: i64,
    expires_at: i64,
    accepted_at: Option<i64>,
    revoked_at: Option<i64>,
}

statements! {
    INSERT = both(
        "INSERT INTO invitations (id, token_hash, email, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING"
    );
    FIND = both("SELECT * FROM invitations WHERE id = $1");
    FIND_BY_TOKEN = both("SELECT * FROM invitations WHERE token_hash = $1");
    LIST_OPEN = both("SELECT * FROM invitations WHERE accepted_at IS NULL AND revoked_at IS NULL ORDER BY email");
    RENEW = both(
        "UPDATE invitations SET token_hash = $2, expires_at = $3 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL"
    );
    REVOKE = both("UPDATE invitations SET revoked_at = $2 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL");
    ACCEPT = both(
        "UPDATE invitations SET accepted_at = $2
         WHERE id = $1 AND token_hash = $3 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2"
    );
}

impl Invitations<'_> {
    /// `Duplicate`: the address has an open one.
    pub async fn insert(&mut self, invitation: &Invitation) -> Result<Insertion, StoreError> {
        let Invitation { id, token_hash, email, role, created_at, expires_at, .. } = invitation;
        let (created_at, expires_at) = (created_at.as_millis(), expires_at.as_millis());
        execute!(self.source, INSERT, id.as_uuid(), token_hash.as_slice(), email.as_str(), role.as_str(), created_at, expires_at)
            .map(Insertion::of)
    }

    pub async fn find(&mut self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?.map(Invitation::try_from).transpose()
    }

    /// Ended ones too.
    pub async fn find_by_token(&mut self, token_hash: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND_BY_TOKEN, token_hash.as_slice())?.map(Invitation::try_from).transpose()
    }

    /// Neither accepted nor revoked; those that have expired can be sent again.
    pub async fn list_open(&mut self) -> Result<Vec<Invitation>, StoreError> {
        fetch!(fetch_all as Row; self.source, LIST_OPEN)?.into_iter().map(Invitation::try_from).collect()
    }

    /// Another link; the one before opens nothing any more. False: it is not open.
    pub async fn renew(&mut self, id: InvitationId, token_hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, RENEW, id.as_uuid(), token_hash.as_slice(), expires_at.as_millis()).map(|rows| rows == 1)
    }

    pub async fn revoke(&mut self, id: InvitationId, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, REVOKE, id.as_uuid(), now.as_millis()).map(|rows| rows == 1)
    }

    /// True for one caller only.
    pub async fn accept(&mut self, id: InvitationId, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, ACCEPT, id.as_uuid(), now.as_millis(), token_hash.as_slice()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for Invitation {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            token_hash: columns::hash(&row.token_hash)?,
            email: row.email,
            role: row.role.parse().map_err(|()| StoreError::unreadable("invitations.role"))?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            accepted_at: columns::time(row.accepted_at),
            revoked_at: columns::time(row.revoked_at),
        })
    }
}
