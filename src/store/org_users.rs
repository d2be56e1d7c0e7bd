//! The organization's own users. None is ever deleted: who is disabled stays on record.

use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    columns::{self, SealedColumn},
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{
    credential::SealedSecret,
    ids::UserId,
    time::Timestamp,
    user::{Identity, OrgUser, Role, SecondStep},
};

pub struct OrgUsers<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    password_hash: Option<String>,
    role: String,
    issuer: Option<String>,
    subject: Option<String>,
    totp_secret: Option<Json<SealedColumn>>,
    totp_confirmed_at: Option<i64>,
    totp_last_step: i64,
    totp_revision: i64,
    created_at: i64,
    signed_in_at: Option<i64>,
    disabled_at: Option<i64>,
}

statements! {
    INSERT = both(
        "INSERT INTO org_users (id, email, password_hash, role, issuer, subject, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING"
    );
    FIND = both("SELECT * FROM org_users WHERE id = $1");
    FIND_BY_EMAIL = both("SELECT * FROM org_users WHERE email = $1");
    FIND_BY_IDENTITY = both("SELECT * FROM org_users WHERE issuer = $1 AND subject = $2");
    LIST = both("SELECT * FROM org_users ORDER BY email");
    LOCK_OWNERS = split {
        sqlite: "SELECT id FROM org_users WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id",
        postgres: "SELECT id FROM org_users WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
    };
    SET_ROLE = both("UPDATE org_users SET role = $2 WHERE id = $1 AND role <> $2");
    SET_DISABLED = both("UPDATE org_users SET disabled_at = $2 WHERE id = $1 AND (disabled_at IS NULL) <> (CAST($2 AS BIGINT) IS NULL)");
    SET_PASSWORD = both("UPDATE org_users SET password_hash = $2 WHERE id = $1");
    SET_IDENTITY = both("UPDATE org_users SET issuer = $2, subject = $3 WHERE id = $1 AND issuer IS NULL");
    SIGNED_IN = both("UPDATE org_users SET signed_in_at = $2 WHERE id = $1");
    SET_STEP = both(
        "UPDATE org_users SET totp_secret = $2, key_ids = $3, totp_revision = $4, totp_confirmed_at = NULL, totp_last_step = 0
         WHERE id = $1 AND totp_secret IS NULL AND totp_revision = $4 - 1"
    );
    TAKE_STEP = both(
        "UPDATE org_users SET totp_last_step = $2, totp_confirmed_at = COALESCE(totp_confirmed_at, $3)
         WHERE id = $1 AND totp_secret IS NOT NULL AND totp_last_step < $2"
    );
    CLEAR_STEP = both(
        "UPDATE org_users SET totp_secret = NULL, key_ids = '', totp_revision = totp_revision + 1, totp_confirmed_at = NULL,
            totp_last_step = 0 WHERE id = $1 AND totp_secret IS NOT NULL"
    );
}

