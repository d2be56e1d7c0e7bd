//! The organization's own users.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Insertion, StoreError,
    statement::{Source, execute, fetch, statements},
};
use crate::domain::{ids::UserId, time::Timestamp, user::OrgUser};

pub struct OrgUsers<'a> {
    pub(super) source: Source<'a>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    password_hash: String,
    role: String,
    created_at: i64,
}

statements! {
    INSERT = both(
        "INSERT INTO org_users (id, email, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING"
    );
    FIND = both("SELECT * FROM org_users WHERE id = $1");
    FIND_BY_EMAIL = both("SELECT * FROM org_users WHERE email = $1");
}

impl OrgUsers<'_> {
    /// `Duplicate`: someone has this e-mail address.
    pub async fn insert(&mut self, user: &OrgUser) -> Result<Insertion, StoreError> {
        let (email, hash, role) = (user.email.as_str(), user.password_hash.as_str(), user.role.as_str());
        execute!(self.source, INSERT, user.id.as_uuid(), email, hash, role, user.created_at.as_millis()).map(Insertion::of)
    }

    pub async fn find(&mut self, id: UserId) -> Result<Option<OrgUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND, id.as_uuid())?.map(OrgUser::try_from).transpose()
    }

    /// `email`: lower-cased, as it is kept.
    pub async fn find_by_email(&mut self, email: &str) -> Result<Option<OrgUser>, StoreError> {
        fetch!(fetch_optional as Row; self.source, FIND_BY_EMAIL, email)?.map(OrgUser::try_from).transpose()
    }
}

impl TryFrom<Row> for OrgUser {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            email: row.email,
            password_hash: row.password_hash,
            role: row.role.parse().map_err(|()| StoreError::unreadable("org_users.role"))?,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