impl OrgUsers<'_> {
    /// Without a second step. `Duplicate`: someone has this e-mail address or identity.
    pub async fn insert(&mut self, user: &OrgUser) -> Result<Insertion, StoreError> {
        let (issuer, subject) = columns::identity(user.identity.as_ref());
        let (email, hash, role) = (user.email.as_str(), user.password_hash.as_deref(), user.role.as_str());
        execute!(self.source, INSERT, user.id.as_uuid(), email, hash, role, issuer, subject, user.created_at.as_millis()).map(Insertion::of)
    }

    pub async fn find(&mut self, id: UserId) -> Result<Option<OrgUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?.map(OrgUser::try_from).transpose()
    }

    /// `email`: lower-cased, as it is kept.
    pub async fn find_by_email(&mut self, email: &str) -> Result<Option<OrgUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND_BY_EMAIL, email)?.map(OrgUser::try_from).transpose()
    }

    pub async fn find_by_identity(&mut self, identity: &Identity) -> Result<Option<OrgUser>, StoreError> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        fetch!(fetch_optional as Row; self.source, FIND_BY_IDENTITY, issuer, subject)?.map(OrgUser::try_from).transpose()
    }

    /// By address, disabled ones too.
    pub async fn list(&mut self) -> Result<Vec<OrgUser>, StoreError> {
        fetch!(fetch_all as Row; self.source, LIST)?.into_iter().map(OrgUser::try_from).collect()
    }

    /// The enabled owners. Until the transaction ends, nobody else can take one of them away.
    pub async fn lock_owners(&mut self) -> Result<Vec<UserId>, StoreError> {
        let rows = fetch!(fetch_all as (Uuid,); self.source, LOCK_OWNERS)?;
        Ok(rows.into_iter().map(|(id,)| UserId::from_uuid(id)).collect())
    }

    /// False: nothing changed.
    pub async fn set_role(&mut self, id: UserId, role: Role) -> Result<bool, StoreError> {
        execute!(self.source, SET_ROLE, id.as_uuid(), role.as_str()).map(|rows| rows == 1)
    }

    /// `None` enables again. False: nothing changed.
    pub async fn set_disabled(&mut self, id: UserId, at: Option<Timestamp>) -> Result<bool, StoreError> {
        execute!(self.source, SET_DISABLED, id.as_uuid(), columns::millis(at)).map(|rows| rows == 1)
    }

    pub async fn set_password(&mut self, id: UserId, password_hash: &str) -> Result<bool, StoreError> {
        execute!(self.source, SET_PASSWORD, id.as_uuid(), password_hash).map(|rows| rows == 1)
    }

    /// False: they have one, or are not there.
    pub async fn set_identity(&mut self, id: UserId, identity: &Identity) -> Result<bool, StoreError> {
        let (issuer, subject) = (identity.issuer.as_str(), identity.subject.as_str());
        execute!(self.source, SET_IDENTITY, id.as_uuid(), issuer, subject).map(|rows| rows == 1)
    }

    pub async fn signed_in(&mut self, id: UserId, now: Timestamp) -> Result<(), StoreError> {
        execute!(self.source, SIGNED_IN, id.as_uuid(), now.as_millis()).map(drop)
    }

    /// One that no code has confirmed yet, sealed for the next of `step_revision`. False: they have one.
    pub async fn set_step(&mut self, id: UserId, secret: &SealedSecret) -> Result<bool, StoreError> {
        let key_ids = columns::key_ids(std::iter::once(secret));
        execute!(self.source, SET_STEP, id.as_uuid(), Json(SealedColumn(secret.clone())), key_ids, secret.revision()).map(|rows| rows == 1)
    }

    /// A code of this time step was right; the first one confirms. False: that step, or a later one, was taken before.
    pub async fn take_step(&mut self, id: UserId, step: i64, now: Timestamp) -> Result<bool, StoreError> {
        execute!(self.source, TAKE_STEP, id.as_uuid(), step, now.as_millis()).map(|rows| rows == 1)
    }

    pub async fn clear_step(&mut self, id: UserId) -> Result<bool, StoreError> {
        execute!(self.source, CLEAR_STEP, id.as_uuid()).map(|rows| rows == 1)
    }
}

impl TryFrom<Row> for OrgUser {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let step = |secret: Json<SealedColumn>| SecondStep {
            secret: secret.0.0,
            confirmed_at: columns::time(row.totp_confirmed_at),
            last_step: row.totp_last_step,
        };
        Ok(Self {
            id: UserId::from_uuid(row.id),
            email: row.email,
            password_hash: row.password_hash,
            role: row.role.parse().map_err(|()| StoreError::unreadable("org_users.role"))?,
            identity: row.issuer.zip(row.subject).map(|(issuer, subject)| Identity { issuer, subject }),
            second_step: row.totp_secret.map(step),
            step_revision: row.totp_revision,
            created_at: Timestamp::from_millis(row.created_at),
            signed_in_at: columns::time(row.signed_in_at),
            disabled_at: columns::time(row.disabled_at),
        })
    }
}
